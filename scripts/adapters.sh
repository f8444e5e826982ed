#!/usr/bin/env bash
# The package's SQL as the adapters of warehouses that are not here render it: an environment with their dbt adapters,
# nothing is connected to.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-dbt-adapters
python=${PYTHON:-python3}
export DBT_SEND_ANONYMOUS_USAGE_STATS=false

if [ ! -x "$venv/bin/dbt" ]; then
    packages=("dbt-core>=1.8,<1.12")
    for adapter in bigquery databricks duckdb redshift snowflake trino; do packages+=("dbt-$adapter<1.12"); done
    packages+=(pytest pytest-cov pytest-xdist)
    if command -v uv >/dev/null; then
        export UV_PYTHON_DOWNLOADS=never
        uv venv --quiet --python "$python" "$venv"
        uv pip install --quiet --python "$venv" "${packages[@]}" .
    else
        "$python" -m venv "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}" .
    fi
fi

"$venv/bin/python" -m pytest -q -n 2 tests/dbt/test_other_adapters.py

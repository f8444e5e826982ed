"""The examples of the package's README, run as they stand."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from dbtproject import ENGINES, READS_ARGUMENTS, REPOSITORY, Engine, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

README = (REPOSITORY / "dbt_package" / "README.md").read_text("utf-8")
TESTS = {path.stem for path in (REPOSITORY / "dbt_package" / "tests" / "generic").glob("*.sql")}

ORDERS = """
select
    {id} as order_id, {customer} as customer_id, '{region}' as region, '{status}' as order_status,
    cast({id} * 10 as decimal(10, 2)) as amount, cast(current_timestamp as timestamp) - interval '1 day' as ordered_at,
    cast(current_timestamp as timestamp) as loaded_at
"""
MODELS = {
    "stg_shop__orders": " union all ".join(
        ORDERS.format(id=number, customer=number, region=region, status=status)
        for number, (region, status) in enumerate(
            [("north", "paid"), ("north", "returned"), ("south", "paid")], start=1
        )
    ),
    "fct_orders": "select * from {{ ref('stg_shop__orders') }}",
    "fct_refunds": "select order_id, cast(5 as decimal(10, 2)) as amount,"
    " cast('2024-05-01' as timestamp) as refunded_at"
    " from {{ ref('stg_shop__orders') }} where order_status = 'returned'",
    "order_events_archive": "select 1 as event_id, 'placed' as kind",
    "order_events": "select 1 as event_id, 'placed' as kind, current_timestamp as loaded_at"
    " union all select 2, 'paid', current_timestamp",
    "dim_prices": "select 1 as product_id, cast('2024-01-01' as date) as valid_from,"
    " cast('2024-02-01' as date) as valid_to union all select 1, cast('2024-02-01' as date), null",
}


def examples() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings of the block for dbt_project.yml, and the properties of all others as one file's."""
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)]
    (settings,) = [block for block in blocks if "on-run-end" in block]
    models: dict[str, dict[str, Any]] = {}
    for block in blocks:
        for model in block.get("models", []):
            if "arguments:" in yaml.safe_dump(model) and not READS_ARGUMENTS:
                continue
            entry = models.setdefault(model["name"], {"name": model["name"], "data_tests": [], "columns": []})
            entry["data_tests"] += model.get("data_tests", [])
            for column in model.get("columns", []):
                others = [other for other in entry["columns"] if other["name"] == column["name"]]
                if others:
                    others[0]["data_tests"] += column["data_tests"]
                else:
                    entry["columns"].append(column)
    return settings, {"models": list(models.values())}


@pytest.mark.slow
def test_every_test_has_an_example_and_every_example_passes(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings, properties = examples()
    files = {
        "dbt_project.yml": json.dumps({"name": "consumer", "profile": "ringfence_integration_tests", **settings}),
        "models/examples.yml": json.dumps(properties),
        **{f"models/{name}.sql": query for name, query in MODELS.items()},
    }
    project = written(tmp_path_factory.mktemp("readme"), Engine("duckdb"), files)
    process = project.dbt("build")
    assert process.returncode == 0, process.stdout
    status = {result["unique_id"]: result["status"] for result in project.results()}
    used = {
        node["test_metadata"]["name"]
        for node in project.nodes().values()
        if node["resource_type"] == "test" and status[node["unique_id"]] == "pass"
    }
    assert used == TESTS
    assert project.rows("select count(*) from main.ringfence_row_counts") == [(1,)]


def test_every_test_has_a_section_of_its_own() -> None:
    sections = set(re.findall(r"^### (\w+)$", README, re.MULTILINE))
    assert sections == TESTS

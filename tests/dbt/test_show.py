"""The operations that print: what docs/compare.md shows is what they say, for people and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dbtproject import ENGINES, REPOSITORY, Engine, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

ROWS = "(1, 20.50, 'returned'), (2, 10.00, 'open'), (4, 5.00, 'paid')"
ORDERS = f"""
{{{{ config(materialized='table') }}}}
select
    cast(order_id as integer) as order_id,
    cast(amount as decimal(10, 2)) as amount,
    cast(status as varchar) as status
from (values {ROWS}) as rows_of_orders (order_id, amount, status)
"""
DIGEST = "{relation: fct_orders, portable: true}"


def example(macro: str) -> list[str]:
    """Return the lines that the page shows of a macro, without the name of the database."""
    page = (REPOSITORY / "docs" / "compare.md").read_text("utf-8")
    (block,) = re.findall(rf"(?s)```text\n(ringfence\.{macro}: .*?)\n```", page)
    return plain(block.splitlines())


def plain(lines: list[str]) -> list[str]:
    return [re.sub(r'"\w+"\."main"\.', "", line) for line in lines]


@pytest.mark.slow
def test_a_digest_and_a_profile_are_printed_as_the_page_says(tmp_path: Path, duckdb_first: Engine) -> None:
    project = written(tmp_path / "shop", duckdb_first, {"models/fct_orders.sql": ORDERS})
    built, digest, profile = project.session(
        "run",
        ["--quiet", "run-operation", "ringfence.show_digest", "--args", DIGEST],
        ["--quiet", "run-operation", "ringfence.show_profile", "--args", "{relation: fct_orders}"],
    )
    assert (built.success, digest.success, profile.success) == (True, True, True), (built, digest, profile)
    *shown, machine = digest.said.splitlines()
    assert plain(shown) == example("show_digest")
    found = json.loads(machine)
    assert (found["row_count"], found["digest"]) == (3, shown[1].strip())

    *shown, machine = profile.said.splitlines()
    if duckdb_first.name == "duckdb":  # names of types are the engine's own
        assert plain(shown) == example("show_profile")
    assert {column["column_name"]: column["null_count"] for column in json.loads(machine)["columns"]} == {
        "amount": 0,
        "order_id": 0,
        "status": 0,
    }

"""A short template of a YAML value, to its text."""

from __future__ import annotations

import pytest

from ringfence.sql.rendered import rendered


@pytest.mark.parametrize(
    ("text", "adapter", "told"),
    [
        ("order_id", None, "order_id"),
        ("{{ 'order_id' }}", None, "order_id"),
        ("{% if target.type == 'duckdb' %}varchar{% else %}string{% endif %}", "duckdb", "varchar"),
        ("{% if target.type == 'duckdb' %}varchar{% else %}string{% endif %}", "bigquery", "string"),
        ("{% if target.type == 'duckdb' %}varchar{% else %}string{% endif %}", None, None),
        ("{{ var('type') }}", "duckdb", None),
        ("{{ 1", "duckdb", None),
    ],
)
def test_a_value_is_told_where_constants_and_the_adapter_decide_it(text: str, adapter: str | None, told: str) -> None:
    assert rendered(text, adapter) == told

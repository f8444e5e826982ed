"""Names as engines store them."""

from __future__ import annotations

import pytest
from sqlglot import parse_one

from ringfence.sql.identifiers import name_of, stored


@pytest.mark.parametrize(
    ("name", "adapter", "quoted", "expected"),
    [
        ("Ab", "duckdb", False, "Ab"),
        ("Ab", "snowflake", False, "AB"),
        ("Ab", "snowflake", True, "Ab"),
        ("Ab", "postgres", False, "ab"),
        ("Ab", "postgres", True, "Ab"),
        ("Ab", "redshift", True, "ab"),
        ("Ab", None, False, "Ab"),
    ],
)
def test_stored(name: str, adapter: str | None, *, quoted: bool, expected: str) -> None:
    assert stored(name, adapter, quoted=quoted) == expected


def test_names_of_nodes() -> None:
    assert name_of(parse_one("Ab"), "snowflake") == "AB"
    assert name_of(parse_one('"Ab"').this, "snowflake") == "Ab"
    assert name_of(parse_one("'Ab'"), "snowflake") == "Ab"

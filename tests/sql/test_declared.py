"""Declared types in the engine's spelling, held against DuckDB itself."""

from __future__ import annotations

import duckdb
import pytest

from ringfence.sql.declared import stored_type

WRITTEN = [
    *(
        "int",
        "INTEGER",
        "int8",
        "long",
        "smallint",
        "tinyint",
        "hugeint",
        "uint8",
        "ubigint",
        "real",
        "float8",
        "double",
    ),
    *("bool", "date", "time", "datetime", "timestamp", "timestamptz", "timestamp with time zone", "interval", "blob"),
    *("uuid", "json", "text", "string", "varchar(20)", "VARCHAR ( 20 )", "decimal", "numeric(10)", "decimal(18, 2)"),
]


@pytest.mark.parametrize("written", WRITTEN)
def test_types_of_duckdb(written: str) -> None:
    (row,) = duckdb.execute(f"describe select cast(null as {written}) as c").fetchall()
    assert stored_type(written, "duckdb") == row[1]


@pytest.mark.parametrize("written", ["struct(a int)", "mood", "int[]", ""])
def test_what_is_not_known(written: str) -> None:
    assert stored_type(written, "duckdb") is None


def test_other_engines_are_not_known() -> None:
    assert stored_type("integer", "snowflake") is None
    assert stored_type("integer", None) is None

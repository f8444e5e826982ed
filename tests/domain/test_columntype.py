"""Spellings of one type, and types that only look alike."""

from __future__ import annotations

import duckdb
import pytest

from ringfence.domain.columntype import normal_type, same_type


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (None, None),
        ("", ""),
        ("integer", "INT"),
        ("int4", "Integer"),
        ("int8", "bigint"),
        ("varchar", "text"),
        ("character varying (10)", "varchar(10)"),
        ("VARCHAR( 10 )", "varchar(10)"),
        ("numeric(18, 2)", "decimal(18,2)"),
        ("double  precision", "float8"),
        (" boolean ", "bool"),
        ("timestamp without time zone", "datetime"),
        ("timestamp with time zone", "timestamptz"),
        ("text[]", "varchar[]"),
        ("int [][3]", "integer[][3]"),
        ("STRUCT<a INT, b TEXT>", "struct<a int,b text>"),
        ("array<int>", "ARRAY < INT >"),
        ("enum('a', 'b')", "ENUM('a','b')"),
        ('VARCHAR "Quoted"', 'varchar"Quoted"'),
    ],
)
def test_the_same_type(left: str | None, right: str | None) -> None:
    assert same_type(left, right)
    assert same_type(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (None, "integer"),
        (None, ""),
        ("integer", "bigint"),
        ("varchar(10)", "varchar(20)"),
        ("varchar", "varchar(10)"),
        ("decimal(18,2)", "decimal(18,3)"),
        ("timestamp", "timestamptz"),
        ("timestamp", "date"),
        ("text", "text[]"),
        ("int[]", "int[3]"),
        ("real", "double"),
        ("char", "varchar"),
        ("struct<a int>", "struct<b int>"),
        ("enum('a')", "enum('A')"),
        ("enum('a b')", "enum('ab')"),
        ("intx", "int"),
    ],
)
def test_another_type(left: str | None, right: str | None) -> None:
    assert not same_type(left, right)
    assert not same_type(right, left)


@pytest.mark.parametrize(
    "written",
    ["INT", "varchar (10)", "struct<a int>", "", "5", "x" * 10_000, "enum('", "\0", "a'\0'", "a " * 5000 + "!"],
)
def test_a_normal_type_is_its_own_normal_type(written: str) -> None:
    once = normal_type(written)
    assert normal_type(once) == once


DUCKDB = [
    "int", "integer", "int4", "int8", "bigint", "long", "smallint", "short", "int2", "tinyint", "int1", "hugeint",
    "int128", "ubigint", "uint64", "uinteger", "usmallint", "utinyint", "float", "real", "float4", "double", "float8",
    "text", "decimal", "numeric", "decimal(5)", "numeric(10, 2)", "dec(4,1)", "varchar", "varchar(10)", "char(3)",
    "string",
    "bpchar", "bool", "boolean", "logical", "date", "time", "timestamp", "datetime", "timestamptz", "timestamp_ms",
    "timestamp with time zone", "timestamp without time zone", "blob", "bytea", "uuid", "json", "interval", "integer[]",
    "decimal[]", "varchar(3)[]", "bit", "timestamp_us",
]  # fmt: skip


@pytest.mark.parametrize("written", DUCKDB)
def test_duckdb_means_what_it_prints(written: str) -> None:
    (printed,) = [row[1] for row in duckdb.execute(f"describe select cast(null as {written}) as x").fetchall()]
    assert same_type(written, printed, "duckdb")


def test_duckdb_takes_two_for_one_only_where_it_does() -> None:
    printed = {
        written: duckdb.execute(f"describe select cast(null as {written}) as x").fetchall()[0][1] for written in DUCKDB
    }
    for left in DUCKDB:
        for right in DUCKDB:
            assert same_type(left, right, "duckdb") is (printed[left] == printed[right])

"""Spellings of one type, and types that only look alike."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from ringfence.domain.columntype import relation, same_type


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
        ("timestamp without time zone", "timestamp"),
        ("timestamp with time zone", "timestamptz"),
        ("text[]", "varchar[]"),
        ("int [][]", "integer[][]"),
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
    [
        "INT",
        "varchar (10)",
        "struct<a int>",
        "",
        "5",
        "x" * 30_000,
        "enum('",
        "\0",
        "a'\0'",
        "a " * 5000 + "!",
        "(" * 5000,
        "array<" * 500 + "int" + ">" * 500,
        "int[",
        "int[3",
        "decimal(",
        "decimal(10",
        "decimal(10 2)",
        "decimal(,)",
        "struct<a int",
        "struct<a int b>",
        "{{ var('type') }}",
    ],
)
def test_whatever_is_written_is_itself_and_no_other(written: str) -> None:
    for adapter in (None, "duckdb", "bigquery"):
        assert same_type(written, written, adapter)
        assert not same_type(written, "integer" if written != "INT" else "text", adapter)
        assert relation(written, f" {written} ", adapter) in ("same", None)


@pytest.mark.parametrize(
    ("old", "new", "adapter", "expected"),
    [
        # what is not in the tables cannot be told, unless it is the same
        ("geo_point", "GEO_POINT", "postgres", "same"),
        ("geo_point", "text", "postgres", None),
        ("array<geo_point>", "array<text>", None, None),
        ("struct<a geo_point, b int>", "struct<a text, b bigint>", None, None),
        ("struct<a geo_point, b int>", "struct<a geo_point, b bigint>", None, "widened"),
        ("struct<a geo_point, b int>", "struct<a text, b date>", None, "other"),
        ("{{ var('type') }}", "integer", "duckdb", None),
        ("decimal(2000,1)", "decimal(10,1)", "postgres", None),
        ("decimal(10,2,3)", "decimal(10,2)", "postgres", None),
        ("decimal(x)", "decimal(10)", "postgres", None),
        ("integer(11)", "integer", None, None),
        ("date(3)", "date", None, None),
        ("timestamp(7)", "timestamp", "postgres", None),
        ("float(60)", "float", "postgres", None),
        ("varchar(max)", "varchar(10)", "snowflake", "narrowed"),
        ("varchar(max)", "varchar(65535)", "redshift", "same"),
        ("binary(max)", "binary(5)", "snowflake", None),
        ("map<string>", "map<int>", "spark", None),
        ("int[3]", "int[4]", "redshift", None),
        ("int[3]", "int[4]", "postgres", "same"),
        ("int[3]", "int[4]", "duckdb", "other"),
        # what only an account or a session says
        ("timestamp", "timestamp_ntz", "snowflake", None),
        ("timestamp", "date", "snowflake", None),
        ("timestamp", "text", "snowflake", "other"),
        ("timestamp(3)", "timestamp", "snowflake", "widened"),
        ("timestamp", "timestamp_ltz", "spark", None),
        ("timestamp", "timestamp_ltz", "databricks", "same"),
        ("timestamp_ntz", "timestamp", "databricks", "other"),
        # one name, other types
        ("datetime", "timestamp", "bigquery", "other"),
        ("datetime", "timestamp", "duckdb", "same"),
        ("datetime", "timestamp", None, None),
        ("integer", "bigint", "snowflake", "same"),
        ("integer", "bigint", "bigquery", "same"),
        ("integer", "bigint", "databricks", "widened"),
        ("integer", "bigint", "sqlserver", "widened"),
        ("integer", "number(10,0)", "snowflake", "narrowed"),
        ("numeric", "bignumeric", "bigquery", "widened"),
        ("int64", "numeric", "bigquery", "widened"),
        ("int64", "float64", "bigquery", "other"),
        ("char", "varchar", "snowflake", "widened"),
        ("text", "varchar", "redshift", "same"),
        ("varchar", "varchar(500)", "redshift", "widened"),
        ("decimal", "decimal(10,0)", "athena", None),
        ("float", "double", "sqlserver", None),
        ("integer", "float", "sqlserver", None),
        ("integer", "decimal", "sqlserver", None),
        ("decimal", "integer", "sqlserver", None),
        ("decimal(9,0)", "integer", "sqlserver", "widened"),
        ("float", "integer", "sqlserver", None),
        ("varchar(-1)", "varchar", "postgres", None),
        # the decisions
        ("bigint", "double", "duckdb", "other"),
        ("decimal(18,2)", "decimal(18,4)", None, "other"),
        ("decimal(18,2)", "decimal(20,4)", None, "widened"),
        ("date", "timestamp", "postgres", "widened"),
        ("date", "timestamptz", "postgres", "other"),
        ("timestamp", "timestamptz", None, "other"),
        ("struct<a int>", "struct<a int, b int>", "bigquery", "widened"),
        ("struct<a int, b int>", "struct<b int, a int>", "bigquery", "other"),
        ("struct<a int, b int>", "struct<a int, c int>", "bigquery", "other"),
        ("struct<`a b`: int>", "struct<`a b`: bigint>", "spark", "widened"),
        ("row(integer, varchar)", "row(bigint, varchar)", "trino", "widened"),
        ("row(a double precision)", "row(a double)", "trino", "same"),
        ("enum('a', 'b')", "varchar(1)", None, "widened"),
        ("enum('a', 'bc')", "varchar(1)", None, "other"),
        ("map<string, int>", "map<string, bigint>", "spark", "widened"),
        ("vector(3)", "vector(5)", "postgres", "other"),
        ("super", "varchar", "redshift", "other"),
    ],
)
def test_relation(old: str, new: str, adapter: str | None, expected: str | None) -> None:
    mirror = {"widened": "narrowed", "narrowed": "widened"}
    assert relation(old, new, adapter) == expected
    assert relation(new, old, adapter) == mirror.get(str(expected), expected)


def test_nothing_is_imported_where_no_type_differs() -> None:
    code = (
        "import sys; from ringfence.domain.columntype import same_type; same_type('integer', 'integer', 'duckdb'); "
        "same_type(None, 'x'); print([name for name in sys.modules if name.startswith('ringfence.domain.type')])"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout == "[]\n"


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

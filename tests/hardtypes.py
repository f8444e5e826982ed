"""Values that engines write, round, order or hash differently, in one table for each engine.

A column is a name, its type on each engine and its values as literals of that engine. Rows go by position, the last one
is NULL throughout. A text for all engines stands for each of them.
"""

from __future__ import annotations

from typing import NamedTuple

ENGINES = ("duckdb", "postgres", "spark")


class Column(NamedTuple):
    name: str
    types: tuple[str, str, str]
    values: tuple[tuple[str, str, str], ...]


def _same(*literals: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((literal, literal, literal) for literal in literals)


def _floats(*texts: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((f"'{text}'", f"'{text}'", f"double('{text}')") for text in texts)


def _texts(*texts: str) -> tuple[tuple[str, str, str], ...]:
    made = []
    for text in texts:
        plain = "'" + text.replace("'", "''") + "'"
        made.append((plain, plain, "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"))
    return tuple(made)


def _moments(kind: str, *texts: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((f"{kind} '{text}'", f"{kind} '{text}'", f"{SPARK_KINDS[kind]} '{text}'") for text in texts)


SPARK_KINDS = {"timestamptz": "timestamp", "timestamp": "timestamp_ntz", "date": "date"}

COLUMNS = (
    Column("small", ("smallint", "smallint", "smallint"), _same("0", "-32768", "32767", "7")),
    Column(
        "whole",
        ("bigint", "bigint", "bigint"),
        _same("0", "(-9223372036854775807 - 1)", "9223372036854775807", "4294967296"),
    ),
    Column(
        "price", ("decimal(18,6)", "numeric(18,6)", "decimal(18,6)"), _same("0", "-0.5", "1.5", "123456789012.000001")
    ),
    Column(
        "wide",
        ("decimal(38,18)", "numeric(38,18)", "decimal(38,18)"),
        _same("0", "-1", "0.000000000000000001", "12345678901234567890.123456789012345678"),
    ),
    Column("share", ("decimal(3,3)", "numeric(3,3)", "decimal(3,3)"), _same("0", "-0.5", "0.001", "0.999")),
    Column(
        "measure",
        ("double", "double precision", "double"),
        _floats("-0.0", "NaN", "0.1", "1e300"),
    ),
    Column("extreme", ("double", "double precision", "double"), _floats("Infinity", "-Infinity", "5e-324", "2e23")),
    Column(
        "single", ("float", "real", "float"), _same("cast(0.1 as {single})", "cast(16777217 as {single})", "0", "-1.5")
    ),
    Column("is_paid", ("boolean", "boolean", "boolean"), _same("true", "false", "true", "false")),
    Column("label", ("varchar", "text", "string"), _texts("", "NULL", "größe 😀 e\u0301", "a'b\"c;\\0:5:N;\x01\u2400")),
    Column("code", ("varchar", "varchar(20)", "string"), _texts(" lead", "trail ", "\t\r\n", "\\N")),
    Column(
        "raw",
        ("blob", "bytea", "binary"),
        (
            ("'\\x00\\xFF'::blob", "'\\x00ff'::bytea", "x'00ff'"),
            ("''::blob", "''::bytea", "x''"),
            ("'\\x00'::blob", "'\\x00'::bytea", "x'00'"),
            ("'a'::blob", "'a'::bytea", "x'61'"),
        ),
    ),
    Column("day", ("date", "date", "date"), _moments("date", "1970-01-01", "0001-01-01", "9999-12-31", "1582-10-10")),
    Column(
        "local_time",
        ("timestamp", "timestamp", "timestamp_ntz"),
        # Half past two does not exist in New York on that day.
        _moments(
            "timestamp",
            "2020-03-08 02:30:00.123456",
            "1969-12-31 23:59:59.999999",
            "2020-11-01 01:30:00",
            "9999-12-31 23:59:59.999999",
        ),
    ),
    Column(
        "happened_at",
        ("timestamptz", "timestamptz", "timestamp"),
        _moments(
            "timestamptz",
            "2020-03-08 02:30:00.123456+02:00",
            "2020-03-08 00:30:00.123456+00:00",
            "2020-11-01 05:30:00+00:00",
            "1900-01-01 00:00:00-05:00",
        ),
    ),
    Column(
        "numbers",
        ("bigint[]", "bigint[]", "array<bigint>"),
        (
            ("[]", "'{}'", "array()"),
            ("[null]", "'{null}'", "array(null)"),
            ("[1, 23]", "'{1,23}'", "array(1, 23)"),
            ("[12, 3]", "'{12,3}'", "array(12, 3)"),
        ),
    ),
    Column(
        "words",
        ("varchar[]", "text[]", "array<string>"),
        (
            ("['a, b']", "array['a, b']", "array('a, b')"),
            ("['a', 'b']", "array['a', 'b']", "array('a', 'b')"),
            ("['']", "array['']", "array('')"),
            ("['NULL', null]", "array['NULL', null]", "array('NULL', null)"),
        ),
    ),
)

_SINGLE = ("float", "real", "float")


def statements(engine: str, table: str, backwards: bool = False, without: str = "") -> list[str]:
    """Return the SQL that makes the table, with rows and columns in the other order if asked."""
    place = ENGINES.index(engine)
    columns = [column for column in COLUMNS if column.name != without]
    rows = [[column.values[number][place] for column in columns] for number in range(4)] + [["null"] * len(columns)]
    if backwards:
        columns, rows = columns[::-1], [row[::-1] for row in rows[::-1]]
    selected = []
    for row in rows:
        cells = []
        for column, cell in zip(columns, row, strict=True):
            cells.append(f"cast({cell.replace('{single}', _SINGLE[place])} as {column.types[place]}) as {column.name}")
        selected.append("select " + ", ".join(cells))
    return [f"create table {table} as " + " union all ".join(selected)]

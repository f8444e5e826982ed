"""The types of the engines as data: which names are one type, what is meant where no size is written, what they hold.

A row is (names, kind, dimension): names of several words stand behind a bar. The dimensions by kind:
`integer` (lowest, highest) · `float` bits of the mantissa · `decimal` (precision, scale) where none is written, one of
them alone means scale 0, `ENDLESS` for unbounded · `text`, `padded`, `binary`, `varbit` the longest, `bit` its length ·
`timestamp` and its like the digits of a second. None: it depends on the engine, or on what only an account or a
session says. A kind in `OWN` is a type of its own that compares with nothing else.

Sources: https://duckdb.org/docs/stable/sql/data_types/overview, and DuckDB itself in the tests;
https://www.postgresql.org/docs/current/datatype.html, and PostgreSQL itself in the tests;
https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html and c_Supported_data_types.html;
https://docs.snowflake.com/en/sql-reference/intro-summary-data-types (numbers are one NUMBER, FLOAT is stored as DOUBLE,
VARCHAR defaults to 16777216, CHAR to 1, TIMESTAMP means what TIMESTAMP_TYPE_MAPPING says);
https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types (NUMERIC is 29 digits and 9 behind the point,
BIGNUMERIC 38.76 and 38);
https://spark.apache.org/docs/latest/sql-ref-datatypes.html and sql-ref-ansi-compliance.html (DECIMAL is (10,0),
TIMESTAMP means what spark.sql.timestampType says);
https://docs.databricks.com/en/sql/language-manual/data-types/timestamp-type.html;
https://trino.io/docs/current/language/types.html; https://docs.aws.amazon.com/athena/latest/ug/data-types.html.
"""

from __future__ import annotations

from ringfence.domain.namedtuple import NamedTuple

ENDLESS = float("inf")
OWN = "own"


def _bits(count: int) -> tuple[int, int]:
    return -(2 ** (count - 1)), 2 ** (count - 1) - 1


def _unsigned(count: int) -> tuple[int, int]:
    return 0, 2**count - 1


Row = tuple[str, str, object]


class Family(NamedTuple):
    """The types of one engine.

    `arrays`: what a number in `integer[3]` does: it is `fixed`, `ignored`, or not known. `finest`: the most digits of a
    second. `longest`: what `varchar(max)` holds.
    """

    rows: tuple[Row, ...]
    arrays: str = ""
    finest: int = 9
    longest: float = ENDLESS


_EVERYWHERE: tuple[Row, ...] = (("date", "date", -1), ("boolean bool", "boolean", None))
_STANDARD_INTEGERS: tuple[Row, ...] = (
    ("smallint int2", "integer", _bits(16)),
    ("integer int int4", "integer", _bits(32)),
    ("bigint int8", "integer", _bits(64)),
)
_ZONED = "timestamptz|timestamp with time zone"
_UNZONED = "timestamp|timestamp without time zone"

_COMMON: tuple[Row, ...] = (
    *_EVERYWHERE,
    *_STANDARD_INTEGERS,
    ("decimal numeric dec", "decimal", None),
    ("real float4", "float", 24),
    ("double float8|double precision", "float", 53),
    ("float", "float", None),
    ("varchar text string|character varying|char varying", "text", None),
    ("char character", "padded", None),
    (_UNZONED, "timestamp", None),
    (_ZONED, "timestamptz", None),
    ("time|time without time zone", "time", None),
    ("uuid", OWN, None),
    ("json", OWN, None),
)
_DUCKDB: tuple[Row, ...] = (
    *_EVERYWHERE,
    ("logical", "boolean", None),
    ("tinyint int1", "integer", _bits(8)),
    ("short int16", "integer", _bits(16)),
    ("signed int32 integral", "integer", _bits(32)),
    ("long int64 oid", "integer", _bits(64)),
    *_STANDARD_INTEGERS,
    ("hugeint int128", "integer", _bits(128)),
    ("utinyint uint8", "integer", _unsigned(8)),
    ("usmallint uint16", "integer", _unsigned(16)),
    ("uinteger uint32", "integer", _unsigned(32)),
    ("ubigint uint64", "integer", _unsigned(64)),
    ("uhugeint uint128", "integer", _unsigned(128)),
    ("bignum varint", "integer", (-ENDLESS, ENDLESS)),
    ("decimal numeric dec", "decimal", (18, 3)),
    ("real float4", "float", 24),
    ("float", "floats", 24),
    ("double float8|double precision", "float", 53),
    # a length is read and left aside
    ("varchar text string char character bpchar nchar nvarchar|character varying|char varying", "texts", ENDLESS),
    ("blob bytea binary varbinary", "binary", ENDLESS),
    ("bit bitstring|bit varying", OWN, None),
    # digits of a second choose one of four types, of which the finest covers only the years 1677 to 2262
    ("timestamp datetime timestamp_us|timestamp without time zone", "timestamps", 6),
    ("timestamp_s", "timestamp", 0),
    ("timestamp_ms", "timestamp", 3),
    ("timestamp_ns", "timestamp_ns", 9),
    (_ZONED, "timestamptz", 6),
    ("timestamptz_ns", OWN, None),
    ("time|time without time zone", "time", 6),
    ("time_ns", "time", 9),
    ("timetz|time with time zone", "timetz", 6),
    ("uuid guid", OWN, None),
)
_POSTGRES: tuple[Row, ...] = (
    *_EVERYWHERE,
    *_STANDARD_INTEGERS,
    ("smallserial serial2", "integer", _bits(16)),
    ("serial serial4", "integer", _bits(32)),
    ("bigserial serial8", "integer", _bits(64)),
    ("decimal numeric dec", "decimal", (ENDLESS, ENDLESS)),
    ("real float4", "float", 24),
    ("float", "floats", 53),
    ("float8|double precision", "float", 53),
    ("varchar text|character varying|char varying", "text", ENDLESS),
    ("char character nchar|national character", "padded", 1),
    ("bpchar", "padded", ENDLESS),
    ("bytea", "binary", ENDLESS),
    ("bit", "bit", 1),
    ("varbit|bit varying", "varbit", ENDLESS),
    (_UNZONED, "timestamp", 6),
    (_ZONED, "timestamptz", 6),
    ("time|time without time zone", "time", 6),
    ("timetz|time with time zone", "timetz", 6),
)
_REDSHIFT: tuple[Row, ...] = (
    *_EVERYWHERE,
    *_STANDARD_INTEGERS,
    ("decimal numeric dec", "decimal", (18, 0)),
    ("real float4", "float", 24),
    ("float float8 double|double precision", "float", 53),
    ("varchar nvarchar text|character varying|national character varying", "text", 256),
    ("char character nchar|national character", "padded", 1),
    ("bpchar", "padded", 256),
    ("varbyte varbinary|binary varying", "binary", 64_000),
    (_UNZONED, "timestamp", 6),
    (_ZONED, "timestamptz", 6),
    ("time|time without time zone", "time", 6),
    ("timetz|time with time zone", "timetz", 6),
)
_SNOWFLAKE: tuple[Row, ...] = (
    *_EVERYWHERE,
    ("number decimal numeric dec", "decimal", (38, 0)),
    ("int integer bigint smallint tinyint byteint", "number", (38, 0)),
    ("float float4 float8 double real|double precision", "float", 53),
    ("varchar string text nvarchar nvarchar2|character varying|char varying|nchar varying", "text", 16_777_216),
    ("char character nchar", "text", 1),
    ("binary varbinary", "binary", 8_388_608),
    ("time", "time", 9),
    ("timestamp", "timestamp of the session", 9),
    ("timestamp_ntz timestampntz datetime|timestamp without time zone", "timestamp", 9),
    ("timestamp_ltz timestampltz|timestamp with local time zone", "timestampltz", 9),
    ("timestamp_tz timestamptz|timestamp with time zone", "timestamptz", 9),
)
_BIGQUERY: tuple[Row, ...] = (
    *_EVERYWHERE,
    ("int64 int integer bigint smallint tinyint byteint", "integer", _bits(64)),
    ("numeric decimal", "decimal", (38, 9)),
    ("bignumeric bigdecimal", "decimal", (76.76, 38)),
    ("float64", "float", 53),
    ("string", "text", ENDLESS),
    ("bytes", "binary", ENDLESS),
    ("datetime", "timestamp", 6),
    ("timestamp", "timestampltz", 6),
    ("time", "time", 6),
)
_SPARK: tuple[Row, ...] = (
    *_EVERYWHERE,
    ("tinyint byte", "integer", _bits(8)),
    ("smallint short", "integer", _bits(16)),
    ("int integer", "integer", _bits(32)),
    ("bigint long", "integer", _bits(64)),
    ("decimal dec numeric", "decimal", (10, 0)),
    ("float real", "float", 24),
    ("double", "float", 53),
    ("string", "text", ENDLESS),
    ("varchar", "text", None),
    ("char character", "padded", None),
    ("binary", "binary", ENDLESS),
    ("timestamp_ntz", "timestamp", 6),
    ("timestamp_ltz", "timestampltz", 6),
)
_TRINO: tuple[Row, ...] = (
    *_EVERYWHERE,
    ("tinyint", "integer", _bits(8)),
    ("smallint", "integer", _bits(16)),
    ("integer int", "integer", _bits(32)),
    ("bigint", "integer", _bits(64)),
    ("real", "float", 24),
    ("double|double precision", "float", 53),
    ("varchar", "text", ENDLESS),
    ("char", "padded", 1),
    ("varbinary", "binary", ENDLESS),
    (_UNZONED, "timestamp", 3),
    ("|timestamp with time zone", "timestamptz", 3),
    ("time|time without time zone", "time", 3),
    ("|time with time zone", "timetz", 3),
)
COMMON = Family(_COMMON)
FAMILIES = {
    "duckdb": Family(_DUCKDB, "fixed"),
    "postgres": Family(_POSTGRES, "ignored", finest=6),
    "redshift": Family(_REDSHIFT, finest=6, longest=65_535),
    "snowflake": Family(_SNOWFLAKE),
    "bigquery": Family(_BIGQUERY),
    "spark": Family((*_SPARK, ("timestamp", "timestamp of the session", 6))),
    "databricks": Family((*_SPARK, ("timestamp", "timestampltz", 6))),
    "trino": Family((*_TRINO, ("decimal", "decimal", (38, 0))), finest=12),
    # tables are declared in Hive's words, queries in Trino's, and the two do not agree on a decimal without a size
    "athena": Family((*_TRINO, ("decimal", "decimal", None), ("float", "float", 24), ("string", "text", ENDLESS))),
}

"""The names of data types that the warehouses of our adapters know, and what kind of value a type holds.

Sources: the types of DuckDB by its own `duckdb_types()`, version 2.0;
https://www.postgresql.org/docs/current/datatype.html; https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html;
https://docs.snowflake.com/en/sql-reference/intro-summary-data-types;
https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types;
https://docs.databricks.com/en/sql/language-manual/sql-ref-datatypes.html;
https://spark.apache.org/docs/latest/sql-ref-datatypes.html; https://trino.io/docs/current/language/types.html;
https://docs.aws.amazon.com/athena/latest/ug/data-types.html.
"""

from __future__ import annotations

import re

# What dbt's adapters translate, or every warehouse here knows (TYPE_LABELS of their Column classes, alias_types).
_COMMON = (
    "string text varchar char character integer int bigint smallint float decimal numeric boolean date "
    "timestamp|double precision|character varying"
)
_POSTGRES = (
    "int2 int4 int8 serial serial2 serial4 serial8 bigserial smallserial bit varbit bool box bytea cidr circle "
    "dec float4 float8 inet interval json jsonb line lseg macaddr macaddr8 money path pg_lsn pg_snapshot "
    "txid_snapshot point polygon real time timetz timestamptz tsquery tsvector uuid xml name oid regclass regproc "
    "regtype bpchar nchar xid xid8 int4range int8range numrange tsrange tstzrange daterange int4multirange "
    "int8multirange nummultirange tsmultirange tstzmultirange datemultirange citext hstore ltree lquery cube "
    "geometry geography raster vector halfvec sparsevec array record|national character|bit varying"
)
_DUCKDB = (
    "array bignum binary bit bitstring blob bool bpchar bytea datetime dec double enum float4 float8 geometry "
    "guid hugeint int1 int128 int16 int2 int32 int4 int64 int8 integral interval json list logical long map null "
    "nvarchar oid real row short signed struct time time_ns timestamp_ms timestamp_ns timestamp_s timestamp_us "
    "timestamptz timestamptz_ns timetz tinyint tuple ubigint uhugeint uint128 uint16 uint32 uint64 uint8 uinteger "
    "union usmallint utinyint uuid varbinary variant varint inet"
)
_REDSHIFT = (
    "int2 int4 int8 dec real float4 float8 nchar bpchar nvarchar bool time timetz timestamptz geometry geography "
    "hllsketch super varbyte varbinary interval oid name struct array map binary tinyint double|binary varying"
)
_SNOWFLAKE = (
    "number dec tinyint byteint float4 float8 double real decfloat nchar nvarchar nvarchar2 binary varbinary bool "
    "datetime time timestamp_ltz timestampltz timestamp_ntz timestampntz timestamp_tz timestamptz variant object "
    "array map vector geography geometry file uuid interval|char varying|nchar varying"
)
_BIGQUERY = (
    "array struct record bignumeric bigdecimal bool bytes datetime float64 geography int64 tinyint byteint "
    "interval json range time"
)
_SPARK = (
    "array long binary dec double real interval map short byte struct timestamp_ntz timestamp_ltz tinyint void "
    "variant object geography geometry time timestamptz"
)
_TRINO = (
    "tinyint real double dec varbinary json time interval array map row ipaddress uuid hyperloglog p4hyperloglog "
    "qdigest tdigest setdigest geometry sphericalgeography bingtile color objectid kdbtree number variant "
    "function unknown"
)
_ATHENA = f"{_TRINO} struct binary uniontype"


def _names(*lists: str) -> frozenset[str]:
    """Return the names of lists: words, and behind a bar the names of several words."""
    found: set[str] = set()
    for one in lists:
        words, *phrases = one.split("|")
        found.update(words.split(), phrases)
    return frozenset(found)


VOCABULARY = {
    "postgres": _names(_COMMON, _POSTGRES),
    "duckdb": _names(_COMMON, _DUCKDB),
    "redshift": _names(_COMMON, _REDSHIFT),
    "snowflake": _names(_COMMON, _SNOWFLAKE),
    "bigquery": _names(_COMMON, _BIGQUERY),
    "spark": _names(_COMMON, _SPARK),
    "databricks": _names(_COMMON, _SPARK),
    "trino": _names(_COMMON, _TRINO),
    "athena": _names(_COMMON, _ATHENA),
}
# Where anybody may create a type or a plug-in bring one, so that an unknown name is no mistake by itself.
_LONG = 5
OPEN = frozenset({"postgres", "duckdb", "trino"})

_BASE = r"(?is)\s*([a-z_][a-z0-9_]*(?: +[a-z_][a-z0-9_]*)*)\s*(?:[(<\[].*)?"  # compiled when it is needed

_KINDS = {
    "text": _names(
        "varchar text string char character nvarchar nvarchar2 nchar citext bpchar|character varying|char varying"
    ),
    "number": _names(
        "integer int int1 int2 int4 int8 int16 int32 int64 signed bigint long smallint short tinyint hugeint byteint "
        "number serial bigserial decimal numeric dec bignumeric bigdecimal double float4 float8 real float float64"
        "|double precision"
    ),
    "boolean": _names("boolean bool logical"),
}


def base_of(written: str) -> str | None:
    """Return the words a type starts with, in small letters: `decimal` for `DECIMAL(10, 2)`; None where none are."""
    found = re.fullmatch(_BASE, written)
    return None if found is None else " ".join(found[1].lower().split())


def unknown_type(written: str, adapter: str) -> str | None:
    """Return the name in a written type that the adapter's warehouse does not know, or None.

    None as well for a template, for what is no plain name, and for an adapter that is not listed here. Words behind a
    known name (`with time zone`, `not null`) are not judged.
    """
    base, names = base_of(written), VOCABULARY.get(adapter)
    if base is None or names is None or "{" in written:
        return None
    words = base.split()
    return None if any(" ".join(words[:count]) in names for count in range(1, len(words) + 1)) else base


def near_type(name: str, adapter: str) -> str | None:
    """Return the type one letter away from a name or its first word: one too few, one wrong, two exchanged ...

    A short name, and one that only goes on behind a type's (`points`), is as likely somebody's own.
    """
    for part in (name, name.split(maxsplit=1)[0]):
        for one in sorted(VOCABULARY[adapter]):
            if min(len(part), len(one)) >= _LONG and not part.startswith(one) and _one_letter_away(part, one):
                return one
    return None


def _one_letter_away(left: str, right: str) -> bool:
    if len(left) > len(right):
        left, right = right, left
    if len(right) - len(left) > 1:
        return False
    start = next((at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), len(left))
    rest, other = left[start:], right[start:]
    if len(left) < len(right):
        return rest == other[1:]
    return rest[1:] == other[1:] or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])


def kind_of(written: str | None) -> str | None:
    """Return text, number or boolean for a type that holds nothing else on any adapter; None for every other one."""
    base = base_of(written) if written is not None and "{" not in written and "[" not in written else None
    return next((kind for kind, names in _KINDS.items() if base in names), None)

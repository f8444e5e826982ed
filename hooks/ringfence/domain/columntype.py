"""Column types as teams write them: which spellings mean one type."""

from __future__ import annotations

import re

# Spellings that every adapter we know treats as one type; what differs between adapters is not here.
_ALIASES = {
    "int": "integer",
    "int4": "integer",
    "signed": "integer",
    "int8": "bigint",
    "long": "bigint",
    "int2": "smallint",
    "short": "smallint",
    "int1": "tinyint",
    "character varying": "varchar",
    "char varying": "varchar",
    "text": "varchar",
    "string": "varchar",
    "bpchar": "char",
    "character": "char",
    "bool": "boolean",
    "logical": "boolean",
    "numeric": "decimal",
    "dec": "decimal",
    "float8": "double",
    "double precision": "double",
    "float4": "real",
    "datetime": "timestamp",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "bytea": "blob",
    "binary": "blob",
    "varbinary": "blob",
}
_QUOTED = r"'[^']*'|\"[^\"]*\"|\0"
_SIZED = r"([a-z][a-z0-9_ ]*?)\s*(\(.*\))?\s*((?:\[\d*\])*)"


# https://duckdb.org/docs/stable/sql/data_types/overview
_DUCKDB = {
    "float": "real",
    "char": "varchar",
    "nvarchar": "varchar",
    "signed": "integer",
    "oid": "bigint",
    "int16": "smallint",
    "int32": "integer",
    "int64": "bigint",
    "int128": "hugeint",
    "uint8": "utinyint",
    "uint16": "usmallint",
    "uint32": "uinteger",
    "uint64": "ubigint",
    "uint128": "uhugeint",
    "timestamp_us": "timestamp",
    "time with time zone": "timetz",
    "bitstring": "bit",
    "guid": "uuid",
}


def _in_duckdb(base: str, size: str) -> tuple[str, str]:
    """Return name and size of a type as DuckDB means them: texts without length, decimals with width and scale."""
    base = _DUCKDB.get(base, base)
    if base in ("varchar", "timestamp", "timestamptz", "time"):
        return base, ""
    if base == "decimal":
        width, _, scale = size.strip("()").partition(",")
        return base, f"({width or '18'},{scale or ('0' if width else '3')})"
    return base, size


def normal_type(written: str, adapter: str | None = None) -> str:
    """Return one spelling for all that mean the same type: `INT` and `integer`, `varchar (10)` and `VARCHAR(10)`.

    With an adapter, also those that only its engine takes for one: in DuckDB `float` and `real`, `text` and
    `varchar(10)`.
    """
    quoted = re.findall(_QUOTED, written)  # what stands in quotes, as in enum('a', 'B'), is a value and stays as it is
    text = " ".join(re.sub(_QUOTED, "\0", written).lower().split())
    match = re.fullmatch(_SIZED, text)
    if match is None:
        normal = text.replace(" ", "")
    else:
        base, size, arrays = match.group(1).strip(), match.group(2) or "", match.group(3)
        base, size = _ALIASES.get(base, base), size.replace(" ", "")
        if adapter == "duckdb":
            base, size = _in_duckdb(base, size)
        normal = base + size + arrays
    return re.sub("\0", lambda _: quoted.pop(0), normal)


def same_type(left: str | None, right: str | None, adapter: str | None = None) -> bool:
    """Return whether two written types are the same one, to the engine where one is named; None is only itself."""
    if left is None or right is None:
        return left is right
    return left == right or normal_type(left, adapter) == normal_type(right, adapter)

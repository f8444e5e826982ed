"""Declared types as an engine spells them: what `column_types` and `data_type` say of columns that no SQL makes."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"(?:decimal|numeric|dec)(?:\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?", re.IGNORECASE)
_TEXT = re.compile(r"(?:varchar|char|bpchar|text|string|nvarchar)(?:\s*\(\s*\d+\s*\))?", re.IGNORECASE)
# https://duckdb.org/docs/stable/sql/data_types/overview
_DUCKDB = {
    alias: name
    for name, aliases in {
        "TINYINT": "tinyint int1",
        "SMALLINT": "smallint int2 short int16",
        "INTEGER": "integer int int4 signed int32",
        "BIGINT": "bigint int8 long int64",
        "HUGEINT": "hugeint int128",
        "UTINYINT": "utinyint uint8",
        "USMALLINT": "usmallint uint16",
        "UINTEGER": "uinteger uint32",
        "UBIGINT": "ubigint uint64",
        "FLOAT": "float real float4",
        "DOUBLE": "double float8",
        "BOOLEAN": "boolean bool logical",
        "DATE": "date",
        "TIME": "time",
        "TIMESTAMP": "timestamp datetime",
        "INTERVAL": "interval",
        "BLOB": "blob bytea binary varbinary",
        "UUID": "uuid",
        "JSON": "json",
    }.items()
    for alias in aliases.split()
} | {"timestamptz": "TIMESTAMP WITH TIME ZONE", "timestamp with time zone": "TIMESTAMP WITH TIME ZONE"}


def stored_type(written: str, adapter: str | None) -> str | None:
    """Return a declared type as the adapter's engine tells of it, None where that is not known."""
    if adapter != "duckdb":
        return None
    plain = " ".join(written.split()).lower()
    decimal = _DECIMAL.fullmatch(plain)
    if decimal is not None:
        width, scale = decimal.groups()
        return f"DECIMAL({width},{scale or 0})" if width else "DECIMAL(18,3)"
    return "VARCHAR" if _TEXT.fullmatch(plain) else _DUCKDB.get(plain)

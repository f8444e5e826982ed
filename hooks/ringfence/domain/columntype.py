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


def normal_type(written: str) -> str:
    """Return one spelling for all that mean the same type: `INT` and `integer`, `varchar (10)` and `VARCHAR(10)`."""
    quoted = re.findall(_QUOTED, written)  # what stands in quotes, as in enum('a', 'B'), is a value and stays as it is
    text = " ".join(re.sub(_QUOTED, "\0", written).lower().split())
    match = re.fullmatch(_SIZED, text)
    if match is None:
        normal = text.replace(" ", "")
    else:
        base, size, arrays = match.group(1).strip(), match.group(2) or "", match.group(3)
        normal = _ALIASES.get(base, base) + size.replace(" ", "") + arrays
    return re.sub("\0", lambda _: quoted.pop(0), normal)


def same_type(left: str | None, right: str | None) -> bool:
    """Return whether two written types are the same one; None is only itself."""
    if left is None or right is None:
        return left is right
    return left == right or normal_type(left) == normal_type(right)

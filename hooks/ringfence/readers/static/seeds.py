"""The columns of seeds: names from the header, types from `column_types` or from what dbt makes of the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.sql.declared import stored_type
from ringfence.sql.shape import Gap, OutputColumn

if TYPE_CHECKING:
    from ringfence.domain.node import Node
    from ringfence.readers.static.package import Package
    from ringfence.sql.shape import Output

# Why a seed's column has no type until somebody asks for it: a seed may be large, and most readers want its names.
VALUES = "a seed without column_types"
# What dbt-duckdb declares a column of each kind as:
# https://github.com/dbt-labs/dbt-adapters, the convert_ methods of SQLAdapter, and DuckDB's names for them.
_DUCKDB = {
    "integer": "INTEGER",
    "number": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "text": "VARCHAR",
}
# Macros by which a project can load its seeds in a way of its own.
_LOADING = ("create_csv_table", "default__create_csv_table", "duckdb__create_csv_table")


def named(node: Node, package: Package, adapter: str | None) -> Output:
    """Return the columns of a seed with the types that are declared; the others wait for `typed`, and say so."""
    header = node.outputs
    if isinstance(header, Unknown):
        return (Gap(header.reason),)
    types = node.config.get("column_types")
    if isinstance(types, Unknown):
        return tuple(
            OutputColumn(name, None, None, (), "a seed whose column_types are not known") for name in header.value
        )
    declared = types.value if isinstance(types.value, dict) else {}
    written = _written(node, package)
    made: list[OutputColumn] = []
    for name in header.value:
        # dbt compares the names as they are written, letter case and white space included
        kind = declared.get(name) if name in written else None
        made.append(OutputColumn(name, None, None, (), VALUES) if kind is None else _declared(name, str(kind), adapter))
    return tuple(made)


def typed(columns: Output, node: Node, package: Package, root: Package, adapter: str | None) -> Output:
    """Return what `named` gave with the types that dbt infers from the values, which are read for it."""
    delimiter = node.config.get("delimiter", ",")
    if adapter != "duckdb" or isinstance(delimiter, Unknown):
        return columns
    if any(root.macro(name) is not None for name in _LOADING):
        return tuple(_without_type(one, "a seed that the project loads in a way of its own") for one in columns)
    inferred = package.seed_types(node.path, str(delimiter.value)[:1] or ",")
    if len(inferred.kinds) != len(columns):
        return tuple(_without_type(one, inferred.why or "a seed whose header is not read") for one in columns)
    return tuple(
        _inferred(one, kind) if isinstance(one, OutputColumn) and one.why == VALUES else one
        for one, kind in zip(columns, inferred.kinds, strict=True)
    )


def _declared(name: str, kind: str, adapter: str | None) -> OutputColumn:
    stored = stored_type(kind, adapter)
    return OutputColumn(name, stored, None, (), "" if stored is not None else f"the type {kind} of a seed's column")


def _inferred(column: OutputColumn, kind: str) -> OutputColumn:
    if not kind:
        return column._replace(why="a seed's values that may be timestamps or texts")
    return column._replace(type=_DUCKDB[kind], why="")


def _without_type(column: OutputColumn | Gap, why: str) -> OutputColumn | Gap:
    if isinstance(column, Gap) or column.why != VALUES:
        return column
    return column._replace(why=why)


def _written(node: Node, package: Package) -> frozenset[str]:
    """Return the names of a seed's header with the white space around them."""
    import csv

    delimiter = node.config.get("delimiter", ",")
    mark = str(delimiter.value)[:1] if isinstance(delimiter, Known) else ""
    return frozenset(next(csv.reader([package.header(node.path) or ""], delimiter=mark or ","), []))

"""The columns of seeds: names from the header, types from `column_types` or from what dbt makes of the values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, plain
from ringfence.domain.fact import Known, Unknown
from ringfence.sql.declared import stored_type
from ringfence.sql.shape import Gap, OutputColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.readers.static.package import Package
    from ringfence.sql.shape import Output

# Why a seed's column has no type until somebody asks for it: a seed may be large, and most readers want its names.
VALUES = "a seed without column_types"
TEMPLATES = "a seed whose column_types are not known"
LATER = frozenset({VALUES, TEMPLATES})
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
_KEY = "column_types"


def named(node: Node, package: Package, adapter: str | None) -> Output:
    """Return the columns of a seed with the types that are declared; the others wait for `typed`, and say so."""
    header = node.outputs
    if isinstance(header, Unknown):
        return (Gap(header.reason),)
    types = node.config.get(_KEY)
    if isinstance(types, Unknown):
        return tuple(OutputColumn(name, None, None, (), TEMPLATES) for name in header.value)
    declared = types.value if isinstance(types.value, dict) else {}
    waiting = tuple(OutputColumn(name, None, None, (), VALUES) for name in header.value)
    return _with_declared(waiting, {name: str(kind) for name, kind in declared.items()}, node, package, adapter)


def typed(columns: Output, node: Node, package: Package, root: Package, adapter: str | None) -> Output:
    """Return what `named` gave with the types that templates and the values decide, which are read for it."""
    delimiter = node.config.get("delimiter", ",")
    if adapter != "duckdb" or isinstance(delimiter, Unknown):
        return columns
    if isinstance(node.config.get(_KEY), Unknown):
        declared = _templates(node, package, root, adapter)
        if declared is None:
            return columns
        columns = tuple(one if isinstance(one, Gap) else one._replace(why=VALUES) for one in columns)
        columns = _with_declared(columns, declared, node, package, adapter)
    if any(root.macro(name) is not None for name in _LOADING):
        return tuple(_without_type(one, "a seed that the project loads in a way of its own") for one in columns)
    inferred = package.seed_types(node.path, str(delimiter.value)[:1] or ",")
    if len(inferred.kinds) != len(columns):
        return tuple(_without_type(one, inferred.why or "a seed whose header is not read") for one in columns)
    return tuple(
        _inferred(one, kind) if isinstance(one, OutputColumn) and one.why == VALUES else one
        for one, kind in zip(columns, inferred.kinds, strict=True)
    )


def _with_declared(
    columns: Output, declared: dict[str, str], node: Node, package: Package, adapter: str | None
) -> Output:
    """Return the columns with declared types: dbt compares names as written, letter case and white space included."""
    written = _written(node, package)
    return tuple(
        _declared(one, declared[one.name], adapter)
        if isinstance(one, OutputColumn) and one.name in declared and one.name in written
        else one
        for one in columns
    )


def _templates(node: Node, package: Package, root: Package, adapter: str) -> dict[str, str] | None:
    """Return `column_types` with the templates that constants and the adapter decide; None where one stays open.

    Later levels replace earlier ones name by name. What entries of two packages say together is not followed.
    """
    from ringfence.sql.rendered import rendered

    owners = (package,) if root is package else (package, root)
    entries = [entry for owner in owners for entry in owner.entries("seed", node.identity.name)]
    if len(entries) > 1 or any(entry.package != package.name for entry in entries):
        return None
    found: dict[str, str] = {}
    patches = (entry.body.get("config") for entry in entries)
    levels = [*_levels(package, node), *(patch.get(_KEY) for patch in patches if isinstance(patch, Mapping))]
    for item in [*levels, *(_levels(root, node) if root is not package else ())]:
        if not isinstance(item, Mapping | None):
            return None
        for name, (_, kind) in item.entries().items() if item is not None else ():
            text = rendered(str(plain(kind)), adapter)
            if text is None:
                return None
            found[name] = text
    return found


def _levels(package: Package, node: Node) -> Iterator[object]:
    """Yield the `+column_types` of dbt_project.yml along the fqn, outermost first (see layers.py)."""
    level = package.layout.configs("seed")
    for name in ("", *node.fqn):
        if name:
            level = level.get(name) if isinstance(level, Mapping) else None
        if not isinstance(level, Mapping):
            return
        for key, (_, item) in level.entries().items():
            if key.startswith("+") and key[1:].strip() == _KEY:
                yield item


def _declared(column: OutputColumn, kind: str, adapter: str | None) -> OutputColumn:
    stored = stored_type(kind, adapter)
    return column._replace(type=stored, why="" if stored is not None else f"the type {kind} of a seed's column")


def _inferred(column: OutputColumn, kind: str) -> OutputColumn:
    if not kind:
        return column._replace(why="a seed's values that may be timestamps or texts")
    return column._replace(type=_DUCKDB[kind], why="")


def _without_type(column: OutputColumn | Gap, why: str) -> OutputColumn | Gap:
    return column if isinstance(column, Gap) or column.why != VALUES else column._replace(why=why)


def _written(node: Node, package: Package) -> frozenset[str]:
    """Return the names of a seed's header with the white space around them."""
    import csv

    delimiter = node.config.get("delimiter", ",")
    mark = str(delimiter.value)[:1] if isinstance(delimiter, Known) else ""
    return frozenset(next(csv.reader([package.header(node.path) or ""], delimiter=mark or ","), []))

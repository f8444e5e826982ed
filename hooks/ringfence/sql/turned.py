"""PIVOT and UNPIVOT in a FROM clause, as far as their lists are literals.

https://duckdb.org/docs/stable/sql/statements/pivot#sql-standard-pivot
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.sql.identifiers import name_of
from ringfence.sql.shape import Column, Function, Gap, Item, Turned, Value

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Expression

    from ringfence.sql.expressions import Terms
    from ringfence.sql.shape import Source


def turned(node: Expression, source: Source, terms: Terms, adapter: str | None) -> Turned | Gap:
    """Return what a PIVOT or UNPIVOT makes of a source; only DuckDB's names for the new columns are known."""
    fields: list[Expression] = node.args.get("fields") or []
    if adapter != "duckdb" or len(fields) != 1 or fields[0].key != "in" or node.args.get("include_nulls"):
        return Gap("a pivot")
    if node.args.get("unpivot"):
        return _unpivoted(node, fields[0], source) or Gap("a pivot")
    return _pivoted(node, fields[0], source, terms) or Gap("a pivot")


def _unpivoted(node: Expression, field: Expression, source: Source) -> Turned | None:
    values = node.expressions
    columns = field.expressions
    if len(values) != 1 or values[0].key != "identifier" or any(column.key != "column" for column in columns):
        return None
    gone = tuple(name_of(column, "duckdb") for column in columns)
    united = Function("unpivot", tuple(Column(name) for name in gone))
    label, value = name_of(field.this, "duckdb"), name_of(values[0], "duckdb")
    return Turned(source, gone, (Item(label, Value("VARCHAR")), Item(value, united)))


def _pivoted(node: Expression, field: Expression, source: Source, terms: Terms) -> Turned | None:
    aggregates = node.expressions
    if node.args.get("group") is not None or len(aggregates) != 1 or field.this.key != "column":
        return None
    if aggregates[0].key == "alias" or any(value.key != "literal" for value in field.expressions):
        return None
    if any(not value.args.get("is_string") for value in field.expressions):
        return None
    term = terms.term(aggregates[0])
    gone = {name_of(field.this, "duckdb"): None}
    gone.update((name_of(column, "duckdb"), None) for column in aggregates[0].find_all(type(field.this)))
    return Turned(source, tuple(gone), tuple(Item(value.this, term) for value in field.expressions))

"""Names as an adapter's engine stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Expression

# How unquoted names are stored; the others keep the letters as they are written.
# https://docs.snowflake.com/en/sql-reference/identifiers-syntax
# https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
# https://docs.aws.amazon.com/redshift/latest/dg/r_names.html (quoted names too)
_UPPER = frozenset({"snowflake", "oracle"})
_LOWER = frozenset({"postgres", "redshift", "materialize", "greenplum", "trino", "athena", "starburst"})
_LOWER_QUOTED = frozenset({"redshift", "trino", "athena", "starburst"})


def name_of(node: Expression, adapter: str | None) -> str:
    """Return the name that an identifier (or a column, by its last part) is stored as."""
    if node.key == "column":
        node = node.this
    if node.key != "identifier":
        return node.name
    return stored(node.this, adapter, quoted=bool(node.args.get("quoted")))


def stored(name: str, adapter: str | None, *, quoted: bool) -> str:
    """Return how the engine stores a name."""
    if adapter in _UPPER and not quoted:
        return name.upper()
    if adapter in _LOWER and (not quoted or adapter in _LOWER_QUOTED):
        return name.lower()
    return name

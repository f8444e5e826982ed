"""SQL text to a syntax tree. The only module that imports sqlglot: its tokenizer and parser, never its optimizer.

Other modules read trees by `key` and `args`, so that nothing is imported for files whose facts are kept.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Expression

# What dbt calls an adapter and sqlglot a dialect, where the two differ.
_DIALECTS = {"sqlserver": "tsql", "synapse": "fabric", "glue": "spark", "dremio": "dremio", "athena": "athena"}
MAX_LENGTH = 1_000_000  # characters of one statement: the parser's work grows with them


class SqlError(ValueError):
    """A text that is not one statement of the dialect, and what the parser said."""


@cache
def _silence() -> None:
    """Keep the parser from warning on standard error of what it only guesses."""
    import logging

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


@cache
def dialect_of(adapter: str | None) -> str | None:
    """Return sqlglot's name for the dialect of an adapter, or None where it has none."""
    if adapter is None:
        return None
    from sqlglot.dialects.dialect import Dialect

    name = _DIALECTS.get(adapter, adapter)
    return name if Dialect.get(name) is not None else None


def parse(sql: str, adapter: str | None) -> Expression:
    """Return the tree of the one statement that the text holds. Raises SqlError."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    if len(sql) > MAX_LENGTH:
        raise SqlError("is too long")
    _silence()
    try:
        found = [tree for tree in sqlglot.parse(sql, read=dialect_of(adapter)) if tree is not None]
    except SqlglotError as error:
        raise SqlError(_sentence(error)) from None
    except (RecursionError, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
        raise SqlError(f"makes the parser fail ({type(error).__name__})") from None  # a fault of the parser's own
    if len(found) != 1:
        raise SqlError("is not one statement")
    return found[0]


def release(tree: Expression) -> None:
    """Let go of a tree that nobody reads any more.

    Parents and children hold each other, and a run collects no cycles: without this every tree stays in memory.
    """
    from sqlglot.expressions import Expr

    waiting: list[Expression] = [tree]
    while waiting:
        node = waiting.pop()
        node.parent = None
        for value in node.args.values():
            if isinstance(value, list):
                waiting.extend(held for held in value if isinstance(held, Expr))
            elif isinstance(value, Expr):
                waiting.append(value)


def _sentence(error: Exception) -> str:
    """Return the parser's first words: neither the text around the place nor its colours."""
    details = getattr(error, "errors", None)
    if details:
        return f"{details[0].get('description')} in line {details[0].get('line')}".lower()
    return str(error).split("\n", 1)[0].lower()[:200]

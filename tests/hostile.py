"""Names that break whatever is not quoted, or quoted and not escaped."""

from __future__ import annotations

NAMES = (
    "order",
    "a b",
    "MixedCase",
    "UPPER",
    'say "hi"',
    "it's",
    "größe",
    "数量",
    "a.b",
    "a,b",
    "a\\b",
    "100%s",
    "{x}",
    "$$x$$",
    "-- c",
    "/* c */",
    'x"; drop table canary; --',
    "x'; drop table canary; --",
    "n" * 63,
    "long_" * 25 + "end",
)
_LONGEST = {"postgres": 63}


def quoted(name: str) -> str:
    """Return an identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def is_short_enough(name: str, engine: str) -> bool:
    """Return whether an engine takes a name as it is: PostgreSQL cuts longer ones."""
    return len(name.encode()) <= _LONGEST.get(engine, 10_000)

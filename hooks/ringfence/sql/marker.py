"""Markers: names that stand in SQL text for what Jinja would put there."""

from __future__ import annotations

import re
from typing import TypeAlias

from ringfence.sql.shape import Gap, Merged, Relation, Spread

# What a marker stands for: a relation, columns written out, a query made by a macro, or something that is not known.
Marked: TypeAlias = Relation | Spread | Merged | Gap

PATTERN = re.compile(r"__ringfence_(\d{1,9})__", re.IGNORECASE)


def name(number: int) -> str:
    """Return the marker with this number: an identifier in every dialect, the same in every letter case."""
    return f"__ringfence_{number}__"


def number(text: str) -> int | None:
    """Return the number of the marker that the text is, or None for any other text."""
    found = PATTERN.fullmatch(text)
    return int(found[1]) if found else None

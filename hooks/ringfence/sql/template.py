"""Templates to facts: the one way in. What is simple is read at once, the rest by Jinja's parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.sql import quick

if TYPE_CHECKING:
    from ringfence.sql.terms import Facts


def read(source: str) -> Facts:
    """Return the facts of a template: its body first, then its named blocks in order of appearance."""
    facts = quick.read(source)
    if facts is None:
        from ringfence.sql import walker

        facts = walker.read(source)
    return facts

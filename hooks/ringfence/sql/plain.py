"""Templates that only say what they read: their SQL with markers, without Jinja's parser.

What is not of this simple kind is left to the skeleton, which gives the same for what is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.sql import marker
from ringfence.sql.shape import Relation
from ringfence.sql.terms import Const

if TYPE_CHECKING:
    from ringfence.sql.quick import Parts
    from ringfence.sql.terms import Call


class Plain(NamedTuple):
    """The text of a template, and the relations that its markers stand for, by their numbers."""

    text: str
    relations: tuple[Relation, ...]


def written(parts: Parts) -> Plain | None:
    """Return a template whose only calls are `ref`, `source` and `config`; None for any other."""
    numbers: dict[Relation, int] = {}
    made = []
    for part in parts:
        if isinstance(part, str):
            made.append(part)
        elif part.name != "config":
            relation = _relation(part)
            if relation is None:
                return None
            made.append(marker.name(numbers.setdefault(relation, len(numbers))))
    return Plain("".join(made), tuple(numbers))


def _relation(call: Call) -> Relation | None:
    """Return what `ref('name')`, `ref('package', 'name', v=1)` or `source('name', 'table')` reads."""
    values = (one.value for one in call.args if isinstance(one, Const))
    names = tuple(one for one in values if isinstance(one, str) and marker.PATTERN.search(one) is None)
    version = None
    if len(names) < len(call.args):
        return None
    if call.name == "ref" and len(names) in (1, 2):
        for key, value in call.keywords:
            if key not in ("version", "v") or not isinstance(value, Const) or not isinstance(value.value, str | int):
                return None
            version = str(value.value)
        return Relation("ref", names, version) if len(call.keywords) < 2 else None
    return Relation("source", names) if call.name == "source" and len(names) == 2 and not call.keywords else None

"""Column types as teams write them: which spellings mean one type, and which type holds what another one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    Relation = Literal["same", "widened", "narrowed", "other"]


def relation(old: str, new: str, adapter: str | None = None) -> Relation | None:
    """Return how a new type stands to the old one, to the engine where one is named; else by what SQL says anywhere.

    same: another spelling at most. widened: it holds every value of the old one, and more; narrowed: the reverse.
    other: neither holds all that the other does. None: it cannot be told, as of a template or a type not in the tables.
    """
    if old == new:
        return "same"
    # most types never differ, and the tables are only needed where they do
    from ringfence.domain.typeorder import compare

    return cast("Relation | None", compare(old, new, adapter))


def same_type(left: str | None, right: str | None, adapter: str | None = None) -> bool:
    """Return whether two written types are certainly the same one; None is only itself."""
    if left is None or right is None:
        return left is right
    return relation(left, right, adapter) == "same"

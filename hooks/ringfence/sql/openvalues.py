"""Values of Jinja expressions as far as sources tell: plain ones, and what stands for those that only a run decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ringfence.sql.shape import Relation

if TYPE_CHECKING:
    from collections.abc import Callable


class Open:
    """A value that only a run decides: the construct that hides it; `key` is equal for the same question."""

    __slots__ = ("key", "why")

    def __init__(self, why: str, key: str = "") -> None:
        self.why, self.key = why, key

    def asked(self, key: str) -> Open:
        """Return the value of a question about this one, which has one answer where this one has."""
        return Open(self.why, f"{self.key} {key}" if self.key else "")

    def __repr__(self) -> str:
        return f"<{self.key or self.why}>"


class Bound:
    """Something that can be called: a macro, a function of dbt's context, a method of a value."""

    __slots__ = ("call", "name")

    def __init__(self, name: str, call: Callable[[list[Jinja], dict[str, Jinja]], Jinja]) -> None:
        self.name, self.call = name, call


class Cell:
    """What `namespace()` gives: values that a loop may change."""

    def __init__(self, values: dict[str, Jinja]) -> None:
        self.values = values


class Undefined:
    """A name that the template sets, on a way that was not taken: false, and no text."""


UNDEFINED = Undefined()
# None, bool, int, float, str, list, dict, and the classes above.
Jinja: TypeAlias = object

MAX_TEXT = 1_000_000  # characters of a value or of a rendered text
MAX_ITEMS = 10_000  # of a list or a range


def first_open(values: list[Jinja]) -> Open | None:
    """Return the first value that is open, or holds one that is."""
    for value in values:
        found = opened(value)
        if found is not None:
            return found
    return None


def opened(value: Jinja, depth: int = 0) -> Open | None:
    """Return what is open in a value, None where all of it is plain."""
    if isinstance(value, Open):
        return value
    if isinstance(value, Relation | Bound | Cell):
        return Open("a relation or macro used as a value")
    if depth < 10 and isinstance(value, list | dict):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        for part in parts:
            found = opened(part, depth + 1)
            if found is not None:
                return found
    return None


def truth(value: Jinja) -> bool:
    """Return what a plain value, relation or macro counts as in a condition."""
    if isinstance(value, Relation | Bound | Cell):
        return True
    return not isinstance(value, Undefined) and bool(value)

"""A value that is known, or the reason why it is not.

Nothing may guess: a fact has no truth value and cannot be compared with a plain value, neither for mypy nor at run
time. `known(fact)` gives the value or raises `Undecided`, which the runner turns into an undecided result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NoReturn, TypeAlias, TypeVar

if TYPE_CHECKING:
    from ringfence.domain.place import Place

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# Evidence tiers, weakest first: what a value rests on.
TIERS = ("declared", "static", "compiled", "catalog", "executed")


class Undecided(Exception):  # noqa: N818  (not an error: a third outcome)
    """A rule asked for a value that the evidence at hand does not decide."""

    def __init__(self, reason: str, place: Place | None = None) -> None:
        super().__init__(reason)
        self.reason, self.place = reason, place


class _NoGuess:
    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("a fact has no truth value: ask known(fact)")

    # mypy's strict equality already refuses it; this is for what runs untyped
    if not TYPE_CHECKING:  # pragma: no branch

        def __eq__(self, other: object) -> bool:
            if not isinstance(other, _NoGuess):
                raise TypeError(f"a fact cannot be compared with {other!r}: ask known(fact)")
            return type(self) is type(other) and self._key() == other._key()

        __hash__ = None


class Known(_NoGuess, Generic[T_co]):
    """A value, the evidence tier it rests on, and where it was written (None: nowhere, a default)."""

    __slots__ = ("place", "tier", "value")

    def __init__(self, value: T_co, place: Place | None = None, tier: str = "declared") -> None:
        self.value, self.place, self.tier = value, place, tier

    def _key(self) -> object:
        return self.value

    def __repr__(self) -> str:
        return f"Known({self.value!r})"


class Unknown(_NoGuess):
    """No value: the construct that hides it, where it stands, and the expression as written, where there is one."""

    __slots__ = ("expression", "place", "reason")

    def __init__(self, reason: str, place: Place | None = None, expression: str | None = None) -> None:
        self.reason, self.place, self.expression = reason, place, expression

    def _key(self) -> object:
        return self.reason

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r})"


Fact: TypeAlias = Known[T_co] | Unknown


def known(fact: Known[T] | Unknown) -> T:
    """Return the value of `fact`; raises Undecided where it is unknown."""
    if isinstance(fact, Unknown):
        raise Undecided(fact.reason, fact.place)
    return fact.value

"""What a model's SQL means, in parts: its own text and whatever it reaches that can move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfence.domain.fact import Fact
    from ringfence.domain.place import Place

# How a lock writes down a part that cannot be known.
HIDDEN = "unknown"


class Logic(NamedTuple):
    """The parts of a model's logic by name: `model`, `macro shop.cents`, `var start_date`, `seed rates` ...

    The value of each is its fingerprint, which names its algorithm, with the place where it stands.
    """

    parts: Mapping[str, Fact[str]]

    def recorded(self) -> dict[str, str]:
        """Return the fingerprints as a lock holds them."""
        return {name: fact.value if isinstance(fact, Known) else HIDDEN for name, fact in self.parts.items()}


class Moved(NamedTuple):
    """A part that is another one now: `old` or `new` is None where it was or is not there."""

    part: str
    old: str | None
    new: str | None
    place: Place | None

    @property
    def what(self) -> str:
        """`macro shop.cents: changed`, as the history records it."""
        happened = "added" if self.old is None else "removed" if self.new is None else "changed"
        return f"{self.part}: {happened}"


def moved(held: Mapping[str, str], now: Logic) -> list[Moved]:
    """Return the parts that differ, in order of their names.

    A part that is unknown on one side is not compared, nor are fingerprints of different algorithms.
    """
    found = []
    for part in sorted({*held, *now.parts}):
        old, fact = held.get(part), now.parts.get(part)
        if isinstance(fact, Unknown) or old == HIDDEN:
            continue
        new, place = (None, None) if fact is None else (fact.value, fact.place)
        if old != new and (old is None or new is None or _algorithm(old) == _algorithm(new)):
            found.append(Moved(part, old, new, place))
    return found


def obscured(held: Mapping[str, str], now: Logic) -> dict[str, Unknown]:
    """Return the parts of which the lock holds a fingerprint and that cannot be known now, with the reasons."""
    return {
        part: fact for part, fact in now.parts.items() if isinstance(fact, Unknown) and held.get(part, HIDDEN) != HIDDEN
    }


def incomparable(held: Mapping[str, str], now: Logic) -> list[str]:
    """Return the parts of which the lock holds a fingerprint of another algorithm, sorted."""
    return sorted(
        part
        for part, fact in now.parts.items()
        if isinstance(fact, Known)
        and held.get(part, HIDDEN) != HIDDEN
        and _algorithm(held[part]) != _algorithm(fact.value)
    )


def _algorithm(fingerprint: str) -> str:
    return fingerprint.partition(":")[0]

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
# The part that is a model's own text.
OWN = "model"


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
        """`macro shop.cents changed`, as the history records it and a finding says it."""
        happened = "came" if self.old is None else "went" if self.new is None else "changed"
        if self.part.startswith("package ") and self.old is not None and self.new is not None:
            versions = [text.partition(":")[2] for text in (self.old, self.new)]
            happened = f"was moved from {versions[0]} to {versions[1]}"
        return f"{'its own SQL' if self.part == OWN else self.part} {happened}"


def moved(held: Mapping[str, str], now: Logic) -> list[Moved]:
    """Return the parts that differ, a model's own text first.

    A part that is unknown on one side is not compared, nor are fingerprints of different algorithms, nor which
    version of a package is asked for where the macros that are reached can be seen.
    """
    found = []
    for part in sorted({*held, *now.parts}, key=_rank):
        old, fact = held.get(part), now.parts.get(part)
        if isinstance(fact, Unknown) or old == HIDDEN or _decided_by_macros(part, now):
            continue
        new, place = (None, None) if fact is None else (fact.value, fact.place)
        if old != new and (old is None or new is None or _algorithm(old) == _algorithm(new)):
            found.append(Moved(part, old, new, place))
    return found


def since(found: list[Moved], before: Logic, now: Logic) -> list[Moved]:
    """Return those of the parts that moved since an earlier state.

    Installed packages lie beside the judged trees: their macros moved where another version is asked for.
    """
    return [one for one in found if not (_alike(one.part, before, now) and _alike(_package_of(one.part), before, now))]


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


def _alike(part: str, before: Logic, now: Logic) -> bool:
    old, new = before.parts.get(part), now.parts.get(part)
    if isinstance(old, Known) and isinstance(new, Known):
        return old.value == new.value
    return old is None if new is None else old is not None and type(old) is type(new)


def _package_of(part: str) -> str:
    kind, _, name = part.partition(" ")
    return f"package {name.partition('.')[0]}" if kind == "macro" else ""


def _decided_by_macros(part: str, now: Logic) -> bool:
    macros = f"macro {part.removeprefix('package ')}."
    return part.startswith("package ") and any(
        isinstance(fact, Known) for name, fact in now.parts.items() if name.startswith(macros)
    )


def _rank(part: str) -> tuple[bool, str]:
    return part != OWN, part


def _algorithm(fingerprint: str) -> str:
    return fingerprint.partition(":")[0]

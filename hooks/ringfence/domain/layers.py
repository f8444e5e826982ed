"""Layers of a Python package: which module may import which.

The order runs from the top floor down; a module imports its own room and floors below, never a neighbour on its own
floor, never a floor above. A top-level module without a floor is wrong too: the house is complete or it means nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from ringfence.domain.place import Place


class Contract(NamedTuple):
    """The floors of one package, top first, each a set of rooms (top-level modules or sub-packages)."""

    package: str
    floors: tuple[frozenset[str], ...]

    def floor(self, room: str) -> int | None:
        """Return the floor of a room, 0 for the top, or None where it has none."""
        return next((number for number, rooms in enumerate(self.floors) if room in rooms), None)


class Import(NamedTuple):
    """One imported module by its full name, with the place of the statement."""

    module: str
    place: Place


class Module(NamedTuple):
    """A module of the package, its imports, and the contract it lives under."""

    name: str
    path: str
    imports: tuple[Import, ...]
    contract: Contract

    @property
    def room(self) -> str:
        """The part of the name right below the package, '' for the package itself."""
        return _room(self.name, self.contract.package)


def parse_floors(lines: list[str]) -> tuple[frozenset[str], ...]:
    """Return floors from lines such as `readers | stores | reporters`."""
    return tuple(frozenset(room.strip() for room in line.split("|")) for line in lines)


def broken_imports(module: Module) -> list[tuple[Import, str]]:
    """Return the imports that break the contract, each with the reason as a half sentence."""
    contract, room = module.contract, module.room
    own = contract.floor(room)
    broken = []
    for item in module.imports:
        target = _room(item.module, contract.package) if _inside(item.module, contract.package) else ""
        below = contract.floor(target)
        if not target or target == room or own is None or below is None:
            continue
        if below == own:
            broken.append((item, f"{room} and {target} are neighbours on one floor"))
        elif below < own:
            broken.append((item, f"{target} lies above {room}"))
    return broken


def _inside(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _room(name: str, package: str) -> str:
    return name[len(package) + 1 :].split(".", 1)[0]

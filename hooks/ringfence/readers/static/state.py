"""What is known of a project's files in one tree: an overlay on what is known of another tree, or on nothing.

Owners of the group `u` are files (units of reading), linked by
  h  what the file defines: `shop:macro:cents`, `shop:entry:model:orders`
  n  the keys of the nodes it makes
  u  what was looked up while they were made, found or not
  m  the names they mention.
Owners of the group `r` are subjects of rules, linked by r: what was looked up while they were judged. Group `f` holds
their findings. Owners of the group `o` are nodes with the columns they produce, linked by w: what was looked up for
them. That a key was looked up in vain is a link as well: the day something answers to it, its users are judged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.shelf import Nothing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.domain.shelf import Records
    from ringfence.domain.tree import Entry

UNITS, RESULTS, FINDINGS, OUTPUTS = "u", "r", "f", "o"
# Kind of link -> group of its owners. A group's record holds the keys of its owner by kind.
LINKS = {"h": UNITS, "n": UNITS, "u": UNITS, "m": UNITS, "r": RESULTS, "w": OUTPUTS}


# What every node with tests looks up, and the owner of what the definitions of all generic tests look up.
TESTS, TEST_DEFINITIONS = "tests", "//tests"
_TEST = ":macro:test_"
# Path of a file -> what stood there before, what stands there now.
Changes = dict[str, "tuple[Entry | None, Entry | None]"]


class State:
    """Records laid over other records."""

    def __init__(self, below: Records | None = None) -> None:
        self._below: Records = Nothing() if below is None else below
        self._links: dict[str, dict[str, set[str]]] = {kind: {} for kind in LINKS}
        self.changed: dict[str, dict[str, Any]] = {group: {} for group in (UNITS, RESULTS, FINDINGS, OUTPUTS)}
        self.forgotten: set[str] = set()

    def owners(self, kind: str, key: str) -> list[str]:
        """Return the owners that a key links to, sorted."""
        group = LINKS[kind]
        changed = self.changed[group]
        below = () if group in self.forgotten else self._below.owners(kind, key)
        return sorted([*(owner for owner in below if owner not in changed), *self._links[kind].get(key, ())])

    def record(self, group: str, owner: str) -> Any:
        """Return what is recorded of an owner, or None."""
        changed = self.changed[group]
        return changed[owner] if owner in changed else self.below(group, owner)

    def records(self, group: str) -> Iterator[tuple[str, Any]]:
        """Yield every owner with its record."""
        changed = self.changed[group]
        if group not in self.forgotten:
            yield from ((owner, body) for owner, body in self._below.records(group) if owner not in changed)
        yield from ((owner, body) for owner, body in changed.items() if body is not None)

    def put(self, group: str, owner: str, body: Any) -> None:
        """Replace the record of an owner and its links; None forgets it."""
        before = self.changed[group].get(owner)
        for kind, held in LINKS.items():
            if held == group:
                links = self._links[kind]
                for key in _keys(before, kind):
                    links[key].discard(owner)
                for key in _keys(body, kind):
                    links.setdefault(key, set()).add(owner)
        self.changed[group][owner] = body

    def below(self, group: str, owner: str) -> Any:
        """Return what was recorded of an owner before the overlay."""
        return None if group in self.forgotten else self._below.record(group, owner)

    def forget(self, *groups: str) -> None:
        """Leave what lies below out of these groups."""
        self.forgotten.update(groups)


def _keys(body: Any, kind: str) -> Iterable[str]:
    return () if body is None else body.get(kind, ())


class Index:
    """Lookups in a state, each remembered by whoever asks for it."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._frames: list[set[str] | None] = []

    def paths(self, key: str) -> list[str]:
        """Return the files that define a key, in order of their paths."""
        self.note(key)
        return [file_of(owner) for owner in self.state.owners("h", key)]

    def note(self, key: str) -> None:
        """Remember that the answer depends on this key."""
        if self._frames and self._frames[-1] is not None:
            self._frames[-1].add(key)

    def begin(self, *, quiet: bool = False) -> None:
        """Remember what is looked up from here on, until `end`; quiet: nobody asks."""
        self._frames.append(None if quiet else set())

    def end(self) -> set[str]:
        """Return what was looked up since the last `begin`."""
        return self._frames.pop() or set()

    def note_all(self, keys: Iterable[str]) -> None:
        """Remember that the answer depends on all of these."""
        if self._frames and self._frames[-1] is not None:
            self._frames[-1].update(keys)


def owner_of(package: str, path: str, root: str) -> str:
    """Return the owner under which a file of a package is recorded; `root` is the project's own package."""
    return path if package == root else f"{package}//{path}"


def file_of(owner: str) -> str:
    """Return the path of the file that an owner of the group of units is: `pkg//macros/a.sql` in a package."""
    return owner.rpartition("//")[2]


def defined_test(key: str) -> tuple[str, str] | None:
    """Return package and name of the generic test that a key of a definition stands for, or None."""
    package, mark, name = key.partition(_TEST)
    return (package, name) if mark else None

"""What happened to locks and to what guards them between the base and the head: the subject of rules over a range.

Nothing of the head has a say in what these rules report, or in whether they run: what counts is what the base asks for,
and the head where it asks for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.lock import LOCKED, History, as_read_now, obscured, renamed_from
from ringfence.domain.lockdiff import differences
from ringfence.domain.logic import HIDDEN, Logic, moved
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.permit import Permits
from ringfence.domain.place import Place
from ringfence.domain.settings import CHANGE_CLASSES

if TYPE_CHECKING:
    import datetime
    from collections.abc import Container, Mapping

    from ringfence.domain.codeowners import Line
    from ringfence.domain.document import Item
    from ringfence.domain.lock import Lock
    from ringfence.domain.policy import Loosened
    from ringfence.domain.settings import LockSettings

_HIDDEN = Unknown("a lock does not know it")


class Move(NamedTuple):
    """A lock whose file differs: what the base had of it, under its old names too, and what the head has.

    `there` says that the head has something in its place that is no lock, or does not judge its project.
    """

    label: str
    path: str
    before: tuple[Lock, ...]
    after: Lock | None
    there: bool
    adapter: str | None = None

    @property
    def live(self) -> Lock | None:
        """The lock as the base held it fast, or None where it did not."""
        return next((lock for lock in self.before if not lock.released), None)

    @property
    def left(self) -> list[str]:
        """The paths that the lock had at the base and has no more: under its old names, or with another suffix."""
        return [lock.path for lock in self.before if self.after is not None and lock.path != self.after.path]

    @property
    def lost(self) -> list[History]:
        """The entries of the base's history that the head's has not; in which order they stand does not matter."""
        kept = set(self.after.history if self.after is not None else ())
        return [entry for lock in self.before for entry in lock.history if entry not in kept]

    @property
    def added(self) -> list[History]:
        """The entries of the head's history that the base's has not."""
        known = {entry for lock in self.before for entry in lock.history}
        return [entry for entry in (self.after.history if self.after is not None else ()) if entry not in known]

    @property
    def settling(self) -> list[History]:
        """The added entries that change what was locked; taking a lock where there was none needs nobody's leave."""
        return [entry for entry in self.added if self.live is not None or entry.what != LOCKED]

    def exempt(self, entry: History, days: int) -> bool:
        """Return whether an entry is an emergency: short, and none on top of another."""
        return bool(entry.expires) and short(entry, days) and not any(one.emergency for one in self.before)

    @property
    def owed(self) -> str | None:
        """The class of what changed in the lock, whatever its history says; None where nothing did."""
        old, new = self.live, self.after
        if old is None or new is None:
            return None
        found = [one.change_class for one in differences(old.interface, as_read_now(old, new.interface), self.adapter)]
        weaker = new.released or (old.guard == "logic" and new.guard != "logic")
        if weaker or obscured(old, new.interface) or (old.guard == new.guard == "logic" and moved(old.logic, _of(new))):
            found.append("breaking")
        return max(found, key=CHANGE_CLASSES.index, default=None)


class Side(NamedTuple):
    """One end of a range: the files that guard locks. `owners` is the CODEOWNERS that counts, with its path.

    `hooks` are configurations of hooks by path, None for one that cannot be read.
    """

    owners: tuple[str, tuple[Line, ...]] | None = None
    hooks: Mapping[str, Item | None] = {}


class RangeSubject(NamedTuple):
    """A project over a range: what moved, what is asked for, what is permitted; `today` in UTC.

    `policy` is what base and head ask for together; `loosened` what the head asks for less, with its place; `owned` are
    the files that owners are asked for; `unread` says why the base's settings cannot be read; `since` is what git calls
    the base.
    """

    root: str
    moves: tuple[Move, ...]
    policy: LockSettings
    today: str
    permits: Permits = Permits()
    loosened: tuple[tuple[Loosened, Place], ...] = ()
    unread: str | None = None
    base: Side = Side()
    head: Side = Side()
    owned: tuple[str, ...] = ()
    since: str = "BASE"

    @property
    def name(self) -> str:
        """The folder of the project."""
        return self.root or "."

    @property
    def kind(self) -> str:
        """A range is of a project."""
        return "project"

    @property
    def path(self) -> str:
        """Where a sentence about the range points that nothing else places."""
        return "ringfence.yml"


def moves_of(
    before: Mapping[str, Lock], after: Mapping[str, Lock], there: Container[str], adapter: str | None = None
) -> tuple[Move, ...]:
    """Return what became of the locks that differ, by label.

    `there` are the labels of locks that can be read no more, though they were not deleted.
    """
    found = []
    taken = {old for lock in after.values() for old in renamed_from(lock) if old not in after}
    for label in sorted({*before, *after}):
        lock = after.get(label)
        if lock is None and label in taken:
            continue
        names = dict.fromkeys((label, *(renamed_from(lock) if lock is not None else ())))
        olds = tuple(before[name] for name in names if name in before and (name == label or name not in after))
        path = lock.path if lock is not None else before[label].path
        found.append(Move(label, path, olds, lock, label in there, adapter))
    return tuple(found)


def place_of(lock: Lock) -> Place:
    """Return where a lock says of which model it is."""
    return lock.places.get("", Place(lock.path))


def short(entry: History, days: int) -> bool:
    """Return whether an emergency ends within so many days of its beginning."""
    begins, ends = day_of(entry.date), day_of(entry.expires)
    return begins is not None and ends is not None and 0 <= (ends - begins).days <= days


def day_of(text: str) -> datetime.date | None:
    """Return the day that is written as YYYY-MM-DD, or None where none is."""
    import datetime

    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def milder(change_class: str, owed: str) -> bool:
    """Return whether a class weighs less than another; an unknown one weighs nothing."""
    if change_class not in CHANGE_CLASSES:
        return True
    return CHANGE_CLASSES.index(change_class) < CHANGE_CLASSES.index(owed)


def _of(lock: Lock) -> Logic:
    return Logic({part: _HIDDEN if value == HIDDEN else Known(value) for part, value in lock.logic.items()})

"""How the interface that a lock holds fast differs from the project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.columntype import relation, same_type
from ringfence.domain.lock import INHERITED, UNKNOWN
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfence.domain.lock import Interface, Shape

    Columns = Mapping[str, tuple[str, Shape]]

RENAMED = "renamed"
_TOLD = {"other": "another type"}
_ACCESS = ("private", "protected", "public")
# What may be taken from a model without breaking who reads it: nobody joins on it, nobody relies on a value for it.
_RELAXED = frozenset({"check", "foreign_key", "custom"})


class Difference(NamedTuple):
    """One thing that differs between a lock and the project: a setting, or a column (`field` is `column`).

    `how` says more of a column: its type is `widened`, `narrowed` or `another type`, or it looks `renamed`, from the
    name that the lock has to `now`.
    """

    field: str
    column: str | None
    old: str | None
    new: str | None
    how: str = ""
    now: str | None = None

    @property
    def change_class(self) -> str:
        """non-breaking, breaking or critical, by the table in the documentation of locks."""
        if self.field in ("unique_key", "tags", INHERITED) or "primary_key" in f"{self.old} {self.new}":
            return "critical"
        if self.field == "group" or (self.field == "column" and self.old is None):
            return "non-breaking"
        if self.field == "contract" and self.new == "enforced":
            return "non-breaking"
        return "non-breaking" if self._opened or self._relaxed else "breaking"

    @property
    def _opened(self) -> bool:
        """Whether more models may read it than before. Without access a model is protected."""
        if self.field != "access":
            return False
        old, new = (_ACCESS.index(one) if one in _ACCESS else 1 for one in (self.old, self.new))
        return old < new

    @property
    def _relaxed(self) -> bool:
        """Whether constraints were taken away and nothing else, and only such as promise nothing to readers."""
        if self.field not in ("column", "constraints", "expressions") or self.how == RENAMED:
            return False
        lost, gained = _pieces(self.old) - _pieces(self.new), _pieces(self.new) - _pieces(self.old)
        gone = self.new is not None or self.field != "column"
        return gone and not gained and {_kind(self.field, one) for one in lost} <= _RELAXED

    @property
    def what(self) -> str:
        """`amount: integer -> bigint (widened)`, as the history records it."""
        if self.how == RENAMED:
            return f"{self.column}: {self.old}, looks renamed to {self.now}"
        told = f" ({self.how})" if self.how else ""
        return f"{self.column or self.field}: {self.old or '(none)'} -> {self.new or '(none)'}{told}"


def differences(lock: Interface, current: Interface, adapter: str | None = None) -> list[Difference]:
    """Return what differs, settings first, then columns in the lock's order. What is unknown now is not compared.

    Types are compared as the adapter's engine means them.
    """
    found = []
    for field in sorted({*lock.settings, *current.settings}):
        old, new = lock.settings.get(field), current.settings.get(field)
        if old != new and field not in current.unknown and not (field == INHERITED and _fewer(old, new)):
            found.append(Difference(field, None, old, new))
    return found if "columns" in current.unknown else [*found, *_of_columns(lock, current, adapter)]


def _fewer(old: str | None, new: str | None) -> bool:
    """Return whether tags that were inherited stand at the model now, or are gone, and no more came."""
    return {*(new or "").split(", ")} <= {*(old or "").split(", "), ""}


def _of_columns(lock: Interface, current: Interface, adapter: str | None) -> list[Difference]:
    found = []
    before = {name.lower(): (name, shape) for name, shape in lock.columns.items()}
    after = {name.lower(): (name, shape) for name, shape in current.columns.items()}
    renamed = _renamed(before, after, adapter)
    for key in [*before, *(key for key in after if key not in before)]:
        name, old_shape = before.get(key, ("", None))
        now, new_shape = after.get(key, ("", None))
        if renamed is not None and key in renamed:
            if key == renamed[0]:
                to = after[renamed[1]]
                found.append(Difference("column", name, str(old_shape), str(to[1]), RENAMED, to[0]))
            continue
        if new_shape is not None and f"column {key}" in current.unknown:
            # its constraints are known all the same, and that it came
            new_shape = new_shape._replace(data_type=UNKNOWN if old_shape is None else old_shape.data_type)
        if old_shape is None or new_shape is None:
            found.append(Difference("column", name or now, _text(old_shape), _text(new_shape)))
            continue
        how = _stands(old_shape, new_shape, adapter)
        if how != "same" or old_shape.constraints != new_shape.constraints:
            told = "" if how == "same" else _TOLD.get(how, how)
            found.append(Difference("column", name, str(old_shape), str(new_shape), told))
    return found


def _renamed(before: Columns, after: Columns, adapter: str | None) -> tuple[str, str] | None:
    """Return the old and the new key of a column that looks renamed: the only one that went, and one came of its type.

    Both stand at the same place. Where several came and went, which is which would be a guess.
    """
    gone = [key for key in before if key not in after]
    come = [key for key in after if key not in before]
    if len(gone) != 1 or len(come) != 1 or list(before).index(gone[0]) != list(after).index(come[0]):
        return None
    old, new = before[gone[0]][1].data_type, after[come[0]][1].data_type
    return (gone[0], come[0]) if old is not None and same_type(old, new, adapter) else None


def _stands(old: Shape, new: Shape, adapter: str | None) -> str:
    """Return how the types of two shapes stand to each other; empty where it cannot be told, though they differ."""
    if old.data_type is None or new.data_type is None:
        return "same" if old.data_type is new.data_type else ""
    return relation(old.data_type, new.data_type, adapter) or ""


def _text(shape: Shape | None) -> str | None:
    return None if shape is None else str(shape)


def _pieces(text: str | None) -> frozenset[str]:
    """Return a type and its constraints, or the constraints of a model, one by one."""
    return frozenset((text or "").replace("; ", ", ").split(", ")) - {""}


def _kind(field: str, piece: str) -> str:
    """Return the constraint that a piece names: `check` for `check() a > 0` and for `amount: check amount > 0`."""
    if field == "expressions":
        piece = piece.partition(": ")[2]
    return piece.partition("(")[0].partition(" ")[0]

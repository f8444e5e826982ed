"""How the interface that a lock holds fast differs from the project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.columntype import same_type
from ringfence.domain.lock import UNKNOWN
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from ringfence.domain.lock import Interface, Shape


class Difference(NamedTuple):
    """One thing that differs between a lock and the project: a setting, or a column (`field` is `column`)."""

    field: str
    column: str | None
    old: str | None
    new: str | None

    @property
    def change_class(self) -> str:
        """non-breaking, breaking or critical, by the table in the documentation of locks."""
        if self.field in ("unique_key", "tags") or "primary_key" in f"{self.old} {self.new}":
            return "critical"
        if self.field == "group" or (self.field == "column" and self.old is None):
            return "non-breaking"
        if self.field == "contract" and self.new == "enforced":
            return "non-breaking"
        return "breaking"

    @property
    def what(self) -> str:
        """`amount: integer -> decimal(18,2)`, as the history records it."""
        return f"{self.column or self.field}: {self.old or '(none)'} -> {self.new or '(none)'}"


def differences(lock: Interface, current: Interface) -> list[Difference]:
    """Return what differs, settings first, then columns in the lock's order. What is unknown now is not compared."""
    found = []
    for field in sorted({*lock.settings, *current.settings}):
        old, new = lock.settings.get(field), current.settings.get(field)
        if old != new and field not in current.unknown:
            found.append(Difference(field, None, old, new))
    if "columns" in current.unknown:
        return found
    before = {name.lower(): (name, shape) for name, shape in lock.columns.items()}
    after = {name.lower(): (name, shape) for name, shape in current.columns.items()}
    for key in [*before, *(key for key in after if key not in before)]:
        name, old_shape = before.get(key, ("", None))
        now, new_shape = after.get(key, ("", None))
        if new_shape is not None and f"column {key}" in current.unknown:
            # its constraints are known all the same, and that it came
            new_shape = new_shape._replace(data_type=UNKNOWN if old_shape is None else old_shape.data_type)
        if old_shape == new_shape or (old_shape and new_shape and _same(old_shape, new_shape)):
            continue
        old_text, new_text = (None if shape is None else str(shape) for shape in (old_shape, new_shape))
        found.append(Difference("column", name or now, old_text, new_text))
    return found


def _same(old: Shape, new: Shape) -> bool:
    return old.constraints == new.constraints and same_type(old.data_type, new.data_type)

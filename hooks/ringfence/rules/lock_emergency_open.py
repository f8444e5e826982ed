"""A change in an emergency is made good soon: until then it is a warning, and after its day it stops changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.lock import LockSubject
from ringfence.domain.place import Place
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report a lock whose last change was an emergency. What day it is, `old` is held against later (see policy)."""
    lock = subject.lock
    entry = lock.emergency if lock is not None else None
    if lock is None or entry is None:
        return
    yield Finding(
        f"the lock of model {lock.label} was changed in an emergency on {entry.date} ({entry.reason}), to be settled "
        f"by {entry.expires}",
        lock.places.get("", Place(lock.path)),
        Subject("model", lock.label, key=f"model.{project.name}.{lock.label}"),
        f'make it good or undo it, then type: ringfence lock update {lock.label} --reason "WHY"',
        old=entry.expires,
        new="open",
    )


RULE = Rule(
    code="RF119",
    name="lock-emergency-open",
    level="lock",
    summary="A lock was changed in an emergency that nothing has settled",
    severity="error",
    check=check,
)

"""What a lock holds is what its history recorded last: whoever writes the one without the other is seen."""

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
    """Report a lock, or a tombstone, that is not as its last entry sealed it; one without history as well."""
    lock = subject.lock
    if lock is None or not lock.edited:
        return
    how = "says nothing of how it came about" if not lock.history else "holds what its history does not record"
    fix = (
        f"restore it from git; where it was meant (or two branches met), type: ringfence lock update {lock.label} "
        '--reason "WHY"'
    )
    yield Finding(
        f"the lock of model {lock.label} was edited by hand: it {how}",
        lock.places.get("", Place(lock.path)),
        Subject("model", lock.label, key=f"model.{project.name}.{lock.label}"),
        fix,
        old=lock.history[-1].seal if lock.history else None,
        new=lock.seal,
    )


RULE = Rule(
    code="RF111",
    name="lock-edited-by-hand",
    level="lock",
    summary="A lock file holds what its history does not record",
    severity="error",
    check=check,
)

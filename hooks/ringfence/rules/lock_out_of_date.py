"""A lock that no longer holds the logic of its model, since before this change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.lock import LockSubject, guard_of
from ringfence.domain.logic import incomparable, moved, since
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report a lock whose logic moved before the base, and one whose fingerprints another version made."""
    if subject.held is None:
        return
    node, lock = subject.held
    if lock.guard != "logic" or guard_of(node, lock, subject.settings, project) != "logic":
        return
    now = project.logic(node.key)
    found = moved(lock.logic, now)
    same_lock = subject.base_lock is not None and subject.base_lock.logic == lock.logic
    if subject.earlier is not None and same_lock and found:
        if since(found, subject.earlier.logic(node.key), now):
            return
        told = f"its logic moved before this change: {', '.join(one.what for one in found)}"
    elif not found and (anew := incomparable(lock.logic, now)):
        told = f"another version of ringfence made the fingerprints of {', '.join(anew)}"
    else:
        return
    yield Finding(
        f"the lock of model {lock.label} is out of date: {told}",
        lock.places.get("", node.place),
        Subject("model", lock.label, key=f"{node.key}#logic"),
        f'type: ringfence lock update {lock.label} --reason "WHY"',
        old="locked",
        new="out of date",
    )


RULE = Rule(
    code="RF109",
    name="lock-out-of-date",
    level="lock",
    summary="A lock no longer holds the logic of its model, since before this change",
    severity="warning",
    check=check,
)

"""A locked model is gone or disabled while its lock still stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.lock import LockSubject
from ringfence.domain.node import Identity, Ref
from ringfence.domain.pairs import still_reading
from ringfence.domain.place import Place
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report a lock whose model does not exist or is disabled, unless the lock was released."""
    lock, node = subject.lock, subject.node
    if lock is None or lock.released or (node is not None and known(node.enabled)):
        return
    name, _, version = lock.label.rpartition(".v") if ".v" in lock.label else (lock.label, "", None)
    if node is None:
        known(project.find(Ref(None, name, version)))  # undecided where a file that cannot be read may hold it
    state = "was deleted" if node is None else "was disabled"
    identity = Identity("model", project.name, name, version)
    who = still_reading(identity, project)
    told = f"; still named by {', '.join(who[:5])}" if who else ""
    gone = lock.places.get("", Place(lock.path))
    place = gone if node is None else node.enabled.place or node.place
    yield Finding(
        f"locked model {lock.label} {state}{told}",
        place,
        Subject("model", lock.label, key=identity.key),
        f'restore it, or type: ringfence lock release {lock.label} --reason "WHY"',
        old=lock.label,
        new="deleted" if node is None else "disabled",
    )


RULE = Rule(
    code="RF102",
    name="locked-model-removed",
    level="lock",
    summary="A locked model was deleted or disabled and its lock not released",
    severity="error",
    check=check,
)

"""What a lock holds and the sources no longer tell: an interface that nobody can see is not guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain import logic
from ringfence.domain.fact import Undecided, Unknown
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.lock import PRODUCED, LockSubject, interface_of, obscured
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ringfence.domain.lock import Lock
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project
    from ringfence.domain.settings import LockSettings


_SHOWN = 5


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report what the base tells of a locked model and the head does not. Raises Undecided where neither does."""
    if subject.held is None:
        return
    node, lock = subject.held
    hidden = _hidden(node, lock, subject.settings, project)
    if not hidden:
        return
    before = subject.earlier.node(node.key) if subject.earlier is not None else None
    known = _told(before, lock, subject)
    lost = [key for key in hidden if known is not None and not _open(key, known)]
    if not lost or node.hidden is not None:  # a file that cannot be read is a finding itself
        first = node.hidden if node.hidden is not None else next(iter(hidden.values()))
        raise Undecided(first.reason, first.place)
    reason = hidden[lost[0]]
    more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
    yield Finding(
        f"what locked model {lock.label} is can no longer be told from its sources: {', '.join(lost[:_SHOWN])}{more}: "
        f"{reason.reason}",
        reason.place or node.place,
        Subject("model", lock.label, key=f"{node.key}#{lost[0]}"),
        f'write it so that it can be read without a run, or type: ringfence lock update {lock.label} --reason "WHY"',
        old="known",
        new="unknown",
    )


def _hidden(node: Node, lock: Lock, settings: LockSettings, project: Project) -> dict[str, Unknown]:
    found: dict[str, Unknown] = dict(obscured(lock, interface_of(node, settings, project)))
    if lock.guard == "logic":
        found |= logic.obscured(lock.logic, project.logic(node.key))
    return found


def _open(key: str, known: Mapping[str, Unknown]) -> bool:
    """Return whether the base leaves something open: a column, where it does not tell which there are."""
    return key in known or (key.startswith("column ") and (PRODUCED in known or "columns" in known))


def _told(before: Node | None, lock: Lock, subject: LockSubject) -> Mapping[str, Unknown] | None:
    """Return what the base leaves open; None where nothing is known of it."""
    if before is None or subject.earlier is None:
        return None
    return _hidden(before, lock, subject.settings, subject.earlier)


RULE = Rule(
    code="RF107",
    name="locked-model-obscured",
    level="lock",
    summary="What a lock holds of its model can no longer be told from the sources",
    severity="error",
    check=check,
)

"""The logic of a locked model moved: its own SQL, or a macro, variable, seed or setting that it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.impact import reach
from ringfence.domain.lock import LockSubject, guard_of
from ringfence.domain.logic import Logic, Moved, moved, since
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.lock import Lock
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project

_SHOWN = 8


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report what moved the logic of a model since its lock was taken, unless it had moved before this change."""
    if subject.held is None:
        return
    node, lock = subject.held
    if guard_of(node, lock, subject.settings, project) != "logic":
        return
    if lock.guard != "logic":
        yield Finding(
            f"the logic of locked model {lock.label} is to be guarded and its lock does not hold it",
            node.place,
            Subject("model", lock.label, key=f"{node.key}#guard"),
            _fix(lock),
            lock.guard,
            "logic",
        )
        return
    now = project.logic(node.key)
    found = moved(lock.logic, now)
    before = _before(subject, node)
    if before is not None and not since(found, before, now):
        return
    if found:
        yield finding(found, node, lock, project)


def finding(found: list[Moved], node: Node, lock: Lock, project: Project) -> Finding:
    """Return the finding on the parts of a model's logic that moved, at the first that stands in the judged tree."""
    told = reach(node, project)
    causes = [one.what + (f" ({one.place.path}:{one.place.line})" if one.place is not None else "") for one in found]
    rest = f" and {len(causes) - _SHOWN} more parts" if len(causes) > _SHOWN else ""
    return Finding(
        f"the logic of locked model {lock.label} changed: {', '.join(causes[:_SHOWN])}{rest}{told}",
        next((one.place for one in found if one.place is not None), node.place),
        Subject("model", lock.label, key=f"{node.key}#logic"),
        _fix(lock),
        "; ".join(f"{one.part} {one.old or '(none)'}" for one in found),
        "; ".join(f"{one.part} {one.new or '(none)'}" for one in found),
    )


def _before(subject: LockSubject, node: Node) -> Logic | None:
    """Return the logic at the base, where the lock is the same there: what moved before counts as known."""
    lock, base = subject.lock, subject.base_lock
    if subject.earlier is None or lock is None or base is None or base.logic != lock.logic:
        return None
    return subject.earlier.logic(node.key)


def _fix(lock: Lock) -> str:
    return f'undo the change, or type: ringfence lock update {lock.label} --reason "WHY"'


RULE = Rule(
    code="RF108",
    name="locked-logic-changed",
    level="lock",
    summary="The logic of a locked model changed: its own SQL, or what it reaches",
    severity="error",
    check=check,
)

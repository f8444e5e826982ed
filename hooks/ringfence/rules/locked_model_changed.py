"""The interface of a locked model changed, and its lock does not say that somebody meant it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.impact import reach
from ringfence.domain.lock import INHERITED, READER, Lock, LockSubject, as_read_now, interface_of
from ringfence.domain.lockdiff import RENAMED, Difference, differences
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project

# These have rules of their own.
_ELSEWHERE = ("contract", "tags", INHERITED)


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report every difference between a lock and its model: old and new value, and who reads the model."""
    if subject.held is None:
        return
    node, lock = subject.held
    current = as_read_now(lock, interface_of(node, subject.settings, project))
    for difference in differences(lock.interface, current, project.adapter):
        if difference.field not in _ELSEWHERE or (difference.field == "contract" and difference.old is None):
            yield _finding(difference, node, lock, project)
    if lock.reader != READER:
        for difference in _inferred_otherwise(subject, node, project):
            yield _finding(difference, node, lock, project)


def _inferred_otherwise(subject: LockSubject, node: Node, project: Project) -> list[Difference]:
    """Return how inferred columns differ from those at the base: another reader wrote what the lock says of them.

    Raises Undecided where there is no base to compare with.
    """
    if subject.earlier is None:
        raise Undecided("another version of ringfence inferred its columns, and nothing of the base is at hand")
    before = subject.earlier.node(node.key)
    if before is None:
        return []
    old, new = (interface_of(one, subject.settings, held) for one, held in ((before, subject.earlier), (node, project)))
    inferred = {name for held in (old, new) for name, shape in held.columns.items() if shape.inferred}
    return [one for one in differences(old, new, project.adapter) if one.column in inferred]


def _finding(difference: Difference, node: Node, lock: Lock, project: Project) -> Finding:
    told = reach(node, project, difference.column)
    key = node.key if difference.column else f"{node.key}#{difference.field}"
    return Finding(
        f"locked model {lock.label} changed: {_what(difference)}{told}",
        _place(difference, node),
        Subject("model", lock.label, difference.column, key),
        f'undo the change, or type: ringfence lock update {lock.label} --reason "WHY"',
        difference.old,
        difference.new if difference.now is None else f"{difference.now}: {difference.new}",
    )


def _what(difference: Difference) -> str:
    what = f"column {difference.column}" if difference.column else difference.field
    if difference.how == RENAMED:
        now = "" if difference.old == difference.new else f", is now {difference.new}"
        return f"{what} ({difference.old}) looks renamed to {difference.now}{now}"
    how = f" ({difference.how})" if difference.how else ""
    return f"{what} was {difference.old or 'not there'}, is now {difference.new or 'gone'}{how}"


def _place(difference: Difference, node: Node) -> Place:
    """Return where the new value stands: the column, its type or constraint, the setting, else the model's entry."""
    if difference.column is not None:
        name = (difference.now or difference.column).lower()
        column = next((one for one in node.columns if one.name.lower() == name), None)
        if column is None:
            return node.place
        if difference.old is None or difference.now is not None:
            return column.place
        added = [item.place for item in column.constraints if item.type not in difference.old]
        return added[0] if added else column.data_type.place or column.place
    if difference.field == "constraints" and node.constraints:
        return node.constraints[0].place
    return node.config.get(difference.field).place or node.place


RULE = Rule(
    code="RF101",
    name="locked-model-changed",
    level="lock",
    summary="A locked model's interface differs from its lock file",
    severity="error",
    check=check,
)

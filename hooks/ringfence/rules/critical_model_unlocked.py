"""A critical model that anybody may change without noticing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.impact import listed
from ringfence.domain.lock import LockSubject
from ringfence.domain.pairs import readers
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report an enabled model that has one of the tags of lock.require and neither a lock nor a locking tag."""
    node = subject.node
    if node is None or (subject.lock is not None and not subject.lock.released) or not known(node.enabled):
        return
    tags = known(node.tags)
    if not tags & {*subject.settings.require} or tags & {*subject.settings.tags}:
        return
    # direct readers alone: a team that locks nothing yet has many of these, and each would rest on the whole graph
    who = readers(node, project)
    read = f"; read by {listed(who)}" if who else ""
    yield Finding(
        f"model {subject.label} is {' and '.join(sorted(tags & {*subject.settings.require}))} and not locked{read}",
        node.tags.place or node.place,
        Subject("model", subject.label, key=node.key),
        f"type: ringfence lock add {subject.label}",
        new="not locked",
    )


RULE = Rule(
    code="RF106",
    name="critical-model-unlocked",
    level="lock",
    summary="A critical model is not locked",
    severity="warning",
    check=check,
)

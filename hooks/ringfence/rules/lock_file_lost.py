"""Deleting the lock file would unlock the model; without a tombstone it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.impact import reach
from ringfence.domain.lock import LockSubject
from ringfence.domain.place import Place
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report a lock that the base has and the head has not, and a model tagged as locked that has no lock."""
    node, label = subject.node, subject.label
    if subject.lock is not None:
        return
    target = Subject("model", label, key=f"model.{project.name}.{label}")
    if subject.base_lock is not None and not subject.base_lock.released:
        read = "" if node is None else reach(node, project)
        yield Finding(
            f"the lock of model {label} was deleted: {subject.path}{read}",
            node.place if node is not None else Place(subject.path),
            target,
            f'restore it with git checkout, or type: ringfence lock release {label} --reason "WHY"',
            old="locked",
            new="deleted",
        )
    elif node is not None and known(node.enabled) and known(node.tags) & {*subject.settings.tags}:
        yield Finding(
            f"model {label} is tagged as locked and has no lock file{reach(node, project)}",
            node.tags.place or node.place,
            target,
            f"type: ringfence lock add {label}",
            new="no lock file",
        )


RULE = Rule(
    code="RF105",
    name="lock-file-lost",
    level="lock",
    summary="A lock file was deleted without a release, or a model tagged as locked never got one",
    severity="error",
    check=check,
)

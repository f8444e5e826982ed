"""A locked model whose contract was enforced and is not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.impact import reach
from ringfence.domain.lock import LockSubject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report the loss of an enforced contract that the lock records."""
    if subject.held is None:
        return
    node, lock = subject.held
    if lock.interface.settings.get("contract") == "enforced" and not known(node.contract):
        yield Finding(
            f"locked model {lock.label} lost its enforced contract{reach(node, project)}",
            node.contract.place or node.place,
            Subject("model", lock.label, key=node.key),
            f'set contract: {{enforced: true}} again, or type: ringfence lock update {lock.label} --reason "WHY"',
            old="enforced",
            new="none",
        )


RULE = Rule(
    code="RF104",
    name="locked-contract-lost",
    level="lock",
    summary="A locked model lost the enforced contract that its lock records",
    severity="error",
    check=check,
)

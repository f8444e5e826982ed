"""A model that others rely on promises nothing about its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def check(node: Node, _project: Project) -> Iterator[Finding]:
    """Report a selected model whose contract is not enforced. Python models cannot have one: dbt refuses it."""
    if node.language != "sql" or known(node.contract):
        return
    place = node.contract.place or node.place
    tags = sorted(known(node.tags) & {"critical", "locked"})
    why = f"is tagged {' and '.join(tags)} and " if tags else ""
    yield Finding(
        f"model {node.identity.label} {why}has no enforced contract",
        place,
        subject_of(node),
        f"add to {node.identity.name} in its properties file, under config: contract: {{enforced: true}}",
        old="enforced",
        new="none",
    )


RULE = Rule(
    code="RF201",
    name="contract-missing",
    level="node",
    summary="A critical or locked model has no enforced contract",
    severity="error",
    select="tag:critical tag:locked",
    check=check,
)

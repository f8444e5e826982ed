"""A critical model that nobody described."""

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
    """Report a selected model whose description is missing or blank."""
    if known(node.description).strip():
        return
    yield Finding(
        f"model {node.identity.label} has no description",
        node.place,
        subject_of(node),
        f"add below - name: {node.identity.name}: description: what one row is and who relies on it",
        new="no description",
    )


RULE = Rule(
    code="RF306",
    name="description-missing",
    level="node",
    summary="A critical model has no description",
    severity="warning",
    select="tag:critical",
    check=check,
)

"""A source table that nothing reads: it is documented, tested and paid for in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding
from ringfence.domain.node import ANY_SOURCE
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report a source table without a reader; where some file reads a table that only dbt can name, nothing is said."""
    table = node.identity.name.rpartition(".")[2]
    if project.children(node.key) or any(project.mentions(name) for name in (ANY_SOURCE, node.identity.name, table)):
        return
    yield Finding(
        f"{named(node)} is declared and nothing reads it",
        node.place,
        subject_of(node),
        "remove it, or read it with source()",
        new="no reader",
        evidence="static",
    )


RULE = Rule(
    code="RF343",
    name="source-unused",
    level="node",
    summary="A source table that no model, test, snapshot or exposure reads",
    severity="warning",
    kinds=("source",),
    enabled=False,
    check=check,
)

"""A model that no properties file speaks of: no description, no tests, no contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.edit import Edit, written
from ringfence.domain.fact import known
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def check(node: Node, _project: Project) -> Iterator[Finding]:
    """Report a node without an entry in any properties file."""
    if node.entry is not None:
        return
    if node.hidden is not None:
        known(node.hidden)
    kind = node.identity.kind
    yield Finding(
        f"{kind} {node.identity.label} has no entry in a properties file",
        node.place,
        subject_of(node),
        f"add under {kind}s: - name: {node.identity.name}",
        new="no entry",
        edits=(Edit("enter", node.place, f"name: {written(node.identity.name)}", f"{kind}s"),),
    )


RULE = Rule(
    code="RF340",
    name="model-without-entry",
    level="node",
    summary="A model has no entry in any properties file",
    severity="warning",
    fixable=True,
    enabled=False,
    check=check,
)

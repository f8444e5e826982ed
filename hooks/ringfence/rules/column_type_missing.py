"""A contract with an untyped column looks like a promise and fails at the next build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Unknown, known
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def check(node: Node, _project: Project) -> Iterator[Finding]:
    """Report every column without data_type under an enforced contract, and a contract without columns."""
    if not known(node.contract):
        return
    label = node.identity.label
    if not node.columns:
        yield Finding(
            f"model {label} enforces a contract and declares no columns",
            node.contract.place or node.place,
            subject_of(node),
            "list every column under columns: with name and data_type",
            new="no columns",
        )
    for column in sorted(node.columns, key=lambda one: isinstance(one.data_type, Unknown)):
        if not (known(column.data_type) or "").strip():
            yield Finding(
                f"column {column.name} of model {label} has no data_type, so its enforced contract cannot be built",
                column.place,
                subject_of(node, column.name),
                f"add below - name: {column.name}: data_type: TYPE",
                new="no data_type",
            )


RULE = Rule(
    code="RF202",
    name="column-type-missing",
    level="node",
    summary="A model with an enforced contract has a column without data_type, or no columns at all",
    severity="error",
    check=check,
)

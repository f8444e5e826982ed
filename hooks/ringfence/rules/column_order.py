"""Columns in another order than the SQL's: harmless, and harder to compare by eye."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ringfence.domain.columnnames import plain_name, produced
from ringfence.domain.described import body_of, counts_columns, own_key
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report the first declared column that stands behind one which the SQL gives later."""
    columns = produced(node)
    if columns is None:
        return
    at = {name.lower(): number for number, name in enumerate(columns.names)}
    known_ones = [
        (number, column)
        for column in node.columns
        if (number := at.get((plain_name(column.name) or column.name).lower())) is not None
    ]
    inorder = sorted(known_ones, key=lambda one: one[0])
    order = ", ".join(columns.names[number] for number, _ in inorder)
    for (before, earlier), (after, later) in pairwise(known_ones):
        if after < before:
            yield Finding(
                f"{named(node, later.name)} stands behind {earlier.name}, and {node.identity.label} gives it before",
                later.place,
                subject_of(node, later.name),
                f"order them as produced: {order}",
                new=later.name,
                evidence="static",
                edits=_edits(node, project, tuple(column.name for _, column in inorder)),
            )
            return


def _edits(node: Node, project: Project, names: tuple[str, ...]) -> tuple[Edit, ...]:
    """Return the reordering; under a contract dbt makes tables with the columns as they are listed."""
    body = body_of(node, project)
    key = own_key(body, "columns") if body is not None else None
    return () if key is None else (Edit("reorder", key.place, names=names, safe=not counts_columns(node)),)


RULE = Rule(
    code="RF342",
    name="column-order",
    level="node",
    summary="A properties entry lists columns in another order than the model produces them",
    severity="info",
    fixable=True,
    kinds=("model", "seed", "snapshot"),
    enabled=False,
    check=check,
)

"""A column that readers find in the warehouse and nowhere in the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.columnnames import plain_name, produced, spelled
from ringfence.domain.described import body_of, counts_columns
from ringfence.domain.edit import Edit, written
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report the produced columns that the node's entry does not list; a node without an entry is not judged."""
    columns = produced(node)
    if columns is None or node.entry is None:
        return
    listed = {(plain_name(column.name) or column.name).lower(): column.name for column in node.columns}
    order = [listed.get(one.lower(), spelled(one, node, project.adapter)) for one in columns.names]
    there = [number for number, one in enumerate(columns.names) if one.lower() in listed]
    for number, stored in enumerate(columns.names):
        name = spelled(stored, node, project.adapter)
        if name.lower() not in listed:
            yield Finding(
                f"{named(node, name)} is produced and stands in no properties file",
                node.entry,
                subject_of(node, name),
                f"add below columns: - name: {name}",
                new=name,
                evidence="static",
                edits=_edits(node, project, name, _around(order, there, number)),
            )


def _edits(node: Node, project: Project, name: str, order: tuple[str, ...]) -> tuple[Edit, ...]:
    """Return the insertion at the column's place in the SQL; under a contract a column without a type stops dbt."""
    body = body_of(node, project)
    if body is None:
        return ()
    safe = not counts_columns(node)
    return (Edit("insert", body.pairs[0][0].place, f"name: {written(name)}", "columns", order, safe),)


def _around(order: list[str], there: list[int], number: int) -> tuple[str, ...]:
    """Return a column among its neighbours: the last listed one before it, the one right before it, the next listed.

    The whole order with each of its columns would grow with the square of their number.
    """
    before = max((one for one in there if one < number), default=None)
    after = min((one for one in there if one > number), default=None)
    right_before = number - 1 if number else None
    numbers = sorted({one for one in (before, right_before, number, after) if one is not None})
    return tuple(order[one] for one in numbers)


RULE = Rule(
    code="RF341",
    name="column-undocumented",
    level="node",
    summary="A column that the model produces is missing in its properties entry",
    severity="warning",
    fixable=True,
    kinds=("model", "seed", "snapshot"),
    enabled=False,
    check=check,
)

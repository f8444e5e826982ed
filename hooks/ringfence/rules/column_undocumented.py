"""A column that readers find in the warehouse and nowhere in the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.columnnames import plain_name, produced
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
    order = tuple(listed.get(name.lower(), name) for name in columns.names)
    for name in columns.names:
        if name.lower() not in listed:
            yield Finding(
                f"{named(node, name)} is produced and stands in no properties file",
                node.entry,
                subject_of(node, name),
                f"add below columns: - name: {name}",
                new=name,
                evidence="static",
                edits=_edits(node, project, name, order),
            )


def _edits(node: Node, project: Project, name: str, order: tuple[str, ...]) -> tuple[Edit, ...]:
    """Return the insertion at the column's place in the SQL; under a contract a column without a type stops dbt."""
    body = body_of(node, project)
    if body is None:
        return ()
    safe = not counts_columns(node)
    return (Edit("insert", body.pairs[0][0].place, f"name: {written(name)}", "columns", order, safe),)


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

"""A data type that the warehouse does not know: under a contract the build fails, elsewhere readers are misled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.datatypes import OPEN, near_type, unknown_type
from ringfence.domain.edit import Edit
from ringfence.domain.fact import Known
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Column, Node
    from ringfence.domain.project import Project


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report every data_type of a name that the adapter's warehouse does not have."""
    adapter = project.adapter
    if adapter is None:
        return
    for column in node.columns:
        written = column.data_type.value if isinstance(column.data_type, Known) else None
        name = unknown_type(written, adapter) if written is not None else None
        if written is None or name is None:
            continue
        near = near_type(name, adapter)
        if near is None and adapter in OPEN:
            continue  # a type that somebody created
        yield Finding(
            f"{named(node, column.name)} has the data_type {written}, which {adapter} does not know"
            f"{f', did you mean {near}?' if near else ''}",
            column.data_type.place or column.place,
            subject_of(node, column.name),
            f"write {near}" if near else f"write a type of {adapter}",
            new=written,
            edits=_edits(column, written, name, near) if near else (),
        )


def _edits(column: Column, written: str, name: str, near: str) -> tuple[Edit, ...]:
    """Return the respelling of what is one letter away: the whole name, or its first word."""
    part = name if abs(len(name) - len(near)) <= 1 else name.split(maxsplit=1)[0]
    found = re.search(re.escape(part), written, re.IGNORECASE)
    if found is None:
        return ()
    meant = near.upper() if found[0].isupper() else near
    text = written[: found.start()] + meant + written[found.end() :]
    return (Edit("respell", column.data_type.place or column.place, text, written, safe=False),)


RULE = Rule(
    code="RF338",
    name="unknown-data-type",
    level="node",
    summary="A column's data_type is none that the adapter's warehouse knows",
    severity="warning",
    fixable=True,
    kinds=("model", "seed", "snapshot"),
    check=check,
)

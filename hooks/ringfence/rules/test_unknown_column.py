"""A test that asks for a column which is not there: it fails with an error every time it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.columnnames import Produced, produced
from ringfence.domain.document import Item, Scalar, Sequence
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.generictest import arguments_of, reference_of
from ringfence.domain.pairs import runs, tests_of
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of
from ringfence.domain.testcolumns import column_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node, Test
    from ringfence.domain.project import Project


def check(node: Node, _project: Project) -> Iterator[Finding]:
    """Report arguments of tests that name a column which the node does not produce."""
    columns = produced(node)
    if columns is None:
        return
    for test in tests_of(node):
        given = arguments_of(test) if runs(test) else {}
        for argument in column_arguments(*reference_of(test)):
            if argument in given:
                yield from _unknown(node, test, argument, given[argument][1], columns)


def _respelt(item: Scalar, near: str) -> Edit:
    return Edit("respell", item.place, near, item.text, safe=False)


def _unknown(node: Node, test: Test, argument: str, value: Item, columns: Produced) -> Iterator[Finding]:
    held = value.items if isinstance(value, Sequence) else [value]
    named_ones = {item.text.lower() for item in held if isinstance(item, Scalar)}
    for item in held:
        if isinstance(item, Scalar) and isinstance(item.value, str) and columns.lacks(item.text):
            near = columns.meant(item.text)
            meant = f", did you mean {near}?" if near else ""
            yield Finding(
                f"{named(node, test.column)}: {argument} of test {test.label} names {item.text}, which "
                f"{node.identity.label} does not produce{meant}",
                item.place,
                subject_of(node, item.text),
                f"write {near}" if near else f"name one of: {', '.join(columns.names)}",
                new=f"{test.label}.{argument}",
                evidence="static",
                edits=() if near is None or near.lower() in named_ones else (_respelt(item, near),),
            )


RULE = Rule(
    code="RF332",
    name="test-unknown-column",
    level="node",
    summary="A test's argument names a column that the model does not produce",
    severity="error",
    fixable=True,
    kinds=("model", "seed", "snapshot"),
    check=check,
)

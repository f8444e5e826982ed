"""A relationship to what is not there: to a missing model dbt never runs the test, over a missing field it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.calls import target_of
from ringfence.domain.columnnames import certain_columns
from ringfence.domain.document import Scalar
from ringfence.domain.fact import Unknown, known
from ringfence.domain.finding import Finding
from ringfence.domain.generictest import arguments_of, reference_of
from ringfence.domain.names import did_you_mean
from ringfence.domain.node import Ref
from ringfence.domain.pairs import present, runs, tests_of
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Node, SourceRef, Test
    from ringfence.domain.project import Project

# Tests of dbt and of dbt_utils that compare a column with `field` of `to`.
_TESTS = frozenset(
    {
        ("relationships", None),
        ("relationships", "dbt"),
        ("relationships_where", "dbt_utils"),
        ("cardinality_equality", "dbt_utils"),
    }
)


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report targets that do not exist, and fields that a target is known not to have."""
    found: list[tuple[Test, Item, Ref | SourceRef, Fact[Node | None]]] = []
    for test in tests_of(node):
        to = arguments_of(test).get("to") if runs(test) and reference_of(test) in _TESTS else None
        target = target_of(to[1].text) if to is not None and isinstance(to[1], Scalar) else None
        if to is not None and target is not None:
            read = project.find(target) if isinstance(target, Ref) else project.find_source(target)
            found.append((test, to[1], target, read))
    for test, at, target, fact in sorted(found, key=lambda one: isinstance(one[3], Unknown)):
        read_node = known(fact)
        if read_node is None:
            yield _missing(node, test, at, target, project)
        elif present(read_node) is not None:  # of a disabled target dbt leaves the test out, as it is meant to be
            yield from _field(node, test, read_node)


def _missing(node: Node, test: Test, at: Item, target: Ref | SourceRef, project: Project) -> Finding:
    if isinstance(target, Ref):
        name = target.name if target.version is None else f"{target.name}.v{target.version}"
        meant = did_you_mean(target.name, project.names("model", "seed", "snapshot")) if target.version is None else ""
    else:
        name = f"{target.source}.{target.table}"
        meant = did_you_mean(name, project.names("source"))
    about = f"{named(node, test.column)}: test {test.label}"
    return Finding(
        f"{about} points to {name}, which does not exist, so dbt never runs it{meant}",
        at.place,
        subject_of(node, test.column),
        f"write {meant.removeprefix(', did you mean ').rstrip('?')}"
        if meant
        else f"restore {name}, or remove the test",
        new=name,
        evidence="static",
    )


def _field(node: Node, test: Test, target: Node) -> Iterator[Finding]:
    columns, field = certain_columns(target), arguments_of(test).get("field")
    if columns is None or field is None or not isinstance(field[1], Scalar) or not columns.lacks(field[1].text):
        return
    written, near = field[1].text, columns.meant(field[1].text)
    yield Finding(
        f"{named(node, test.column)}: test {test.label} compares with {written} of {target.identity.label}, "
        f"which has no such column{f', did you mean {near}?' if near else ''}",
        field[1].place,
        subject_of(node, test.column),
        f"write {near}" if near else f"name one of: {', '.join(columns.names)}",
        new=f"{target.identity.label}.{written}",
        evidence="static",
    )


RULE = Rule(
    code="RF333",
    name="relationships-target",
    level="node",
    summary="A relationships test points to a model, source or field that does not exist",
    severity="error",
    kinds=("model", "seed", "snapshot", "source"),
    check=check,
)

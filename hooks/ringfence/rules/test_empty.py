"""A test that can never fail: it looks like protection and is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.calls import target_of
from ringfence.domain.document import Mapping, Scalar, Sequence, mappings_of
from ringfence.domain.fact import Known
from ringfence.domain.finding import Finding
from ringfence.domain.generictest import arguments_of, reference_of, settings_of
from ringfence.domain.node import Ref
from ringfence.domain.pairs import runs, tests_of
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.node import Node, Test
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project

_TRUE = re.compile(r"\s*(?:true|1\s*=\s*1|\(\s*true\s*\))\s*", re.IGNORECASE)
_FALSE = re.compile(r"\s*(?:false|1\s*=\s*0|0\s*=\s*1|1\s*=\s*2|1\s*!=\s*1|1\s*<>\s*1)\s*", re.IGNORECASE)


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report generic tests and unit tests that pass whatever the data and the model are."""
    if node.identity.kind == "unit_test":
        for entry in project.declared("unit_test", node.identity.name):
            yield from _unit_test(node, entry.body)
        return
    for test in tests_of(node):
        if runs(test):
            yield from _settings(node, test)
            yield from _arguments(node, test, project)


def _unit_test(node: Node, body: Mapping) -> Iterator[Finding]:
    expect = body.get("expect")
    rows = [one.get("rows") for one in (*mappings_of(body.get("given")), expect) if isinstance(one, Mapping)]
    if isinstance(expect, Mapping) and all(isinstance(one, Sequence) and not one.items for one in rows):
        at = body.key("expect")
        yield Finding(
            f"unit test {node.identity.name} gives no rows and expects none: nearly every query passes it",
            node.place if at is None else at.place,
            subject_of(node),
            "give it rows, or remove it",
            new="no rows",
        )


def _settings(node: Node, test: Test) -> Iterator[Finding]:
    settings = settings_of(test)
    where = _scalar(settings.get("where"))
    if where is not None and isinstance(where.value, str) and _FALSE.fullmatch(where.text):
        yield _finding(
            node, test, where.place, f"has where: {where.text.strip()}, and looks at no row", "correct where"
        )
    limit = _scalar(settings.get("limit"))
    if limit is not None and limit.text == "0":
        yield _finding(node, test, limit.place, "has limit: 0, and counts no failure", "remove limit")


def _arguments(node: Node, test: Test, project: Project) -> Iterator[Finding]:
    given = arguments_of(test)
    reference = reference_of(test)
    if reference in (("relationships", None), ("relationships", "dbt")):
        field = _scalar(given.get("field"))
        if field is not None and field.text == test.column and _is(node, _scalar(given.get("to")), project):
            yield _finding(node, test, test.place, "compares the column with itself", "point it to another model")
    elif reference in (("equality", "dbt_utils"), ("equal_rowcount", "dbt_utils")):
        if _is(node, _scalar(given.get("compare_model")), project):
            yield _finding(node, test, test.place, "compares the model with itself", "point it to another model")
    elif reference == ("expression_is_true", "dbt_utils") and test.column is None:
        expression = _scalar(given.get("expression"))
        if expression is not None and _TRUE.fullmatch(expression.text):
            problem = f"asks whether {expression.text.strip()}, which is always so"
            yield _finding(node, test, expression.place, problem, "write a condition on the columns")
    elif reference == ("accepted_range", "dbt_utils") and not {"min_value", "max_value"} & given.keys():
        yield _finding(node, test, test.place, "has neither min_value nor max_value", "add min_value: or max_value:")
    elif reference == ("unique_combination_of_columns", "dbt_utils"):
        columns = given.get("combination_of_columns")
        if columns is not None and isinstance(columns[1], Sequence) and not columns[1].items:
            yield _finding(node, test, columns[0].place, "names no column", "name the columns of the key")


def _scalar(pair: tuple[Scalar, Item] | None) -> Scalar | None:
    return pair[1] if pair is not None and isinstance(pair[1], Scalar) else None


def _is(node: Node, written: Scalar | None, project: Project) -> bool:
    """Return whether a text is a reference to the node itself, for certain."""
    target = target_of(written.text) if written is not None else None
    if target is None:
        return False
    found = project.find(target) if isinstance(target, Ref) else project.find_source(target)
    return isinstance(found, Known) and found.value is not None and found.value.key == node.key


def _finding(node: Node, test: Test, place: Place, problem: str, fix: str) -> Finding:
    subject = subject_of(node, test.column)
    message = f"{named(node, test.column)}: test {test.label} {problem}"
    return Finding(message, place, subject._replace(key=f"{subject.key}#{test.label}"), fix, new=problem)


RULE = Rule(
    code="RF335",
    name="test-empty",
    level="node",
    summary="A test can never fail: it looks at no row, compares something with itself, or asks for nothing",
    severity="warning",
    kinds=("model", "seed", "snapshot", "source", "unit_test"),
    check=check,
)

"""A test called with what it does not take, or without what it cannot do without: dbt stops, or the SQL is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known
from ringfence.domain.finding import Finding
from ringfence.domain.generictest import NOT_ARGUMENTS, arguments_of, reference_of
from ringfence.domain.names import nearest
from ringfence.domain.pairs import runs, tests_of
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.generictest import GenericTest
    from ringfence.domain.node import Node, Test
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project

# What a test does without an argument, only its body tells: some ask whether it was given. Those of dbt_utils write
# these into their SQL (dbt-labs/dbt-utils at 700764c), as all of dbt's own do.
_NEEDED_BY_DBT_UTILS = frozenset(
    {
        *("column_name", "combination_of_columns", "compare_model", "datepart", "expression", "field", "interval"),
        *("lower_bound_column", "to", "upper_bound_column", "values"),
    }
)


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report wrong and missing arguments of the tests whose definition can be seen; unknown-test tells of the rest."""
    for test in tests_of(node):
        definition = project.generic_test(*reference_of(test)) if runs(test) else None
        if isinstance(definition, Known) and definition.value is not None:
            yield from _wrong(node, test, definition.value)


def _wrong(node: Node, test: Test, definition: GenericTest) -> Iterator[Finding]:
    given = arguments_of(test)
    about = f"{named(node, test.column)}: test {test.label}"
    if not definition.open:
        yield from _unknown(node, test, definition)
        if test.column is not None and "column_name" not in definition.parameters:
            message = f"{about} stands on a column and takes no column_name"
            fix = f"move it to data_tests: of the {node.identity.kind}"
            yield _finding(node, test, test.place, message, fix, "column_name")
    if "model" in given:
        message = f"{about} is given model, which dbt fills in itself"
        yield _finding(node, test, given["model"][0].place, message, "remove model", "model")
    else:
        needed = _needed(definition)
        there = {"model", *given, *(["column_name"] if test.column is not None else [])}
        for missing in [one for one in definition.parameters if one in needed - there]:
            fix = f"add {missing}: ..."
            if missing == "column_name":
                fix = "move it below the column, or add column_name: ..."
            yield _finding(node, test, test.place, f"{about} needs {missing}", fix, f"no {missing}")


def _needed(definition: GenericTest) -> frozenset[str]:
    """Return the parameters without which a test makes SQL that no warehouse reads."""
    if definition.package == "dbt_utils":
        return definition.required & _NEEDED_BY_DBT_UTILS
    return definition.required if definition.package == "dbt" else frozenset()


def _unknown(node: Node, test: Test, definition: GenericTest) -> Iterator[Finding]:
    given = arguments_of(test)
    taken = [one for one in definition.parameters if one != "model" and one not in given]
    for name, (key, _) in given.items():
        if name == "model" or name in definition.parameters:
            continue
        near = nearest(name, taken) or nearest(name, sorted(NOT_ARGUMENTS))
        meant = f", did you mean {near}?" if near else ""
        message = f"{named(node, test.column)}: test {test.label} takes no argument {name}{meant}"
        every = ", ".join(one for one in definition.parameters if one != "model") or "none"
        fix = f"rename it to {near}" if near else f"remove it; {test.label} takes: {every}"
        yield _finding(node, test, key.place, message, fix, name)


def _finding(node: Node, test: Test, place: Place, message: str, fix: str, new: str) -> Finding:
    subject = subject_of(node, test.column)
    keyed = subject._replace(key=f"{subject.key}#{test.label}")
    return Finding(message, place, keyed, fix, new=new, evidence="static")


RULE = Rule(
    code="RF331",
    name="test-argument",
    level="node",
    summary="A generic test is given an argument that it does not take, or lacks one that it needs",
    severity="error",
    kinds=("model", "seed", "snapshot", "source"),
    check=check,
)

"""A test that nothing defines: dbt parses it without a word, and stops when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.edit import Edit
from ringfence.domain.fact import Unknown, known
from ringfence.domain.finding import Finding
from ringfence.domain.generictest import reference_of
from ringfence.domain.names import nearest
from ringfence.domain.packagetests import PACKAGE_TESTS
from ringfence.domain.pairs import runs, tests_of
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node, Test
    from ringfence.domain.project import Project


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report every test that neither dbt, the project nor an installed package defines."""
    found = [(test, project.generic_test(*reference_of(test))) for test in tests_of(node) if runs(test)]
    for test, definition in sorted(found, key=lambda one: isinstance(one[1], Unknown)):
        if known(definition) is None:
            yield _finding(node, test, project)


def _finding(node: Node, test: Test, project: Project) -> Finding:
    every = list(project.generic_tests())
    near = _meant(test, every)
    meant = f", did you mean {near}?" if near else ""
    return Finding(
        f"{named(node, test.column)} is tested with {test.label}, {_reason(test, project, every)}{meant}",
        test.place,
        subject_of(node, test.column),
        _fix(test, near, every),
        new=test.label,
        evidence="static",
        edits=(Edit("respell", test.place, near, test.label, safe=False),) if near in every else (),
    )


def _reason(test: Test, project: Project, every: list[str]) -> str:
    owner = test.namespace
    if owner is None:
        return "which neither dbt nor this project defines"
    if owner in (project.name, "dbt") or any(name.startswith(f"{owner}.") for name in every):
        return f"which {owner} does not define"
    return f"but no package {owner} is installed"


def _fix(test: Test, near: str | None, every: list[str]) -> str:
    package = (near or test.label).partition(".")[0]
    adding = f"add {package} to packages.yml" if package in PACKAGE_TESTS and near not in every else ""
    writing = f"write {near}" if near else ""
    both = " and ".join(part for part in (writing, adding) if part)
    return both or "define it in tests/generic, or remove it"


def _meant(test: Test, every: list[str]) -> str | None:
    """Return what the project can name that is a typing mistake away, else a well-known package's test, else None."""
    known_ones = [f"{package}.{name}" for package, names in PACKAGE_TESTS.items() for name in names]
    if test.label in known_ones:
        return None
    same = [name for name in (*every, *known_ones) if name.rpartition(".")[2] == test.name]
    return same[0] if same else nearest(test.label, every) or nearest(test.label, known_ones)


RULE = Rule(
    code="RF330",
    name="unknown-test",
    level="node",
    summary="A generic test that neither dbt, the project nor an installed package defines",
    severity="error",
    fixable=True,
    kinds=("model", "seed", "snapshot", "source"),
    check=check,
)

"""An experiment asks how two sides differ: without a test that compares, nobody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.calls import target_of
from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.impact import listed
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import FlagSubject
    from ringfence.domain.node import Node, Test
    from ringfence.domain.project import Project


# Tests of two relations that say nothing of how rows compare.
_NO_COMPARISON = frozenset({"relationships", "relationships_where"})


def check(subject: FlagSubject, project: Project) -> Iterator[Finding]:
    """Report an experiment when no model that asks for it has a test that names another relation.

    Generic tests with an argument `ref(...)` or `source(...)` compare, and tests in files of their own that read the
    model and something else.
    """
    flag = subject.flag
    if flag.type != "experiment" or not subject.uses:
        return
    if subject.unseen is not None:
        raise Undecided(subject.unseen.reason, subject.unseen.place)
    keys = sorted({key for use in subject.uses for key in use.nodes if key.startswith("model.")})
    nodes = [node for key in keys if (node := project.whole(key)) is not None]
    if not nodes or any(_compared(node, project) for node in nodes):
        return
    names = listed([key.split(".", 2)[2] for key in keys])
    yield Finding(
        f"the flag {flag.name} is an experiment, and no test compares what it changes ({names}) with another relation",
        subject.place,
        Subject("flag", flag.name, key=f"flag.{project.name}.{flag.name}"),
        "add to one of them: data_tests: [{ringfence.row_count_within: {compare_to: ref('...')}}]",
        new="no comparison",
    )


def _compared(node: Node, project: Project) -> bool:
    tests = [*node.tests, *(test for column in node.columns for test in column.tests)]
    if any(_names_another(test) for test in tests if test.name not in _NO_COMPARISON):
        return True
    singular = (project.node(child) for child in project.children(node.key) if child.startswith("test."))
    return any(test is not None and len(test.refs_at) + len(test.sources_at) > 1 for test in singular)


def _names_another(test: Test) -> bool:
    texts = [value for value in test.arguments.values() if isinstance(value, str)]
    return any(target_of(text) is not None for text in texts)


RULE = Rule(
    code="RF812",
    name="experiment-untested",
    level="flag",
    summary="No test compares what an experiment changes with something else",
    severity="warning",
    check=check,
)

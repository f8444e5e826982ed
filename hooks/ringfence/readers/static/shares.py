"""How much of a project the static reading knows: every value of its own nodes by field, known or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.pairs import tests_of
from ringfence.readers.static.build import test_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Node
    from ringfence.readers.static.project import StaticProject

_RELATIONS = ("model", "seed", "snapshot")
_READERS = ("model", "snapshot", "exposure", "test", "unit_test", "semantic_model")
FIELDS = (
    "enabled",
    "materialized",
    "tags",
    "contract",
    "column types",
    "refs",
    "sources",
    "macros",
    "test severity",
    "test refs",
)

# The first one whose pattern is found in a reason names its construct.
_CONSTRUCTS = (
    ("package not installed: {}", re.compile(r"(\w+)\.\w+\(\) is in a package that is not installed")),
    ("file that cannot be parsed", re.compile(r"cannot be parsed")),
    ("target.{}", re.compile(r"\btarget\.(\w+)")),
    ("env_var()", re.compile(r"\benv_var\(")),
    ("var('{}') without value or default", re.compile(r"var\('(\w+)'\), which has neither")),
    ("{{% set %}} block", re.compile(r"\{% set %\} block")),
    ("list changed in place", re.compile(r"changed in place")),
    ("loop over {}", re.compile(r"(?:a loop over|an item of) (.{1,40})")),
    ("argument of a macro", re.compile(r"the argument ")),
    ("{}()", re.compile(r"([\w.]+)\(")),
)


def construct(reason: str) -> str:
    """Return the kind of construct behind a reason."""
    for label, pattern in _CONSTRUCTS:
        found = pattern.search(reason)
        if found is not None:
            return label.format(*found.groups())
    return reason[:50]


def values(project: StaticProject) -> Iterator[tuple[str, Fact[object]]]:
    """Yield every value of the root package with its field."""
    for node in project.nodes():
        kind = node.identity.kind
        if kind in (*_RELATIONS, *_READERS, "source"):
            yield "enabled", node.enabled
            yield "tags", node.tags
        if kind in _RELATIONS:
            yield "materialized", node.materialized
            yield "contract", node.contract
        if kind in _READERS:
            yield "refs", node.refs
            yield "sources", node.sources
        if kind in ("model", "snapshot"):
            yield "macros", node.macros
        if kind == "test":
            yield "test severity", node.config.get("severity", "error")
        for column in node.columns:
            yield "column types", column.data_type
        yield from _tests(node, project)


def _tests(node: Node, project: StaticProject) -> Iterator[tuple[str, Fact[object]]]:
    for test in tests_of(node):
        yield "test severity", test.config.get("severity", "error")
        yield "test refs", test_references(test, project.builder_of(node)).fact("refs")

"""What the static reader leaves unknown in dbt projects, field by field, and which constructs hide it.

python bench/unknown.py [--reasons N] [--texts] PROJECT_FOLDER ...
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Fact, Unknown
from ringfence.domain.node import Node
from ringfence.readers.static.build import test_references
from ringfence.readers.static.open import DiskTree, open_projects
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
    """The kind of construct behind a reason."""
    for label, pattern in _CONSTRUCTS:
        found = pattern.search(reason)
        if found is not None:
            return label.format(*found.groups())
    return reason[:50]


def values(project: StaticProject) -> Iterator[tuple[str, Fact[object]]]:
    """Every value of the root package by field."""
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
    for test in [*node.tests, *(test for column in node.columns for test in column.tests)]:
        yield "test severity", test.config.get("severity", "error")
        yield "test refs", test_references(test, project.builder_of(node)).fact("refs")


def report(project: StaticProject, reasons: int, *, texts: bool) -> Iterator[str]:
    """A line per field: values, unknown ones, their share, the most frequent reasons."""
    total: Counter[str] = Counter()
    hidden: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for field, fact in values(project):
        total[field] += 1
        if isinstance(fact, Unknown):
            hidden[field][fact.reason if texts else construct(fact.reason)] += 1
    kinds = Counter(node.identity.kind for node in project.nodes())
    yield f"{project.name} ({', '.join(f'{count} {kind}' for kind, count in kinds.most_common())})"
    if project.missing_packages:
        yield f"not installed: {', '.join(project.missing_packages)}"
    yield f"{'field':<14} {'values':>7} {'unknown':>8} {'share':>7}  reasons"
    for field in FIELDS:
        unknown = hidden[field].total()
        share = unknown / total[field] if total[field] else 0.0
        told = "; ".join(f"{reason} {count}" for reason, count in hidden[field].most_common(reasons))
        yield f"{field:<14} {total[field]:>7} {unknown:>8} {share:>7.1%}  {told}".rstrip()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--reasons", type=int, default=4, help="how many reasons a line shows")
    parser.add_argument(
        "--texts", action="store_true", help="show reasons as ringfence tells them, not their construct"
    )
    asked = parser.parse_args(argv)
    code = 0
    for folder in asked.folders:
        place = str(folder.resolve())
        try:
            projects = open_projects(DiskTree(place), place, [])
        except RingfenceError as error:
            print(f"{folder}: {error}\n")
            code = 1
            continue
        for project in projects:
            print("\n".join(report(project, asked.reasons, texts=asked.texts)), end="\n\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main())

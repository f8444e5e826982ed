"""Where the static reading and a manifest say different things of one project, field by field.

What the static reading does not know is no disagreement; it is counted, so that the known share can be printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.node import Column, Node, Test
from ringfence.readers.manifest.project import ManifestProject
from ringfence.readers.static.project import StaticProject
from ringfence.readers.static.running import runs, test_runs

# Settings that have a field of their own here.
_OWN_FIELD = frozenset({"enabled", "materialized", "tags", "contract"})


class Field(NamedTuple):
    """One field of one thing, as both readings have it; `static` may be unknown."""

    name: str
    of: str
    static: Fact[Any]
    manifest: Fact[Any]


class Agreement(NamedTuple):
    """What differs, and how many values of each field there are and how many the static reading knows."""

    differences: list[str]
    values: Counter[str]
    known: Counter[str]

    def shares(self) -> list[str]:
        """A line for every field: values, known ones, their share."""
        lines = [f"{'field':<22} {'values':>7} {'known':>7} {'share':>7}"]
        for name in sorted(self.values):
            share = self.known[name] / self.values[name]
            lines.append(f"{name:<22} {self.values[name]:>7} {self.known[name]:>7} {share:>7.1%}")
        return lines


def agreement(static: StaticProject, manifest: ManifestProject) -> Agreement:
    """Compare every node of every package that either reading has."""
    found = Agreement([], Counter(), Counter())
    mine, theirs = dict(_nodes(static)), dict(_nodes(manifest))
    for key in sorted({*mine, *theirs}):
        if key not in mine or key not in theirs:
            found.differences.append(f"{key}: only {'read statically' if key in mine else 'in the manifest'}")
            continue
        for field in _fields(mine[key], theirs[key], static):
            found.values[field.name] += 1
            if isinstance(field.static, Unknown):
                continue
            found.known[field.name] += 1
            if isinstance(field.manifest, Unknown) or field.static.value != field.manifest.value:
                found.differences.append(f"{key}.{field.name}: {field.static!r}, the manifest has {field.manifest!r}")
    for field in _neighbours(static, manifest, mine):
        found.values[field.name] += 1
        found.known[field.name] += 1
        if field.static != field.manifest:
            found.differences.append(f"{field.of}.{field.name}: {field.static!r}, the manifest has {field.manifest!r}")
    return found


def _neighbours(static: StaticProject, manifest: ManifestProject, nodes: Iterable[str]) -> Iterator[Field]:
    """What reads a node; where the static reading misses a reader, its refs are unknown."""
    hidden = {
        node.key for node in static.nodes() if isinstance(node.refs, Unknown) or isinstance(node.sources, Unknown)
    }
    for key in nodes:
        mine, theirs = (set(project.children(key)) for project in (static, manifest))
        yield Field("children", key, Known(sorted(mine - hidden)), Known(sorted(theirs - hidden)))


def _nodes(project: StaticProject | ManifestProject) -> Iterator[tuple[str, Node]]:
    for key, made in project.everything():
        if not key.startswith("macro.") and made:
            node = project.node(key)
            assert node is not None
            yield key, node


def _fields(mine: Node, theirs: Node, static: StaticProject) -> Iterator[Field]:
    kind, key = mine.identity.kind, mine.key
    yield Field("identity", key, Known(mine.identity), Known(theirs.identity))
    if kind == "group":
        return
    foreign = mine.identity.package != static.name
    path = mine.path.removeprefix(f"{static.folder_of(mine)}/") if foreign else mine.path
    yield Field("path", key, Known(path), Known(theirs.path))
    yield Field("fqn", key, Known(mine.fqn), Known(theirs.fqn))
    yield Field("enabled", key, runs(static, mine), theirs.enabled)
    yield Field("tags", key, mine.tags, theirs.tags)
    yield Field("latest", key, Known(mine.latest), Known(theirs.latest))
    if kind in ("model", "seed", "snapshot"):
        yield Field("materialized", key, mine.materialized, theirs.materialized)
        yield Field("contract", key, mine.contract, theirs.contract)
        yield Field("macros", key, mine.macros, theirs.macros)
        yield Field("language", key, Known(mine.language), Known(theirs.language))
    yield Field("refs", key, mine.refs, theirs.refs)
    yield Field("sources", key, mine.sources, theirs.sources)
    yield Field("constraints", key, Known(_constraints(mine.constraints)), Known(_constraints(theirs.constraints)))
    yield from _config(mine, theirs)
    yield from _columns(mine, theirs)
    yield from _tests(mine, theirs, static)


def _config(mine: Node, theirs: Node) -> Iterator[Field]:
    if isinstance(theirs.enabled, Known) and not theirs.enabled.value:
        return  # dbt does not finish the configuration of what it leaves out
    for name in sorted({*mine.config.keys(), *theirs.config.keys()} - _OWN_FIELD):
        yield Field(f"config {name}", mine.key, _written(mine.config.get(name)), _written(theirs.config.get(name)))


def _columns(mine: Node, theirs: Node) -> Iterator[Field]:
    yield Field("columns", mine.key, Known(_names(mine.columns)), Known(_names(theirs.columns)))
    others = {column.name: column for column in theirs.columns}
    for column in mine.columns:
        other = others.get(column.name)
        if other is not None:
            of = f"{mine.key}.{column.name}"
            yield Field("column type", of, column.data_type, other.data_type)
            yield Field("column quote", of, Known(column.quote), Known(other.quote))
            yield Field(
                "column constraints",
                of,
                Known(_constraints(column.constraints)),
                Known(_constraints(other.constraints)),
            )


def _tests(mine: Node, theirs: Node, static: StaticProject) -> Iterator[Field]:
    left, right = _sorted(mine), _sorted(theirs)
    yield Field("tests", mine.key, Known([_named(test) for test in left]), Known([_named(test) for test in right]))
    if [_named(test) for test in left] != [_named(test) for test in right]:
        return
    for test, other in zip(left, right, strict=True):
        of = f"{mine.key} {_named(test)}"
        yield Field("test enabled", of, test_runs(static, test, mine), other.config.get("enabled", True))
        for name in sorted({*test.config.keys(), *other.config.keys()} - {"enabled"}):
            yield Field(f"test {name}", of, _written(test.config.get(name)), _written(other.config.get(name)))


def _sorted(node: Node) -> list[Test]:
    tests = [*node.tests, *(test for column in node.columns for test in column.tests)]
    return sorted(
        tests, key=lambda test: repr((*_named(test), test.config.get("where", ""), test.config.get("severity", "")))
    )


def _named(test: Test) -> tuple[str, str | None, str]:
    return test.label, test.column, repr(sorted(test.arguments.items()))


def _written(fact: Fact[Any]) -> Fact[Any]:
    """A severity may be written in capitals."""
    return Known(fact.value.lower()) if isinstance(fact, Known) and fact.value in ("WARN", "ERROR") else fact


def _names(columns: Iterable[Column]) -> list[str]:
    return [column.name for column in columns]


def _constraints(constraints: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [(one.type, one.columns, one.expression) for one in constraints]

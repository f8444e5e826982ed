"""Pairing the nodes of two projects by identity, and what every comparison asks of a pair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ringfence.domain.node import Column, Identity, Node, Ref, Test, Value
    from ringfence.domain.project import Project


class States(NamedTuple):
    """The two projects that are compared, and the tags that mark what is protected."""

    base: Project
    head: Project
    protective_tags: frozenset[str] = frozenset({"critical", "locked"})


class Pair(NamedTuple):
    """The same node before and after; None where it is not there (a disabled node is not there)."""

    base: Node | None
    head: Node | None


def pairs(states: States, *kinds: str, among: Collection[str] | None = None) -> Iterator[Pair]:
    """Yield the pairs of these kinds in order of their keys; nodes absent from both are left out.

    `among` are the keys of nodes that may differ (None: any). Nodes whose properties entry stands in a file that one of
    the states cannot read are left out as well: that file is a finding itself, and what it took away did not change.
    """
    for key in _keys(states, kinds, among):
        before, after = states.base.node(key), states.head.node(key)
        pair = Pair(present(before), present(after))
        both = [node for node in pair if node is not None]
        if both and not any(_unseen(node, states) for node in both) and not _hidden(before, after, states):
            yield pair


def _hidden(before: Node | None, after: Node | None, states: States) -> bool:
    """Return whether a node is missing on one side because the file that would make it cannot be read there."""
    if before is not None and after is None:
        return states.head.troubled(before.path)
    return before is None and after is not None and states.base.troubled(after.path)


def _keys(states: States, kinds: tuple[str, ...], among: Collection[str] | None) -> list[str]:
    if among is not None:
        return sorted(key for key in among if not kinds or key.split(".", 1)[0] in kinds)
    return sorted({node.key for state in (states.base, states.head) for node in state.nodes(*kinds)})


def _unseen(node: Node, states: States) -> bool:
    if node.hidden is not None:
        return True
    return node.entry is not None and any(state.troubled(node.entry.path) for state in (states.base, states.head))


def written(fact: Fact[Value], unset: str = "none") -> str:
    """Return a value as a message names it: an unknown one by its expression, as far as it has one."""
    if isinstance(fact, Unknown):
        return fact.expression or "something not known"
    return unset if fact.value is None else str(fact.value)


def differs(base: Fact[Value], head: Fact[Value]) -> bool | None:
    """Return whether two facts differ; None where it cannot be known.

    Two unknown values with the same unrendered expression are the same.
    """
    if isinstance(base, Known) and isinstance(head, Known):
        return bool(base.value != head.value)
    if isinstance(base, Unknown) and isinstance(head, Unknown):
        return False if base.expression == head.expression and base.reason == head.reason else None
    return None


def readers(node: Node, project: Project) -> tuple[str, ...]:
    """Return the labels of what reads this node directly, with its kind where it is no model; tests do not count."""
    found = [child for key in project.children(node.key) if (child := project.node(key)) is not None]
    return tuple(sorted(_called(child) for child in found if child.identity.kind not in ("test", "unit_test")))


def still_reading(node: Identity, project: Project) -> tuple[str, ...]:
    """Return who names a node that is gone: by a ref or source() that nothing answers to now, or in another way."""
    found = []
    for key in project.mentions(node.name):
        reader = present(project.node(key))
        if reader is None:
            continue
        targets = [project.find(ref) for ref in reader.refs_at if _means(ref, node)]
        targets += [project.find_source(one) for one in reader.sources_at if f"{one.source}.{one.table}" == node.name]
        if not targets or not all(isinstance(fact, Known) and present(fact.value) is not None for fact in targets):
            found.append(_called(reader))
    return tuple(sorted(found))


def weighty(node: Node, states: States) -> bool:
    """Return whether a break of this node is certain to hurt: promised to somebody, or read by something."""
    return promised(node, states) or bool(states.base.children(node.key) or states.head.children(node.key))


def promised(node: Node, states: States) -> bool:
    """Return whether a node is protected, public or contracted.

    Where that cannot be known it counts as promised, because the milder verdict would be a guess.
    """
    facts: list[Fact[bool]] = [
        _has(node.tags, states.protective_tags),
        node.contract,
        _equals(node.config.get("access"), "public"),
    ]
    return any(isinstance(fact, Unknown) or fact.value for fact in facts)


def column_pairs(pair: Pair) -> Iterator[tuple[Column | None, Column | None]]:
    """Yield the declared columns before and after, paired by name; unquoted names compare without case."""
    before = {_folded(column): column for column in pair.base.columns} if pair.base is not None else {}
    after = {_folded(column): column for column in pair.head.columns} if pair.head is not None else {}
    for name in [*before, *(name for name in after if name not in before)]:
        yield before.get(name), after.get(name)


def test_key(test: Test, own: str) -> tuple[str, str, str]:
    """Return what makes two tests of one node the same: label, column, arguments, in whatever order keys stand.

    `own` is the package of the node: a test of it is the same with that namespace and without.
    """
    label = test.name if test.namespace == own else test.label
    return label, (test.column or "").lower(), repr(_ordered(test.arguments))


def _ordered(value: Value) -> Value:
    """Return a value with the keys of its mappings in order; lists stay as they are."""
    if isinstance(value, Mapping):
        return sorted((str(key), _ordered(one)) for key, one in value.items())
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def tests_of(node: Node) -> list[Test]:
    """Return the node's tests and those of its columns."""
    return [*node.tests, *(test for column in node.columns for test in column.tests)]


def runs(test: Test) -> bool:
    """Return whether a test is not switched off for certain."""
    return not _off(test.config.get("enabled", True))


def present(node: Node | None) -> Node | None:
    """Return the node, or None where it is not there or disabled for certain."""
    if node is None:
        return None
    return None if _off(node.enabled) else node


def _off(enabled: Fact[Value]) -> bool:
    return isinstance(enabled, Known) and enabled.value is False


def _called(node: Node) -> str:
    """Return how a list of readers names a node: with its kind where it is not a model."""
    kind, label = node.identity.kind, node.identity.label
    return label if kind == "model" else f"{kind.replace('_', ' ')} {label}"


def _means(ref: Ref, node: Identity) -> bool:
    return ref.name == node.name and ref.version in (None, node.version) and ref.package in (None, node.package)


def _folded(column: Column) -> str:
    return column.name if column.quote else column.name.lower()


def _has(tags: Fact[frozenset[str]], wanted: frozenset[str]) -> Fact[bool]:
    return tags if isinstance(tags, Unknown) else Known(bool(tags.value & wanted))


def _equals(fact: Fact[Value], value: str) -> Fact[bool]:
    return fact if isinstance(fact, Unknown) else Known(fact.value == value)

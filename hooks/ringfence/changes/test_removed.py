"""A test that was there and is not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Unknown
from ringfence.domain.pairs import test_key, tests_of
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node, Test
    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report each generic, singular or unit test that is gone while what it tested is still there."""
    base, head = pair.base, pair.head
    if base is None:
        return
    if base.identity.kind in ("test", "unit_test"):
        if head is None:
            yield _whole(base, states)
        return
    if head is None:
        return
    kept = {test_key(test) for test in tests_of(head)}
    level = "breaking" if _critical(head, states) else "risky"
    for test in tests_of(base):
        if test_key(test) not in kept:
            column = next((one for one in head.columns if one.name == test.column), None)
            on = f"column {test.column} of " if test.column else ""
            yield Change(
                level,
                subject_of(head, test.column)._replace(key=f"{head.key}#{test.label}"),
                column.place if column is not None else head.place,
                f"test {test.label} on {on}{head.identity.kind} {head.identity.label} was removed{_arguments(test)}",
                "put the test back, or replace it by a stronger one",
                old=f"{test.label}{_arguments(test)}",
                new="removed",
            )


def _whole(node: Node, states: States) -> Change:
    now = states.head.node(node.key)
    read = [states.head.node(f"model.{states.head.name}.{ref.name}") for ref in node.refs_at]
    critical = any(one is not None and _critical(one, states) for one in read)
    return Change(
        "breaking" if critical else "risky",
        subject_of(node),
        (now or node).place,
        f"{node.identity.kind.replace('_', ' ')} {node.identity.label} was {'removed' if now is None else 'disabled'}",
        "put the test back, or replace it by a stronger one",
        old=node.path,
        new="removed" if now is None else "disabled",
    )


def _critical(node: Node, states: States) -> bool:
    tags = node.tags
    return isinstance(tags, Unknown) or bool(tags.value & states.protective_tags)


def _arguments(test: Test) -> str:
    return (
        f" ({', '.join(f'{key}: {value}' for key, value in sorted(test.arguments.items()))})" if test.arguments else ""
    )


KIND = ChangeKind(
    code="RF405",
    name="test-removed",
    purpose="Checks that a test on something that still exists is not taken away",
    axis="guard",
    approval="breaking",
    compare=compare,
    kinds=("model", "seed", "snapshot", "source", "test", "unit_test"),
)

"""A test that was there and is not any more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.pairs import present, runs, test_key, tests_of
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node, Ref, Test
    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report each generic, singular or unit test that is gone while what it tested is still there."""
    base, head = pair.base, pair.head
    if base is not None and base.identity.kind in ("test", "unit_test"):
        yield from _whole(base, states) if head is None else ()
    elif base is not None and head is not None:
        yield from _generic(base, head, states)


def _generic(base: Node, head: Node, states: States) -> Iterator[Change]:
    declared, own = tests_of(head), head.identity.package
    kept = Counter(test_key(test, own) for test in declared if runs(test))
    columns = {column.name.lower(): column for column in head.columns}
    contracted = isinstance(head.contract, Known) and head.contract.value
    for test in tests_of(base):
        key = test_key(test, own)
        column = columns.get(test.column.lower()) if test.column else None
        kept[key] -= 1
        if kept[key] >= 0 or not runs(test) or (test.column and column is None and contracted):
            continue  # a column that left its contract is gone itself: column-removed says so
        still = next((one for one in declared if test_key(one, own) == key and not runs(one)), None)
        on = f"column {test.column} of " if test.column else ""
        yield Change(
            "breaking" if _critical(head, states) else "risky",
            subject_of(head, test.column)._replace(key=f"{head.key}#{test.label}"),
            still.place if still is not None else column.place if column is not None else head.place,
            f"test {test.label}{_arguments(test)} on {on}{head.identity.kind} {head.identity.label} "
            + ("was removed" if still is None else "was disabled"),
            "put the test back, or replace it by a stronger one",
            old=f"{test.label}{_arguments(test)}",
            new="removed" if still is None else "disabled",
        )


def _whole(node: Node, states: States) -> Iterator[Change]:
    """Report a singular or unit test, unless everything that it tested is gone as well."""
    now = states.head.node(node.key)
    named = [ref for ref in node.refs_at if _tested(node, ref)]
    read = [present(found.value) for ref in named if isinstance(found := states.head.find(ref), Known)]
    left = [one for one in read if one is not None]
    if read and not left:
        return
    happened = "removed" if now is None else "disabled"
    yield Change(
        "breaking" if any(_critical(one, states) for one in left) else "risky",
        subject_of(node),
        node.place if now is None else now.enabled.place or now.place,
        f"{node.identity.kind.replace('_', ' ')} {node.identity.label} was {happened}",
        "put the test back, or replace it by a stronger one",
        old=node.identity.label,
        new=happened,
    )


def _tested(node: Node, ref: Ref) -> bool:
    """Return whether a ref names what is tested: of a unit test, whose name begins with its model, not the inputs."""
    return node.identity.kind == "test" or node.identity.name.startswith(f"{ref.name}.")


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

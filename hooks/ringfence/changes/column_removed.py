"""A declared column that is no longer declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Fact, Unknown
from ringfence.domain.pairs import column_pairs, readers, weighty
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report each column that lost its declaration; without a contract that alone does not prove it is gone."""
    if pair.base is None or pair.head is None:
        return
    contract = pair.head.contract
    contracted = not isinstance(contract, Unknown) and contract.value
    for before, after in column_pairs(pair):
        if before is None or after is not None:
            continue
        node = pair.head
        label = node.identity.label
        yield Change(
            "breaking" if contracted and weighty(node, states) else "risky",
            subject_of(node, before.name),
            node.place,
            f"column {before.name} of {node.identity.kind} {label} is no longer declared"
            + ("" if contracted else " (without a contract it may still be there)"),
            "keep the column until its readers have moved, or add a new version of the model",
            old=_written(before.data_type),
            new="removed",
            affected=readers(node, states.head),
        )


def _written(fact: Fact[str | None]) -> str:
    """Return the old type as it was written, for the old value of the change."""
    return (fact.expression if isinstance(fact, Unknown) else fact.value) or "declared"


KIND = ChangeKind(
    code="RF402",
    name="column-removed",
    purpose="Checks that no declared column disappears from a model that others read",
    axis="consumer",
    approval="breaking",
    compare=compare,
    kinds=("model", "seed", "snapshot", "source"),
)

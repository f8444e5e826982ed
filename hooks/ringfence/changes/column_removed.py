"""A declared column that is no longer declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Known
from ringfence.domain.pairs import column_pairs, readers, written
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report each column that lost its declaration; without a contract that alone does not prove it is gone."""
    if pair.base is None or pair.head is None:
        return
    contract = pair.head.contract
    contracted = isinstance(contract, Known) and contract.value
    for before, after in column_pairs(pair):
        if before is None or after is not None:
            continue
        node = pair.head
        typed = written(before.data_type, "no type")
        label = node.identity.label
        yield Change(
            "breaking" if contracted else "risky",
            subject_of(node, before.name),
            node.place,
            f"column {before.name} ({typed}) of {node.identity.kind} {label} is no longer declared"
            + ("" if contracted else ": without an enforced contract it may still be there"),
            "keep the column until its readers have moved, or add a new version of the model",
            old=typed,
            new="removed",
            affected=readers(node, states.head),
        )


KIND = ChangeKind(
    code="RF402",
    name="column-removed",
    purpose="Checks that no declared column disappears from a model that others read",
    axis="consumer",
    approval="breaking",
    compare=compare,
    kinds=("model", "seed", "snapshot", "source"),
)

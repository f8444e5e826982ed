"""A column whose declared type changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.columntype import same_type
from ringfence.domain.fact import Known
from ringfence.domain.pairs import column_pairs, readers, weighty
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report each type that is another one now, and each that was taken away; spellings of one type are the same."""
    if pair.base is None or pair.head is None:
        return
    node = pair.head
    for before, after in column_pairs(pair):
        if before is None or after is None:
            continue
        old, new = before.data_type, after.data_type
        if isinstance(old, Known) and isinstance(new, Known):
            if old.value is None or same_type(old.value, new.value):
                continue
            level = "risky" if new.value is None or not weighty(node, states) else "breaking"
            written = (old.value, new.value or "no type")
        elif getattr(old, "expression", None) == getattr(new, "expression", None):
            continue
        else:
            level, written = "risky", (str(old), str(new))
        yield Change(
            level,
            subject_of(node, after.name),
            new.place or after.place,
            f"column {after.name} of {node.identity.kind} {node.identity.label} changed type "
            f"from {written[0]} to {written[1]}",
            f"keep {written[0]}, or add a new column or a new version with the new type",
            old=written[0],
            new=written[1],
            affected=readers(node, states.head),
            flags=("data",),
        )


KIND = ChangeKind(
    code="RF403",
    name="column-type-changed",
    purpose="Checks that the declared type of a column stays the same type",
    axis="consumer",
    approval="breaking",
    compare=compare,
    kinds=("model", "seed", "snapshot", "source"),
)

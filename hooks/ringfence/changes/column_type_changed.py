"""A column whose declared type changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.columntype import same_type
from ringfence.domain.fact import Known
from ringfence.domain.pairs import column_pairs, differs, readers, weighty, written
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
        elif differs(old, new) is False or (isinstance(old, Known) and old.value is None):
            continue
        else:
            level = "risky"
        was, now = written(old), written(new, "no type")
        yield Change(
            level,
            subject_of(node, after.name),
            new.place or after.place,
            f"column {after.name} of {node.identity.kind} {node.identity.label} changed type from {was} to {now}",
            f"keep {was}, or add a new column or a new version with the new type",
            old=was,
            new=now,
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

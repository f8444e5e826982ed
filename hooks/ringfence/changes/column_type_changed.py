"""A column whose declared type changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.columntype import relation
from ringfence.domain.fact import Known
from ringfence.domain.pairs import column_pairs, differs, readers, weighty, written
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.pairs import Pair, States


_TOLD = {"widened": "widened", "narrowed": "narrowed", "other": "another type"}
_LOSES = ("narrowed", "other")
# What a narrower type holds no longer stops the build, or is cut; what reads a wider one may stop, but values stay.
_FLAGS = {"widened": (), "narrowed": ("ops", "data")}


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report each type that is another one now, and each that was taken away; spellings of one type are the same.

    A wider type is risky, because readers may be narrower; so is one of which it is not known how it stands to the old.
    """
    if pair.base is None or pair.head is None:
        return
    node, adapter = pair.head, states.head.adapter
    for before, after in column_pairs(pair):
        if before is None or after is None:
            continue
        old, new = before.data_type, after.data_type
        if isinstance(old, Known) and isinstance(new, Known):
            how = None if old.value is None or new.value is None else relation(old.value, new.value, adapter)
            if old.value is None or how == "same":
                continue
            level = "breaking" if how in _LOSES and weighty(node, states) else "risky"
        elif differs(old, new) is False or (isinstance(old, Known) and old.value is None):
            continue
        else:
            level, how = "risky", None
        was, now = written(old), written(new, "no type")
        yield Change(
            level,
            subject_of(node, after.name),
            new.place or after.place,
            f"column {after.name} of {node.identity.kind} {node.identity.label} changed type from {was} to {now}"
            + (f" ({_TOLD[how]})" if how else ""),
            f"keep {was}, or add a new column or a new version with the new type",
            old=was,
            new=now,
            affected=readers(node, states.head),
            flags=_FLAGS.get(how or "", ("data",)),
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

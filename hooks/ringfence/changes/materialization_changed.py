"""A model that is stored in another way than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.pairs import differs, readers, weighty, written
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report a changed materialisation: to ephemeral the relation vanishes, to incremental rows may differ."""
    if pair.base is None or pair.head is None:
        return
    old, new = pair.base.materialized, pair.head.materialized
    changed = differs(old, new)
    if changed is False:
        return
    node = pair.head
    before, after = written(old), written(new)
    level = "breaking" if after == "ephemeral" and weighty(node, states) else "risky"
    if before == "ephemeral":
        level = "compatible"  # nobody can have read a relation that was not there
    moved = f"it was {before}, is now {after}"
    flags = ("ops", "data") if "incremental" in (before, after) else ("ops",)
    yield Change(
        level,
        subject_of(node),
        new.place or node.place,
        f"model {node.identity.label} "
        + (
            f"changed materialization from {before} to {after}"
            if changed
            else f"may have changed materialization: {moved}"
        )
        + (": its relation vanishes from the warehouse" if after == "ephemeral" else ""),
        f"keep {before}, or tell the readers of the relation and plan a full refresh",
        old=before,
        new=after,
        affected=readers(node, states.head),
        flags=flags,
    )


KIND = ChangeKind(
    code="RF407",
    name="materialization-changed",
    purpose="Checks that a model stays stored the way its readers know it",
    axis="consumer",
    approval="breaking",
    compare=compare,
)

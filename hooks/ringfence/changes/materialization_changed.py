"""A model that is stored in another way than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Known
from ringfence.domain.pairs import differs, readers, weighty
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
    before = old.value if isinstance(old, Known) else "unknown"
    after = new.value if isinstance(new, Known) else "unknown"
    vanishes = after == "ephemeral" and weighty(node, states)
    flags = ("ops", "data") if "incremental" in (before, after) else ("ops",)
    yield Change(
        "breaking" if vanishes else "risky",
        subject_of(node),
        new.place or node.place,
        f"model {node.identity.label} changed materialization from {before} to {after}"
        + (": its relation vanishes from the warehouse" if after == "ephemeral" else ""),
        f"keep {before}, or tell the readers of the relation and plan a full refresh",
        old=str(before),
        new=str(after),
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

"""A contract that was enforced and is not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Known
from ringfence.domain.pairs import differs, readers
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.pairs import Pair, States

_RUN = "what only a run decides"


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report a model whose enforced contract was dropped."""
    if pair.base is None or pair.head is None:
        return
    old, new = pair.base.contract, pair.head.contract
    changed = differs(old, new)
    if changed is False or (isinstance(old, Known) and not old.value) or (isinstance(new, Known) and new.value):
        return
    node = pair.head
    before = "enforced" if isinstance(old, Known) else _RUN
    after = "not enforced" if isinstance(new, Known) else _RUN
    yield Change(
        "breaking" if changed else "risky",
        subject_of(node),
        new.place or node.place,
        f"model {node.identity.label} {'no longer enforces' if changed else 'may no longer enforce'} its contract"
        + ("" if changed else f": it was {before}, is now {after}"),
        "set contract: {enforced: true} again under config:",
        old=before,
        new=after,
        affected=readers(node, states.head),
    )


KIND = ChangeKind(
    code="RF404",
    name="contract-dropped",
    purpose="Checks that a model keeps enforcing its contract",
    axis="guard",
    approval="breaking",
    compare=compare,
)

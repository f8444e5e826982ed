"""A model, seed, snapshot or source that is no longer there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Unknown
from ringfence.domain.pairs import readers, weighty
from ringfence.domain.place import Place
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report a node that the base has and the head has not, or has disabled."""
    node = pair.base
    if node is None or pair.head is not None or isinstance(node.enabled, Unknown):
        return
    kind, label = node.identity.kind, node.identity.label
    now = states.head.node(node.key)
    happened = "was removed" if now is None else "was disabled"
    still = [key for key in states.head.mentions(node.identity.name) if key != node.key]
    who = tuple(one.identity.label for key in still if (one := states.head.node(key)) is not None)
    affected = tuple(sorted({*who, *readers(node, states.base)}))
    named = f"; still read by {', '.join(sorted(who)[:5])}" if who else ""
    yield Change(
        "breaking" if who or weighty(node, states) else "risky",
        subject_of(node),
        now.place if now is not None else Place(node.path),
        f"{kind} {label} {happened}{named}",
        f"restore {label}, or first move its readers away and give it a deprecation_date",
        old=node.path,
        new="removed" if now is None else "disabled",
        affected=affected,
        evidence="static",
    )


KIND = ChangeKind(
    code="RF401",
    name="model-removed",
    purpose="Checks that a model, seed, snapshot or source that the base had is still there and enabled",
    axis="consumer",
    approval="breaking",
    compare=compare,
    kinds=("model", "seed", "snapshot", "source"),
)

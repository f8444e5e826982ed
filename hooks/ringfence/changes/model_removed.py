"""A model, seed, snapshot or source that is no longer there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.node import Ref
from ringfence.domain.pairs import present, promised, readers, still_reading, written
from ringfence.domain.place import Place
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report a node that the base has and the head has not, or has disabled."""
    node = pair.base
    if node is None or pair.head is not None or isinstance(node.enabled, Unknown):
        return
    kind, label = node.identity.kind, node.identity.label
    now = states.head.node(node.key)
    heir = _heir(node, states)
    happened = "was removed" if now is None else "was disabled"
    remedy = f"restore {label}, or first move its readers away and give it a deprecation_date"
    if heir is not None:
        happened = f"was replaced by {heir.identity.kind} {heir.identity.label}, whose relation has another name"
        remedy = f"set alias: {_alias(node)} on {heir.identity.label}, or tell the readers of the relation"
    who = still_reading(node.identity, states.head)
    affected = tuple(sorted({*who, *readers(node, states.base)}))
    named = f"; still read by {', '.join(who[:5])}" if who else ""
    level = "breaking" if who or promised(node, states) else "risky"
    if heir is not None and not who and _alias(heir) == _alias(node):
        level = "compatible"
    yield Change(
        level,
        subject_of(node),
        Place(node.path) if now is None else now.enabled.place or now.place,
        f"{kind} {label} {happened}{named}",
        remedy,
        old=label,
        new="removed" if now is None else "disabled",
        affected=affected,
        evidence="static",
    )


def _heir(node: Node, states: States) -> Node | None:
    """Return what a ref() of an unversioned node means now: a version of it, or a seed of the same name."""
    if node.identity.version is not None:
        return None
    found = states.head.find(Ref(None, node.identity.name, None))
    return present(found.value) if isinstance(found, Known) else None


def _alias(node: Node) -> str:
    """Return the name of a node's relation as it is configured."""
    alias = node.config.get("alias")
    if isinstance(alias, Unknown) or alias.value is not None:
        return written(alias)
    return node.identity.name + (f"_v{node.identity.version}" if node.identity.version is not None else "")


KIND = ChangeKind(
    code="RF401",
    name="model-removed",
    purpose="Checks that a model, seed, snapshot or source that the base had is still there and enabled",
    axis="consumer",
    approval="breaking",
    compare=compare,
    kinds=("model", "seed", "snapshot", "source"),
)

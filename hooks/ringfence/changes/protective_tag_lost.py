"""A tag that marks a model as critical or locked, taken off: dbt's own state comparison sees nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Unknown
from ringfence.domain.pairs import readers
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.pairs import Pair, States


def compare(pair: Pair, states: States) -> Iterator[Change]:
    """Report a node that lost a protective tag."""
    if pair.base is None or pair.head is None:
        return
    old, new = pair.base.tags, pair.head.tags
    if isinstance(old, Unknown):
        return
    protected = old.value & states.protective_tags
    lost = protected - (frozenset() if isinstance(new, Unknown) else new.value)
    if not lost:
        return
    node = pair.head
    undecided = isinstance(new, Unknown)
    named = ", ".join(sorted(lost))
    yield Change(
        "risky" if undecided else "breaking",
        subject_of(node),
        new.place or node.place,
        f"{node.identity.kind} {node.identity.label} "
        f"{'may have lost' if undecided else 'lost'} the tag{'s' if len(lost) > 1 else ''} {named}",
        f"put {named} back under config: tags:",
        old=", ".join(sorted(protected)),
        new="unknown"
        if isinstance(new, Unknown)
        else ", ".join(sorted(new.value & states.protective_tags)) or "no tag",
        affected=readers(node, states.head),
    )


KIND = ChangeKind(
    code="RF406",
    name="protective-tag-lost",
    purpose="Checks that no node loses a tag that marks it as critical or locked",
    axis="guard",
    approval="critical",
    compare=compare,
    kinds=("model", "seed", "snapshot", "source"),
)

"""Taking the tag off is the quiet way to unlock a model; it is a locked change itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.impact import reach
from ringfence.domain.lock import INHERITED, LockSubject, as_read_now, interface_of, protective_tags
from ringfence.domain.lockdiff import differences
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.lock import Lock
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report protective tags that the lock records and the model lost, gained, or has only from its folder now."""
    if subject.held is None:
        return
    node, lock = subject.held
    now = known(protective_tags(node, subject.settings))
    before = {tag.strip() for tag in lock.interface.settings.get("tags", "").split(",") if tag.strip()}
    if before != now:
        yield _moved(before, now, node, lock, reach(node, project))
    current = as_read_now(lock, interface_of(node, subject.settings, project))
    for one in differences(lock.interface, current, project.adapter):
        if one.field == INHERITED:
            yield Finding(
                f"locked model {lock.label} has the tag {one.new} only from its folder in dbt_project.yml: it loses it "
                "unseen where its file is moved",
                node.tags.place or node.place,
                Subject("model", lock.label, key=f"{node.key}#{INHERITED}"),
                f'tag the model itself, or type: ringfence lock update {lock.label} --reason "WHY"',
                old=one.old or "at the model",
                new=f"{one.new} inherited",
            )


def _moved(before: set[str], now: frozenset[str], node: Node, lock: Lock, told: str) -> Finding:
    moved = (("lost", before - now), ("gained", now - before))
    happened = " and ".join(
        f"{verb} the tag{'s' if len(tags) > 1 else ''} {', '.join(sorted(tags))}" for verb, tags in moved if tags
    )
    return Finding(
        f"locked model {lock.label} {happened}{told}",
        node.tags.place or node.place,
        Subject("model", lock.label, key=node.key),
        f"{'put the tag back' if before - now else 'take it off'}, or type: "
        f'ringfence lock update {lock.label} --reason "WHY"',
        old=", ".join(sorted(before)) or "no tag",
        new=", ".join(sorted(now)) or "no tag",
    )


RULE = Rule(
    code="RF103",
    name="lock-tag-lost",
    level="lock",
    summary="A locked model lost or gained a tag that protects it, or has it from its folder alone",
    severity="error",
    check=check,
)

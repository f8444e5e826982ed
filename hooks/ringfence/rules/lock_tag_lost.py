"""Taking the tag off is the quiet way to unlock a model; it is a locked change itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.impact import reach
from ringfence.domain.lock import LockSubject, protective_tags
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: LockSubject, project: Project) -> Iterator[Finding]:
    """Report each protective tag that the lock records and the model no longer has, and those it gained."""
    if subject.held is None:
        return
    node, lock = subject.held
    now = known(protective_tags(node, subject.settings))
    before = {tag.strip() for tag in lock.interface.settings.get("tags", "").split(",") if tag.strip()}
    if before == now:
        return
    moved = (("lost", before - now), ("gained", now - before))
    happened = " and ".join(
        f"{verb} the tag{'s' if len(tags) > 1 else ''} {', '.join(sorted(tags))}" for verb, tags in moved if tags
    )
    yield Finding(
        f"locked model {lock.label} {happened}{reach(node, project)}",
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
    summary="A locked model lost or gained a tag that locks it or marks it critical",
    severity="error",
    check=check,
)

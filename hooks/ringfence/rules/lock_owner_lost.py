"""Whoever owned lock files still does: a line of CODEOWNERS is part of the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from ringfence.domain.range import RangeSubject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: RangeSubject, _project: Project) -> Iterator[Finding]:
    """Report the owners that lock files, permits or settings lost, by a rename too, unless a merged permit is spent."""
    from ringfence.domain.codeowners import owners_of

    base, head = subject.base.owners, subject.head.owners
    spent, fix = subject.permits.of_policy(subject.today)
    if base is None or spent is not None:
        return
    lost: dict[tuple[frozenset[str], int | None], list[str]] = {}
    moved = [(old, move.path) for move in subject.moves for old in move.left]
    for old, path in [*((path, path) for path in subject.owned), *moved]:
        now = owners_of(head[1] if head is not None else (), path)
        gone = owners_of(base[1], old).owners - now.owners
        if gone:
            lost.setdefault((gone, now.line), []).append(path)
    for (owners, line), paths in lost.items():
        named = ", ".join(sorted(owners))
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        yield Finding(
            f"{', '.join(paths[:3])}{more} lost the owner{'s' if len(owners) > 1 else ''} {named} in CODEOWNERS",
            Place(head[0], line or 1) if head is not None else Place(base[0]),
            Subject("file", base[0], key=f"{base[0]}#{paths[0]}"),
            fix,
            old=named,
            new="other owners" if line is not None else "no owner",
        )


RULE = Rule(
    code="RF115",
    name="lock-owner-lost",
    level="range",
    summary="CODEOWNERS no longer names owners whom lock files had, without a permit",
    severity="error",
    check=check,
)

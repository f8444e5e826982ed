"""A known finding that is found no more: as long as it is on the list, the same mistake could come back unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.known import KnownUse
    from ringfence.domain.project import Project


def check(subject: KnownUse, _project: Project) -> Iterator[Finding]:
    """Report every known finding that occurs less often than it is known."""
    for known, left in subject.gone:
        number = "" if known.times == 1 else f" {known.times} times and found {left} times"
        yield Finding(
            f"known finding of {known.rule} is gone: {known.what}" if not left else f"known{number}: {known.what}",
            Place(subject.path, subject.lines.get(known.fingerprint, 1)),
            Subject("file", subject.path, key=f"{subject.path}#{known.fingerprint}"),
            "type: ringfence known prune",
            old=str(known.times),
            new=str(left),
        )


RULE = Rule(
    code="RF005",
    name="known-gone",
    level="known",
    summary="A known finding is found no more, and still on the list",
    severity="info",
    check=check,
)

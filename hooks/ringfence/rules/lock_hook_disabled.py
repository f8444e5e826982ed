"""The hook that judges locks is not switched off by the change that it should stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.range import RangeSubject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: RangeSubject, _project: Project) -> Iterator[Finding]:
    """Report what keeps a hook from judging locks as it did at the base, unless a merged permit is spent."""
    from ringfence.domain.hookconfig import weakened

    spent, fix = subject.permits.of_policy(subject.today)
    for one in weakened(subject.base.hooks, subject.head.hooks) if spent is None else ():
        yield Finding(
            one.what,
            one.place,
            Subject("file", one.place.path, key=f"{one.place.path}#{one.old}"),
            fix,
            old=one.old,
            new=one.new,
        )


RULE = Rule(
    code="RF114",
    name="lock-hook-disabled",
    level="range",
    summary="The hook that judges locks is taken away or weakened, without a permit",
    severity="error",
    check=check,
)

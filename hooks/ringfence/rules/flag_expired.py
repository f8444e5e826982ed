"""A flag is a promise to come back: one that outlives its last day is a branch that nobody tests any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import FlagSubject
    from ringfence.domain.project import Project


def check(subject: FlagSubject, project: Project) -> Iterator[Finding]:
    """Report a flag that is not permanent and whose `expires` lies before today, in UTC."""
    last = subject.flag.day("expires")
    if last is None or subject.flag.permanent or last >= subject.today:
        return
    yield Finding(
        f"the flag {subject.name} expired on {last}",
        subject.place,
        Subject("flag", subject.name, key=f"flag.{project.name}.{subject.name}"),
        f"type: ringfence flags cleanup {subject.name} --keep on (or off); or give it a later day and say why",
        new=last,
    )


RULE = Rule(
    code="RF803",
    name="flag-expired",
    level="flag",
    summary="The last day of a flag is over",
    severity="error",
    check=check,
)

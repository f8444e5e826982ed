"""Whoever has to take a flag out hears of it before its last day, not on it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import FlagSubject
    from ringfence.domain.project import Project


def check(subject: FlagSubject, project: Project, days: int = 14) -> Iterator[Finding]:
    """Report a flag whose last day is today or one of the next `days`."""
    last = subject.flag.day("expires")
    if last is None or subject.flag.permanent or last < subject.today:
        return
    first = datetime.date.fromisoformat(subject.today)
    if (datetime.date.fromisoformat(last) - first).days > days:
        return
    yield Finding(
        f"the flag {subject.name} expires on {last}, within {days} days",
        subject.place,
        Subject("flag", subject.name, key=f"flag.{project.name}.{subject.name}"),
        f"decide, then type: ringfence flags cleanup {subject.name} --keep on (or off)",
        new=last,
    )


RULE = Rule(
    code="RF804",
    name="flag-expiring",
    level="flag",
    summary="The last day of a flag is near",
    severity="warning",
    check=check,
)

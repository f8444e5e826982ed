"""A flag that is on everywhere is done, one that has been off everywhere for months is given up: both are to go."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import FlagSubject
    from ringfence.domain.project import Project


def check(subject: FlagSubject, project: Project, on_days: int = 30, off_days: int = 90) -> Iterator[Finding]:
    """Report a release or experiment flag that stands one way in every target, so many days after it was made.

    The days count from `created`; the registry does not say since when it stands so.
    """
    flag = subject.flag
    if not flag.body or flag.problem or flag.permanent or flag.type not in ("release", "experiment"):
        return
    side = flag.everywhere
    if side is None:
        return
    created = flag.day("created")
    if created is None:
        raise Undecided(f"the flag {flag.name} does not say when it was created", flag.place)
    age = (datetime.date.fromisoformat(subject.today) - datetime.date.fromisoformat(created)).days
    if age <= (on_days if side else off_days):
        return
    stands = "on" if side else "off"
    yield Finding(
        f"the flag {flag.name}, created on {created}, is {stands} everywhere",
        flag.place,
        Subject("flag", flag.name, key=f"flag.{project.name}.{flag.name}"),
        f"type: ringfence flags cleanup {flag.name} --keep {stands}",
        new=stands,
    )


RULE = Rule(
    code="RF810",
    name="flag-stale",
    level="flag",
    summary="A flag has stood one way everywhere for long",
    severity="warning",
    check=check,
)

"""A flag without an owner is switched by anybody and taken out by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import FlagSubject
    from ringfence.domain.project import Project


def check(subject: FlagSubject, project: Project) -> Iterator[Finding]:
    """Report an entry of the registry without a text under `owner`."""
    if not subject.flag.body or subject.flag.text("owner"):
        return
    yield Finding(
        f"the flag {subject.name} has no owner",
        subject.place,
        Subject("flag", subject.name, key=f"flag.{project.name}.{subject.name}"),
        f"add below {subject.name}: owner: who decides",
        new="no owner",
    )


RULE = Rule(
    code="RF805",
    name="flag-owner-missing",
    level="flag",
    summary="A flag has no owner",
    severity="warning",
    check=check,
)

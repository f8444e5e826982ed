"""Whoever is on call must know what a flag does before switching it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import FlagSubject
    from ringfence.domain.project import Project


def check(subject: FlagSubject, project: Project) -> Iterator[Finding]:
    """Report an entry of the registry without a text under `description`."""
    if not subject.flag.body or subject.flag.text("description"):
        return
    yield Finding(
        f"the flag {subject.name} has no description",
        subject.place,
        Subject("flag", subject.name, key=f"flag.{project.name}.{subject.name}"),
        f"add below {subject.name}: description: what is otherwise when it is on",
        new="no description",
    )


RULE = Rule(
    code="RF806",
    name="flag-description-missing",
    level="flag",
    summary="A flag has no description",
    severity="warning",
    check=check,
)

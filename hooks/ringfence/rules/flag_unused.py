"""A flag that nothing asks for is a leftover of a clean-up, or a name that was mistyped where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import FlagSubject
    from ringfence.domain.project import Project


def check(subject: FlagSubject, project: Project) -> Iterator[Finding]:
    """Report a flag without a use in the project's files, or in the packages that it installs."""
    if not subject.name or subject.uses:
        return
    if subject.unseen is not None:
        raise Undecided(subject.unseen.reason, subject.unseen.place)
    yield Finding(
        f"nothing asks for the flag {subject.name}",
        subject.place,
        Subject("flag", subject.name, key=f"flag.{project.name}.{subject.name}"),
        f"take it out, type: ringfence flags cleanup {subject.name} --keep "
        f"{'on' if subject.flag.everywhere else 'off'}",
        new="not used",
    )


RULE = Rule(
    code="RF802",
    name="flag-unused",
    level="flag",
    summary="Nothing asks for a flag of the registry",
    severity="warning",
    check=check,
)

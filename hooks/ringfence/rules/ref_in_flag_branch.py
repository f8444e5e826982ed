"""What only one side of a flag reads is no edge of the graph while the flag stands the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import GuardedRead
    from ringfence.domain.project import Project


def check(subject: GuardedRead, project: Project) -> Iterator[Finding]:
    """Report a `ref()` or `source()` below a condition on a flag that the other side does not read as well."""
    yield Finding(
        f"{subject.read} is read on one side of the flag {subject.flag} alone: switching it moves the graph, and dbt "
        "parses one side only",
        subject.place,
        Subject("flag", subject.flag, key=f"flag.{project.name}.{subject.flag}"),
        f"write: ringfence.variation('{subject.flag}', off=ref('...'), on=ref('...'))",
        new=subject.read,
    )


RULE = Rule(
    code="RF808",
    name="ref-in-flag-branch",
    level="flag-read",
    summary="A ref or source is read on one side of a flag alone",
    severity="warning",
    check=check,
)

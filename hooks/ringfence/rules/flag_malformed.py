"""dbt looks at an entry when something asks for its flag, and stops: here it is looked at before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.flagnames import REGISTRY
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import FlagSubject
    from ringfence.domain.project import Project


def check(subject: FlagSubject, project: Project) -> Iterator[Finding]:
    """Report what is wrong with an entry: unknown keys, missing days, values of the wrong kind."""
    flag = subject.flag
    problem = flag.problem if flag.name else "it must be a mapping from names of flags to their entries"
    if not problem:
        return
    called = f"the flag {flag.name}" if flag.name else REGISTRY
    yield Finding(
        f"{called} is malformed: {problem}",
        subject.place,
        Subject("flag", flag.name or REGISTRY, key=f"flag.{project.name}.{flag.name}"),
        "mend it: a flag has description, owner, type, created, expires, default, and perhaps by_target and rollout",
        new=problem,
    )


RULE = Rule(
    code="RF813",
    name="flag-malformed",
    level="flag",
    summary="An entry of the registry is one that dbt refuses",
    severity="error",
    check=check,
)

"""Three flags below each other are eight models in one file, of which tests see one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import UseSubject
    from ringfence.domain.project import Project


_MOST = 2


def check(subject: UseSubject, project: Project) -> Iterator[Finding]:
    """Report a use below two others: in a branch of a condition on a flag, or in the arguments of another use."""
    use = subject.use
    if use.depth <= _MOST:
        return
    name = use.flag or f"ringfence.{use.call}()"
    yield Finding(
        f"the flag {name} is asked for below {use.depth - 1} others",
        use.place,
        Subject("flag", name, key=f"flag.{project.name}.{name}"),
        "make one flag of them, or a model of each side",
        new=str(use.depth),
    )


RULE = Rule(
    code="RF811",
    name="flags-nested",
    level="flag-use",
    summary="Flags are nested more than two deep",
    severity="warning",
    check=check,
)

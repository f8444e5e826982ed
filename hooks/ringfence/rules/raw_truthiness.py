"""Jinja takes every text for true that is not empty, "false" as well: what is switched off that way is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import RawTruth
    from ringfence.domain.project import Project


# What a default says that reads like a switch is what people will set it to.
_SWITCHES = ("boolean", "switch")


def check(subject: RawTruth, project: Project) -> Iterator[Finding]:
    """Report a condition on `env_var()` that is meant as a switch, or on `var()` whose value is a switch as text.

    Of a variable that is a boolean it is told as information: only a text given by --vars would mislead it. Numbers,
    lists, and texts whose being there is asked for, are left alone.
    """
    environment = subject.function == "env_var"
    if subject.held == "open" or (subject.held == "none" and not environment):
        raise Undecided(f"no file says what {subject.name} holds", subject.place)
    if subject.held not in _SWITCHES and not (environment and subject.held == "none"):
        return
    mild = subject.held == "boolean" and not environment
    call = f"{subject.function}('{subject.name}')"
    yield Finding(
        f"this condition takes the truth of {call} as it is: the text 'false' would be true",
        subject.place,
        Subject("variable", subject.name, key=f"{subject.function}.{project.name}.{subject.name}"),
        "make it a flag: ringfence.flag('NAME'); or compare it: == 'true'"
        if environment or not mild
        else "make it a flag: ringfence.flag('NAME'), which takes on and off alone",
        new=subject.held,
        severity="info" if mild else "",
    )


RULE = Rule(
    code="RF807",
    name="raw-truthiness",
    level="condition",
    summary="A condition takes the truth of var() or env_var() as it is",
    severity="warning",
    check=check,
)

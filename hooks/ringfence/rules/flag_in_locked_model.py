"""A lock holds what a model's files say. --vars and the environment switch a flag without any review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import UseSubject
    from ringfence.domain.project import Project


def check(subject: UseSubject, project: Project) -> Iterator[Finding]:
    """Report a use in a locked model, or in a macro that one calls."""
    use = subject.use
    for label in known(subject.locked):
        through = f" through the macro {use.macro}" if use.macro else ""
        yield Finding(
            f"locked model {label} depends on {f'the flag {use.flag}' if use.flag else 'a flag'}{through}: "
            "--vars and the environment switch it, and no lock sees that",
            use.place,
            Subject("model", label, key=f"model.{project.name}.{label}"),
            "put the flag into a model before it, and let the locked one read that; or, while it lasts, type: "
            f'ringfence lock release {label} --reason "WHY"',
            new=use.flag,
        )


RULE = Rule(
    code="RF809",
    name="flag-in-locked-model",
    level="flag-use",
    summary="A locked model depends on a flag",
    severity="warning",
    check=check,
)

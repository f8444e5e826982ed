"""A flag that is not in the registry stops every dbt command; a variable that names one is ignored without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.flagnames import OVERRIDE
from ringfence.domain.names import did_you_mean
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.flags import UseSubject
    from ringfence.domain.project import Project


def check(subject: UseSubject, project: Project) -> Iterator[Finding]:
    """Report a use, or a variable of dbt_project.yml, whose flag `ringfence_flags` does not hold."""
    use = subject.use
    if use.flag is None or use.flag in subject.names:
        return
    if subject.undeclared is not None:
        raise Undecided(subject.undeclared.reason, use.place)
    if use.call == "override":
        what = f"the variable {OVERRIDE}{use.flag} switches a flag"
    else:
        asks = "the kill switch names" if use.call == "kill switch" else f"ringfence.{use.call}() asks for"
        what = f"{asks} the flag {use.flag}"
    near = did_you_mean(use.flag, subject.names)
    yield Finding(
        f"{what}, which ringfence_flags does not declare{near}",
        use.place,
        Subject("flag", use.flag, key=f"flag.{project.name}.{use.flag}"),
        f"mend the name, or declare it in dbt_project.yml: vars: {{ringfence_flags: {{{use.flag}: {{...}}}}}}",
        new="not declared",
    )


RULE = Rule(
    code="RF801",
    name="flag-undeclared",
    level="flag-use",
    summary="A flag is used that the registry does not declare",
    severity="error",
    check=check,
)

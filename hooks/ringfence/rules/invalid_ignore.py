"""An ignore without a reason, of an unknown rule or after its last day: it has no effect, and is said to have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.ignores import IgnoreUse
    from ringfence.domain.project import Project


def check(subject: IgnoreUse, _project: Project) -> Iterator[Finding]:
    """Report an ignore that does not count, with what is missing."""
    ignore = subject.ignore
    if not subject.wrong:
        return
    rules = ", ".join(ignore.rules)
    form = "ignore[RF306] why" if ignore.target else "{rule: RF306, reason: why}"
    yield Finding(
        f"this ignore has no effect: it {subject.wrong}",
        Place(subject.path, ignore.line, ignore.column, ignore.line, ignore.column + 1),
        Subject("file", subject.path, key=f"{subject.path}#{rules}"),
        "mend what it excuses and remove it, or give it a later day"
        if subject.wrong.startswith("expired")
        else f"name a rule of RF2, RF3 or RF5 to RF9 and the reason: {form}",
        new=subject.wrong,
    )


RULE = Rule(
    code="RF004",
    name="invalid-ignore",
    level="ignore",
    summary="An ignore has no effect: no reason, an unknown rule, or past its last day",
    severity="error",
    check=check,
)

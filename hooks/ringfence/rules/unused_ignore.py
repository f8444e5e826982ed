"""An ignore that silences nothing: what it excused is gone, and the next finding there would go unseen."""

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
    """Report an ignore that is in order and that no finding answers to."""
    ignore = subject.ignore
    if subject.wrong or subject.used:
        return
    rules = ", ".join(ignore.rules)
    about = f"at line {ignore.target}" if ignore.target else f"of {ignore.subject}"
    yield Finding(
        f"the ignore of {rules} silences nothing {about}",
        Place(subject.path, ignore.line, ignore.column, ignore.line, ignore.column + 1),
        Subject("file", subject.path, key=f"{subject.path}#{rules}"),
        "remove it",
        new=rules,
    )


RULE = Rule(
    code="RF003",
    name="unused-ignore",
    level="ignore",
    summary="An ignore silences nothing",
    severity="warning",
    check=check,
)

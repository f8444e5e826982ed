"""Known findings that a change adds beside other work: the list would hide what the same change has just broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.known import KnownUse
    from ringfence.domain.project import Project


def check(subject: KnownUse, _project: Project) -> Iterator[Finding]:
    """Report every finding that became known in a change which touches files that dbt reads."""
    for known in subject.added:
        yield Finding(
            f"{known.rule} was added to the known findings beside other changes: {known.what}",
            Place(subject.path, subject.lines.get(known.fingerprint, 1)),
            Subject("file", subject.path, key=f"{subject.path}#{known.fingerprint}"),
            "mend what is found, or add it in a change of its own: ringfence known add --reason WHY",
            new=known.what,
        )


RULE = Rule(
    code="RF006",
    name="known-grown",
    level="known",
    summary="A change adds known findings and touches what dbt reads as well",
    severity="error",
    check=check,
)

"""On the days of a freeze no lock changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.range import RangeSubject, place_of
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: RangeSubject, project: Project) -> Iterator[Finding]:
    """Report each lock with a new entry while today or the entry's own day lies in a freeze; emergencies may."""
    policy = subject.policy
    for move in subject.moves if policy.freeze else ():
        entries = [entry for entry in move.settling if not move.exempt(entry, policy.emergency_days)]
        frozen = [days for entry in entries if (days := policy.frozen(subject.today) or policy.frozen(entry.date))]
        if frozen and move.after is not None:
            first, last = frozen[0]
            yield Finding(
                f"the lock of model {move.label} changes, and from {first} to {last} no lock does",
                place_of(move.after),
                Subject("model", move.label, key=f"model.{project.name}.{move.label}"),
                f"take the file from the base: git checkout {subject.since} -- {move.path}, and wait until {last} is "
                f'over; what cannot wait, type: ringfence lock update {move.label} --emergency --reason "WHY"',
                new=f"{first}..{last}",
            )


RULE = Rule(
    code="RF118",
    name="lock-frozen",
    level="range",
    summary="A lock changes on a day on which no lock does",
    severity="error",
    check=check,
)

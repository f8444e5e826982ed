"""Where a team asks for leave beforehand, a lock changes only with a permit that is merged already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.range import Move, RangeSubject, place_of
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.lock import History, Lock
    from ringfence.domain.project import Project


def check(subject: RangeSubject, project: Project) -> Iterator[Finding]:
    """Report each new entry of a class that needs a permit and names none that may be used."""
    for move in subject.moves:
        for entry in move.settling:
            if entry.change_class in subject.policy.prior and move.after is not None:
                yield from _of_entry(entry, move, move.after, subject, project)


def _of_entry(entry: History, move: Move, lock: Lock, subject: RangeSubject, project: Project) -> Iterator[Finding]:
    if move.exempt(entry, subject.policy.emergency_days):
        return
    why: str | None = "its history names none"
    if entry.permit:
        names = [move.label, *(one.label for one in move.before)]
        refusals = [subject.permits.refusal(entry.permit, one, entry.change_class, subject.today) for one in names]
        why = None if None in refusals else refusals[0]
    if why is not None:
        yield Finding(
            f"the lock of model {move.label} records a change that is {entry.change_class}, which needs a permit: "
            f"{why}",
            place_of(lock),
            Subject("model", move.label, key=f"model.{project.name}.{move.label}#{entry.change_class}"),
            f"for a permit, to be merged first, type: ringfence lock permit {move.label} --class {entry.change_class} "
            f'--reason "WHY"; then git checkout {subject.since} -- {move.path}, and type: ringfence lock update '
            f'{move.label} --permit ID --reason "WHY"',
            new=entry.permit or "no permit",
        )


RULE = Rule(
    code="RF117",
    name="lock-permit-missing",
    level="range",
    summary="A change of a lock needs a permit that is merged already, and names none",
    severity="error",
    check=check,
)

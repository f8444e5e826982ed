"""An entry of a lock's history says when, why and by whom, and what it was as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.range import Move, RangeSubject, day_of, milder, place_of, short
from ringfence.domain.rule import Rule
from ringfence.domain.settings import CHANGE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.lock import History
    from ringfence.domain.project import Project


def check(subject: RangeSubject, project: Project) -> Iterator[Finding]:
    """Report what is missing or wrong in each new entry, and a class that is milder than what changed."""
    for move in subject.moves:
        if move.after is None:
            continue
        wrong = [said for entry in move.added for said in _wrong(entry, move, subject)]
        owed = move.owed
        classes = [entry.change_class for entry in move.added]
        if owed is not None and all(milder(one, owed) for one in classes):
            wrong.append(f"says {' and '.join(sorted({*classes})) or 'nothing'} of a change that is {owed}")
        for said in wrong:
            yield Finding(
                f"the lock of model {move.label} changed and its history {said}",
                place_of(move.after),
                Subject("model", move.label, key=f"model.{project.name}.{move.label}"),
                f"take the file from the base: git checkout {subject.since} -- {move.path}; then type: ringfence lock "
                f'update {move.label} --reason "WHY"',
                new=said,
            )


def _wrong(entry: History, move: Move, subject: RangeSubject) -> Iterator[str]:
    """Yield what is wrong with an entry."""
    for key, value in (("reason", entry.reason), ("name of who did it", entry.by)):
        if not value.strip():
            yield f"gives no {key}"
    day = day_of(entry.date)
    if day is None:
        yield f"gives no day but {entry.date}" if entry.date else "gives no day"
    elif (now := day_of(subject.today)) is not None and (day - now).days > 1:  # clocks differ
        yield f"gives a day that is still to come: {entry.date}"
    if entry.change_class not in CHANGE_CLASSES:
        yield f"gives no class of change but {entry.change_class}" if entry.change_class else "gives no class of change"
    said = f"{entry.ticket} {entry.reason}".strip()
    pattern = subject.policy.unmatched(said) if entry in move.settling else None
    if pattern is not None and entry.reason.strip():
        yield f"gives the reason {said!r}, which does not match lock.reason_pattern {pattern}"
    if entry.expires and not short(entry, subject.policy.emergency_days):
        yield f"gives an emergency more than {subject.policy.emergency_days} days: until {entry.expires}"


RULE = Rule(
    code="RF112",
    name="lock-reason-missing",
    level="range",
    summary="A new entry of a lock's history lacks reason, author or day, or calls the change milder than it is",
    severity="error",
    check=check,
)

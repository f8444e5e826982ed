"""Some changes of locks need the approval of certain owners: CODEOWNERS must name them for the lock file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.range import Move, RangeSubject, place_of
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.lock import Lock
    from ringfence.domain.project import Project


def check(subject: RangeSubject, project: Project) -> Iterator[Finding]:
    """Report the owners whom a new entry's class asks for and the base's CODEOWNERS does not name."""
    for move in subject.moves if subject.policy.approvers else ():
        if move.after is not None:
            yield from _of_move(move, move.after, subject, project)


def _of_move(move: Move, lock: Lock, subject: RangeSubject, project: Project) -> Iterator[Finding]:
    from ringfence.domain.codeowners import owners_of

    path, lines = subject.base.owners or ("CODEOWNERS", ())
    named = owners_of(lines, move.path)
    wanted = dict(subject.policy.approvers)
    for change_class in sorted({entry.change_class for entry in move.settling}):
        missing = [one for one in wanted.get(change_class, ()) if one.lower() not in named.owners]
        if missing:
            line = " ".join((f"/{move.path}", *sorted(named.owners), *missing))
            yield Finding(
                f"the lock of model {move.label} records a change that is {change_class}, which needs the approval of "
                f"{', '.join(missing)}: {path} of the base does not name them for {move.path}",
                place_of(lock),
                Subject("model", move.label, key=f"model.{project.name}.{move.label}#{change_class}"),
                f"merge this line into {path} first: {line}",
                old=", ".join(sorted(named.owners)) or "no owner",
                new=", ".join(missing),
            )


RULE = Rule(
    code="RF116",
    name="lock-owner-missing",
    level="range",
    summary="A change of a lock needs the approval of owners whom CODEOWNERS does not name for its file",
    severity="error",
    check=check,
)

"""The history of a lock only grows: what the base has must be at the head, in whatever order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from ringfence.domain.range import Move, RangeSubject, place_of
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: RangeSubject, project: Project) -> Iterator[Finding]:
    """Report each lock whose history lacks an entry of the base, and a tombstone that is gone."""
    for move in subject.moves:
        lost = move.lost
        if not lost:
            continue
        if move.after is not None:
            entries = "; ".join(f"{entry.date} {entry.what}" for entry in lost[:3])
            more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
            yield _finding(subject, move, f"lost what the base has: {entries}{more}", f"{len(lost)} lost", project)
        elif move.there:
            yield _finding(
                subject,
                move,
                "can be read no more: its file is no lock, or its project is judged no more",
                "unreadable",
                project,
            )
        elif move.live is None:
            yield _finding(subject, move, "is gone with its tombstone", "deleted", project)


def _finding(subject: RangeSubject, move: Move, happened: str, new: str, project: Project) -> Finding:
    return Finding(
        f"the history of the lock of model {move.label} {happened}",
        place_of(move.after) if move.after is not None else Place(move.path),
        Subject("model", move.label, key=f"model.{project.name}.{move.label}"),
        f"take the file from the base: git checkout {subject.since} -- {move.before[0].path}; then, where the model "
        f'changed, type: ringfence lock update {move.label} --reason "WHY"',
        old=f"{sum(len(lock.history) for lock in move.before)} entries",
        new=new,
    )


RULE = Rule(
    code="RF110",
    name="lock-history-rewritten",
    level="range",
    summary="An entry of a lock's history that the base has is not there any more",
    severity="error",
    check=check,
)

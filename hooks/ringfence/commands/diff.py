"""`ringfence diff`: what changed between two trees, without any dbt run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.commands.ground import Ground
from ringfence.commands.judging import compared, lock_of
from ringfence.commands.output import emit
from ringfence.commands.session import Session
from ringfence.domain.change import LEVELS
from ringfence.reporters import choose

if TYPE_CHECKING:
    import argparse

    from ringfence.commands.known import Judged
    from ringfence.domain.change import Change


def run(arguments: argparse.Namespace) -> int:
    """Return 1 where the profile calls a change breaking, else 0."""
    with Session(Ground(head=arguments.head, base=arguments.base, project=arguments.project)) as session:
        found: list[Change] = []
        for judged in session.judged:
            found += [one for one in compared(session, judged) if _counts(one, arguments.profile, session, judged)]
        found = [_strict(one) for one in found] if arguments.profile == "strict" else found
        found.sort(key=lambda one: (LEVELS.index(one.level), one.place, one.code))
        text = choose(arguments.format).changes(found, session.base.label, session.head.tree.label)
    emit(text, arguments.output)
    return 1 if any(one.level == "breaking" for one in found) else 0


def _counts(change: Change, profile: str, session: Session, judged: Judged) -> bool:
    """Return whether the profile looks at a change: `consumer` leaves out the guard axis, except on locked models."""
    if profile != "consumer" or change.axis == "consumer":
        return True
    lock = lock_of(session.head.tree, judged, change.subject.name)
    return lock is not None and not lock.released


def _strict(change: Change) -> Change:
    return change._replace(level="breaking") if change.level == "risky" else change

"""`ringfence diff`: what changed between two trees, without any dbt run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.commands.judging import compared, locks_of
from ringfence.commands.output import emit
from ringfence.commands.session import Session
from ringfence.domain.change import LEVELS
from ringfence.reporters import choose

if TYPE_CHECKING:
    import argparse

    from ringfence.domain.change import Change


def run(arguments: argparse.Namespace) -> int:
    """Return 1 where the profile calls a change breaking, else 0."""
    session = Session(head=arguments.head, base=arguments.base, project=arguments.project)
    found: list[Change] = []
    for judged in session.judged:
        locked = {label for label, lock in locks_of(session, judged).locks.items() if not lock.released}
        found += [one for one in compared(session, judged) if _counts(one, arguments.profile, locked)]
    found = [_strict(one) for one in found] if arguments.profile == "strict" else found
    found.sort(key=lambda one: (LEVELS.index(one.level), one.place, one.code))
    emit(choose(arguments.format).changes(found, session.base.label, session.head.tree.label), arguments.output)
    return 1 if any(one.level == "breaking" for one in found) else 0


def _counts(change: Change, profile: str, locked: set[str]) -> bool:
    """Return whether the profile looks at a change: `consumer` leaves out the guard axis, except on locked models."""
    return profile != "consumer" or change.axis == "consumer" or change.subject.name in locked


def _strict(change: Change) -> Change:
    return change._replace(level="breaking") if change.level == "risky" else change

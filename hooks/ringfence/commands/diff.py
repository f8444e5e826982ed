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
    from collections.abc import Iterator

    from ringfence.commands.known import Judged
    from ringfence.domain.change import Change


def run(arguments: argparse.Namespace) -> int:
    """Return 1 where the profile calls a change breaking, else 0."""
    head, base = (None if _is_manifest(named) else named for named in (arguments.head, arguments.base))
    with Session(Ground(head=head, base=base, project=arguments.project)) as session:
        found: list[Change] = []
        for judged, changed in _changed(session, arguments):
            found += [one for one in changed if _counts(one, arguments.profile, session, judged)]
        found = [_strict(one) for one in found] if arguments.profile == "strict" else found
        found.sort(key=lambda one: (LEVELS.index(one.level), one.place, one.code))
        before = arguments.base if _is_manifest(arguments.base) else session.base.label
        after = arguments.head if _is_manifest(arguments.head) else session.head.tree.label
        text = choose(arguments.format).changes(found, before, after)
    emit(text, arguments.output)
    return 1 if any(one.level == "breaking" for one in found) else 0


def _changed(session: Session, arguments: argparse.Namespace) -> Iterator[tuple[Judged, list[Change]]]:
    """Yield the changes of every project; of the one that a manifest is of, where one is named."""
    sides = [named if _is_manifest(named) else None for named in (arguments.base, arguments.head)]
    if any(side is not None for side in sides):
        from ringfence.commands.sides import Sides
        from ringfence.commands.sides import compared as compared_sides

        found, judged = compared_sides(session, Sides(*sides))
        yield judged, found
    else:
        yield from ((judged, compared(session, judged)) for judged in session.judged)


def _is_manifest(named: str | None) -> bool:
    return named is not None and named.endswith(".json")


def _counts(change: Change, profile: str, session: Session, judged: Judged) -> bool:
    """Return whether the profile looks at a change: `consumer` leaves out the guard axis, except on locked models."""
    if profile != "consumer" or change.axis == "consumer":
        return True
    lock = lock_of(session.head.tree, judged, change.subject.name)
    return lock is not None and not lock.released


def _strict(change: Change) -> Change:
    return change._replace(level="breaking") if change.level == "risky" else change

"""What guards locks is not loosened by the change that it should stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from ringfence.domain.range import RangeSubject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(subject: RangeSubject, _project: Project) -> Iterator[Finding]:
    """Report each setting of locks that asks for less than at the base, unless a merged permit is spent."""
    if subject.unread is not None:
        yield Finding(
            f"the settings of the base cannot be read, so that those of the head count: {subject.unread}",
            Place(subject.path),
            Subject("file", subject.path, key=subject.path),
            "see that what the head asks of locks is what you mean",
            new=subject.unread,
            severity="warning",  # the change that mends them must be able to pass
        )
    spent, fix = subject.permits.of_policy(subject.today)
    if spent is not None:
        return
    for one, place in subject.loosened:
        yield Finding(
            f"{one.key} asks for less than at the base: it was {one.old}, is now {one.new}; until it is merged, the "
            "base's counts",
            place,
            Subject("setting", one.key, key=f"{place.path}#{one.key}"),
            fix,
            old=one.old,
            new=one.new,
        )


RULE = Rule(
    code="RF113",
    name="lock-policy-loosened",
    level="range",
    summary="ringfence.yml asks less of locks than at the base, without a permit",
    severity="error",
    check=check,
)

"""A properties file, template or lock that cannot be read: what it holds is judged by nobody, so it is never a pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Problem
    from ringfence.domain.project import Project


def check(subject: Problem, _project: Project) -> Iterator[Finding]:
    """Yield the problem as a finding."""
    path = subject.place.path
    fix = subject.fix or "correct the file"
    yield Finding(f"{path} {subject.message}", subject.place, Subject("file", path, key=path), fix, new=subject.message)


RULE = Rule(
    code="RF001",
    name="unreadable-file",
    level="problem",
    summary="A properties file, template, lock or Python module cannot be read, so nothing in it is judged",
    severity="error",
    check=check,
)

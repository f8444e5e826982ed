"""Every finding of every case lies inside the node it speaks of, and at the token that its message quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from casefile import Case, read_cases
from offending import Found, misplaced, spans_of
from ringfence.commands.ground import Ground
from ringfence.commands.judging import chosen_rules, judge
from ringfence.commands.session import CATALOGUE, Session
from ringfence.domain.finding import Finding
from test_cases import CASES, repository, write

__all__ = ["repository"]  # a fixture


def found(finding: Finding) -> Found:
    place, subject = finding.place, finding.subject
    kind = subject.kind.replace("_", " ")
    return Found(finding.code, finding.message, place[1:3], place[3:5], kind, subject.name, subject.column)


@pytest.mark.parametrize("case", read_cases(CASES), ids=lambda case: case.id)
def test_findings_lie_inside_what_they_speak_of(case: Case, repository: Path) -> None:
    folder = repository / "offending" / case.area / case.slug
    write(case, folder)
    head, base = str(folder / "current"), str(folder / "previous")
    session = Session(Ground(head=head, base=base, folder=str(repository), environment={}))
    every = chosen_rules([info.code for info in CATALOGUE])
    for finding in judge(session, every).findings:
        path = folder / "current" / finding.place.path
        if path.suffix not in (".yml", ".yaml") or not path.exists():
            continue
        content = path.read_bytes()
        spans = spans_of(content) if "models" in path.parts or "seeds" in path.parts else {}
        assert misplaced(found(finding), content, spans) == "", finding

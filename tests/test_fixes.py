"""The edits of every case: made until there are no more, they mend what they say, and the file stays readable."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from casefile import Case, read_cases
from ringfence.commands.entering import enter
from ringfence.commands.ground import Ground
from ringfence.commands.judging import chosen_rules, judge
from ringfence.commands.session import CATALOGUE, Session
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.text.edits import apply
from ringfence.text.yaml import parse
from test_cases import CASES, repository, write

__all__ = ["repository"]
_FIXABLE = {info.module: info.name for info in CATALOGUE if info.fixable}
_ROUNDS = 5


def _ground(folder: Path, repository: Path) -> Ground:
    return Ground(head=str(folder / "current"), folder=str(repository), environment={})


def _found(case: Case, ground: Ground) -> list[Finding]:
    return list(judge(Session(ground), chosen_rules([_FIXABLE[case.area]])).findings)


def _by_path(edits: list[Edit], ground: Ground) -> tuple[dict[str, list[Edit]], dict[str, bytes]]:
    entered = enter(ground, [edit for edit in edits if edit.action == "enter"])
    assert not entered.refused
    found: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit not in entered.fresh:
            where = entered.inserted.get(edit, edit)
            found.setdefault(where.place.path, []).append(where)
    return found, entered.files


def _mend(case: Case, folder: Path, repository: Path, *, unsafe: bool) -> list[str]:
    """Edit the case's files until nothing is left to edit. Returns the refusals of the last round."""
    for _ in range(_ROUNDS):
        ground = _ground(folder, repository)
        before = _found(case, ground)
        offered = [one for one in before if one.edits and (unsafe or one.fixable == "safe")]
        held, new = _by_path([edit for one in offered for edit in one.edits], ground)
        refused, made = [], 0
        for path, content in new.items():
            (folder / "current" / path).write_bytes(content)
            made += 1
        for path, edits in held.items():
            target = folder / "current" / path
            edited = apply(target.read_bytes(), path, edits)
            made += len(edited.made)
            refused += [f"{one.edit.action}: {one.reason}" for one in edited.refused]
            assert not parse(edited.content, path).problems
            target.write_bytes(edited.content)
        if not made:
            return refused
        after = Counter(one.fingerprint for one in _found(case, _ground(folder, repository)))
        if not refused:
            assert not [one for one in offered if after[one.fingerprint] >= _times(before, one)], (
                "an edit mends nothing"
            )
    raise AssertionError("there is always something more to edit")


def _times(findings: list[Finding], one: Finding) -> int:
    return sum(other.fingerprint == one.fingerprint for other in findings)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize(
    "case",
    [case for case in read_cases(CASES) if case.findings and case.area in _FIXABLE],
    ids=lambda case: case.id,
)
def test_edits_mend_what_is_found_and_come_to_an_end(case: Case, repository: Path, unsafe: bool) -> None:
    folder = repository / f"fixed-{unsafe}" / case.area / case.slug
    write(case, folder)
    refused = _mend(case, folder, repository, unsafe=unsafe)
    assert not case.fixed or not refused
    for (path, risky), text in case.fixed.items():
        if risky == unsafe:
            assert (folder / "current" / path).read_text(encoding="utf-8") == text


def test_every_rule_that_says_it_can_be_fixed_shows_how() -> None:
    shown = {case.area for case in read_cases(CASES) if case.fixed}
    assert shown == set(_FIXABLE)

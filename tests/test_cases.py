"""Every case of tests/cases: what is reported, word for word, and what stays silent."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from casefile import Case, read_cases
from ringfence.commands.ground import Ground
from ringfence.commands.judging import chosen_rules, judge
from ringfence.commands.recall import Judgement
from ringfence.commands.session import CATALOGUE, Session
from ringfence.domain.finding import Finding

CASES = Path(__file__).parent / "cases"
PROJECT = "name: shop\n"
_FIXABLE = {info.module for info in CATALOGUE if info.fixable}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty git repository in whose folders the cases are written."""
    root = tmp_path_factory.mktemp("cases")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(["git", "init", "-q", str(root)], check=True, env=environment)
    return root


def write(case: Case, folder: Path) -> None:
    states: dict[str, dict[str, str]] = {"current": {}}
    if any(path.startswith("previous/") for path in case.files):
        states["previous"] = {}
    for path, text in case.files.items():
        state, _, inner = path.partition("/")
        if state in ("current", "previous"):
            states[state][inner] = text
        else:
            for held in states.values():
                held.setdefault(path, text)
    for state in ("current", "previous"):
        files = states.get(state, states["current"])
        for path, text in {"dbt_project.yml": PROJECT, **files}.items():
            target = folder / state / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\r\n" if case.marks.get("endings") else "\n")


def _line(finding: Finding) -> str:
    place = finding.place
    return f"{place.path}:{place.line}:{place.column} {finding.code} {finding.message}"


def judged(case: Case, repository: Path) -> Judgement:
    """Return what the case's own rule says of it."""
    folder = repository / case.area / case.slug
    write(case, folder)
    session = Session(
        Ground(head=str(folder / "current"), base=str(folder / "previous"), folder=str(repository), environment={})
    )
    return judge(session, chosen_rules([case.area.replace("_", "-"), *case.marks.get("rules", ())]))


@pytest.mark.parametrize("case", read_cases(CASES), ids=lambda case: case.id)
def test_case(case: Case, repository: Path) -> None:
    judgement = judged(case, repository)
    own = [finding for finding in judgement.findings if finding.name == case.area.replace("_", "-")]
    others = [finding for finding in judgement.findings if finding not in own]
    assert [_line(finding) for finding in own] == list(case.findings)
    assert not others
    undecided = {f"{one.name} {one.subject.name}" for one in judgement.undecided}
    assert undecided == case.marks.get("undecided", frozenset())
    for finding in own:
        assert finding.fix
        assert finding.fingerprint
        assert finding.place.line >= 1
        assert not finding.edits or case.area in _FIXABLE


def test_every_rule_has_cases_that_speak_and_cases_that_stay_silent() -> None:
    for info in CATALOGUE:
        cases = read_cases(CASES / f"{info.module}.md")
        assert any(case.findings for case in cases), f"{info.name} has no case that is reported"
        speaking = sum(bool(case.findings) for case in cases)
        assert len(cases) >= 2 * speaking, f"{info.name} has fewer silent cases than others"


def test_no_token_is_reported_by_two_rules_on_keys_and_values(repository: Path) -> None:
    """Rules that read the same tokens leave them to each other: one mistake, one finding."""
    alike = {
        "data-tests-mapping",
        "deprecated-placement",
        "enforced-misspelt",
        "ignored-key",
        "jinja-unrendered",
        "unknown-key",
        "wrong-value-type",
        "yaml-trap",
    }
    for case in read_cases(CASES):
        if case.findings and case.area.replace("_", "-") in alike:
            folder = repository / "all" / case.area / case.slug
            write(case, folder)
            ground = Ground(head=str(folder / "current"), folder=str(repository), environment={})
            places = [finding.place for finding in judge(Session(ground), chosen_rules(sorted(alike))).findings]
            assert len(places) == len(set(places)), case.id

"""Attempts to get around a lock, each as a branch that CI compares with main; and their honest twins, which pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumer import ROOT
from e2e import bypass_locks, bypass_models, bypass_policy
from e2e.bypass import ATTEMPTS, Branch, Bypass, template

assert all(module.__doc__ for module in (bypass_models, bypass_locks, bypass_policy)), "they fill the list"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("bypass") / "shop")


def _sentence(one: Bypass) -> str:
    return f"{'honest' if one.honest else 'attempt'}: {one.name}"


@pytest.mark.parametrize("one", ATTEMPTS, ids=_sentence)
def test_verify(one: Bypass, project: Path, tmp_path: Path) -> None:
    branch = Branch.off(project, tmp_path / "shop")
    one.make(branch)
    if branch.git("status", "--porcelain"):
        branch.save()
    result = branch.ringfence("lock", "verify", "--base", "main", "--format", "json", env={"CI": "true"})
    if not one.honest and not one.codes:
        assert result.code == 2, result.all
        assert "fix: " in result.err
        return
    found = json.loads(result.out)["findings"]
    errors = {finding["code"] for finding in found if finding["severity"] == "error"}
    assert (result.code, " ".join(sorted(errors))) == (0 if one.honest else 1, one.codes), [
        finding["message"] for finding in found
    ]


def test_there_are_enough_and_each_says_what_it_does() -> None:
    attempts = [one for one in ATTEMPTS if not one.honest]
    assert len(attempts) >= 70
    assert all(one.sentence.endswith(".") for one in ATTEMPTS)
    assert len({one.sentence for one in ATTEMPTS}) == len(ATTEMPTS)


def test_the_page_lists_what_no_hook_sees() -> None:
    page = (ROOT / "docs" / "bypass.md").read_text(encoding="utf-8")
    section = page[page.index("## What no local hook can see") :].partition("\n## ")[0]
    listed = [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")]
    assert listed == [one.sentence for one in ATTEMPTS if one.unseen]

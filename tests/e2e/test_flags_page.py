"""docs/flags.md from top to bottom: its edits made, its commands run, what they print and how they end compared.

Blocks that run dbt are run with --all alone. The day in the registry is that of the run.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumer import ROOT, Consumer, whole_shop

PAGE = ROOT / "docs" / "flags.md"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DAY = "2026-11-21"


def _blocks() -> Iterator[tuple[str, str]]:
    """Every fenced block of the page in order: its language and its text."""
    return ((found[1], found[2]) for found in _FENCE.finditer(PAGE.read_text(encoding="utf-8")))


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _run(project: Consumer, script: str) -> str:
    """Run the commands of a block one by one. Returns what they print."""
    printed = ""
    path = f"{Path(sys.executable).parent}:{project.environment['PATH']}"
    for line in script.splitlines():
        result = project.run("bash", "-c", line, env={"PATH": path, "COLUMNS": "120", "DBT_PROFILES_DIR": "."})
        assert result.code == 0, f"{line}\n{result.all}"
        printed += result.all
    return printed


@pytest.mark.parametrize("with_dbt", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_page_of_flags(with_dbt: bool, tmp_path: Path) -> None:
    project = whole_shop(tmp_path / "shop", RINGFENCE_CACHE="off")
    assert project.commit("the shop").code == 0
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    printed: str | None = ""
    commands = 0
    for language, text in _blocks():
        if language == "diff":
            (tmp_path / "edit.diff").write_text(text.replace(_DAY, today), encoding="utf-8")
            project.git("apply", "--recount", "--whitespace=nowarn", str(tmp_path / "edit.diff"))
        elif language == "sh":
            skipped = "dbt --quiet" in text and not with_dbt
            printed = None if skipped else _run(project, text)
            commands += 0 if skipped else len(text.splitlines())
        elif language == "text" and printed is not None:
            assert _plain(printed.replace(today, _DAY)) == _plain(text)
    assert commands > (20 if with_dbt else 10)


def test_the_page_shows_what_commands_print() -> None:
    """Blocks are of the kinds that are run or compared, and an output stands behind its commands."""
    languages = [language for language, _ in _blocks()]
    assert set(languages) == {"sh", "diff", "text", "sql"}
    pairs = zip(["", *languages], languages, strict=False)
    assert all(before == "sh" for before, language in pairs if language == "text")

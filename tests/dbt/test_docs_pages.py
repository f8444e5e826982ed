"""The pages about the dbt package from top to bottom: their files written, their commands run on DuckDB.

A block whose first line is a comment with a path is that file. A comment `# exits with 1` behind a command says how it
ends, else it ends with 0; a block fenced as `text` behind them is something that they print.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from dbtproject import ENGINES, REPOSITORY, Engine, written

if "duckdb" not in ENGINES:
    pytest.skip("needs dbt-core and dbt-duckdb", allow_module_level=True)

PAGES = ("publish", "runs")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"(?:#|--) ([\w./]+\.(?:yml|sql|csv))$")
_EXITS = re.compile(r"\s+# exits with (\d)$")


def _files(blocks: list[tuple[str, str]]) -> dict[str, str]:
    named = [(_PATH.match(text.partition("\n")[0]), text.partition("\n")[2]) for _, text in blocks]
    return {found[1]: text for found, text in named if found is not None}


def _commands(blocks: list[tuple[str, str]]) -> list[tuple[list[str], bool]]:
    """Every dbt command, and whether it is to succeed."""
    lines = [line for language, text in blocks if language == "sh" for line in text.splitlines()]
    assert all(line.startswith("dbt ") for line in lines)
    return [(shlex.split(_EXITS.sub("", line))[1:], _EXITS.search(line) is None) for line in lines]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_the_page_does_what_it_says(page: str, tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / f"{page}.md").read_text("utf-8")
    blocks = [(found[1], found[2]) for found in _FENCE.finditer(text)]
    project = written(tmp_path / "shop", Engine("duckdb"), _files(blocks))
    commands = _commands(blocks)
    answers = project.session(*[command for command, _ in commands])
    for (command, succeeds), answer in zip(commands, answers, strict=True):
        assert answer.success is succeeds, (command, answer.said)
    said = " ".join(answer.plain for answer in answers)
    for language, printed in blocks:
        assert language != "text" or " ".join(printed.split()) in said, printed

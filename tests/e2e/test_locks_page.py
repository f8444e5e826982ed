"""docs/locks.md from top to bottom: its edits made, its commands run, what they print and how they end compared.

The commands run in the example. A comment `# exits with 1` behind a command says
how it ends, else it ends with 0; a block fenced as `text` or `yaml` right behind one of `sh` is what that prints. Days,
seals and the names of permits are those of the run.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumer import ROOT, Consumer, clean_environment, shop

PAGE = ROOT / "docs" / "locks.md"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXITS = re.compile(r"\s+# exits with (\d)$")
_OF_THE_RUN = (
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "DAY"),
    (re.compile(r'seal: "[0-9a-f]+"'), 'seal: "SEAL"'),
    (re.compile(r"(DAY-[\w.]+)-[0-9a-f]{6}\b"), r"\1-ID"),
    (re.compile(r"DAY +\d+ +"), "DAY N "),  # how long ago that is
)


def _blocks() -> Iterator[tuple[str, str]]:
    """Every fenced block of the page in order: its language and its text."""
    return ((found[1], found[2]) for found in _FENCE.finditer(PAGE.read_text(encoding="utf-8")))


def _plain(text: str) -> str:
    for pattern, name in _OF_THE_RUN:
        text = pattern.sub(name, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.fixture(params=["here", "installed"])
def programs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds our program: that of these tests, or of an environment with the package installed."""
    if request.param == "here":
        return Path(sys.executable).parent
    folder = tmp_path_factory.mktemp("page") / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*pip, str(ROOT)], capture_output=True, text=True, env=clean_environment(), check=False)
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def _run(project: Consumer, script: str, programs: Path) -> str:
    """Run the commands of a block one by one. Returns what they print; each ends as the page says."""
    printed = ""
    path = f"{programs}:{project.environment['PATH']}"
    for line in script.splitlines():
        found = _EXITS.search(line)
        result = project.run("bash", "-c", line, env={"PATH": path, "COLUMNS": "120"})
        assert result.code == (int(found[1]) if found else 0), f"{line}\n{result.all}"
        printed += result.all
    return printed


@pytest.mark.slow
def test_the_page_of_locks(programs: Path, tmp_path: Path) -> None:
    project = shop(tmp_path / "shop", RINGFENCE_CACHE="off")
    assert project.commit("the shop").code == 0
    printed, commands = "", 0
    for language, text in _blocks():
        if language == "diff":
            (tmp_path / "edit.diff").write_text(text, encoding="utf-8")
            project.git("apply", "--recount", "--whitespace=nowarn", str(tmp_path / "edit.diff"))
        elif language == "sh":
            printed = _run(project, text, programs)
            commands += len(text.splitlines())
        else:
            assert _plain(printed) == _plain(text)
    assert commands > 30


def test_the_page_shows_what_commands_print() -> None:
    """Blocks are of the kinds that are run or compared, and an output stands behind its commands."""
    languages = [language for language, _ in _blocks()]
    assert set(languages) == {"sh", "diff", "text", "yaml"}
    pairs = zip(["", *languages], languages, strict=False)
    assert all(before == "sh" for before, language in pairs if language in ("text", "yaml"))

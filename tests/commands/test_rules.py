"""`ringfence rules` and `ringfence explain`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from consumer import ROOT, Consumer
from ringfence.commands.session import CATALOGUE


@pytest.fixture
def anywhere(tmp_path: Path) -> Consumer:
    return Consumer(tmp_path / "empty")


def test_the_list_holds_every_rule_once(anywhere: Consumer) -> None:
    lines = anywhere.ringfence("rules").out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(info.code for info in CATALOGUE)
    document = json.loads(anywhere.ringfence("rules", "--format", "json").out)
    assert [one["name"] for one in document["rules"]] == [info.name for info in CATALOGUE]


def test_codes_and_names_are_unique_and_codes_fit_their_family() -> None:
    assert len({info.code for info in CATALOGUE}) == len({info.name for info in CATALOGUE}) == len(CATALOGUE)
    for info in CATALOGUE:
        assert info.name.replace("-", "_") == info.module
        assert (info.level == "change") == (info.family == "RF4")


@pytest.mark.parametrize("info", CATALOGUE, ids=lambda info: info.name)
def test_every_rule_is_explained_with_both_examples(anywhere: Consumer, info: object) -> None:
    code, name = info.code, info.name  # type: ignore[attr-defined]
    by_code = anywhere.ringfence("explain", code.lower())
    assert by_code.code == 0
    assert by_code.out.startswith(f"# {code} {name}\n")
    assert "## Reported: " in by_code.out
    assert "## Not reported: " in by_code.out


def test_listing_rules_imports_none_of_them() -> None:
    script = (
        "import sys; from ringfence.cli import main; main(['rules']);"
        "loaded = [n for n in sys.modules if n.startswith(('ringfence.rules.', 'ringfence.changes.'))];"
        "print(loaded, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "['ringfence.changes.index', 'ringfence.rules.index']"


@pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="ruff formats the generated index and is not here")
def test_generated_files_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout

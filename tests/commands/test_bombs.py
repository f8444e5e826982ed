"""Properties files that are built to cost too much, through the command line: each stops at a documented limit."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from consumer import ROOT, Consumer
from ringfence.text import yaml
from text.bombs import BOMBS, Bomb

MEMORY = 300 * 1024  # KiB
WORKER = str(ROOT / "tests" / "fuzz_worker.py")
# What else is said of some of these files, where they can be read: it is right, and not what makes them bombs.
RULES = [part for code in ("RF001", "RF003", "RF301", "RF302", "RF308", "RF311") for part in ("--rule", code)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    made = Consumer(tmp_path_factory.mktemp("bombs") / "shop")
    made.write({"dbt_project.yml": "name: shop\n", "models/orders.sql": "select 1 as order_id"})
    assert made.commit().code == 0
    return made


def test_there_are_more_than_24() -> None:
    assert len(BOMBS) >= 24


def _heavy(name: str) -> bool:
    """Of those that reach the limit of events one is enough for every day: each takes a second or two."""
    return name.endswith("without end") and name != "a list in brackets without end"


@pytest.mark.parametrize(
    "bomb",
    [pytest.param(bomb, id=name, marks=[pytest.mark.slow] * _heavy(name)) for name, bomb in BOMBS.items()],
)
def test_a_bomb_stops_where_it_is_said(bomb: Bomb, project: Consumer) -> None:
    (project.folder / "models" / "bomb.yml").write_bytes(bomb.content)
    arguments = ("check", "--from", "worktree", "--base", "HEAD", "--format", "json", *RULES)
    done = project.run(sys.executable, WORKER, "--uncounted", *arguments, env={"RINGFENCE_CACHE": "off"})
    said, _, work = done.err.strip().rpartition("\n")
    assert said == ""
    assert int(work.split()[2]) < MEMORY
    found = [
        f"{one['line']}:{one['column']} {one['code']} {one['message']}" for one in json.loads(done.out)["findings"]
    ]
    assert found[:1] == ([] if bomb.first is None else [bomb.first])
    assert len(found) == (0 if bomb.first is None else 1 + bomb.more)
    assert done.code == (1 if found and "RF003" not in found[0] else 0)


def test_the_limits_are_written_down() -> None:
    text = Path(ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for limit in (yaml.MAX_DEPTH, yaml.MAX_EVENTS, yaml.MAX_EXPANDED):
        assert f"({limit:,})" in text

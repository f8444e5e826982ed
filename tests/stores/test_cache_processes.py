"""Processes that share a cache, and processes that die over it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from cache_worker import OWNERS
from consumer import ROOT, Consumer, clean_environment, shop
from random_edits import EDITS, Editor
from ringfence.stores.cache import Cache

WORKER = str(ROOT / "tests" / "cache_worker.py")


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, WORKER, *arguments], stdout=subprocess.PIPE, text=True, env=clean_environment()
    )


def _whole(folder: Path) -> str | None:
    """The state that the cache holds, after checking that all of it is of one piece."""
    cache = Cache(str(folder), "a" * 16)
    slot = cache.slot("shop")
    if slot is None:
        return None
    stored = cache.records(slot)
    records = dict(stored.records("u"))
    assert len(records) == OWNERS
    assert {body["stamp"] for body in records.values()} == {slot.stamp}
    assert sorted(stored.owners("h", f"key {slot.stamp}")) == sorted(records)
    cache.close()
    return slot.stamp


@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.slow)])
def test_a_process_killed_while_it_writes_leaves_the_old_state_or_the_new(tmp_path: Path, kills: int) -> None:
    random = Random(kills)
    seen = set()
    for _ in range(kills):
        worker = _start("write", str(tmp_path))
        deadline = time.monotonic() + 20
        before = _whole(tmp_path)
        while _whole(tmp_path) == before and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(random.random() * 0.05)
        worker.kill()
        worker.communicate()
        seen.add(_whole(tmp_path))
    assert None not in seen
    assert len(seen) == kills, "every process got something written before it died"


def _history(folder: Path, commits: int) -> tuple[Consumer, list[str]]:
    """A repository with a history of random edits, and its commits."""
    random = Random(commits)
    repository = shop(folder)
    assert repository.commit("the shop").code == 0
    editor = Editor(repository, random)
    harmless = [
        edit for edit in EDITS if edit.__name__ not in ("package", "package_gone", "switch", "go_back", "branch")
    ]
    for _ in range(commits):
        for edit in random.sample(harmless, 2):
            edit(editor)
        repository.git("add", "-A")
        repository.git("commit", "-q", "--allow-empty", "-m", "change")
    return repository, repository.git("rev-list", "HEAD").split()


@pytest.mark.parametrize(("processes", "runs"), [(3, 3), pytest.param(16, 200, marks=pytest.mark.slow)])
def test_many_processes_share_one_cache(tmp_path: Path, processes: int, runs: int) -> None:
    repository, revisions = _history(tmp_path / "shop", 12 if runs > 3 else 3)
    cache = str(tmp_path / "cache")
    here = str(repository.folder)
    plain = _start("judge", here, "off", str(len(revisions) * 5), "1", *revisions)
    expected = dict(line.split() for line in plain.communicate()[0].splitlines())
    workers = [_start("judge", here, cache, str(runs), str(seed), *expected) for seed in range(processes)]
    for worker in workers:
        lines = worker.communicate()[0].splitlines()
        assert worker.returncode == 0
        assert len(lines) == runs
        assert [line for line in lines if expected[line.split()[0]] != line.split()[1]] == []


@pytest.mark.slow
@pytest.mark.parametrize("kills", [1, 200])
def test_the_run_after_a_killed_one_is_right(tmp_path: Path, kills: int) -> None:
    repository, revisions = _history(tmp_path / "shop", 8 if kills > 1 else 3)
    here, cache = str(repository.folder), str(tmp_path / "cache")
    plain = _start("judge", here, "off", str(len(revisions) * 5), "1", *revisions)
    expected = dict(line.split() for line in plain.communicate()[0].splitlines())
    random = Random(kills)
    for number in range(kills):
        worker = _start("judge", here, cache, "1000", str(number), *expected)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(random.random() * 0.15)
        worker.kill()
        worker.communicate()
        after = _start("judge", here, cache, "1", str(number), *expected)
        revision, digest = after.communicate()[0].split()
        assert expected[revision] == digest

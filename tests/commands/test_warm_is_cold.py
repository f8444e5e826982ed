"""After any change a run that has a cache prints byte for byte what a run without one prints."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random

import pytest

from consumer import Consumer, shop
from random_edits import EDITS, Editor
from ringfence import cli

_SHORT, _LONG = 15, 100


def _printed(repository: Consumer, cache: str, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    before, here = dict(os.environ), Path.cwd()
    os.environ.clear()
    os.environ.update(repository.environment, RINGFENCE_CACHE=cache)
    os.chdir(repository.folder)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main(arguments)
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("seed", "commits"),
    [(1, _SHORT), *(pytest.param(seed, _LONG, marks=pytest.mark.slow) for seed in range(2, 8))],
)
def test_a_warm_run_prints_what_an_empty_cache_prints(tmp_path: Path, seed: int, commits: int) -> None:
    random = Random(seed)
    repository = shop(tmp_path / "shop")
    repository.commit("the shop")
    editor = Editor(repository, random)
    cache = str(tmp_path / "cache")
    done: list[str] = []
    for step in range(commits):
        for edit in random.sample(EDITS, random.choice([1, 1, 1, 2, 3])):
            edit(editor)
            done.append(f"{step} {edit.__name__}")
        repository.git("add", "-A", *random.choice([[], ["models"], ["."]]))
        head = random.choice(["index", "index", "worktree"])
        for command in (
            ["check", "--from", head, "--format", "json"],
            [
                "check",
                "--from",
                head,
                "--format",
                "json",
                "--rule",
                random.choice(["RF1", "RF2", "RF3", "RF601", "RF4"]),
            ],
            ["diff", "--head", head, "--base", random.choice(["HEAD", "main", "HEAD~1"]), "--format", "json"],
        ):
            warm = _printed(repository, cache, *command)
            cold = _printed(repository, "off", *command)
            assert warm == cold, f"{command} after {done[-6:]}"

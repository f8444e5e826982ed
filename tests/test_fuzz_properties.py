"""Properties files broken at random, through the command line: findings that lie inside the file, and nothing worse."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from consumer import Consumer
from offending import Found, misplaced, spans_of
from random_properties import broken, originals
from ringfence.commands.session import CATALOGUE

# So many files at a time: one process judges them all as one project.
FILES = 500
MEMORY = 300 * 1024  # KiB
# Functions called for every byte of input, beyond what a run over empty files calls. A rule that compares everything
# with everything would show here.
CALLS_A_BYTE = 40
_FIXED = {
    "dbt_project.yml": "name: shop\n",
    "ringfence.yml": "projects: [{path: ., adapter: duckdb}]\n",
    "models/orders.sql": "select 1 as order_id, 2 as customer_id, 'x' as status",
    "models/docs.md": "{% docs orders %}x{% enddocs %}",
    "seeds/countries.csv": "code,name\n",
    "snapshots/snap.sql": "{% snapshot snap %}select 1 as id{% endsnapshot %}",
    "macros/tests.sql": "{% test positive(model, column_name, least=0) %}select 1{% endtest %}",
}
_RULES = [part for info in CATALOGUE for part in ("--rule", info.code)]


class Run(NamedTuple):
    """How a run ended: findings as JSON says them, calls of functions, memory held in KiB, bytes of input."""

    code: int
    findings: list[Any]
    calls: int
    memory: int
    size: int


def _project(folder: Path) -> Consumer:
    made = Consumer(folder)
    models = {f"models/m{number}.sql": f"select {number} as id, 'x' as name, 1.5 as amount" for number in range(FILES)}
    made.write({**_FIXED, **models})
    assert made.commit().code == 0
    return made


def _run(project: Consumer, contents: list[bytes]) -> Run:
    for number, content in enumerate(contents):
        (project.folder / f"models/f{number}.yml").write_bytes(content)
    worker = str(Path(__file__).with_name("fuzz_worker.py"))
    arguments = ("check", "--from", "worktree", "--base", "HEAD", "--format", "json", *_RULES)
    done = project.run(sys.executable, worker, *arguments, env={"RINGFENCE_CACHE": "off"})
    said, _, work = done.err.strip().rpartition("\n")
    assert done.code in (0, 1), said
    assert "Traceback" not in done.all
    assert "internal error" not in said
    assert work.startswith("work ")
    _, calls, memory = work.split()
    return Run(done.code, json.loads(done.out)["findings"], int(calls), int(memory), sum(map(len, contents)))


def _misplaced(findings: list[Any], contents: list[bytes]) -> list[str]:
    """Return what is wrong with the places of findings: each lies in its file, inside the node it speaks of."""
    spans: dict[int, Any] = {}
    wrong = []
    for one in findings:
        file = re.fullmatch(r"models/f(\d+)\.yml", one["path"])
        if file is None:
            wrong += [] if one["path"] in _FIXED or one["path"].startswith("models/m") else [one["path"]]
            continue
        number, subject = int(file[1]), one["subject"]
        if number not in spans:
            spans[number] = spans_of(contents[number])
        start, end = (one["line"], one["column"]), (one["end_line"], one["end_column"])
        kind = subject["kind"].replace("_", " ")
        found = Found(one["code"], one["message"], start, end, kind, subject["name"], subject["column"])
        said = misplaced(found, contents[number], spans[number])
        wrong += [f"{one['path']}: {said}: {one['message']}"] if said else []
    return wrong


def _fuzz(folder: Path, seed: int, runs: int) -> None:
    project, texts, chance = _project(folder), originals(), Random(seed)
    assert len(texts) > 500
    nothing = _run(project, [b""] * FILES).calls
    found = 0
    for number in range(runs):
        contents = [broken(chance, texts, f"m{file}") for file in range(FILES)]
        run = _run(project, contents)
        assert _misplaced(run.findings, contents) == [], f"run {number} of seed {seed}"
        assert run.calls - nothing < CALLS_A_BYTE * run.size, f"run {number} of seed {seed}: {run.size} bytes"
        assert run.memory < MEMORY, f"run {number} of seed {seed}"
        found += len(run.findings)
    assert found > FILES * runs


def test_broken_properties_files_are_judged_or_refused(tmp_path: Path) -> None:
    _fuzz(tmp_path, 1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 10))
def test_many_broken_properties_files(tmp_path: Path, seed: int) -> None:
    _fuzz(tmp_path, seed, 50)

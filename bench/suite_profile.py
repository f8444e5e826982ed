"""Where the time of one row goes: parts, imports, functions, and the git processes it starts.

Each look is a run of its own with the row's edits made anew, so a look never sees what the one before remembered.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from suite_bench import Bench
from suite_repository import BENCH
from suite_rows import Row

_TOP = 25
_IMPORT = re.compile(r"import time:\s+(?P<own>\d+) \|\s+(?P<whole>\d+) \|(?P<indent>\s+)(?P<name>\S+)")


class Import(NamedTuple):
    own: float
    whole: float
    name: str


def report(bench: Bench, row: Row) -> Iterator[str]:
    """Lines to print."""
    bench.start(row)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "found.json"
        yield f"== {row.key}: {shlex.join(['ringfence', *row.arguments])}"
        yield from _parts(bench, row, file)
        yield from _imports(bench, row)
        yield from _functions(bench, row, file)
        yield from _processes(bench, row, Path(place) / "git")


def _run(bench: Bench, row: Row, command: list[str], **variables: str) -> str:
    """What the command said on standard error. Raises SystemExit where it could not judge."""
    bench.before(row)
    done = subprocess.run(
        command,
        cwd=bench.repository.folder,
        env={**bench.variables(row), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    said = done.stderr.decode(errors="replace")
    if done.returncode not in (0, 1):
        raise SystemExit(f"exit {done.returncode}: {said.strip()}")
    return said


def _inside(bench: Bench, row: Row, look: str, file: Path) -> str:
    command = [bench.environment.python, str(BENCH / "suite_child.py"), look, str(file), *row.arguments]
    _run(bench, row, command)
    return file.read_text(encoding="utf-8")


def _parts(bench: Bench, row: Row, file: Path) -> Iterator[str]:
    found = json.loads(_inside(bench, row, "parts", file))
    yield f"\n-- parts (exit {found.pop('code')}, {found.pop('modules')} modules loaded)"
    for name, seconds in found.items():
        yield f"{seconds * 1000:9.1f} ms  {name}"


def _imports(bench: Bench, row: Row) -> Iterator[str]:
    said = _run(bench, row, [bench.environment.python, "-X", "importtime", *bench.command(row)])
    found = []
    for line in said.splitlines():
        match = _IMPORT.match(line)
        if match:
            found.append(Import(int(match["own"]) / 1000, int(match["whole"]) / 1000, match["name"]))
    yield f"\n-- imports: {len(found)} modules, {sum(one.own for one in found):.1f} ms; own ms, with theirs, name"
    for one in sorted(found, reverse=True)[:_TOP]:
        yield f"{one.own:9.1f} {one.whole:9.1f}  {one.name}"


def _functions(bench: Bench, row: Row, file: Path) -> Iterator[str]:
    found = json.loads(_inside(bench, row, "profile", file))
    total = sum(one[4] for one in found)
    for title, place in (("own time", 4), ("time with callees", 5)):
        yield f"\n-- functions by {title} ({total * 1000:.0f} ms profiled); calls, own ms, with callees, place"
        for path, line, function, calls, own, whole in sorted(found, key=lambda one: -one[place])[:_TOP]:
            yield f"{calls:9} {own * 1000:9.1f} {whole * 1000:9.1f}  {path}:{line} {function}"


def _processes(bench: Bench, row: Row, folder: Path) -> Iterator[str]:
    """git writes a file of events for every process, its own children included."""
    folder.mkdir()
    _run(bench, row, bench.command(row), GIT_TRACE2_EVENT=str(folder))
    found = []
    for file in sorted(folder.iterdir()):
        events = [json.loads(line) for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
        words = next((event["argv"] for event in events if event["event"] == "start"), ["?"])
        found.append((events[0]["time"], float(events[-1].get("t_abs", 0.0)), shlex.join(words)))
    yield f"\n-- git: {len(found)} processes; wall ms, command"
    for _, seconds, words in sorted(found):
        yield f"{seconds * 1000:9.1f}  {words[:140]}"

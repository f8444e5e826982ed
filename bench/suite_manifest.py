"""Reading a manifest and comparing two, beside a bare typed decoding of the same files.

bench/manifest.py does one such piece of work per process; `mutate` writes the second manifest.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from suite_bench import Bench
from suite_measure import Measured, Step, alternate
from suite_repository import BENCH, given, kept_manifest
from suite_rows import Budget, rows

_READ = ("manifest-read", "manifest: read it", Budget(besides=1.5))
_DIFF = ("manifest-diff", "manifest: compare two", Budget(besides=3.0))
_STALE = ("manifest-stale", "commit of 5 YAML, old manifest in target/", Budget(floors=(2.5, 3.0)))
NAMES = {key: label for key, label, _ in (_STALE, _READ, _DIFF)}
_WORK = BENCH / "manifest.py"
Found = tuple[str, str, Budget, Measured | str]


def measure(bench: Bench, wanted: Sequence[str], runs: int, warmup: int) -> Iterator[Found]:
    """Key, label, budget, and the figures or why there are none, of the rows that are wanted."""
    manifest = kept_manifest(bench.repository)
    missing = "" if manifest.exists() else "dbt has to write the manifest: give its environment with --dbt"
    if _STALE[0] in wanted:
        yield *_STALE, missing or _stale(bench, manifest, runs, warmup)
    chosen = [row for row in (_READ, _DIFF) if row[0] in wanted]
    if not chosen:
        return
    missing = missing if _WORK.exists() else f"there is no bench/{_WORK.name}"
    changed = manifest.with_suffix(".changed.json")
    mutate = [bench.environment.python, str(_WORK), "mutate", str(manifest), str(changed)]
    missing = missing or _complaint(mutate)
    for row in chosen:
        work, files = ("read", [manifest]) if row == _READ else ("diff", [manifest, changed])
        yield *row, missing or _beside(bench, work, files, runs, warmup)
    changed.unlink(missing_ok=True)


def _stale(bench: Bench, manifest: Path, runs: int, warmup: int) -> Measured | str:
    """The row `yaml` where dbt has left a manifest of the state before the edits."""
    row = next(row for row in rows() if row.key == "yaml")
    with given(bench.repository, manifest):
        found = bench.measure(row, runs, warmup)
        return found if set(found.own.codes) <= {0, 1} else bench.complaint(row)


def _beside(bench: Bench, work: str, manifests: list[Path], runs: int, warmup: int) -> Measured | str:
    own, bare = ([bench.environment.python, str(_WORK), word, *map(str, manifests)] for word in (work, "decode"))
    why = _complaint(own) or _complaint(bare)
    if why:
        return why
    step = Step([own], bench.repository.environment, lambda: None, bare)
    return alternate(step, bench.repository, bench.environment.floor, runs, warmup)


def _complaint(command: list[str]) -> str:
    """How a process failed; empty where it did not."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if not done.returncode:
        return ""
    # Told here only: it names folders, and what is returned is kept with the figures.
    sys.stderr.write(done.stderr)
    return f"bench/{_WORK.name} {command[2]} ended with exit {done.returncode}"

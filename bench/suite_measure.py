"""Measure: the floor process and what is measured alternate, so that both meet the same load."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measure import Run, Summary, once, summary
from suite_repository import Repository

FLOOR = "import argparse, json, yaml"
# What ringfence needs, followed from package to package, and the folders that hold it.
_INSTALLED = """
import importlib.metadata as metadata, json, os, platform, re, ringfence

def name(text):
    return re.sub("[-_.]+", "-", re.match("[A-Za-z0-9._-]+", text)[0]).lower()

found, folders, wanted = {}, {os.path.dirname(ringfence.__file__)}, ["dbt-ringfence"]
for wish in wanted:
    try:
        one = metadata.distribution(wish)
    except metadata.PackageNotFoundError:
        continue
    found[wish] = one.version
    wanted += [name(need) for need in one.requires or [] if ";" not in need and name(need) not in wanted]
    tops = {file.parts[0] for file in one.files or [] if file.suffix == ".py"}
    folders |= {str(one.locate_file(top)) for top in tops}
del found["dbt-ringfence"]
print(json.dumps({"version": ringfence.__version__, "python": platform.python_version(), "libraries": found,
                  "folders": sorted(folders)}))
"""


class Measured(NamedTuple):
    """What was asked for, the floor process between its runs, and what was measured beside it."""

    own: Summary
    floor: Summary
    beside: Summary | None = None

    @property
    def floors(self) -> float:
        """CPU time in floor processes."""
        return self.own.cpu[0] / self.floor.cpu[0]

    @property
    def besides(self) -> float | None:
        return self.own.cpu[0] / self.beside.cpu[0] if self.beside else None


class Environment:
    """A Python environment that has ringfence; its bytecode is compiled before anything is timed."""

    def __init__(self, python: str) -> None:
        """Raises SystemExit where that Python has no ringfence."""
        self.python = python
        self.ringfence = [str(Path(python).parent / "ringfence")]
        self.floor = [python, "-I", "-c", FLOOR]
        if not Path(python).exists():
            raise SystemExit(f"there is no {python}: name another with --python")
        done = subprocess.run([python, "-c", _INSTALLED], check=False, capture_output=True, text=True)
        if done.returncode or not Path(self.ringfence[0]).exists():
            said = done.stderr.strip().splitlines() or ["no ringfence beside it"]
            raise SystemExit(f"{python} cannot run ringfence: {said[-1]}; name another with --python")
        self.facts: dict[str, object] = json.loads(done.stdout)
        folders = self.facts.pop("folders")
        assert isinstance(folders, list)
        compile_folders(python, folders)


def compile_folders(python: str, folders: Sequence[str]) -> None:
    """Compile to bytecode. Files that do not compile are templates or for another Python: they stay as they are."""
    subprocess.run([python, "-m", "compileall", "-q", *folders], check=False, stdout=subprocess.DEVNULL)


class Step(NamedTuple):
    """One thing to measure: `before` runs ahead of it, unmeasured; several commands count as one."""

    commands: Sequence[Sequence[str]]
    variables: Mapping[str, str]
    before: Callable[[], object]
    beside: Sequence[str] = ()


def alternate(step: Step, repository: Repository, floor: Sequence[str], runs: int, warmup: int) -> Measured:
    """Floor, step, what is beside it; floor, step ...; the warm-up is not counted."""
    own, floors, beside = [], [], []
    folder = str(repository.folder)
    for number in range(warmup + runs):
        step.before()
        floored = once(floor, environment=repository.environment)
        found = together(step.commands, folder, step.variables)
        compared = once(step.beside, folder, step.variables) if step.beside else None
        if number >= warmup:
            floors.append(floored)
            own.append(found)
            beside += [compared] if compared else []
    return Measured(summary(own), summary(floors), summary(beside) if beside else None)


def together(commands: Sequence[Sequence[str]], folder: str, variables: Mapping[str, str]) -> Run:
    """One after the other: times are added, memory is the largest, and so is the exit code."""
    runs = [once(command, folder, variables) for command in commands]
    return Run(
        sum(run.wall for run in runs),
        sum(run.cpu for run in runs),
        max(run.memory for run in runs),
        max((run.code for run in runs), key=abs),
    )

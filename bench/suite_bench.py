"""Measure one row of ringfence in a prepared repository."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from measure import Run, once
from suite_measure import Environment, Measured, Step, alternate
from suite_repository import BENCH, Edits, Repository
from suite_rows import Row


class Bench:
    """One prepared repository and the environment that is measured in it."""

    def __init__(self, repository: Repository, environment: Environment) -> None:
        self.repository = repository
        self.environment = environment
        self.edits = Edits(repository)

    def variables(self, row: Row) -> Mapping[str, str]:
        """As git sets them for a hook, and pre-commit for what it starts."""
        hook = {"PRE_COMMIT": "1", "GIT_INDEX_FILE": ".git/index"} if row.hook else {}
        return {**self.repository.environment, **hook}

    def command(self, row: Row) -> list[str]:
        return [*self.environment.ringfence, *row.arguments]

    def run(self, row: Row) -> Run:
        return once(self.command(row), str(self.repository.folder), self.variables(row))

    def complaint(self, row: Row) -> str:
        """What a run that could not judge says, first line first; asked after it was seen to fail."""
        done = subprocess.run(
            self.command(row),
            cwd=self.repository.folder,
            env=dict(self.variables(row)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        told = said[0].replace(str(self.repository.folder), ".")
        return f"ringfence {' '.join(row.arguments)} ended with exit {done.returncode} and said: {told}"

    def start(self, row: Row, *, warm: bool = True) -> None:
        """Bring the repository, and what ringfence remembers of it, to where the row begins."""
        self.repository.reset()
        if row.locked:
            self._lock_all()
        if warm:
            self.run(row)
        if row.start is not None:
            row.start(self.edits)
            if warm:
                self.run(row)

    def _lock_all(self) -> None:
        """Lock every model with its logic, and commit the locks."""
        stems = [Path(path).stem for path in self.repository.paths("models/**/*.sql")]
        labels = [re.sub(r"_v(\d+)$", r".v\1", stem) for stem in stems]
        command = [*self.environment.ringfence, "lock", "add", *labels, "--guard", "logic", "--reason", "bench"]
        environment = dict(self.repository.environment)
        folder = self.repository.folder
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        self.repository.git("add", "-A")
        self.repository.git("commit", "-q", "-m", "locks")

    def before(self, row: Row) -> None:
        """Whatever changes between two runs."""
        row.before(self.edits)
        if row.commits:
            self.run(row)
            self.repository.git("commit", "-q", "-m", "bench")

    def measure(self, row: Row, runs: int, warmup: int) -> Measured:
        self.start(row, warm=warmup > 0)
        floor = [self.environment.python, "-I", str(BENCH / "suite_floor.py"), str(self.repository.folder)]
        columns = row.reading == "columns"
        if columns:
            subprocess.run([*floor, "--compile"], env=dict(self.variables(row)), check=True)
        beside = [*floor, *(["--sql"] if columns else [])] if row.reading else ()
        step = Step([self.command(row)], self.variables(row), lambda: self.before(row), beside)
        return alternate(step, self.repository, self.environment.floor, runs, warmup)

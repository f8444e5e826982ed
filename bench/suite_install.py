"""What the environment of a hook takes: its size with bytecode and without pip, and how many packages it holds.

A wheel of HEAD is built and installed with uv into a new environment, as pre-commit would have it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from suite_measure import compile_folders
from suite_repository import BENCH

BUDGET_MEGABYTES, BUDGET_PACKAGES = 20.0, 6
_NO_PACKAGE = re.compile(r"^(?:pip|setuptools|wheel)$", re.IGNORECASE)


class Installed(NamedTuple):
    """Megabytes (of 1,000,000 bytes) in the environment's packages, their names with versions."""

    megabytes: float
    packages: tuple[str, ...]

    @property
    def verdicts(self) -> list[tuple[str, bool]]:
        return [
            (f"<= {BUDGET_MEGABYTES:g} MB", self.megabytes <= BUDGET_MEGABYTES),
            (f"<= {BUDGET_PACKAGES} packages", len(self.packages) <= BUDGET_PACKAGES),
        ]


def install(python: str) -> Installed | str:
    """The figures, or why there are none."""
    if shutil.which("uv") is None:
        return "uv is not on PATH"
    with tempfile.TemporaryDirectory() as place:
        try:
            return _install(Path(place), python)
        except subprocess.CalledProcessError as error:
            # Told here only: it names folders and hosts, and what is returned is kept with the figures.
            sys.stderr.write(error.stderr.decode(errors="replace"))
            return f"{' '.join(error.cmd[:3])} failed"


def _install(place: Path, python: str) -> Installed:
    source, wheels, environment = (place / name for name in ("source", "wheels", "environment"))
    source.mkdir()
    archive = _run(["git", "-C", str(BENCH.parent), "archive", "HEAD"])
    _run(["tar", "-x", "-C", str(source)], archive)
    _run(["uv", "build", "--wheel", "--out-dir", str(wheels), str(source)])
    _run(["uv", "venv", "--python", python, str(environment)])
    inside = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    _run(["uv", "pip", "install", "--python", str(inside), *map(str, wheels.glob("*.whl"))])
    where = _run([str(inside), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).decode().strip()
    compile_folders(str(inside), [where])
    packages = [path.name.removesuffix(".dist-info") for path in Path(where).glob("*.dist-info")]
    kept = [name for name in sorted(packages) if not _NO_PACKAGE.match(name.partition("-")[0])]
    return Installed(_bytes(Path(where)) / 1e6, tuple(name.replace("-", " ", 1) for name in kept))


def _run(command: Sequence[str], data: bytes | None = None) -> bytes:
    variables: Mapping[str, str] = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(command, input=data, env=variables, check=True, capture_output=True)
    return done.stdout


def _bytes(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir())

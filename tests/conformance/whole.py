"""Two whole projects: the example shop and a generated one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from make_project import write_project
from project_files import Options

ROOT = Path(__file__).resolve().parents[2]


class Whole(NamedTuple):
    """`write` fills an empty folder; the dbt project is in `project` below it."""

    project: str
    write: Callable[[Path], None]


def _shop(folder: Path) -> None:
    made = shutil.ignore_patterns("target", "logs", "dbt_packages", "package-lock.yml", "*.duckdb", "*.duckdb.wal")
    for name in ("examples/shop", "dbt_package"):
        shutil.copytree(ROOT / name, folder / name, ignore=made)


def _generated(folder: Path) -> None:
    # dbt 1.8 does not know `arguments:`
    write_project(folder, Options(models=100, seed=7, arguments="top"))


WHOLE = {"shop": Whole("examples/shop", _shop), "generated": Whole("", _generated)}

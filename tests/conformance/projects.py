"""Write a conformance case as a dbt project."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from casefile import Case, read_cases

__all__ = ["CASES", "DEFAULT_PROJECT", "Case", "read_cases", "write_case"]

DEFAULT_PROJECT = """\
name: p
version: "1.0"
config-version: 2
profile: p
flags: {send_anonymous_usage_stats: false}
"""

CASES = Path(__file__).parent / "cases"
_NAME = re.compile(r"^name:\s*['\"]?([\w-]+)", re.MULTILINE)


def write_case(case: Case, folder: Path) -> None:
    """Write the project, its default dbt_project.yml and a copy of each local package."""
    files = {"dbt_project.yml": DEFAULT_PROJECT, **case.files}
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    for name, content in files.items():
        if name.startswith("pkgs/") and name.count("/") == 2 and name.endswith("/dbt_project.yml"):
            found = _NAME.search(content)
            if found is None:
                raise ValueError(f"{case.id}: {name} names no package")
            shutil.copytree((folder / name).parent, folder / "dbt_packages" / found[1])

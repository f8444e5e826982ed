"""Write the manifests that the tests read, trimmed: python remake.py VENV/bin/python LABEL ...

Each interpreter holds one dbt with dbt-duckdb. Kept are the project's and the package's own nodes, and of what varies
from run to run or names a machine nothing: see `trimmed`. dbt's own macros are left out, their SQL is not ours.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bench"))

from conformance.remake import job, run_worker

Json = dict[str, Any]

FIXTURES = Path(__file__).parent / "fixtures"
PROJECT = FIXTURES / "project"
OWN = ("bakery", "tools")
_STAMP = "2026-01-01T00:00:00Z"
_FIXED: Json = {
    "created_at": 0,
    "generated_at": _STAMP,
    "invocation_id": None,
    "invocation_started_at": None,
    "root_path": "/",
    "run_started_at": None,
    "user_id": None,
}


def parsed(python: str) -> Json:
    """The manifest that this dbt makes of the project. Raises SystemExit where it makes none."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name).resolve()
        project = scratch / "project"
        shutil.copytree(PROJECT, project)
        shutil.copytree(project / "pkgs" / "tools", project / "dbt_packages" / "tools")
        each = job("bakery", project, scratch)
        error = run_worker(python, [each], scratch)["bakery"]
        if error is not None:
            raise SystemExit(f"dbt does not read the project: {error}")
        manifest: Json = json.loads((scratch / "target" / "manifest.json").read_text(encoding="utf-8"))
        return manifest


def trimmed(manifest: Json) -> Json:
    """A manifest without what dbt brings along, what is derived from the rest, and what differs from run to run."""
    kept = {key: value for key, value in manifest.items() if key not in ("parent_map", "child_map", "group_map")}
    for section in ("macros", "docs"):
        kept[section] = {key: one for key, one in manifest[section].items() if one["package_name"] in OWN}
    fixed: Json = _fixed(kept)
    return fixed


def _fixed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _FIXED[key] if key in _FIXED else _fixed(inner) for key, inner in value.items()}
    return [_fixed(inner) for inner in value] if isinstance(value, list) else value


def main(argv: Sequence[str]) -> int:
    for python, label in zip(argv[::2], argv[1::2], strict=True):
        text = json.dumps(trimmed(parsed(python)), separators=(",", ":"))
        (FIXTURES / f"{label}.json").write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(f"{label}: {len(text):,} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

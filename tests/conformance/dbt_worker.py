"""Parse projects with the dbt of this interpreter: one JSON job per line of standard input.

A job is {"id", "project", "profiles", "target", "logs", "packages"}, the last one true where `dbt deps` comes first; a
line of the results file is {"id", "error"}.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from dbt.cli.main import dbtRunner


def parse(job: dict[str, Any]) -> str | None:
    """The error that stopped dbt, or None."""
    os.chdir(job["project"])
    common = ["--quiet", "--no-partial-parse", "--log-path", job["logs"], "--log-level-file", "none"]
    places = ["--project-dir", job["project"], "--profiles-dir", job["profiles"]]
    commands = [[*common, "deps", *places]] if job["packages"] else []
    commands.append([*common, "parse", *places, "--target-path", job["target"]])
    for command in commands:
        result: Any = dbtRunner().invoke(command)
        if not result.success:
            return str(result.exception) if result.exception else "dbt reported failure without an error"
    return None


def main() -> int:
    with open(sys.argv[1], "w", encoding="utf-8") as results:
        for line in sys.stdin:
            job = json.loads(line)
            results.write(json.dumps({"id": job["id"], "error": parse(job)}) + "\n")
            results.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

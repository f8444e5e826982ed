"""Run by tests: several dbt commands in one process, given as JSON. (dbt takes every module `dbt_*` for a plugin.)"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings

from dbt.cli.main import dbtRunner

warnings.simplefilter("ignore")


def told(commands: list[list[str]]) -> str:
    """Return the answers as JSON: of each command whether it succeeded, and all that it said."""
    answers = []
    for command in commands:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            result = dbtRunner().invoke(["--no-use-colors", *command])
        error = "" if result.exception is None else str(result.exception)
        answers.append([result.success, said.getvalue() + error])
    return json.dumps(answers)


if __name__ == "__main__":
    print(told(json.load(sys.stdin)))

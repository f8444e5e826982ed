"""Write a realistic dbt project (dbt-duckdb, no packages) of any size; the same arguments give the same bytes.

    python bench/make_project.py FOLDER --models 1000 [--seed 7] [--mutate 0.01] [--faults 0.05] [--git]

40 % of the models are staging, 30 % intermediate, 30 % marts. Ten share a properties file with descriptions, typed
columns, tests and an owner; about one in ten is critical, locked and under an enforced contract, half of these by
config() and half by YAML. There are sources over raw CSV files, macros that most models call, a custom generic test,
exposures, seeds, a docs block and a singular test. `dbt parse` and `dbt build` pass.

--mutate F  changes a share F of the models in nine ways in turn: column dropped, renamed, retyped, added, contract and
            tags dropped, description changed, SQL comment added, tests dropped, model removed. With the same seed,
            --mutate 0 and --mutate F are the two sides of a comparison.
--faults F  a share F of the models lacks its description, one column's description, or its tests.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from project_files import Generated, Options, generate

SMALLEST = 3  # one model of each layer


def write_project(folder: Path, options: Options) -> Generated:
    """Write the project into an empty or new folder."""
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    generated = generate(options)
    for name, text in generated.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return generated


def commit(folder: Path) -> None:
    """Make the folder a git repository that holds everything, with the same commit id every time."""
    person = {"NAME": "bench", "EMAIL": "bench@example.com", "DATE": "2025-01-01T00:00:00Z"}
    stamps = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "generated project"]):
        subprocess.run(["git", *command], cwd=folder, check=True, env={**os.environ, **stamps})


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", "-n", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--mutate", type=float, default=0.0)
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--arguments", choices=["nested", "top"], default="nested", help="where tests take arguments")
    parser.add_argument("--git", action="store_true", help="commit the project to a new repository")
    asked = parser.parse_args(argv)
    if asked.models < SMALLEST:
        parser.error(f"--models must be at least {SMALLEST}")
    options = Options(asked.models, asked.seed, asked.mutate, asked.faults, asked.arguments)
    models = write_project(asked.folder, options).models
    if asked.git:
        commit(asked.folder)
    critical = sum(model.critical for model in models)
    columns = sum(len(model.columns) for model in models)
    systems = len({model.system for model in models})
    print(
        f"{asked.folder}: {len(models)} models ({critical} critical and locked), {columns} columns, {systems} systems"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

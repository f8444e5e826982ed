"""Seeded data faults with clean twins: what our generic tests catch, and beside them the nearest tests of two others.

    python bench/faults.py [--engine duckdb|postgres] [--peers FOLDER] [--only TEST] [--all] [--write]

FOLDER holds dbt_utils/, dbt_expectations/ and dbt_date/ as published; nothing of theirs is kept in this repository.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import fault_cases_counts
import fault_cases_rows
import fault_cases_values
from dbtproject import ENGINES, Engine, postgres
from fault_data import Fault
from fault_project import PACKAGES, Outcome, run

FAULTS: list[Fault] = [*fault_cases_counts.FAULTS, *fault_cases_values.FAULTS, *fault_cases_rows.FAULTS]
VERDICTS = ("caught", "caught by an error", "passed silently", "false alarm", "error")
RESULTS = Path(__file__).parent / "results" / "faults.md"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table of each engine; returns 1 where a test of ours misses a fault or alarms at a clean twin."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="this engine only")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="dbt_utils, dbt_expectations and dbt_date")
    parser.add_argument("--only", metavar="TEST", help="the faults of this test of ours")
    parser.add_argument("--all", action="store_true", help="list every verdict that is not `caught`")
    parser.add_argument("--write", action="store_true", help="write bench/results/faults.md")
    asked = parser.parse_args(argv)
    chosen = [fault for fault in FAULTS if asked.only in (None, fault.test)]
    told, missed = [], False
    for name in asked.engine or ENGINES:
        outcomes = outcomes_on(name, chosen, asked.peers)
        told.append(f"## {name}\n\n{table(outcomes)}\n")
        ours = [outcome for outcome in outcomes if outcome.package == "ringfence" and outcome.verdict != "caught"]
        missed = missed or bool(ours)
        shown = [outcome for outcome in outcomes if outcome.verdict != "caught"] if asked.all or asked.write else ours
        told.append(listed(shown))
    text = f"{len(chosen)} seeded faults, each with a clean twin.\n\n" + "\n".join(told)
    print(text)
    if asked.write:
        RESULTS.write_text(
            f"# Seeded faults\n\nWritten by `bench/faults.py --peers FOLDER --write`.\n\n{text}", "utf-8"
        )
    return 1 if missed else 0


def outcomes_on(engine: str, faults: Sequence[Fault], peers: Path | None) -> list[Outcome]:
    """Return the outcomes on an engine that lasts for this run."""
    with tempfile.TemporaryDirectory() as folder:
        if engine == "postgres":
            with postgres(Path(folder) / "server") as server:
                return run(faults, server, Path(folder) / "project", peers)
        return run(faults, Engine(engine), Path(folder) / "project", peers)


def table(outcomes: Iterable[Outcome]) -> str:
    """Return a Markdown table: by test of ours and package, how many faults had which verdict."""
    found = list(outcomes)
    packages = [package for package in PACKAGES if any(outcome.package == package for outcome in found)]
    faults = Counter(outcome.test for outcome in found if outcome.package == "ringfence")
    lines = [
        "| test | faults | " + " | ".join(packages) + " |",
        "| --- | --- | " + " | ".join("---" for _ in packages) + " |",
    ]
    for test in [*faults, "all"]:
        cells = []
        for package in packages:
            counts = Counter(o.verdict for o in found if o.package == package and test in (o.test, "all"))
            missing = (faults[test] if test != "all" else sum(faults.values())) - sum(counts.values())
            parts = [f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict]]
            cells.append(", ".join([*parts, *([f"{missing} no such test"] if missing else [])]))
        lines.append(
            f"| {test} | {faults[test] if test != 'all' else sum(faults.values())} | " + " | ".join(cells) + " |"
        )
    return "\n".join(lines)


def listed(outcomes: Iterable[Outcome]) -> str:
    """Return a line for each outcome: the fault, what was used, what it said."""
    return "".join(
        f"* {outcome.fault}: {outcome.package}.{outcome.used}: {outcome.verdict}"
        f" (clean {outcome.clean}, faulty {outcome.faulty})\n"
        for outcome in outcomes
    )


if __name__ == "__main__":
    sys.exit(main())

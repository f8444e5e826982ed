"""What the dbt package costs a project: the weight of a cold parse, and the run log over many models.

    python bench/package_cost.py --dbt DBT [--peers FOLDER] [--models 200] [--runs 5] [--log-models 1000] [--json FILE]

Parse: a generated project without packages, with ours, and with the packages in FOLDER (dbt_utils, dbt_expectations,
dbt_date, as `dbt deps` installs them); CPU seconds of `dbt parse --no-partial-parse`, the median of interleaved runs,
and how many functions are called, which a busy machine hardly moves.
Run log: `dbt run` of generated models with both hooks; seconds that dbt measured for the hooks, beside the whole run.
"""

from __future__ import annotations

import argparse
import json
import os
import pstats
import shutil
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from make_project import write_project
from measure import once
from project_files import Options

PACKAGE = Path(__file__).resolve().parents[1] / "dbt_package"
_HOOKS = """
on-run-start: ["{{ ringfence.log_run_start() }}"]
on-run-end: ["{{ ringfence.log_run_end(results) }}"]
"""
_OURS, _THEIRS, _NONE = "ringfence", "dbt_utils + dbt_expectations", "no package"


def made(folder: Path, models: int, packages: Mapping[str, Path], more: str = "") -> Path:
    """Return the folder of a generated project in which these packages are installed."""
    write_project(folder, Options(models=models))
    for name, source in packages.items():
        shutil.copytree(source, folder / "dbt_packages" / name)
    installed = [{"local": f"dbt_packages/{name}"} for name in packages]
    (folder / "packages.yml").write_text(json.dumps({"packages": installed}))
    with (folder / "dbt_project.yml").open("a", encoding="utf-8") as file:
        file.write(more)
    return folder


def environment() -> dict[str, str]:
    """Return the variables that dbt runs with: the project's own profile, nothing sent anywhere."""
    return {**os.environ, "DBT_PROFILES_DIR": ".", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


class Weight(NamedTuple):
    """A cold parse: CPU seconds, the median of the runs, and function calls, which noise hardly moves."""

    seconds: float
    calls: int


def parse_weights(dbt: str, models: int, runs: int, peers: Path | None) -> dict[str, Weight]:
    """Return what a cold parse weighs, by what is installed."""
    installed: dict[str, dict[str, Path]] = {_NONE: {}, _OURS: {"ringfence": PACKAGE}}
    if peers is not None:
        installed[_THEIRS] = {name: peers / name for name in ("dbt_utils", "dbt_expectations", "dbt_date")}
    with tempfile.TemporaryDirectory() as folder:
        projects = {
            name: made(Path(folder) / str(at), models, packages)
            for at, (name, packages) in enumerate(installed.items())
        }
        seconds: dict[str, list[float]] = {name: [] for name in projects}
        for _ in range(runs):
            for name, project in projects.items():
                seconds[name].append(parsed(dbt, project))
        return {
            name: Weight(statistics.median(seconds[name]), calls(dbt, project)) for name, project in projects.items()
        }


def parsed(dbt: str, project: Path, *options: str) -> float:
    """Return the CPU seconds of one cold parse."""
    run = once([dbt, "--quiet", *options, "parse", "--no-partial-parse"], str(project), environment())
    if run.code:
        raise SystemExit(f"dbt parse ended with {run.code}: see {project}/logs/dbt.log")
    return run.cpu


def calls(dbt: str, project: Path) -> int:
    """Return how many functions a cold parse calls, by dbt's own profile of it."""
    profile = project / "parse.profile"
    parsed(dbt, project, "--record-timing-info", str(profile))
    found: int = vars(pstats.Stats(str(profile)))["total_calls"]
    return found


def log_cost(dbt: str, models: int) -> dict[str, float]:
    """Return seconds: the hook at the start, the hook at the end, and the whole run."""
    with tempfile.TemporaryDirectory() as folder:
        project = made(Path(folder) / "log", models, {"ringfence": PACKAGE}, _HOOKS)
        run = once([dbt, "--quiet", "run", "--threads", "2"], str(project), environment())
        written: dict[str, Any] = json.loads((project / "target" / "run_results.json").read_text("utf-8"))
    hooks = [_seconds(one) for one in written["results"] if one["unique_id"].startswith("operation.")]
    if len(hooks) != 2:
        raise SystemExit(f"dbt run ended with {run.code}, and {len(hooks)} of 2 hooks ran")
    return {"start": hooks[0], "end": hooks[1], "run": float(written["elapsed_time"]), "models": float(models)}


def _seconds(result: Mapping[str, Any]) -> float:
    """Return how long rendering and executing a hook took."""
    return sum(_moment(step["completed_at"]) - _moment(step["started_at"]) for step in result["timing"])


def _moment(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def table(weights: Mapping[str, Weight], log: Mapping[str, float] | None, models: int) -> str:
    """Return what was measured as text."""
    floor = weights[_NONE]
    lines = [f"cold parse of {models} models: CPU seconds, millions of function calls"]
    for name, weight in weights.items():
        more = f"{weight.calls / 1e6:7.2f} +{(weight.calls - floor.calls) / 1e6:.2f}"
        lines.append(f"  {name:30} {weight.seconds:6.2f} +{weight.seconds - floor.seconds:.2f} {more}")
    if _THEIRS in weights:
        ours, theirs = weights[_OURS], weights[_THEIRS]
        lines.append(
            f"  ours weighs {(ours.seconds - floor.seconds) / (theirs.seconds - floor.seconds):.2f} of {_THEIRS} in"
            f" seconds, {(ours.calls - floor.calls) / (theirs.calls - floor.calls):.2f} in calls"
        )
    if log is not None:
        hooks = log["start"] + log["end"]
        lines.append(
            f"run log over {log['models']:.0f} models: {log['start']:.2f} s at the start, {log['end']:.2f} s at the"
            f" end, {100 * hooks / log['run']:.1f} % of a run of {log['run']:.0f} s"
        )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dbt", required=True, help="the dbt program that is measured")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="dbt_utils, dbt_expectations and dbt_date")
    parser.add_argument("--models", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--log-models", type=int, default=1000, help="0 leaves the run log out")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args(argv)
    dbt = os.path.abspath(asked.dbt)
    weights = parse_weights(dbt, asked.models, asked.runs, asked.peers)
    log = log_cost(dbt, asked.log_models) if asked.log_models else None
    print(table(weights, log, asked.models))
    if asked.json is not None:
        parse = {name: weight._asdict() for name, weight in weights.items()}
        told = {"models": asked.models, "parse": parse, "run_log": log}
        asked.json.write_text(json.dumps(told, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

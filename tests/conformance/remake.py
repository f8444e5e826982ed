"""Ask dbt about every conformance case and two whole projects; write or check the golden files of that version.

python remake.py --python VENV/bin/python --label 1.8 [--check] [--only TEXT] [--isolated]
python remake.py --python VENV/bin/python --project DIR
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from conformance.normal_form import normal_form
from conformance.projects import CASES, Case, read_cases, write_case
from conformance.whole import WHOLE

Json = dict[str, Any]

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
PROFILE = '{name}: {{target: dev, outputs: {{dev: {{type: duckdb, path: ":memory:", threads: 1}}}}}}\n'
_PROFILE_NAME = re.compile(r"^profile:\s*['\"]?([\w-]+)", re.MULTILINE)


def job(name: str, project: Path, scratch: Path) -> Json:
    """What the worker needs; writes the profile the project asks for."""
    found = _PROFILE_NAME.search((project / "dbt_project.yml").read_text(encoding="utf-8"))
    profiles = scratch / "profiles"
    profiles.mkdir(parents=True, exist_ok=True)
    (profiles / "profiles.yml").write_text(PROFILE.format(name=found[1] if found else "p"), encoding="utf-8")
    paths = {"project": project, "profiles": profiles, "target": scratch / "target", "logs": scratch / "logs"}
    packages = (project / "packages.yml").is_file() and name in WHOLE
    return {"id": name, "packages": packages, **{key: str(path) for key, path in paths.items()}}


def run_worker(python: str, jobs: list[Json], scratch: Path) -> dict[str, str | None]:
    """The error (or None) of each job, from one process."""
    results = scratch / "results.jsonl"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("DBT_") and key != "PYTHONPATH"}
    done = subprocess.run(
        [python, str(HERE / "dbt_worker.py"), str(results)],
        input="".join(json.dumps(each) + "\n" for each in jobs),
        env={**clean, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PYTHONHASHSEED": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the dbt worker failed:\n{done.stderr[-2000:]}")
    lines = map(json.loads, results.read_text(encoding="utf-8").splitlines())
    return {line["id"]: line["error"] for line in lines}


def outcome(each: Json, error: str | None) -> Json:
    """The normal form, or the error without this machine's paths."""
    if error is None:
        manifest: Json = json.loads((Path(each["target"]) / "manifest.json").read_text(encoding="utf-8"))
        return normal_form(manifest)
    lines = [" ".join(line.split()) for line in error.splitlines() if line.strip()]
    text = " ".join(lines[:3]).replace(each["project"] + os.sep, "").replace(each["project"], ".")
    return {"error": re.sub(r"0x[0-9a-f]{6,}|modification_time=[\d.]+", "...", text)}


def ask(python: str, cases: list[Case], isolated: bool) -> dict[str, Json]:
    """Case id -> what dbt makes of it."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name).resolve()
        jobs = []
        for number, case in enumerate(cases):
            project = scratch / f"{number}" / "project"
            write_case(case, project)
            jobs.append(job(case.id, project, scratch / f"{number}"))
        batches = [[each] for each in jobs] if isolated else [jobs]
        errors: dict[str, str | None] = {}
        for batch in batches:
            errors.update(run_worker(python, batch, scratch))
        return {each["id"]: outcome(each, errors[each["id"]]) for each in jobs}


def ask_whole(python: str) -> dict[str, Json]:
    """Name of each whole project -> what dbt makes of it."""
    answers = {}
    for name, whole in WHOLE.items():
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder).resolve()
            whole.write(scratch / "tree")
            each = job(name, scratch / "tree" / whole.project, scratch)
            answers[name] = outcome(each, run_worker(python, [each], scratch)[name])
    return answers


def ask_project(python: str, project: Path) -> Json:
    with tempfile.TemporaryDirectory() as name:
        each = job("project", project.resolve(), Path(name).resolve())
        return outcome(each, run_worker(python, [each], Path(name))["project"])


def surprises(cases: list[Case], answers: dict[str, Json], label: str) -> list[str]:
    """Cases that fail without saying so in `invalid:`, or say so and do not."""
    found = []
    for case in cases:
        expected = bool(case.marks.get("invalid", frozenset()) & {label, "all"})
        if expected != ("error" in answers[case.id]):
            found.append(f"{case.id}: invalid on {label} is {not expected}: {answers[case.id].get('error', 'parsed')}")
    return found


def to_json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def to_lines(value: Json) -> str:
    """JSON with a line per node and per test: small, and a difference shows."""

    def line(part: object) -> str:
        return json.dumps(part, separators=(",", ":"), sort_keys=True, ensure_ascii=False)

    nodes = ",\n".join(f"{line(key)}:{line(node)}" for key, node in sorted(value["nodes"].items()))
    tests = ",\n".join(map(line, value["tests"]))
    return f'{{"nodes":{{\n{nodes}\n}},"tests":[\n{tests}\n]}}\n'


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="an interpreter that has dbt-core and dbt-duckdb")
    parser.add_argument("--label", help="dbt version, the golden file's name")
    parser.add_argument("--check", action="store_true", help="compare with the golden file instead of writing it")
    parser.add_argument("--only", default="", help="print the cases whose id contains this; write nothing")
    parser.add_argument("--isolated", action="store_true", help="one process per case")
    parser.add_argument("--project", type=Path, help="print the normal form of a project folder")
    options = parser.parse_args(argv)
    if options.project:
        answer = ask_project(options.python, options.project)
        sys.stdout.write(to_json(answer))
        return int("error" in answer)
    if not options.label:
        parser.error("--label is needed")
    cases = [case for case in read_cases(CASES) if options.only in case.id]
    answers = ask(options.python, cases, options.isolated)
    if options.only:
        sys.stdout.write(to_json(answers))
        return 0
    wrong = surprises(cases, answers, options.label)
    wrong += settle(GOLDEN / f"{options.label}.json", answers, to_json, options.check)
    for name, answer in ask_whole(options.python).items():
        if "error" in answer:
            wrong.append(f"{name}: {answer['error']}")
        else:
            wrong += settle(GOLDEN / f"{options.label}-{name}.json", answer, to_lines, options.check)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def settle(golden: Path, answers: Json, text: Callable[[Json], str], check: bool) -> list[str]:
    """Write the golden file; with `check` compare instead and return what differs."""
    if not check:
        golden.write_text(text(answers), encoding="utf-8")
        return []
    before: Json = json.loads(golden.read_text(encoding="utf-8"))
    names = sorted(before.keys() | answers.keys())
    return [f"{name}: differs from {golden.name}" for name in names if before.get(name) != answers.get(name)]


if __name__ == "__main__":
    raise SystemExit(main())

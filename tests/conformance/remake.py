"""Ask dbt about every conformance case; write or check the golden file of that version.

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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from normal_form import normal_form
from projects import CASES, Case, read_cases, write_case

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
    return {"id": name, **{key: str(path) for key, path in paths.items()}}


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
        return normal_form(json.loads((Path(each["target"]) / "manifest.json").read_text(encoding="utf-8")))
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
    return finish(GOLDEN / f"{options.label}.json", cases, answers, options.label, options.check)


def finish(golden: Path, cases: list[Case], answers: dict[str, Json], label: str, check: bool) -> int:
    """Write or compare; say what is wrong."""
    wrong = surprises(cases, answers, label)
    if check:
        before = json.loads(golden.read_text(encoding="utf-8"))
        names = sorted(before.keys() | answers.keys())
        wrong += [f"{name}: differs from {golden.name}" for name in names if before.get(name) != answers.get(name)]
    else:
        golden.write_text(to_json(answers), encoding="utf-8")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

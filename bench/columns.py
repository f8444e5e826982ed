"""Output columns as ringfence reads them, held against what DuckDB built: names, order, types.

python bench/columns.py [--dbt PYTHON] [--reasons N] [--target NAME] REPOSITORY[:FOLDER] ...

Each folder is a dbt project for DuckDB with its profiles.yml, packages installed. Its repository is copied, built there
with dbt, and every model is described. The models are then analysed in the order of the graph: from source, as a check
reads them, with no more than the files; and from compiled SQL, where seeds, sources, snapshots and Python models have
the columns that DuckDB tells of.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import yaml

from ringfence.readers.static.open import DiskTree, open_projects
from ringfence.sql.compiled import read_compiled
from ringfence.sql.resolve import resolve
from ringfence.sql.shape import Gap, Output, OutputColumn, Relation

Node = dict[str, Any]


class Score(NamedTuple):
    columns: int
    named: int
    typed: int
    wrong: tuple[str, ...]
    reasons: Counter[str]


class Project:
    """A project that dbt has built: its manifest, and what DuckDB says of its relations."""

    def __init__(self, top: Path, inside: str, python: str, target: str | None, *, build: bool) -> None:
        self.top, self.inside = top, inside
        self.folder = folder = top / inside
        arguments = [] if target is None else ["--target", target]
        if build:
            self._dbt(python, "seed", *arguments)
            self._dbt(
                python, "build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", *arguments
            )
        self.manifest: Node = json.loads((folder / "target/manifest.json").read_text())
        self.nodes: dict[str, Node] = {**self.manifest["nodes"], **self.manifest["sources"]}
        profile = self._profile(target)
        self.database = duckdb.connect(str(folder / profile["path"]), read_only=True)
        self.database.execute(f"set file_search_path = '{folder}'")
        for extension in profile.get("extensions", ()):
            self.database.execute(f"load {extension}")
        self.relations = {
            tuple(part.lower() for part in self._parts(node)): key
            for key, node in self.nodes.items()
            if node["resource_type"] in ("model", "seed", "snapshot", "source")
        }

    def _dbt(self, python: str, *arguments: str) -> None:
        code = "import sys; from dbt.cli.main import cli; sys.exit(cli())"
        command = [python, "-c", code, *arguments, "--profiles-dir", "."]
        environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        run = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        told = [line for line in run.stdout.splitlines() if "Done." in line or "Error" in line]
        print(f"  dbt {arguments[0]}: exit {run.returncode}  {' | '.join(told[-3:])[:300]}")

    def _profile(self, target: str | None) -> Node:
        name = yaml.safe_load((self.folder / "dbt_project.yml").read_text())["profile"]
        profile = yaml.safe_load((self.folder / "profiles.yml").read_text())[name]
        return dict(profile["outputs"][target or profile["target"]])

    def _parts(self, node: Node) -> tuple[str, str, str]:
        name = node.get("alias") or node.get("identifier") or node["name"]
        return str(node.get("database") or ""), node["schema"], name

    def described(self, key: str) -> list[tuple[str, str]] | None:
        """Return names and types that DuckDB tells of a node, None where it was not built."""
        node = self.nodes[key]
        name = ".".join(f'"{part}"' for part in self._parts(node) if part)
        external = node.get("relation_name") if node["resource_type"] == "source" else None
        tries = [f"describe {name}", f"describe select * from {external}"]
        if node.get("compiled_code") and node["resource_type"] == "model":
            tries = [tries[0], f"describe ({node['compiled_code']})"]
        for query in tries:
            try:
                return [(row[0], row[1]) for row in self.database.execute(query).fetchall()]
            except duckdb.Error:
                continue
        return None

    def order(self) -> Iterator[str]:
        """Yield models, upstream first."""
        done: set[str] = set()

        def visit(key: str) -> Iterator[str]:
            if key in done or key not in self.nodes:
                return
            done.add(key)
            for parent in self.nodes[key].get("depends_on", {}).get("nodes", ()):
                yield from visit(parent)
            if self.nodes[key]["resource_type"] == "model":
                yield key

        for key in sorted(self.nodes):
            yield from visit(key)


def from_source(project: Project) -> Iterator[tuple[str, Output]]:
    """Yield what the sources alone say of every model, packages as installed."""
    static = open_projects(DiskTree(str(project.top)), str(project.top), [(project.inside, "duckdb")])[0]
    for key in project.order():
        if project.nodes[key]["language"] == "sql":
            yield key, static.outputs.typed(key)


def from_compiled(project: Project) -> Iterator[tuple[str, Output]]:
    known: dict[str, Output] = {}

    def columns_of(relation: Relation) -> Output:
        key = relation.parts[0]
        if key in known:
            return known[key]
        told = project.described(key)
        return (Gap(key),) if told is None else tuple(OutputColumn(name, kind, True) for name, kind in told)

    def relation(parts: tuple[str, ...]) -> Relation | None:
        lower = tuple(part.lower() for part in parts)
        external = next(
            (key for key, node in project.nodes.items() if str(node.get("relation_name")).strip("'") == parts[0]), None
        )
        if external is not None and len(parts) == 1:
            return Relation("table", (external,))
        key = project.relations.get(lower) or next(
            (key for held, key in project.relations.items() if held[-len(lower) :] == lower), None
        )
        return None if key is None else Relation("table", (key,))

    for key in project.order():
        node = project.nodes[key]
        if node["language"] == "sql" and node.get("compiled_code"):
            known[key] = resolve(read_compiled(node["compiled_code"], "duckdb", relation), columns_of)
            yield key, known[key]


def score(project: Project, answers: Iterator[tuple[str, Output]]) -> Score:
    columns = named = typed = 0
    wrong: list[str] = []
    reasons: Counter[str] = Counter()
    for key, output in answers:
        truth = project.described(key)
        if truth is None:
            continue
        columns += len(truth)
        wrong += [f"{key.split('.', 2)[2]}: {sentence}" for sentence in compared(output, truth)]
        names = {name.lower() for name, _ in truth}
        mine = [
            one
            for one in output
            if isinstance(one, OutputColumn) and one.name is not None and one.name.lower() in names
        ]
        named += min(len(mine), len(truth))
        typed += min(sum(one.type is not None for one in mine), len(truth))
        missing = len(truth) - len(mine)
        gaps = [one.why for one in output if isinstance(one, Gap)] or ["a name that is not known"]
        if missing > 0:
            reasons[cause(gaps[0])] += missing
        reasons.update(cause(one.why) for one in mine if one.type is None)
    return Score(columns, named, typed, tuple(wrong), reasons)


def compared(output: Output, truth: list[tuple[str, str]]) -> Iterator[str]:
    """Yield what of an answer differs from the truth; around a gap nothing is said of order."""
    gapped = any(isinstance(one, Gap) for one in output)
    if not gapped and len(output) != len(truth):
        yield f"{len(output)} columns, truly {len(truth)}"
        return
    kinds = {name.lower(): kind for name, kind in truth}
    for position, one in enumerate(output):
        if isinstance(one, Gap) or one.name is None:
            continue
        if not gapped and one.name.lower() != truth[position][0].lower():
            yield f"column {position + 1} is {one.name}, truly {truth[position][0]}"
        elif one.name.lower() not in kinds:
            yield f"{one.name}, which is not there"
        elif one.type is not None and one.type != (kinds[one.name.lower()] if gapped else truth[position][1]):
            yield f"{one.name} is {one.type}, truly {kinds[one.name.lower()]}"


def cause(why: str) -> str:
    return re.sub(r", line \d+", "", why)


def report(label: str, found: Score, reasons: int) -> None:
    total = found.columns or 1
    print(
        f"  {label:<9} columns {found.columns:>5}  names known {found.named / total:>6.1%}  "
        f"types known {found.typed / total:>6.1%}  wrong {len(found.wrong)}"
    )
    for sentence in found.wrong:
        print(f"    WRONG {sentence}")
    for reason, count in found.reasons.most_common(reasons):
        print(f"    {count:>5}  {reason}")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="REPOSITORY[:FOLDER]")
    parser.add_argument("--dbt", default=sys.executable, help="the interpreter that has dbt-duckdb")
    parser.add_argument("--target", help="the target of the profile")
    parser.add_argument("--reasons", type=int, default=10, help="how many causes of Unknown are shown")
    parser.add_argument("--keep", action="store_true", help="take the folders as built before: no copy, no build")
    asked = parser.parse_args(argv)
    failed = 0
    for written in asked.folders:
        print(written)
        top, _, inside = written.partition(":")
        with tempfile.TemporaryDirectory() as temporary:
            place = Path(top).resolve()
            if not asked.keep:
                left_out = shutil.ignore_patterns(".git", "target", ".venv*")
                copy = Path(temporary) / place.name
                shutil.copytree(place, copy, symlinks=True, ignore=left_out)
                place = copy
            project = Project(place, inside, asked.dbt, asked.target, build=not asked.keep)
            for label, answers in (("source", from_source(project)), ("compiled", from_compiled(project))):
                found = score(project, answers)
                failed += len(found.wrong)
                report(label, found, asked.reasons)
            project.database.close()
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

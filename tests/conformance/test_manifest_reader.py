"""The manifest reader against the manifests that dbt makes, and against the static reading of the same files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.agreement import Agreement, agreement
from conformance.manifest_form import comparable, manifest_form
from conformance.normal_form import normal_form
from conformance.projects import CASES, read_cases, write_case
from conformance.remake import job, run_worker
from conformance.whole import ROOT, WHOLE
from ringfence.readers.manifest.freshness import prove
from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.static.open import DiskTree, open_projects

Json = dict[str, Any]

# Where the manifest knows more, or the static reading is known to be wrong: case -> the field that may differ.
_MAY_DIFFER = {
    "exposures_groups/semantic-model-and-metric": "children",  # the static reading does not see what a metric reads
    "vars/what-rendered-text-becomes": "config meta",  # it folds constants in templates to values, dbt to text
}


def _agreement(tree: Path, project: str, manifest: Path) -> Agreement:
    (static,) = open_projects(DiskTree(str(tree)), str(tree), [(project, "duckdb")])
    return agreement(static, open_manifest(str(manifest), root=project))


def _stale(tree: Path, project: str, manifest: Path) -> list[str]:
    """What the proof of freshness says of a manifest that dbt has just made."""
    disk = DiskTree(str(tree))
    (static,) = open_projects(disk, str(tree), [(project, "duckdb")])
    found = prove(open_manifest(str(manifest), root=project), static, disk, str(tree))
    return [one.told() for one in found.differences]


def _reads_as_it_stands(manifest: Path, root: str) -> None:
    written: Json = json.loads(manifest.read_text(encoding="utf-8"))
    mine, theirs = manifest_form(open_manifest(str(manifest), root=root)), comparable(normal_form(written))
    assert mine["nodes"] == theirs["nodes"]
    assert mine["tests"] == theirs["tests"]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_whole_project(name: str, tmp_path: Path) -> None:
    whole = WHOLE[name]
    whole.write(tmp_path / "tree")
    each = job(name, tmp_path / "tree" / whole.project, tmp_path)
    assert run_worker(sys.executable, [each], tmp_path) == {name: None}
    manifest = tmp_path / "target" / "manifest.json"
    _reads_as_it_stands(manifest, whole.project)
    found = _agreement(tmp_path / "tree", whole.project, manifest)
    sys.stdout.write("\n".join([name, *found.shares(), ""]))
    assert found.differences == []
    assert found.known == found.values, "the share that the static reading knows is the whole"
    assert _stale(tmp_path / "tree", whole.project, manifest) == []
    assert found.values["column type"] > 50
    assert found.values["tests"] > 30


@pytest.mark.slow
def test_every_conformance_case_as_two_versions_of_dbt_write_it(tmp_path: Path) -> None:
    differing: dict[str, list[set[str]]] = {}
    for version in ("1.8", "1.11"):
        python = ROOT / f".venv-dbt-{version}" / "bin" / "python"
        if not python.exists():
            pytest.skip(f"there is no dbt {version} here: scripts/lane.sh {version} installs it")
        places = {case.id: tmp_path / version / str(number) for number, case in enumerate(read_cases(CASES))}
        jobs = []
        for case in read_cases(CASES):
            write_case(case, places[case.id] / "project")
            jobs.append(job(case.id, places[case.id] / "project", places[case.id]))
        for name, error in run_worker(str(python), jobs, tmp_path / version).items():
            if error is None:
                manifest = places[name] / "target" / "manifest.json"
                _reads_as_it_stands(manifest, "")
                found = _agreement(places[name] / "project", "", manifest)
                differing.setdefault(name, []).append({_field(line) for line in found.differences})
                if name not in _MAY_DIFFER:
                    assert _stale(places[name] / "project", "", manifest) == [], (version, name)
    assert len(differing) > 240
    # as in the static reader's own test, the static reading need only agree with one of the versions
    told = {name: set.intersection(*several) for name, several in differing.items()}
    assert {name: fields for name, fields in told.items() if not fields <= {_MAY_DIFFER.get(name)}} == {}


def _field(difference: str) -> str:
    """`column type` of `model.p.a.b.column type: ...`."""
    return difference.split(":", 1)[0].rpartition(".")[2]

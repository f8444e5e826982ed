"""Fingerprints are frozen: approvals are kept by them. To freeze anew: python tests/test_fingerprints.py --remake

Every finding of every case of tests/cases is frozen, with constructed findings of every rule beside them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "hooks")]

from casefile import Case, read_cases
from ringfence.commands.session import CATALOGUE
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from test_cases import CASES, judged

GOLDEN = Path(__file__).parent / "golden" / "fingerprints.json"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finding]:
    return _found(tmp_path_factory.mktemp("fingerprints"))


def test_fingerprints_are_what_they_were(found: dict[str, Finding]) -> None:
    frozen = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert {name: finding.fingerprint for name, finding in found.items()} == frozen
    assert len(frozen) >= 200


def test_message_place_and_fix_do_not_move_them(found: dict[str, Finding]) -> None:
    for finding in found.values():
        place = Place(f"moved/{finding.place.path}", finding.place.line + 7, 1)
        other = finding._replace(message="told in another way", place=place, fix="done in another way", severity="info")
        assert other.fingerprint == finding.fingerprint


def test_the_same_project_elsewhere_and_reformatted_has_the_same(found: dict[str, Finding], tmp_path: Path) -> None:
    """Comments above, files of other names: lines and paths move, the fingerprints of changes and locks stay."""
    areas = {info.module for info in CATALOGUE if info.family in ("RF1", "RF2", "RF4")}
    for case in read_cases(CASES):
        if case.area in areas and case.findings:
            here = [one.fingerprint for name, one in found.items() if name.rpartition("#")[0] == case.id]
            there = [one.fingerprint for one in _judged(_moved(case), tmp_path)]
            assert sorted(there) == sorted(here), case.id


def test_two_findings_of_one_case_have_two_fingerprints(found: dict[str, Finding]) -> None:
    """Accepting one must not accept the other. The same thing said of a third occurrence is the same finding."""
    seen: dict[tuple[str, str], str] = {}
    for name, finding in found.items():
        key = (name.rpartition("#")[0], finding.fingerprint)
        assert seen.setdefault(key, finding.message) == finding.message, name


def _moved(case: Case) -> Case:
    files = {
        path.replace("schema.yml", "properties.yml"): f"# moved\n\n{text}" if path.endswith("schema.yml") else text
        for path, text in case.files.items()
    }
    return case._replace(files=files)


def _found(folder: Path) -> dict[str, Finding]:
    """Return every finding by a name: case and number, or the rule it is made up for."""
    found = {}
    for case in read_cases(CASES):
        for number, finding in enumerate(_judged(case, folder), start=1):
            found[f"{case.id}#{number}"] = finding
    for info in CATALOGUE:
        subject = Subject("model", "fct_orders", "amount", "model.shop.fct_orders")
        made = Finding("made up", Place("models/schema.yml", 3, 5), subject, "", code=info.code, name=info.name)
        found[f"made/{info.code}/none#1"] = made
        found[f"made/{info.code}/zero#1"] = made._replace(old="0", new="")
        found[f"made/{info.code}/values#1"] = made._replace(old="Decimal(18, 2)", new="größer  als")
        found[f"made/{info.code}/bare#1"] = made._replace(subject=Subject("source", "raw.orders"), new="removed")
    return found


def _judged(case: Case, folder: Path) -> list[Finding]:
    if not (folder / ".git").exists():
        folder.mkdir(exist_ok=True)
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return [one for one in judged(case, folder).findings if one.name == case.area.replace("_", "-")]


def _remake() -> None:
    with tempfile.TemporaryDirectory() as folder:
        frozen = {name: finding.fingerprint for name, finding in _found(Path(folder)).items()}
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(frozen, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--remake"]:
        sys.exit(f"type: python {sys.argv[0]} --remake")
    _remake()

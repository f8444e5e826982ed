"""The static reader against dbt's own reading: every conformance case, two projects, and what stays unknown."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from casefile import Case, read_cases
from conformance.projects import CASES, write_case
from conformance.static_form import UNKNOWN, static_form
from conformance.whole import WHOLE
from ringfence.domain.errors import RingfenceError
from ringfence.readers.static.open import DiskTree, open_projects

Json = dict[str, Any]

VERSIONS = ("1.8", "1.11")


def _golden(name: str) -> Json:
    read: Json = json.loads((CASES.parent / "golden" / f"{name}.json").read_text(encoding="utf-8"))
    return read


GOLDEN = {label: _golden(label) for label in VERSIONS}
# What only dbt makes is not compared, and neither is "more".
_SKIPPED_KINDS = ("analysis",)


def _read(folder: Path, project_folder: str = "") -> Json:
    (project,) = open_projects(DiskTree(str(folder)), str(folder), [(project_folder, "duckdb")])
    return static_form(project)


def _accepted(case: Case) -> list[Json]:
    return [golden[case.id] for golden in GOLDEN.values() if "error" not in golden[case.id]]


def _differences(mine: Json, golden: list[Json], unknown: frozenset[str]) -> list[str]:
    """What the static reading says against every dbt version that reads the case."""
    found = []
    for key in sorted({*mine["nodes"], *(key for one in golden for key in one["nodes"])}):
        theirs = [one["nodes"][key] for one in golden if key in one["nodes"]]
        if key.startswith(_SKIPPED_KINDS):
            continue
        if key not in mine["nodes"] or not theirs:
            if key in mine["nodes"] or len(theirs) == len(golden):
                found.append(f"{key}: {'only read statically' if key in mine['nodes'] else 'not read'}")
            continue
        for field, value in mine["nodes"][key].items():
            if value == UNKNOWN:
                if f"{key}.{field}" not in unknown and field != "described":
                    found.append(f"{key}.{field}: unknown, dbt says {theirs[0][field]!r}")
            elif all(_same(value, one.get(field)) is False for one in theirs):
                found.append(f"{key}.{field}: {value!r}, dbt says {theirs[0].get(field)!r}")
    return found + _test_differences(mine, golden, unknown)


def _same(value: Any, theirs: Any) -> bool:
    return bool(value == theirs or (isinstance(value, str) and str(theirs) == value))


def _test_differences(mine: Json, golden: list[Json], unknown: frozenset[str]) -> list[str]:
    closest: list[str] | None = None
    for one in golden:
        left = [_compared(test) for test in one["tests"] if not _of_a_ghost(test)]
        missing = []
        for test in mine["tests"]:
            match = next((other for other in left if _fits(test, other, unknown)), None)
            if match is None:
                missing.append(f"test only read statically: {test}")
            else:
                left.remove(match)
        told = missing + [f"test not read: {test}" for test in left]
        if closest is None or len(told) < len(closest):
            closest = told
    return closest or []


def _fits(test: Json, other: Json, unknown: frozenset[str]) -> bool:
    return all(value == other[key] or (value == UNKNOWN and f"tests.{key}" in unknown) for key, value in test.items())


def _compared(test: Json) -> Json:
    return {key: value for key, value in test.items() if key != "more"}


def _of_a_ghost(test: Json) -> bool:
    """A test under an entry without a model: dbt keeps it switched off, we report the entry."""
    return test["enabled"] is False and test["attached"] is None and not test["sources"]


_CASES = read_cases(CASES)


@pytest.mark.parametrize("case", [case for case in _CASES if _accepted(case)], ids=lambda case: case.id)
def test_the_static_reading_agrees_with_dbt(case: Case, tmp_path: Path) -> None:
    write_case(case, tmp_path)
    assert _differences(_read(tmp_path), _accepted(case), case.marks.get("unknown", frozenset())) == []


@pytest.mark.parametrize("case", [case for case in _CASES if not _accepted(case)], ids=lambda case: case.id)
def test_what_dbt_refuses_never_breaks_the_reader(case: Case, tmp_path: Path) -> None:
    write_case(case, tmp_path)
    with contextlib.suppress(RingfenceError):  # a clear error is as good as a reading; anything else is neither
        _read(tmp_path)


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_two_whole_projects_are_read_as_both_versions_of_dbt_read_them(name: str, tmp_path: Path) -> None:
    WHOLE[name].write(tmp_path)
    mine = _read(tmp_path, WHOLE[name].project)
    for label in VERSIONS:
        golden = _golden(f"{label}-{name}")
        assert len(golden["nodes"]) > 10
        assert len(golden["tests"]) > 10
        assert set(mine["nodes"]) == set(golden["nodes"]), label
        assert _differences(mine, [golden], frozenset()) == [], label


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_nothing_of_two_whole_projects_is_unknown(name: str, tmp_path: Path) -> None:
    WHOLE[name].write(tmp_path)
    assert _unknown(_read(tmp_path, WHOLE[name].project)) == []


def _unknown(form: Json) -> list[str]:
    told = [(key, node) for key, node in form["nodes"].items()]
    told += [(f"test {test['test']} of {test['attached']}", test) for test in form["tests"]]
    return [
        f"{key}.{field}"
        for key, node in told
        for field, value in node.items()
        if UNKNOWN in str(value) and field != "described"
    ]


def test_there_are_enough_cases_and_every_one_has_a_golden_reading() -> None:
    assert len(_CASES) >= 80
    for label, golden in GOLDEN.items():
        assert {case.id for case in _CASES} == set(golden), label

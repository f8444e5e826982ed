"""The static reader against dbt's own reading: every conformance case, two projects, and what stays unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from casefile import Case, read_cases
from conformance.projects import CASES, write_case
from conformance.static_form import UNKNOWN, static_form

from ringfence.domain.errors import RingfenceError
from ringfence.readers.static.open import DiskTree, open_projects

Json = dict[str, Any]

GOLDEN = {label: json.loads((CASES.parent / "golden" / f"{label}.json").read_text(encoding="utf-8")) for label in ("1.8", "1.11")}
# What the issue of this reader names, and what comes with it. "more" and what only dbt makes (analyses) is not compared.
_SKIPPED_KINDS = ("analysis",)


def _read(folder: Path) -> Json:
    (project,) = open_projects(DiskTree(str(folder)), str(folder), [("", "duckdb")])
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
        theirs = [{key: value for key, value in test.items() if key != "more"} for test in one["tests"] if not _of_a_ghost(test)]
        left = list(theirs)
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
    try:
        _read(tmp_path)
    except RingfenceError as error:
        assert str(error)


def test_there_are_enough_cases_and_every_one_has_a_golden_reading() -> None:
    assert len(_CASES) >= 80
    for label, golden in GOLDEN.items():
        assert {case.id for case in _CASES} == set(golden), label

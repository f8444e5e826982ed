"""The seeded faults of bench/faults.py: every one is caught, and no clean twin raises an alarm."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dbtproject import ENGINES, REPOSITORY, Engine

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

from fault_project import run
from faults import FAULTS, table

TESTS = {path.stem for path in (REPOSITORY / "dbt_package" / "tests" / "generic").glob("*.sql")}


def missed(folder: Path, engine: Engine, step: int) -> list[str]:
    outcomes = run(FAULTS[::step], engine, folder / "project", peers=None)
    assert "| all |" in table(outcomes)
    return [f"{outcome.fault}: {outcome.verdict}" for outcome in outcomes if outcome.verdict != "caught"]


def test_there_are_enough_faults_and_some_for_every_test() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 120
    counts = Counter(fault.test for fault in FAULTS)
    assert {test for test, count in counts.items() if count >= 5} == TESTS
    assert all(fault.clean != fault.faulty or fault.faulty_other for fault in FAULTS)


@pytest.mark.slow
def test_every_seventh_fault_is_caught_and_its_clean_twin_passes(tmp_path: Path) -> None:
    assert missed(tmp_path, Engine("duckdb"), 7) == []


@pytest.mark.slow
def test_every_fault_is_caught_and_every_clean_twin_passes(tmp_path: Path, engine: Engine) -> None:
    assert missed(tmp_path, engine, 1) == []

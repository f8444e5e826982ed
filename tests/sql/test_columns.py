"""Output columns of SQL without Jinja, held against DuckDB itself: written cases and random queries."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from duckdb_truth import Truth
from random_sql import Maker
from ringfence.sql.shape import Gap, Output

_CASE = re.compile(r"```sql\n(.+?)\n```\n\n((?:    .+\n)+)")


class Case(NamedTuple):
    sql: str
    described: str
    known: str


def cases() -> list[Case]:
    text = Path(__file__).with_name("columns.md").read_text()
    found = []
    for sql, answers in _CASE.findall(text):
        lines = [line.strip() for line in answers.splitlines()]
        found.append(Case(sql, lines[0], lines[-1]))
    return found


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth()


def shown(output: Output) -> str:
    """The columns as the cases write them."""
    return " | ".join(
        "..." if isinstance(one, Gap) else f"{'?' if one.name is None else one.name} {one.type or '?'}"
        for one in output
    )


def test_there_are_cases() -> None:
    assert len(cases()) > 100


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.sql)
def test_columns(truth: Truth, case: Case) -> None:
    assert " | ".join(f"{name} {kind}" for name, kind in truth.described(case.sql)) == case.described
    assert truth.wrong(case.sql) == []
    assert shown(truth.ours(case.sql)) == case.known


@pytest.mark.parametrize("seeds", [range(1_500), pytest.param(range(1_500, 60_000), marks=pytest.mark.slow)])
def test_random_queries_are_never_answered_wrong(truth: Truth, seeds: range) -> None:
    valid = known = 0
    for seed in seeds:
        sql = Maker(random.Random(seed)).statement()
        try:
            truth.described(sql)
        except duckdb.Error:
            continue
        assert truth.wrong(sql) == [], f"seed {seed}: {sql}"
        if "texts" in sql or "unknown_table" in sql:
            continue
        valid += 1
        known += any(not isinstance(one, Gap) and one.type is not None for one in truth.ours(sql))
    assert valid > len(seeds) // 20
    assert known > valid * 0.9

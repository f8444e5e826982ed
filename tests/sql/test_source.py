"""Output columns of models from their source, each beside what DuckDB makes of the SQL that dbt would run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from duckdb_truth import Truth
from ringfence.sql.openvalues import UNDEFINED
from ringfence.sql.resolve import resolve
from ringfence.sql.shape import Gap, Output, OutputColumn, Relation, Shape, pack, unpack_output, unpack_shape
from ringfence.sql.source import read_shape

MACROS = {"cents": "{% macro cents(column) -%} ({{ column }} / 100)::numeric(16, 2) {%- endmacro %}"}
VARIABLES = {"start": "2020-01-01"}
_CASE = re.compile(r"```jinja\n(.*?)\n```\n\n((?:```sql\n[^\n]*\n```\n\n)+)((?:    [^\n]+\n)+)", re.DOTALL)


class Case(NamedTuple):
    source: str
    made: list[str]
    told: list[str]


def cases() -> list[Case]:
    found = _CASE.findall(Path(__file__).with_name("sources.md").read_text())
    return [
        Case(source, re.findall(r"```sql\n(.*)\n```", made), [line.strip() for line in told.splitlines()])
        for source, made, told in found
    ]


def shape_of(source: str, adapter: str | None = "duckdb") -> Shape:
    return read_shape(source, adapter, MACROS.get, lambda name: VARIABLES.get(name, UNDEFINED))


def known(truth: Truth, source: str) -> Output:
    def columns_of(relation: Relation) -> Output:
        if relation.kind == "this" or relation.parts[-1] == "unseen":
            return (Gap(relation.label),)
        if relation.parts[-1] == "half":
            return (OutputColumn(None, "DATE"), OutputColumn("id", "INTEGER"))
        return truth.columns_of(relation)

    return resolve(shape_of(source), columns_of)


def shown(output: Output) -> str:
    return " | ".join(
        "..." if isinstance(one, Gap) else f"{'?' if one.name is None else one.name} {one.type or '?'}"
        for one in output
    )


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth()


def test_there_are_cases() -> None:
    assert len(cases()) > 40


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.source)
def test_columns_of_source(truth: Truth, case: Case) -> None:
    ours = known(truth, case.source)
    for sql, told in zip(case.made, case.told, strict=False):
        described = truth.described(sql)
        assert " | ".join(f"{name} {kind}" for name, kind in described) == told
        assert truth.contradicted(ours, described) == []
    assert shown(ours) == case.told[-1]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.source)
def test_shapes_and_outputs_are_kept_whole(truth: Truth, case: Case) -> None:
    shape, output = shape_of(case.source), known(truth, case.source)
    assert unpack_shape(pack(shape)) == shape
    assert unpack_output(pack(output)) == output


@pytest.mark.parametrize(
    "source",
    [
        "select __ringfence_9__ from x",
        "select a from __ringfence_0__",
        "{% set a = 1 %}select a, __ringfence_1__.b from __ringfence_0__",
        "select a as __ringfence_4__x, b.__ringfence_2__ from x",
        f"select __ringfence_{'9' * 5000}__ from x",
    ],
)
def test_names_that_read_like_markers_are_not_followed(source: str) -> None:
    output = resolve(shape_of(source), lambda relation: (Gap(relation.label),))
    assert all(isinstance(one, Gap) or one.type is None for one in output)

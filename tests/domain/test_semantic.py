"""Metrics, saved queries and exposures rest on measures and metrics that they name."""

from __future__ import annotations

import pytest

from ringfence.domain.impact import downstream, on_column
from ringfence.domain.semantic import resting_on
from ringfence.readers.static.project import StaticProject
from states import model, project

YML = """\
semantic_models:
  - name: orders
    model: ref('fct')
    measures: [{name: amount, agg: sum}, {name: visits, agg: count}, {agg: max}]
  - {name: bare, model: ref('fct')}
metrics:
  - {name: simple, type: simple, type_params: {measure: amount}}
  - {name: mapped, type: simple, type_params: {measure: {name: amount, filter: x}}}
  - {name: ratio, type: ratio, type_params: {numerator: simple, denominator: {name: mapped}}}
  - {name: derived, type: derived, type_params: {expr: a, metrics: [{name: ratio, alias: a}, ratio]}}
  - name: converted
    type: conversion
    type_params: {conversion_type_params: {base_measure: {name: visits}, conversion_measure: other}}
  - {name: foreign, type: simple, type_params: {measure: elsewhere}}
  - {name: odd, type_params: [1]}
  - {name: circle, type: derived, type_params: {metrics: [circle]}}
saved_queries:
  - {name: weekly, query_params: {metrics: [derived], group_by: [x]}}
  - {name: nothing}
exposures:
  - {name: board, type: dashboard, depends_on: ["metric('converted')", ref('fct')]}
  - {name: wall, type: dashboard, depends_on: metric('converted')}
"""


@pytest.fixture(scope="module")
def shop() -> StaticProject:
    return project({"models/x.yml": YML}, fct="select 1 as id, 2 as amount", other="select id from {{ ref('fct') }}")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("semantic_model.shop.orders", ["converted", "mapped", "simple"]),
        ("semantic_model.shop.bare", []),
        ("metric.shop.simple", ["ratio"]),
        ("metric.shop.mapped", ["ratio"]),
        ("metric.shop.ratio", ["derived"]),
        ("metric.shop.derived", ["weekly"]),
        ("metric.shop.converted", ["board"]),
        ("metric.shop.circle", []),
        ("model.shop.fct", []),
    ],
)
def test_who_names_whom(shop: StaticProject, key: str, expected: list[str]) -> None:
    node = shop.node(key)
    assert node is not None
    assert [one.identity.name for one in resting_on(node, shop)] == expected


def test_they_are_downstream_of_the_model(shop: StaticProject) -> None:
    found = downstream(model(shop, "fct"), shop)
    ways = {one.node.identity.label: one.path for one in found.reached}
    assert ways["weekly"][1:3] in (("orders", "mapped"), ("orders", "simple"))
    assert {one.node.identity.kind for one in found.reached} == {
        "exposure", "metric", "model", "saved_query", "semantic_model",
    }  # fmt: skip
    assert len(found.of_kind("metric")) == 5
    touched = on_column(found, "amount", shop)
    assert {one.node.identity.kind for one in touched.reached} == {
        "exposure",
        "metric",
        "saved_query",
        "semantic_model",
    }

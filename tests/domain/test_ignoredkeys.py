"""Keys that dbt ignores where they stand: one table, held against dbt in tests/conformance/cases/ignored_keys.md."""

from __future__ import annotations

import pytest

from ringfence.domain.ignoredkeys import ignored
from ringfence.domain.spots import Spot, spots_of
from ringfence.text import yaml


def spot(text: str, place: str) -> Spot:
    root = yaml.parse(text.encode(), "s.yml").root
    return next(one for one in spots_of(root, "s.yml") if one.place == place)


@pytest.mark.parametrize(
    ("entry", "place", "key", "why"),
    [
        ("models: [{name: m}]", "model", "materialized", "under config: only"),
        ("models: [{name: m}]", "model", "cluster_by", "under config: only"),
        ("models: [{name: m}]", "model", "+tags", "under config: only"),
        ("models: [{name: m}]", "model", "quote_columns", "for seeds"),
        ("models: [{name: m}]", "model", "severity", "for tests only"),
        ("sources: [{name: s, tables: [{name: t}]}]", "table", "loader", "for sources only"),
        ("sources: [{name: s, tables: [{name: t}]}]", "table", "enabled", "under config: only"),
        ("macros: [{name: m}]", "macro", "tags", "for models, seeds, snapshots, sources, tests only"),
        ("models: [{name: m, config: {}}]", "config", "+tags", "belongs in dbt_project.yml"),
        ("models: [{name: m, config: {}}]", "config", "columns", "beside config:"),
        ("models: [{name: m, config: {}}]", "config", "hard_deletes", "for snapshots only"),
        ("seeds: [{name: m, config: {}}]", "config", "contract", "for models only"),
        ("exposures: [{name: m, config: {}}]", "config", "label", "beside config:"),
        ("exposures: [{name: m, config: {}}]", "config", "alias", "for models, seeds, snapshots, tests only"),
    ],
)
def test_ignored(entry: str, place: str, key: str, why: str) -> None:
    found = ignored(spot(entry, place), key)
    assert found is not None
    assert why in found.why
    assert found.fix


@pytest.mark.parametrize(
    ("entry", "place", "key"),
    [
        ("models: [{name: m}]", "file", "materialized"),
        ("models: [{name: m}]", "model", "description"),
        ("models: [{name: m}]", "model", "maintainer"),
        ("models: [{name: m}]", "model", "+maintainer"),
        ("sources: [{name: s}]", "source", "enabled"),
        ("sources: [{name: s, tables: [{name: t}]}]", "table", "cluster_by"),
        ("models: [{name: m, config: {}}]", "config", "tags"),
        ("models: [{name: m, config: {}}]", "config", "+mine"),
        ("models: [{name: m, config: {}}]", "config", "mine"),
        ("models: [{name: m, config: {}}]", "config", "strategy"),
        ("exposures: [{name: m, config: {}}]", "config", "columns"),
        ("exposures: [{name: m, config: {}}]", "config", "cluster_by"),
        ("exposures: [{name: m, config: {}}]", "config", "mine"),
        ("models: [{name: m, data_tests: [{unique: {config: {}}}]}]", "config", "description"),
        ("models: [{name: m, data_tests: [{unique: {config: {}}}]}]", "config", "severity"),
    ],
)
def test_read_refused_or_unknown(entry: str, place: str, key: str) -> None:
    assert ignored(spot(entry, place), key) is None

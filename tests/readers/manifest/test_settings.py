"""Configuration without what dbt fills in, and with what stands beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from readers.manifest.shapes import model, opened, resource, small
from ringfence.domain.fact import known


def _label(value: object) -> str:
    """A name of a case that is the same in every process."""
    return str(sorted(value) if isinstance(value, set) else value)


_DBTS_OWN = {
    "enabled": True,
    "alias": None,
    "schema": None,
    "tags": [],
    "meta": {},
    "materialized": "view",
    "lookback": 1,
    "persist_docs": {},
    "post-hook": [],
    "on_schema_change": "ignore",
    "on_configuration_change": "apply",
    "docs": {"show": True, "node_color": None},
    "contract": {"enforced": False, "alias_types": True},
    "access": "protected",
    "freshness": {"warn_after": {"count": None, "period": None}, "filter": None},
    "static_analysis": "on",
    "quoting": {"database": True},
    "config_keys_used": ["x"],
    "delimiter": ",",
    "snapshot_meta_column_names": {"dbt_valid_to": None},
}


def _config(tmp_path: Path, kind: str = "model", **written: Any) -> dict[str, Any]:
    project = opened(small(resource(kind, "a", **written)), tmp_path)
    (node,) = project.nodes()
    return {key: known(node.config.get(key)) for key in node.config.keys()}  # noqa: SIM118


def test_what_dbt_fills_in_is_left_out(tmp_path: Path) -> None:
    assert _config(tmp_path, config=_DBTS_OWN) == {}


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("materialized", "view", "view"),
        ("on_schema_change", "ignore", "ignore"),
        ("enabled", True, True),
        ("contract", {"enforced": False, "alias_types": True}, {"enforced": False}),
        ("static_analysis", "off", "off"),
        ("quoting", {"database": True, "schema": None}, {"database": True}),
        ("on_schema_change", None, None),
    ],
    ids=str,
)
def test_a_default_that_somebody_wrote_is_kept(key: str, value: Any, read: Any, tmp_path: Path) -> None:
    assert _config(tmp_path, config={key: value}, unrendered_config={key: value}) == {key: read}


@pytest.mark.parametrize(("key", "value"), [("alias", None), ("meta", {}), ("tags", []), ("post-hook", [])], ids=str)
def test_nothing_is_nothing_even_where_it_was_written(key: str, value: Any, tmp_path: Path) -> None:
    assert _config(tmp_path, config={key: value}, unrendered_config={key: value}) == {}


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("alias", "b", "b"),
        ("alias", 1, 1),
        ("severity", "WARN", "warn"),
        ("severity", 1, 1),
        ("tags", "one", {"one"}),
        ("tags", ["a", 1, "a"], {"a", "1"}),
        ("contract", {"enforced": True, "alias_types": True}, {"enforced": True}),
        ("contract", True, True),
        ("docs", {"show": False, "node_color": "red"}, {"show": False, "node_color": "red"}),
        (
            "freshness",
            {"warn_after": {"count": 1, "period": "day"}, "filter": None},
            {"warn_after": {"count": 1, "period": "day"}},
        ),
        ("pre-hook", [{"sql": "a", "transaction": True, "index": None}], ["a"]),
        ("pre-hook", [{"sql": "a", "transaction": False, "index": None}], [{"sql": "a", "transaction": False}]),
        ("pre-hook", [{"sql": "a"}, "b"], ["a", "b"]),
        ("pre-hook", "a", "a"),
        ("custom", [1, {"a": None}], [1, {"a": None}]),
        ("on_schema_change", None, None),
    ],
    ids=_label,
)
def test_values_are_read_as_projects_write_them(key: str, value: Any, read: Any, tmp_path: Path) -> None:
    found = _config(tmp_path, config={key: value}, unrendered_config={key: value})
    assert found == {key: read}


def test_what_stands_beside_the_configuration(tmp_path: Path) -> None:
    beside: dict[str, Any] = {"tags": ["applied"], "meta": {"a": 1}, "group": "sales", "access": "public"}
    expected = {"tags": {"applied"}, "meta": {"a": 1}, "group": "sales", "access": "public"}
    assert _config(tmp_path, **beside) == expected
    inside: dict[str, Any] = {"tags": ["not applied"], "meta": {"b": 2}, "group": None, "access": "protected"}
    assert _config(tmp_path, **beside, config=inside) == {**expected, "meta": {"a": 1, "b": 2}}
    stronger: dict[str, Any] = {"group": "other", "access": "private"}
    assert _config(tmp_path, **beside, config=stronger) == {**expected, **stronger}
    assert _config(tmp_path, config={"tags": ["only here"], "meta": {"b": 2}}) == {
        "tags": {"only here"},
        "meta": {"b": 2},
    }
    assert _config(tmp_path, meta={"a": 1}, config={"meta": "odd"}) == {"meta": {"a": 1}}


def test_the_group_beside_a_test_is_that_of_the_tested_model(tmp_path: Path) -> None:
    assert _config(tmp_path, "test", group="sales", config={"severity": "ERROR", "materialized": "test"}) == {}


@pytest.mark.parametrize(
    ("kind", "language", "default"),
    [("model", "sql", "view"), ("model", "python", "table"), ("seed", "sql", "seed"), ("snapshot", "sql", "snapshot")],
)
def test_how_things_are_stored_where_nobody_says(kind: str, language: str, default: str, tmp_path: Path) -> None:
    assert _config(tmp_path, kind, language=language, config={"materialized": default}) == {}
    assert _config(tmp_path, kind, language=language, config={"materialized": "other"}) == {"materialized": "other"}
    (node,) = opened(small(resource(kind, "a", language=language)), tmp_path).nodes()
    assert known(node.materialized) == default


def test_equal_configurations_are_made_once(tmp_path: Path) -> None:
    alike = {"config": {"alias": "x"}, "tags": ["t"]}
    project = opened(small(model("a", **alike), model("b", **alike), model("c", config={"alias": "y"})), tmp_path)
    a, b, c = project.nodes()
    assert a.config is b.config
    assert a.config is not c.config

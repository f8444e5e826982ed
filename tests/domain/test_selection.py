"""Selectors as dbt users write them, and the ones that would select everything by mistake."""

from __future__ import annotations

import pytest

from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Undecided, Unknown
from ringfence.domain.selection import METHODS, Selection, parse_selection
from samples import config, model

NODE = model(
    "fct_orders",
    path="transform/models/marts/core/fct_orders.sql",
    version="2",
    settings=config(
        {
            "tags": frozenset({"critical", "finance_daily"}),
            "materialized": "Table",
            "enabled": True,
            "group": "finance",
            "unique_key": ["id", "day"],
            "meta": {"owner": {"team": "core"}, "pii": False},
        }
    ),
)._replace(fqn=("shop", "marts", "core", "fct_orders", "v2"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "tag:critical",
        "tag:finance_*",
        "tag:nothing tag:critical",
        "tag:critical,path:transform/models",
        "tag:critical,,package:shop",
        "path:transform/models/marts/core/fct_orders.sql",
        "path:transform/models/marts/",
        "path:models/marts",
        "path:./models/marts",
        "path:models/marts/core/fct_orders.sql",
        "path:models/*/core/*.sql",
        "models/marts/core",
        "models/marts/core/fct_*.sql",
        "name:fct_orders",
        "name:fct_*",
        "fct_orders",
        "fct_*",
        "*",
        "fqn:shop.marts",
        "marts.core.fct_orders",
        "marts",
        "package:shop",
        "resource_type:model",
        "group:finance",
        "access:protected",
        "version:2",
        "version:latest",
        "config.materialized:table",
        "config.enabled:true",
        "config.unique_key:day",
        "config.tags:critical",
        "config.meta:owner",
        "config.meta.pii:false",
        "config.meta.owner.team:core",
        "config.missing:none",
    ],
)
def test_selected(text: str) -> None:
    assert parse_selection(text).matches(NODE)
    assert parse_selection([text]).matches(NODE)


@pytest.mark.parametrize(
    "text",
    [
        "tag:crit",
        "tag:CRITICAL",
        "tag:critical,tag:nothing",
        "tag:nothing package:other",
        "path:models/mart",
        "path:marts/fct_orders.sql",
        "path:odels/marts",
        "path:other/models",
        "name:orders",
        "orders",
        "fqn:core.fct_orders",
        "marts.fct_orders",
        "package:sho",
        "resource_type:seed",
        "group:marketing",
        "access:public",
        "version:1",
        "config.materialized:view",
        "config.unique_key:id,config.unique_key:x",
        "config.meta.owner.team.name:core",
        "config.meta.missing.team:core",
    ],
)
def test_not_selected(text: str) -> None:
    assert not parse_selection(text).matches(NODE)


def test_texts_are_alternatives() -> None:
    assert parse_selection(["tag:nothing", "package:shop"]).matches(NODE)
    assert not parse_selection(["tag:nothing", "package:other"]).matches(NODE)
    assert parse_selection([]) == parse_selection("") == Selection(())
    assert parse_selection([]).matches(NODE)


@pytest.mark.parametrize(
    ("version", "latest", "text", "selected"),
    [
        ("2", True, "latest", True),
        ("2", True, "2", True),
        ("2", True, "none", False),
        ("1", False, "latest", False),
        ("1", False, "1", True),
        (None, True, "none", True),
        (None, True, "latest", False),
        (None, True, "1", False),
    ],
)
def test_versions(version: str | None, latest: bool, text: str, selected: bool) -> None:
    node = model(version=version, latest=latest)
    assert parse_selection(f"version:{text}").matches(node) is selected


@pytest.mark.parametrize("text", ["tag:a", "config.tags:a", "tag:a package:other", "package:shop,tag:a"])
def test_what_is_unknown_is_undecided(text: str) -> None:
    node = model(settings=config({"tags": Unknown("config(**settings)")}))
    with pytest.raises(Undecided, match="settings"):
        parse_selection(text).matches(node)


@pytest.mark.parametrize("text", ["package:other,tag:a", "package:shop tag:a"])
def test_what_is_not_asked_decides_nothing(text: str) -> None:
    node = model(settings=config({"tags": Unknown("config(**settings)")}))
    assert parse_selection(text).matches(node) is (" " in text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("+orders", "graph operator"),
        ("orders+", "graph operator"),
        ("@orders", "graph operator"),
        ("2+orders", "graph operator"),
        ("tags:critical", "unknown method tags, did you mean tag?"),
        ("state:modified", "unknown method state"),
        (":x", "unknown method "),
        ("tag:", "not complete"),
        ("config:table", "not complete"),
        ("config.:table", "not complete"),
        ("tag.x:y", "not complete"),
        ("version:old", "not understood here"),
        (",", "a lone comma, which would select everything"),
        ("tag:a , tag:b", "a lone comma, which would select everything"),
    ],
)
def test_what_is_no_selector(text: str, said: str) -> None:
    with pytest.raises(RingfenceError) as error:
        parse_selection(text, "ringfence.yml")
    assert said in error.value.what
    assert error.value.where == "ringfence.yml"
    assert error.value.do


def test_methods_are_sorted() -> None:
    assert list(METHODS) == sorted(METHODS)

"""Selectors as dbt users write them, and the ones that would select everything by mistake."""

from __future__ import annotations

import pytest

from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Undecided, Unknown
from ringfence.domain.selection import METHODS, Selection, parse_selection
from samples import config, model
from states import project

SHOP = project()
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
        "package:this",
        "package:sh*",
        "resource_type:model",
        "resource_type:mod*",
        "file:fct_orders.sql",
        "file:fct_orders",
        "fct_orders.sql",
        "marts.core.*",
        "shop.*.fct_orders.v?",
        "fct_orders.v2",
        "fct_orders_v2",
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
    assert parse_selection(text).matches(NODE, SHOP)
    assert parse_selection([text]).matches(NODE, SHOP)


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
        "package:that",
        "resource_type:seed",
        "resource_type:s*",
        "file:orders.sql",
        "core.*",
        "marts.core.fct_orders.v2.x",
        "fct_orders.v1",
        "source:shop",
        "exposure:fct_orders",
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
    assert not parse_selection(text).matches(NODE, SHOP)


def test_texts_are_alternatives() -> None:
    assert parse_selection(["tag:nothing", "package:shop"]).matches(NODE, SHOP)
    assert not parse_selection(["tag:nothing", "package:other"]).matches(NODE, SHOP)
    assert parse_selection([]) == parse_selection("") == Selection(())
    assert parse_selection([]).matches(NODE, SHOP)


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
    assert parse_selection(f"version:{text}").matches(node, SHOP) is selected


@pytest.mark.parametrize("text", ["tag:a", "config.tags:a", "tag:a package:other", "package:shop,tag:a"])
def test_what_is_unknown_is_undecided(text: str) -> None:
    node = model(settings=config({"tags": Unknown("config(**settings)")}))
    with pytest.raises(Undecided, match="settings"):
        parse_selection(text).matches(node, SHOP)


@pytest.mark.parametrize("text", ["package:other,tag:a", "package:shop tag:a"])
def test_what_is_not_asked_decides_nothing(text: str) -> None:
    node = model(settings=config({"tags": Unknown("config(**settings)")}))
    assert parse_selection(text).matches(node, SHOP) is (" " in text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("+", "names nothing"),
        ("@", "names nothing"),
        ("tag:a,+", "names nothing"),
        ("@+orders", "holds @ and +"),
        ("@orders+1", "holds @ and +"),
        ("resource_type:models", "unknown resource type, did you mean model?"),
        ("state:modified+", "not understood here: state compares two states"),
        ("test_type:unit", "not understood here: test_type selects tests"),
        ("tags:critical", "unknown method tags, did you mean tag?"),
        ("stage:modified", "unknown method stage"),
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


FILES = {
    "models/sources.yml": "sources:\n  - name: raw\n    tables: [{name: orders}, {name: items}]\n",
    "models/exposures.yml": "exposures:\n  - {name: board, type: dashboard, depends_on: [ref('mart')]}\n",
    "models/off.sql": "{{ config(enabled=false) }} select 1 as x from {{ ref('staging') }}",
}
GRAPH = project(
    FILES,
    staging="select * from {{ source('raw', 'orders') }}",
    other="select * from {{ source('raw', 'items') }}",
    middle="select * from {{ ref('staging') }}",
    mart="{{ config(tags=['core']) }} select * from {{ ref('middle') }} join {{ ref('other') }} using (id)",
    report="select * from {{ ref('mart') }}",
    behind="select * from {{ ref('off') }}",
    round_a="select * from {{ ref('round_b') }}",
    round_b="select * from {{ ref('round_a') }}",
    perhaps="{% if target.name == 'x' %}select * from {{ ref('lonely') }}{% endif %} select * from {{ ref(var('x')) }}",
    lonely="select 1 as id",
)


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("middle", "middle"),
        ("+middle", "middle raw.orders staging"),
        ("1+middle", "middle staging"),
        ("0+middle", "middle"),
        ("middle+", "board mart middle report"),
        ("middle+1", "mart middle"),
        ("1+middle+1", "mart middle staging"),
        ("+mart", "mart middle other raw.items raw.orders staging"),
        ("@middle", "board mart middle other raw.items raw.orders report staging"),
        ("@mart", "board mart middle other raw.items raw.orders report staging"),
        ("@raw.orders", "board mart middle other raw.items raw.orders report staging"),
        ("tag:core+", "board mart report"),
        ("+tag:core,resource_type:source", "raw.items raw.orders"),
        ("source:raw", "raw.items raw.orders"),
        ("source:raw.orders+1", "raw.orders staging"),
        ("source:shop.raw.it*", "raw.items"),
        ("source:*", "raw.items raw.orders"),
        ("+exposure:board,1+exposure:board", "board mart"),
        ("exposure:shop.board exposure:none", "board"),
        ("staging+,report+", "report"),
        ("off+", "off"),
        ("+behind", "behind"),
        ("round_a+", "round_a round_b"),
        ("+round_a", "round_a round_b"),
        ("1+other tag:none", "other raw.items"),
    ],
)
def test_what_stands_in_line_with_what_is_named(text: str, selected: str) -> None:
    selection = parse_selection(text)
    found = [
        node.identity.label for node in GRAPH.nodes() if node.key not in PERHAPS and selection.matches(node, GRAPH)
    ]
    assert sorted(found) == selected.split()


PERHAPS = {"model.shop.perhaps", "model.shop.lonely"}


@pytest.mark.parametrize(
    ("text", "name"),
    [("lonely+", "perhaps"), ("+perhaps", "lonely"), ("@lonely", "perhaps"), ("middle+", "perhaps")],
)
def test_an_edge_that_only_a_run_decides_is_undecided(text: str, name: str) -> None:
    node = GRAPH.node(f"model.shop.{name}")
    assert node is not None
    selection = parse_selection(text)
    if text == "middle+":  # nothing that may be read leads there
        assert not selection.matches(node, GRAPH)
        return
    with pytest.raises(Undecided):
        selection.matches(node, GRAPH)


def test_beyond_an_edge_in_doubt_everything_is_looked_at_once() -> None:
    graph = project(
        top="select 1 as id",
        left="select * from {{ ref('top') }}",
        right="select * from {{ ref('top') }}",
        doubt="select * from {{ ref('left') }} join {{ ref('right') }} using (id) join {{ ref(var('x')) }} using (id)",
    )
    node = graph.node("model.shop.doubt")
    assert node is not None
    assert not parse_selection("name:none+").matches(node, graph)
    with pytest.raises(Undecided, match="var"):
        parse_selection("top+").matches(node, graph)


def test_a_tag_that_is_unknown_upstream_is_undecided_where_no_other_has_it() -> None:
    graph = project(
        top="{{ config(tags=[target.name]) }} select 1 as id",
        low="select * from {{ ref('top') }}",
        tagged="{{ config(tags=['a']) }} select * from {{ ref('top') }}",
    )
    selection = parse_selection("tag:a+")
    low, tagged = graph.node("model.shop.low"), graph.node("model.shop.tagged")
    assert low is not None
    assert tagged is not None
    assert selection.matches(tagged, graph)
    with pytest.raises(Undecided, match="target"):
        selection.matches(low, graph)

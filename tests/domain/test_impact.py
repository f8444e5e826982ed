"""What rests on a node or a column: ways, doubts, and the sentence that a finding ends with."""

from __future__ import annotations

import pytest

from ringfence.domain.impact import Downstream, downstream, joined, listed, number_of, on_column, parted, reach
from ringfence.readers.static.project import StaticProject
from states import model, project

SQL = {
    "orders": "select 1 as id, 2 as amount, 3 as tax",
    "daily": "select amount * 2 as revenue, id from {{ ref('orders') }}",
    "weekly": "select sum(revenue) as total from {{ ref('daily') }}",
    "big": "select id from {{ ref('orders') }} where amount > 10",
    "ids": "select id from {{ ref('big') }}",
    "plain": "select id from {{ ref('orders') }}",
    "maybe": "select 1 as x from {{ ref(var('which')) }} join {{ ref('plain') }} using (id)",
    "off": "{{ config(enabled=false) }} select * from {{ ref('orders') }}",
}
FILES = {
    "profiles.yml": "shop: {outputs: {dev: {type: duckdb}}}\n",
    "dbt_project.yml": "name: shop\nprofile: shop\n",
    "models/py.py": "def model(dbt, session):\n    return dbt.ref('daily')\n",
    "models/more.yml": "exposures:\n  - {name: board, type: dashboard, depends_on: [ref('weekly')]}\n"
    "  - {name: ids_board, type: dashboard, depends_on: [ref('ids')]}\n"
    "semantic_models:\n  - {name: sem, model: ref('plain')}\n",
    "tests/check.sql": "select * from {{ ref('daily') }} where revenue < 0",
    "snapshots/snap.yml": "snapshots:\n  - name: snap\n    relation: ref('orders')\n"
    "    config: {unique_key: id, strategy: check, check_cols: all}\n",
}


_AMOUNT = (
    "; 4 of 7 models and 1 snapshot downstream use it (big: filter, daily.revenue, snap.amount, weekly.total), "
    "1 more rests on rows that it decides, of 1 it cannot be told, 2 exposures may show it"
)


@pytest.fixture(scope="module")
def shop() -> StaticProject:
    return project(FILES, **SQL)


def _told(found: Downstream) -> dict[str, str]:
    """What each node is touched by, in one line."""
    made = {}
    for one in found.reached:
        effect = one.effect
        parts = [*effect.columns, *(f"[{clause}]" for clause in effect.clauses), *(f"<{by}>" for by in effect.through)]
        made[one.node.identity.label] = " ".join([*parts, *(f"?{why}" for why in effect.doubts)])
    return made


def test_everything_downstream_with_its_way(shop: StaticProject) -> None:
    found = downstream(model(shop, "orders"), shop)
    told = [(one.node.identity.label, one.distance) for one in found.reached if one.doubt is None]
    assert told == [
        *((name, 1) for name in ("big", "daily", "plain", "snap")),
        *((name, 2) for name in ("ids", "py", "weekly", "sem")),
        *((name, 3) for name in ("board", "ids_board")),
    ]
    assert [one.node.identity.label for one in found.reached if one.doubt is not None] == ["maybe"]
    ways = {one.node.identity.label: one.path for one in found.reached}
    assert ways["board"] == ("orders", "daily", "weekly", "board")
    assert found.tests == {"test.shop.check"}
    assert found.parents["model.shop.weekly"] == {"model.shop.daily"}
    assert [one.node.identity.label for one in found.of_kind("exposure")] == ["board", "ids_board"]


def test_a_certain_way_counts_before_a_shorter_one_in_doubt() -> None:
    found = project(
        {"models/x.yml": "exposures: [{name: g, type: ml, depends_on: [ref('c'), ref('f')]}]\n"},
        a="select 1 as x",
        c="select x from {{ ref('a') }} join {{ ref(var('n')) }} using (x)",
        e="select x from {{ ref('a') }}",
        f="select x from {{ ref('e') }}",
    )
    (board,) = downstream(model(found, "a"), found).of_kind("exposure")
    assert board.path == ("a", "e", "f", "g")
    assert board.doubt is None


def test_models_that_read_each_other_come_to_an_end() -> None:
    found = project(a="select x from {{ ref('b') }}", b="select x from {{ ref('a') }} where x > 1")
    reached = downstream(model(found, "a"), found)
    assert [one.node.identity.label for one in reached.reached] == ["b"]
    assert _told(on_column(reached, "x", found)) == {"b": "x [filter]"}


def test_a_column_is_followed(shop: StaticProject) -> None:
    found = downstream(model(shop, "orders"), shop)
    assert _told(on_column(found, "Amount", shop)) == {
        "daily": "revenue",
        "weekly": "total",
        "py": "?a Python model",
        "board": "<weekly>",
        "big": "[filter]",
        "ids": "<big>",
        "ids_board": "<ids>",
        "snap": "amount",
    }
    assert _told(on_column(found, "tax", shop)) == {"snap": "tax"}


def test_doubt_goes_on_downstream() -> None:
    found = project(
        a="select 1 as x, 2 as y",
        b="select {{ some(1) }} from {{ ref('a') }}",
        c="select z from {{ ref('b') }}",
        d="select y from {{ ref('a') }}",
    )
    touched = on_column(downstream(model(found, "a"), found), "x", found)
    assert _told(touched) == {"b": "?macro some, line 1", "c": "?it cannot be told of b, which it reads"}
    assert not any(one.effect.is_known for one in touched.reached)


def test_the_sentence_for_a_node(shop: StaticProject) -> None:
    assert reach(model(shop, "orders"), shop) == (
        "; 7 models, 1 semantic model, 1 snapshot and 2 exposures read this, 1 of them perhaps "
        "(big, daily, plain, snapshot snap directly)"
    )
    assert reach(model(shop, "weekly"), shop) == "; 1 exposure reads this (exposure board directly)"
    assert reach(model(shop, "py"), shop) == ""


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        (
            "orders",
            "amount",
            _AMOUNT,
        ),
        ("orders", "tax", "; 1 of 7 models and 1 snapshot downstream uses it (snap.tax)"),
        ("daily", "id", "; none of 2 models downstream is known to use it, of 1 it cannot be told"),
        ("plain", "id", "; 1 of 1 model downstream uses it (maybe: join), 1 semantic model may show it"),
        ("big", "gone", "; none of 1 model downstream uses it"),
        ("weekly", "total", "; 1 exposure reads this (exposure board directly)"),
        ("py", "x", ""),
    ],
)
def test_the_sentence_for_a_column(shop: StaticProject, name: str, column: str, expected: str) -> None:
    assert reach(model(shop, name), shop, column) == expected


def test_numbers_and_lists() -> None:
    assert [number_of(1, "model"), number_of(2, "model"), number_of(2, "saved query")] == [
        "1 model",
        "2 models",
        "2 saved queries",
    ]
    assert [joined("a"), joined("ab"), joined("abc")] == ["a", "a and b", "a, b and c"]
    assert listed([*"abcdefg"]) == "a, b, c, d, e and 2 more"
    assert listed([]) == ""


def test_a_message_is_parted_from_who_reads(shop: StaticProject) -> None:
    for column in (None, "amount", "tax", "gone"):
        told = reach(model(shop, "orders"), shop, column)
        assert parted(f"keys were a; b, are now a{told}") == ("keys were a; b, are now a", told.removeprefix("; "))
    assert parted("keys were a; b") == ("keys were a; b", "")
    assert parted("1 x directly)") == ("1 x directly)", "")

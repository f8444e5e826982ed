from __future__ import annotations

from collections.abc import Iterator

import pytest

from ringfence.domain import node as nodes
from ringfence.domain import pairs as matching
from ringfence.domain.change import Change, ChangeKind
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.node import Config, Identity
from ringfence.domain.pairs import (
    Pair,
    States,
    column_pairs,
    differs,
    pairs,
    present,
    promised,
    readers,
    runs,
    still_reading,
    weighty,
    written,
)
from ringfence.domain.place import Place
from ringfence.domain.runner import compare, subject_of
from states import model, project

ON, OFF, RUN = "select 1", "{{ config(enabled=false) }} select 1", "{{ config(enabled=target.name == 'p') }} select 1"
PLACE = Place("a.yml")


def _labels(pair: Pair) -> tuple[str | None, str | None]:
    before, after = (node.identity.label if node is not None else None for node in pair)
    return before, after


def test_pairs_by_key_in_order() -> None:
    states = States(project(b=ON, a=ON, c=ON), project(a=ON, b=OFF, d=RUN))
    assert list(map(_labels, pairs(states, "model"))) == [("a", "a"), ("b", None), ("c", None), (None, "d")]


def test_nodes_absent_from_both_make_no_pair() -> None:
    assert not list(pairs(States(project(a=OFF), project(a=OFF)), "model"))
    assert not list(pairs(States(project(), project()), "model"))
    assert not list(pairs(States(project(a=ON), project(a=ON)), "seed"))


def test_what_an_unreadable_file_may_say_is_not_compared() -> None:
    unread = project({"models/broken.yml": "models: [{name: a\n"}, a=ON, b=ON)
    assert list(map(_labels, pairs(States(unread, unread), "model"))) == [("b", "b")]


def test_compare_fills_in_the_kind() -> None:
    def check(pair: Pair, _: States) -> Iterator[Change]:
        assert pair.head is not None
        yield Change("risky", subject_of(pair.head), pair.head.place, "it changed", "")

    kind = ChangeKind("RF499", "thing-changed", "Checks that", "guard", "breaking", check)
    (change,) = compare([kind], States(project(a=ON), project(a=ON)))
    assert (change.code, change.kind, change.axis) == ("RF499", "thing-changed", "guard")


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (Known(1), Known(1), False),
        (Known(1), Known(2), True),
        (Known(None), Known(0), True),
        (Known(1), Unknown("run"), None),
        (Unknown("run"), Known(1), None),
        (Unknown("run", None, "x"), Unknown("run", PLACE, "x"), False),
        (Unknown("run", None, "x"), Unknown("run", None, "y"), None),
        (Unknown("run"), Unknown("file"), None),
    ],
)
def test_differs(base: Fact[object], head: Fact[object], expected: bool | None) -> None:
    assert differs(base, head) is expected


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (Known("table"), "table"),
        (Known(0), "0"),
        (Known(None), "unset"),
        (Unknown("run", None, "env_var('X')"), "env_var('X')"),
        (Unknown("run"), "something not known"),
    ],
)
def test_written(fact: Fact[object], expected: str) -> None:
    assert written(fact, "unset") == expected


def test_readers_are_named_with_their_kind() -> None:
    entries = "exposures:\n  - {name: dashboard, depends_on: [ref('a')]}\nunit_tests:\n  - {name: t, model: a}\n"
    shop = project({"models/schema.yml": entries}, a=ON, b="select * from {{ ref('a') }}")
    assert readers(model(shop, "a"), shop) == ("b", "exposure dashboard")
    assert readers(model(shop, "b"), shop) == ()


GONE = Identity("model", "shop", "gone")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select * from {{ ref('gone') }}", ("b",)),
        ("select * from {{ ref('shop', 'gone') }}", ("b",)),
        ("{% if execute %} {{ ref('gone') }} {% endif %}", ("b",)),
        ("{{ config(enabled=false) }} select * from {{ ref('gone') }}", ()),
        ("select * from {{ ref('other') }}", ()),
        (ON, ()),
    ],
)
def test_who_still_reads_what_is_gone(sql: str, expected: tuple[str, ...]) -> None:
    assert still_reading(GONE, project(b=sql)) == expected


def test_who_reads_what_another_node_answers_for() -> None:
    seed = {"seeds/gone.csv": "id\n"}
    assert still_reading(GONE, project(seed, b="select * from {{ ref('gone') }}")) == ()
    missing = {"packages.yml": "packages: [{package: acme/days, version: 1.0.0}]\n"}
    assert still_reading(GONE, project(missing, b="select * from {{ ref('gone') }}")) == ("b",)


def test_who_still_reads_a_source() -> None:
    gone = Identity("source", "shop", "raw.orders")
    sql = "select * from {{ source('raw', 'orders') }}"
    declared = {"models/s.yml": "sources: [{name: raw, tables: [{name: orders}]}]\n"}
    assert still_reading(gone, project(b=sql)) == ("b",)
    assert still_reading(gone, project(declared, b=sql)) == ()


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", False),
        ("tags='critical'", True),
        ("tags='daily'", False),
        ("access='public'", True),
        ("contract={'enforced': true}", True),
        ("contract={'enforced': false}", False),
        ("tags=[target.name]", True),
    ],
)
def test_promised(config: str, expected: bool) -> None:
    shop = project(a=f"{{{{ config({config}) }}}} select 1")
    states = States(shop, shop)
    assert promised(model(shop, "a"), states) is expected
    assert weighty(model(shop, "a"), states) is expected


def test_read_on_either_side_is_weighty() -> None:
    alone, read = project(a=ON), project(a=ON, b="select * from {{ ref('a') }}")
    node = model(alone, "a")
    assert weighty(node, States(alone, read))
    assert weighty(node, States(read, alone))
    assert not weighty(node, States(alone, alone))


def _columns(text: str) -> Pair:
    shop = project({"models/schema.yml": f"models: [{{name: a, columns: [{text}]}}]\n"}, a=ON)
    return Pair(model(shop, "a"), None)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("{name: id}", "{name: ID}", [("id", "ID")]),
        ("{name: Id, quote: true}", "{name: id}", [("Id", None), (None, "id")]),
        ("{name: id, quote: true}", "{name: ID}", [("id", "ID")]),
        ("{name: b}, {name: a}", "{name: a}, {name: c}", [("b", None), ("a", "a"), (None, "c")]),
        ("", "", []),
    ],
)
def test_column_pairs(before: str, after: str, expected: list[tuple[str | None, str | None]]) -> None:
    found = column_pairs(Pair(_columns(before).base, _columns(after).base))
    assert [(old.name if old else None, new.name if new else None) for old, new in found] == expected


def test_columns_of_one_side() -> None:
    only = _columns("{name: id}")
    assert [(old is None, new is None) for old, new in column_pairs(only)] == [(False, True)]
    assert [(old is None, new is None) for old, new in column_pairs(Pair(None, only.base))] == [(True, False)]


def _test(enabled: Fact[object] | None = None, **arguments: object) -> nodes.Test:
    values = {} if enabled is None else {"enabled": enabled}
    return nodes.Test("unique", "dbt_utils", "ID", arguments, Config(values), PLACE)


def test_a_test_is_its_label_column_and_arguments() -> None:
    def key(test: nodes.Test, own: str = "shop") -> tuple[str, str, str]:
        return matching.test_key(test, own)

    assert key(_test(a=1, b=2)) == key(_test(b=2, a=1)._replace(column="id", config=Config({})))
    assert key(_test(a=1)) != key(_test(a="1"))
    assert key(_test(a={"x": [{"b": 1, "a": 2}], "y": 1})) == key(_test(a={"y": 1, "x": [{"a": 2, "b": 1}]}))
    assert key(_test(a=[1, 2])) != key(_test(a=[2, 1]))
    assert key(_test(), "dbt_utils") == key(_test()._replace(namespace=None), "dbt_utils")
    assert key(_test(), "shop") != key(_test()._replace(namespace=None), "shop")
    assert key(_test()) != key(_test()._replace(namespace=None))
    assert key(_test()) != key(_test()._replace(column=None))


def test_tests_of_a_node_and_its_columns() -> None:
    text = "models: [{name: a, data_tests: [one], columns: [{name: id, data_tests: [two]}]}]\n"
    found = matching.tests_of(model(project({"models/s.yml": text}, a=ON), "a"))
    assert [test.name for test in found] == ["one", "two"]
    assert matching.tests_of(model(project(a=ON), "a")) == []


@pytest.mark.parametrize(
    ("enabled", "expected"), [(None, True), (Known(True), True), (Known(False), False), (Unknown("run"), True)]
)
def test_a_test_runs_unless_it_is_off_for_certain(enabled: Fact[object] | None, expected: bool) -> None:
    assert runs(_test(enabled)) is expected


def test_present() -> None:
    shop = project(a=ON, b=OFF, c=RUN)
    assert [present(model(shop, name)) is not None for name in "abc"] == [True, False, True]
    assert present(None) is None


def test_only_those_that_may_differ() -> None:
    states = States(project(b=ON, a=ON, c=ON), project(a=ON, b=OFF))
    among = ["model.shop.c", "model.shop.b", "model.shop.gone", "seed.shop.a"]
    assert [_labels(pair) for pair in pairs(states, "model", among=among)] == [("b", None), ("c", None)]


def test_what_cannot_be_read_on_one_side_is_not_missing() -> None:
    snapshot = "{% snapshot s %}select 1{% endsnapshot %}"
    whole, broken = project({"snapshots/s.sql": snapshot}), project({"snapshots/s.sql": "{% snapshot s %}{% if %}"})
    assert list(pairs(States(whole, broken), "snapshot")) == []
    assert list(pairs(States(broken, whole), "snapshot")) == []
    assert len(list(pairs(States(whole, whole), "snapshot"))) == 1

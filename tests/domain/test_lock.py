"""Locks: what an interface holds, and what is held fast."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.lock import Interface, Lock, LockSubject, Shape, interface_of, protective_tags
from ringfence.domain.node import Constraint, Node, Value
from ringfence.domain.settings import LockSettings
from samples import HERE, SOURCES, column, config, model

SETTINGS = LockSettings()
HIDDEN = Unknown("config(**settings)")


def _interface(node: Node) -> Interface:
    return interface_of(node, SETTINGS, SOURCES)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {"materialized": "view"}),
        ({"materialized": "table"}, {"materialized": "table"}),
        ({"contract": {"enforced": True}}, {"materialized": "view", "contract": "enforced"}),
        ({"contract": {"enforced": False}}, {"materialized": "view"}),
        ({"schema": "marts", "alias": "o", "database": "d"}, {"alias": "o", "database": "d", "schema": "marts"}),
        ({"unique_key": "id"}, {"unique_key": "id"}),
        ({"unique_key": ["id", "day"]}, {"unique_key": "id, day"}),
        ({"on_schema_change": "ignore", "access": "protected", "group": None}, {}),
        ({"on_schema_change": "fail"}, {"on_schema_change": "fail"}),
        ({"access": "public", "group": "finance"}, {"access": "public", "group": "finance"}),
        ({"tags": frozenset({"nightly"})}, {}),
        ({"tags": frozenset({"nightly", "locked", "critical"})}, {"tags": "critical, locked"}),
        ({"alias": Unknown("target.name", None, "target.name ~ '_x'")}, {"alias": "expression target.name ~ '_x'"}),
    ],
    ids=lambda value: ",".join(sorted(value)) or "nothing",
)
def test_settings_of_an_interface(values: Mapping[str, Value | Fact[Value]], expected: dict[str, str]) -> None:
    interface = _interface(model(settings=config(values)))
    assert interface.settings == {"materialized": "view", **expected}
    assert interface.columns == {}
    assert set(interface.unknown) == (set() if "contract" in expected else {"produced"})


def test_what_is_unknown_is_left_out_and_named() -> None:
    hidden = config({"materialized": HIDDEN, "contract": HIDDEN, "tags": HIDDEN, "alias": HIDDEN})
    interface = _interface(model("m", column("ID", HIDDEN, "not_null"), settings=hidden))
    assert interface.settings == {}
    assert interface.columns == {"ID": Shape(None, ("not_null",))}
    assert set(interface.unknown) == {"materialized", "contract", "tags", "alias", "column id", "produced"}


def test_columns_keep_their_order_and_types_as_written() -> None:
    node = model(
        "m",
        column("b", "Decimal( 18,  2 )", "unique", "not_null", "unique"),
        column("a", None),
        column("c", ""),
        constraints=(
            Constraint("primary_key", ("b", "a"), None, HERE),
            Constraint("check", (), "b > 0", HERE),
        ),
    )
    interface = _interface(node)
    assert [f"{name}: {shape}" for name, shape in interface.columns.items()] == [
        "b: Decimal( 18, 2 ), not_null, unique",
        "a: untyped",
        "c: untyped",
    ]
    assert interface.settings["constraints"] == "check() b > 0; primary_key(b, a)"


def test_protective_tags() -> None:
    settings = LockSettings(("frozen",), ())
    tagged = model(settings=config({"tags": frozenset({"frozen", "locked", "critical"})}))
    assert protective_tags(tagged, settings) == Known(frozenset({"frozen"}))
    assert protective_tags(tagged, settings).place == HERE
    assert protective_tags(model(), settings) == Known(frozenset())
    assert protective_tags(model(settings=config({"tags": HIDDEN})), settings) == HIDDEN


LOCK = Lock("orders", "ringfence/locks/orders.yml", Interface({}, {}))


@pytest.mark.parametrize(
    ("node", "lock", "held"),
    [
        (model(), LOCK, True),
        (model(settings=config({"enabled": HIDDEN})), LOCK, True),
        (model(settings=config({"enabled": False})), LOCK, False),
        (model(), LOCK._replace(released=True), False),
        (model(), None, False),
        (None, LOCK, False),
    ],
    ids=["both", "perhaps disabled", "disabled", "released", "no lock", "no model"],
)
def test_what_a_lock_holds(node: Node | None, lock: Lock | None, held: bool) -> None:
    subject = LockSubject("orders", node, lock, None, SETTINGS, LOCK.path)
    assert subject.held == ((node, lock) if held else None)
    assert (subject.kind, subject.name) == ("model", "orders")
    assert subject.place == (None if node is None else HERE)

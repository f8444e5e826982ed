"""Locks: what an interface holds, and what is held fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import pytest

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.lock import (
    History,
    Interface,
    Lock,
    LockSubject,
    Shape,
    as_read_now,
    guard_of,
    interface_of,
    obscured,
    protective_tags,
)
from ringfence.domain.node import Constraint, Node, Value
from ringfence.domain.selection import parse_selection
from ringfence.domain.settings import LockSettings
from samples import HERE, SOURCES, Sources, column, config, model

if TYPE_CHECKING:
    from ringfence.domain.project import Project

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


def _lock(interface: Interface, **parts: object) -> Lock:
    return Lock("m", "ringfence/locks/m.yml", interface)._replace(**parts)  # type: ignore[arg-type]


INFERRED = {"id": Shape("integer", (), inferred=True)}
HELD = {
    "nothing": (_lock(Interface({}, {})), Interface({}, INFERRED), INFERRED, set()),
    "columns were not known": (
        _lock(Interface({}, {}, {"produced": HIDDEN})),
        Interface({}, {**INFERRED, "day": Shape("date", ())}),
        {"day": Shape("date", ())},
        set(),
    ),
    "columns are not known": (
        _lock(Interface({}, INFERRED)),
        Interface({}, {}, {"produced": HIDDEN}),
        INFERRED,
        {"produced"},
    ),
    "a column that is declared now": (
        _lock(Interface({}, INFERRED)),
        Interface({}, {"ID": Shape("text", ())}, {"produced": HIDDEN}),
        {"ID": Shape("text", ())},
        {"produced"},
    ),
    "a setting was not known": (
        _lock(Interface({}, {}, {"alias": HIDDEN, "column id": HIDDEN})),
        Interface({"alias": "x"}, INFERRED),
        INFERRED,
        {"alias", "column id"},
    ),
    "another reader": (
        _lock(Interface({}, INFERRED), reader=0),
        Interface({}, {"ID": Shape("text", (), inferred=True), "other": Shape("text", (), inferred=True)}),
        {"ID": Shape("text", (), inferred=True)},
        {"column id"},
    ),
    "another reader, a column less": (
        _lock(Interface({}, INFERRED), reader=0),
        Interface({}, {}),
        INFERRED,
        {"column id"},
    ),
}


@pytest.mark.parametrize(("lock", "current", "columns", "unknown"), HELD.values(), ids=HELD.keys())
def test_what_is_held_against_a_lock(
    lock: Lock, current: Interface, columns: dict[str, Shape], unknown: set[str]
) -> None:
    now = as_read_now(lock, current)
    assert now.columns == columns
    assert set(now.unknown) == unknown
    assert now.settings == current.settings


def test_what_a_lock_holds_and_nobody_sees_any_more() -> None:
    held = Interface({}, {"id": Shape("integer", ())}, {"alias": HIDDEN, "column day": HIDDEN})
    now = {"alias": HIDDEN, "schema": HIDDEN, "column id": HIDDEN, "column day": HIDDEN, "column new": HIDDEN}
    assert list(obscured(_lock(held), Interface({}, {}, now))) == ["schema", "column id"]


def test_columns_that_the_sql_produces() -> None:
    sources = cast("Project", Sources({"id": Known("integer"), "amount": Known("decimal")}, "snowflake"))
    node = model("m", column("id"), column("day", "date"))._replace(produced=Known(("ID", "AMOUNT", "Other", "DAY")))
    interface = interface_of(node, SETTINGS, sources)
    assert interface.columns == {
        "id": Shape("integer", ()),
        "day": Shape("date", ()),
        "amount": Shape("decimal", (), inferred=True),
        "Other": Shape(None, (), inferred=True),
    }
    assert set(interface.unknown) == {"column other"}
    enforced = node._replace(config=config({"contract": {"enforced": True}}))
    assert interface_of(enforced, SETTINGS, sources).columns == {"id": Shape(None, ()), "day": Shape("date", ())}
    hooked = node._replace(config=config({"post-hook": "alter table x add y int"}))
    assert "produced" in interface_of(hooked, SETTINGS, sources).unknown


def test_a_version_that_is_the_latest() -> None:
    assert _interface(model("m", version="2")).settings["latest"] == "yes"
    assert "latest" not in _interface(model("m", version="1", latest=False)).settings


@pytest.mark.parametrize(
    ("settings", "held", "expected"),
    [
        (LockSettings(), None, "interface"),
        (LockSettings(guard="logic"), None, "logic"),
        (LockSettings(logic=parse_selection("tag:finance")), None, "logic"),
        (LockSettings(logic=parse_selection("tag:other")), None, "interface"),
        (LockSettings(), "logic", "logic"),
        (LockSettings(), "interface", "interface"),
    ],
)
def test_what_is_guarded(settings: LockSettings, held: str | None, expected: str) -> None:
    node = model("m", settings=config({"tags": frozenset({"finance"})}))
    lock = None if held is None else _lock(Interface({}, {}), guard=held)
    assert guard_of(node, lock, settings, SOURCES) == expected


def test_a_seal_is_of_what_is_held_and_not_of_how_it_is_written() -> None:
    lock = _lock(Interface({"a": "1", "b": "2"}, {"id": Shape("integer", ()), "day": Shape("date", ())}))
    same = _lock(Interface({"b": "2", "a": "1"}, {"day": Shape("date", ()), "id": Shape("integer", ())}))
    others = [
        lock._replace(released=True),
        lock._replace(guard="logic"),
        lock._replace(logic={"model": "src1:a"}),
        lock._replace(label="n"),
        _lock(Interface({"a": "1"}, lock.interface.columns)),
        _lock(Interface(lock.interface.settings, {})),
        _lock(lock.interface._replace(unknown={"alias": HIDDEN})),
    ]
    assert lock.seal == same.seal
    assert len({one.seal for one in [lock, *others]}) == 8
    sealed = lock.sealed(History("2026-01-31", "breaking", "x", "r", "me"))
    assert sealed.history[0].seal == lock.seal
    assert (lock.edited, sealed.edited, sealed._replace(released=True).edited) == (True, False, True)
    emergency = lock.sealed(History("2026-01-31", "breaking", "x", "r", "me", expires="2026-02-02"))
    assert emergency.emergency == emergency.history[0]
    assert (lock.emergency, sealed.emergency) == (None, None)

"""Nodes: identities, resolved configuration, and what a setting means where nobody sets it."""

from __future__ import annotations

import pytest

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.node import Config, Identity, Value
from ringfence.domain.node import Test as GenericTest
from samples import HERE, config, model

HIDDEN = Unknown("config(**settings)")


@pytest.mark.parametrize(
    ("identity", "key", "label"),
    [
        (Identity("model", "shop", "orders"), "model.shop.orders", "orders"),
        (Identity("model", "shop", "orders", "2"), "model.shop.orders.v2", "orders.v2"),
        (Identity("model", "shop", "orders", "0"), "model.shop.orders.v0", "orders.v0"),
        (Identity("source", "shop", "raw.orders"), "source.shop.raw.orders", "raw.orders"),
    ],
)
def test_identity(identity: Identity, key: str, label: str) -> None:
    assert (identity.key, identity.label) == (key, label)


@pytest.mark.parametrize(
    ("resolved", "expected"),
    [
        (config({"k": 1}), Known(1)),
        (config({"k": None}), Known(None)),
        (config({"k": HIDDEN}), HIDDEN),
        (config(), Known("fallback")),
        (config({}, HIDDEN), HIDDEN),
        (config({"k": 1}, HIDDEN), Known(1)),
    ],
    ids=["set", "set to null", "hidden", "not set", "perhaps set", "set after what is hidden"],
)
def test_config(resolved: Config, expected: Fact[Value]) -> None:
    assert resolved.get("k", "fallback") == expected


def test_config_keys_are_sorted() -> None:
    assert config({"b": 1, "a": HIDDEN}).keys() == ["a", "b"]
    assert config().keys() == []


@pytest.mark.parametrize(
    ("kind", "language", "materialized"),
    [("model", "sql", "view"), ("model", "python", "table"), ("seed", "sql", "seed"), ("snapshot", "sql", "snapshot")],
)
def test_how_a_node_is_stored_where_nothing_says_so(kind: str, language: str, materialized: str) -> None:
    assert model(kind=kind, language=language).materialized == Known(materialized)


def test_settings() -> None:
    node = model(settings=config({"materialized": "table", "enabled": False, "tags": frozenset({"a"})}))
    assert node.materialized == Known("table")
    assert node.enabled == Known(False)
    assert node.tags == Known(frozenset({"a"}))
    assert node.key == "model.shop.orders"
    assert model().enabled == Known(True)
    assert model().tags == Known(frozenset())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"enforced": True}, Known(True)),
        ({"enforced": False}, Known(False)),
        ({"enforced": "true"}, Known(False)),
        ({}, Known(False)),
        (True, Known(False)),
        (None, Known(False)),
        (HIDDEN, HIDDEN),
    ],
    ids=["enforced", "not enforced", "a text", "empty", "no mapping", "null", "hidden"],
)
def test_only_an_explicit_true_enforces_a_contract(written: Value | Fact[Value], expected: Fact[bool]) -> None:
    assert model(settings=config({"contract": written})).contract == expected


def test_the_contract_has_the_place_that_says_so() -> None:
    contract = model(settings=config({"contract": {"enforced": True}})).contract
    assert contract.place == HERE
    assert model().contract == Known(False)


@pytest.mark.parametrize(("namespace", "label"), [(None, "unique"), ("dbt_utils", "dbt_utils.unique")])
def test_the_label_of_a_test(namespace: str | None, label: str) -> None:
    assert GenericTest("unique", namespace, None, {}, config(), HERE).label == label

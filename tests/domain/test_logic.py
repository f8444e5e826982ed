"""The parts of a model's logic: which moved, since when, and which cannot be held against a lock."""

from __future__ import annotations

import pytest

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.logic import Logic, Moved, incomparable, moved, obscured, since
from samples import HERE

HIDDEN = Unknown("a run")


def _logic(**parts: str | Unknown) -> Logic:
    """Parts by name, `__` for a space: a fingerprint, or why it is not known."""
    facts: dict[str, Fact[str]] = {
        name.replace("__", " ").replace("_of_", "."): Known(value, HERE) if isinstance(value, str) else value
        for name, value in parts.items()
    }
    return Logic(facts)


def test_a_lock_holds_what_is_known() -> None:
    assert _logic(model="src1:a", var__b=HIDDEN).recorded() == {"model": "src1:a", "var b": "unknown"}


@pytest.mark.parametrize(
    ("held", "now", "said"),
    [
        ({"model": "src1:a"}, _logic(model="src1:a"), []),
        ({"model": "src1:a"}, _logic(model="src1:b"), ["its own SQL changed"]),
        ({"model": "src0:a"}, _logic(model="src1:b"), []),
        ({"model": "src1:a"}, _logic(model=HIDDEN), []),
        ({"model": "unknown"}, _logic(model="src1:a"), []),
        ({}, _logic(config__x="val1:a"), ["config x came"]),
        ({"config x": "val1:a"}, _logic(), ["config x went"]),
        ({"a": "x:1", "model": "x:1"}, _logic(a="x:2", model="x:2"), ["its own SQL changed", "a changed"]),
        ({"package p": "pin1:1.0"}, _logic(package__p="pin1:1.1"), ["package p was moved from 1.0 to 1.1"]),
        ({"package p": "pin1:1.0"}, _logic(package__p="pin1:1.1", macro__p_of_m="src1:a"), ["macro p.m came"]),
        (
            {"package p": "pin1:1.0"},
            _logic(package__p="pin1:1.1", macro__p_of_m=HIDDEN, macro__pq_of_m="src1:a"),
            ["macro pq.m came", "package p was moved from 1.0 to 1.1"],
        ),
        ({"package p": "pin1:1.0"}, _logic(), ["package p went"]),
    ],
)
def test_what_moved(held: dict[str, str], now: Logic, said: list[str]) -> None:
    assert [one.what for one in moved(held, now)] == said


def test_a_part_that_moved_has_its_place() -> None:
    assert moved({"model": "x:1"}, _logic(model="x:2")) == [Moved("model", "x:1", "x:2", HERE)]
    assert moved({"model": "x:1"}, _logic()) == [Moved("model", "x:1", None, None)]


@pytest.mark.parametrize(
    ("before", "now", "remains"),
    [
        (_logic(model="x:1"), _logic(model="x:1"), False),
        (_logic(model="x:1"), _logic(model="x:2"), True),
        (_logic(), _logic(), False),
        (_logic(), _logic(model="x:1"), True),
        (_logic(model="x:1"), _logic(), True),
        (_logic(model=HIDDEN), _logic(model=HIDDEN), False),
        (_logic(model=HIDDEN), _logic(model="x:1"), True),
    ],
)
def test_since_an_earlier_state(before: Logic, now: Logic, *, remains: bool) -> None:
    found = [Moved("model", "x:0", "x:1", None)]
    assert since(found, before, now) == (found if remains else [])


def test_a_macro_moved_where_another_version_of_its_package_is_asked_for() -> None:
    found = [Moved("macro p.m", "x:0", "x:1", None)]
    old, new = (_logic(macro__p_of_m="x:1", package__p=f"pin1:{version}") for version in "12")
    assert since(found, old, old) == []
    assert since(found, old, new) == found


def test_what_cannot_be_compared() -> None:
    held = {"model": "src1:a", "var b": "val0:a", "var c": "unknown"}
    now = _logic(model=HIDDEN, var__b="val1:a", var__c=HIDDEN, var__d=HIDDEN, var__e="val1:a")
    assert obscured(held, now) == {"model": HIDDEN}
    assert incomparable(held, now) == ["var b"]

"""What becomes of locks between two states: what is lost, what is added, what an entry owes."""

from __future__ import annotations

import pytest

from ringfence.domain.lock import LOCKED, RENAMED, History, Interface, Lock, Shape
from ringfence.domain.range import Move, RangeSubject, day_of, milder, moves_of, short
from ringfence.domain.settings import LockSettings

FIRST = History("2026-01-01", "non-breaking", LOCKED, "first", "Ann", seal="a")
NEXT = History("2026-02-01", "breaking", "a: integer -> bigint", "more", "Ben", seal="b")


def _lock(label: str = "m", *history: History, data_type: str = "integer", **more: object) -> Lock:
    made = Lock(label, f"ringfence/locks/{label}.yml", Interface({}, {"a": Shape(data_type, ())}), history or (FIRST,))
    return made._replace(**more)  # type: ignore[arg-type]


def _move(before: Lock | None, after: Lock | None, *, there: bool = False) -> Move:
    return Move("m", "ringfence/locks/m.yml", () if before is None else (before,), after, there)


def test_entries_are_a_set() -> None:
    move = _move(_lock("m", FIRST, NEXT), _lock("m", NEXT, FIRST))
    assert (move.lost, move.added) == ([], [])
    assert _move(_lock("m", FIRST, NEXT), _lock("m", FIRST)).lost == [NEXT]
    assert _move(_lock("m", FIRST), _lock("m", FIRST, NEXT)).added == [NEXT]
    assert _move(_lock("m", FIRST), None).lost == [FIRST]
    assert _move(_lock("m", FIRST), None).added == []


def test_taking_a_lock_settles_nothing_unless_there_was_one() -> None:
    again = FIRST._replace(date="2026-03-01")
    assert _move(None, _lock("m", FIRST)).settling == []
    assert _move(_lock(released=True), _lock("m", FIRST, again)).settling == []
    assert _move(_lock(), _lock("m", FIRST, again)).settling == [again]
    assert _move(None, _lock("m", FIRST, NEXT)).settling == [NEXT]


@pytest.mark.parametrize(
    ("before", "after", "owed"),
    [
        (_lock(), _lock(), None),
        (_lock(), None, None),
        (None, _lock(), None),
        (_lock(released=True), _lock(data_type="text"), None),
        (_lock(), _lock(data_type="text"), "breaking"),
        (_lock(), _lock(released=True), "breaking"),
        (_lock(guard="logic"), _lock(), "breaking"),
        (_lock(), _lock(guard="logic"), None),
        (_lock(guard="logic", logic={"model": "s:1"}), _lock(guard="logic", logic={"model": "s:2"}), "breaking"),
        (_lock(guard="logic", logic={"model": "s:1"}), _lock(guard="logic", logic={"model": "s:1"}), None),
        (_lock(guard="logic", logic={"model": "s:1"}), _lock(guard="logic", logic={"model": "unknown"}), None),
        (_lock(), _lock(interface=Interface({"tags": "x"}, {"a": Shape("integer", ())})), "critical"),
    ],
)
def test_what_a_change_owes(before: Lock | None, after: Lock | None, owed: str | None) -> None:
    assert _move(before, after).owed == owed


def test_a_renamed_lock_carries_on_the_old_ones_history() -> None:
    moved = NEXT._replace(what=f"{RENAMED}m; alias: (none) -> m")
    before, after = _lock("m", FIRST), _lock("n", FIRST, moved)
    assert moves_of({"m": before}, {"n": after}, set()) == (Move("n", after.path, (before,), after, False),)
    without = _lock("n", moved)
    (move,) = moves_of({"m": before}, {"n": without}, set())
    assert move.lost == [FIRST]


def test_a_lock_that_stands_beside_the_one_renamed_is_its_own() -> None:
    moved = NEXT._replace(what=f"{RENAMED}m")
    before = {"m": _lock("m", FIRST), "n": _lock("n", moved)}
    after = {"m": _lock("m", FIRST, NEXT), "n": _lock("n", moved, NEXT)}
    assert [(one.label, one.before) for one in moves_of(before, after, {"n"})] == [
        ("m", (before["m"],)),
        ("n", (before["n"],)),
    ]


def test_locks_that_are_gone() -> None:
    before = {"m": _lock("m"), "n": _lock("n")}
    assert [(one.label, one.after, one.there) for one in moves_of(before, {}, {"n"})] == [
        ("m", None, False),
        ("n", None, True),
    ]


@pytest.mark.parametrize(
    ("entry", "before", "exempt"),
    [
        (NEXT, _lock(), False),
        (NEXT._replace(expires="2026-02-04"), _lock(), True),
        (NEXT._replace(expires="2026-02-05"), _lock(), False),
        (NEXT._replace(expires="2026-01-31"), _lock(), False),
        (NEXT._replace(expires="soon"), _lock(), False),
        (NEXT._replace(expires="2026-02-04"), _lock("m", FIRST, NEXT._replace(expires="2026-02-02")), False),
    ],
)
def test_an_emergency_is_short_and_alone(entry: History, before: Lock, exempt: bool) -> None:
    assert _move(before, _lock("m", *before.history, entry)).exempt(entry, 3) is exempt


def test_days_and_classes() -> None:
    assert day_of("2026-02-30") is None
    assert day_of("20260201") is None
    assert str(day_of("2026-02-01")) == "2026-02-01"
    assert not short(NEXT._replace(date=""), 3)
    assert milder("non-breaking", "breaking")
    assert not milder("critical", "breaking")
    assert milder("harmless", "non-breaking")


def test_a_range_is_of_a_project() -> None:
    subject = RangeSubject("transform", (), LockSettings(), "2026-02-01")
    assert (subject.kind, subject.name, subject.path) == ("project", "transform", "ringfence.yml")
    assert subject._replace(root="").name == "."

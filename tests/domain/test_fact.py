"""Nobody guesses: a fact is neither true nor false and compares with nothing but facts."""

from __future__ import annotations

from typing import Any

import pytest

from ringfence.domain.fact import TIERS, Known, Undecided, Unknown, known
from ringfence.domain.place import Place

HERE = Place("a.yml", 2, 3)


@pytest.mark.parametrize("value", [None, False, 0, "", [], "x"])
def test_known_gives_the_value(value: object) -> None:
    assert known(Known(value)) is value


def test_known_of_the_unknown_is_undecided_with_reason_and_place() -> None:
    with pytest.raises(Undecided, match=r"target\.name") as caught:
        known(Unknown("target.name", HERE))
    assert (caught.value.reason, caught.value.place) == ("target.name", HERE)


@pytest.mark.parametrize("fact", [Known(False), Known(True), Unknown("x")], ids=repr)
def test_a_fact_has_no_truth_value(fact: Known[bool] | Unknown) -> None:
    with pytest.raises(TypeError, match="ask known"):
        bool(fact)


@pytest.mark.parametrize("fact", [Known(1), Unknown("1")], ids=repr)
@pytest.mark.parametrize("other", [1, "1", None, True, []], ids=repr)
def test_a_fact_does_not_compare_with_a_value(fact: Any, other: object) -> None:
    with pytest.raises(TypeError, match="cannot be compared"):
        _ = fact == other
    with pytest.raises(TypeError, match="cannot be compared"):
        _ = fact != other


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (Known(1), Known(1, HERE, "catalog"), True),
        (Known(1), Known(2), False),
        (Known(None), Known(None), True),
        (Unknown("a"), Unknown("a", HERE, "x"), True),
        (Unknown("a"), Unknown("b"), False),
        (Known("a"), Unknown("a"), False),
    ],
    ids=str,
)
def test_facts_compare_by_what_they_say(left: Any, right: Any, equal: bool) -> None:
    assert (left == right) is equal
    assert (left != right) is not equal


def test_a_fact_is_no_key() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Known(1))


def test_what_it_rests_on() -> None:
    assert Known(1).tier == TIERS[0] == "declared"
    assert (Known(1).place, Known(1, HERE, "static").place) == (None, HERE)
    assert (Unknown("r", HERE, "x + 1").place, Unknown("r", HERE, "x + 1").expression) == (HERE, "x + 1")
    assert (repr(Known("a")), repr(Unknown("a"))) == ("Known('a')", "Unknown('a')")

"""Did you mean: near enough to be meant, or nothing."""

from __future__ import annotations

import pytest

from ringfence.domain.names import did_you_mean, nearest

NAMES = ["description", "columns", "data_tests", "Version"]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("description", "description"),
        ("decsription", "description"),
        ("descritpion", "description"),
        ("column", "columns"),
        ("COLUMNS", "columns"),
        ("version", "Version"),
        ("data_test", "data_tests"),
        ("owner", None),
        ("", None),
        ("x", None),
    ],
)
def test_nearest(word: str, name: str | None) -> None:
    assert nearest(word, NAMES) == name
    assert did_you_mean(word, NAMES) == ("" if name is None else f", did you mean {name}?")


@pytest.mark.parametrize(
    ("word", "name", "meant"),
    [
        ("tset", "test", True),
        ("uniq", "unique", True),
        ("tests", "test", True),
        ("test", "data_test", False),
        ("dim_subscripton_licence_id", "dim_subscription_license_id", True),
        ("provider_last_name", "provider_name", False),
        ("ez_algorand_metrics_by_chain", "ez_zora_metrics_by_chain", False),
        ("orders_by_day", "orders_by_week", False),
        ("group_a", "group_d", False),
        ("orders_2023", "orders_2024", False),
        ("ns_n1_ytd", "ns_n2_ytd", False),
        ("group_aa", "group_ab", True),
    ],
)
def test_long_names_that_share_words_are_not_near(word: str, name: str, meant: bool) -> None:
    assert nearest(word, [name]) == (name if meant else None)


def test_the_next_best_name_is_taken_where_the_best_has_too_many_slips() -> None:
    assert nearest("abcdefghijkl", ["abcdefghijklmnp", "abcdefghjk"]) == "abcdefghjk"


def test_nothing_is_near_to_nothing() -> None:
    assert nearest("a", []) is None

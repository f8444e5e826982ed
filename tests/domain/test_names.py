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


def test_nothing_is_near_to_nothing() -> None:
    assert nearest("a", []) is None

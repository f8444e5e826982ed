"""Whom a percentage takes in. That SQL takes in the same keys is tested in tests/dbt/test_flags.py."""

from __future__ import annotations

from itertools import pairwise

from ringfence.domain.bucket import in_bucket, threshold

KEYS = [str(number) for number in range(2_000)]


def _taken_in(salt: str, percent: float) -> set[str]:
    return {key for key in KEYS if in_bucket(key, salt, percent)}


def test_a_larger_percentage_takes_in_every_key_of_a_smaller_one() -> None:
    for smaller, larger in pairwise((0, 0.1, 1, 10, 50, 99.9, 100)):
        assert _taken_in("a", smaller) <= _taken_in("a", larger)
    assert _taken_in("a", 0) == set()
    assert _taken_in("a", 100) == set(KEYS)


def test_the_share_is_about_the_percentage_and_salts_are_independent() -> None:
    half = _taken_in("a", 50)
    assert 850 < len(half) < 1_150
    assert 400 < len(half & _taken_in("b", 50)) < 600


def test_null_is_never_taken_in() -> None:
    assert not in_bucket(None, "a", 100)


def test_known_digits() -> None:
    """md5("a:1") starts with 9ef12b2e, which is 62.09 % of the way."""
    assert not in_bucket("1", "a", 62)
    assert in_bucket("1", "a", 62.1)
    assert threshold(50) == 0x80000000

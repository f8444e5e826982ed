"""One error, three parts: what, where, what to do."""

from __future__ import annotations

import pytest

from ringfence.domain.errors import RingfenceError


@pytest.mark.parametrize(
    ("where", "do", "text"),
    [
        ("", "", "it broke"),
        ("a.yml:3:1", "", "a.yml:3:1: it broke"),
        ("", "mend it", "it broke\n    fix: mend it"),
        ("a.yml", "mend it", "a.yml: it broke\n    fix: mend it"),
    ],
    ids=["what", "where", "do", "all"],
)
def test_an_error_says_what_is_known(where: str, do: str, text: str) -> None:
    error = RingfenceError("it broke", where=where, do=do)
    assert str(error) == text
    assert (error.what, error.where, error.do, error.args) == ("it broke", where, do, ("it broke",))

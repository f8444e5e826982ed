from __future__ import annotations

import hashlib

import pytest

from ringfence.readers.manifest.schema import Checksum
from ringfence.readers.manifest.texts import (
    HIDDEN,
    OTHER,
    SAME,
    SPACES,
    block_of,
    same_calls,
    same_checksum,
    same_text,
)

TEXT = "select  1 as a\nfrom {{ ref('b') }}\n"


def checksum(text: str) -> Checksum:
    return Checksum("sha256", hashlib.sha256(text.encode()).hexdigest())


@pytest.mark.parametrize(
    ("written", "text", "verdict"),
    [
        (TEXT.strip(), TEXT, SAME),
        (TEXT.replace("\n", "\r\n"), TEXT, SAME),
        (TEXT.replace("\n", "\r"), TEXT.replace("\n", "\r\n"), SAME),
        (f"\u00a0\n{TEXT}\u3000", TEXT, SAME),  # what Python counts as white space
        (f"\ufeff{TEXT}", TEXT, SPACES),
        (TEXT, f"\ufeff{TEXT}", SPACES),
        (" ".join(TEXT.split()), TEXT, SPACES),
        (TEXT, TEXT.replace("1", "2"), OTHER),
        ("", TEXT, OTHER),
    ],
)
def test_texts(written: str, text: str, verdict: str) -> None:
    assert same_text(written, text).verdict == verdict


@pytest.mark.parametrize(
    ("written", "python", "verdict"),
    [
        (TEXT.strip(), False, SAME),
        (TEXT.strip(), True, SAME),
        (TEXT.strip().replace("\n", "\r\n"), False, SAME),
        (" ".join(TEXT.split()), False, SAME),
        (" ".join(TEXT.split()), True, OTHER),  # white space has a meaning there
        (TEXT, True, SAME),
        (TEXT, False, OTHER),
        (f"\ufeff{TEXT}".strip(), False, SPACES),
        (TEXT.replace("1", "2").strip(), False, OTHER),
    ],
)
def test_checksums(written: str, python: bool, verdict: str) -> None:
    assert same_checksum(checksum(written), TEXT, python=python).verdict == verdict


def test_what_is_no_checksum_of_a_text() -> None:
    for given in (None, "abc", Checksum(), Checksum("path", "seeds/a.csv"), Checksum("md5", "abc")):
        assert same_checksum(given, TEXT, python=False).verdict == HIDDEN


def test_old_and_new_are_shown() -> None:
    same = same_checksum(checksum("select 2"), "select 1\n", python=False)
    assert (same.old, same.new) == ("sha256 3cf988cc782b", "sha256 822ae07d4783")
    assert same_text("select 2", "select 1\n") == same


@pytest.mark.parametrize("dash", ["", "-", "+"])
def test_a_block_with_its_tags_and_without(dash: str) -> None:
    block = f"{{%{dash} macro m(a) {dash}%}} b {{%{dash} endmacro {dash}%}}"
    text = f"{{# {block} #}}\r\n{block}\n"
    assert block_of(text, "macro", "m", 2) == (block, " b ")


def test_a_block_that_is_not_there() -> None:
    assert block_of("{% macro m() %}{% endmacro %}", "macro", "n", 1) is None
    assert block_of("{% macro mm() %}{% endmacro %}", "macro", "m", 1) is None
    assert block_of("{% macro m() %}", "macro", "m", 1) is None
    assert block_of("{% macro m() %}{% endmacro %}", "macro", "m", 2) is None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("select 1\n  as a from {{ref('b')}}", True),
        ("select 2 from {{ ref('b') }}", True),
        ("select 1 as a from {{ ref('c') }}", False),
        ("select 1 as a from {{ ref('b', v=1) }}", False),
        ("{% if x %}{{ ref('b') }}{% endif %}", False),
        ("{{ ref('b') ", False),
    ],
)
def test_templates_that_call_the_same(other: str, same: bool) -> None:
    assert same_calls(TEXT, other) is same

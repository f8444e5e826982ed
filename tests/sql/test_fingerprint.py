"""Fingerprints: what moves them, and what must not."""

from __future__ import annotations

import random

import pytest

from ringfence.sql.fingerprint import source_fingerprint, tree_fingerprint
from ringfence.sql.sqltree import SqlError

SOURCE = "select a, 'x' as b from {{ ref('o') }} where c > 1"
SAME_SOURCE = [
    "SELECT a, 'x' AS b\r\nFROM   {{ref('o')}}\n\tWHERE c>1",
    "select a, -- why\n'x' as b /* and\nhow */ from {{- ref('o') -}} where c > 1 {# done {{ ref('p') }} #}",
    "select A, 'x' as B from {{ ref(\n'o'\n) }} where C > 1",
]
OTHER_SOURCE = [
    "select a, 'X' as b from {{ ref('o') }} where c > 1",
    "select a, 'x' as b from {{ ref('O') }} where c > 1",
    "select a, 'x' as b from {{ Ref('o') }} where c > 1",
    "select a, 'x' as b from {% ref('o') %} where c > 1",
    "select a, 'x' as \"b\" from {{ ref('o') }} where c > 1",
    "select a, 'x' as b from {{ ref('o') }} where c > 2",
    "select a, 'x ' as b from {{ ref('o') }} where c > 1",
    "select a 'x' as b from {{ ref('o') }} where c > 1",
]


@pytest.mark.parametrize("other", SAME_SOURCE)
def test_source_that_means_the_same(other: str) -> None:
    assert source_fingerprint(SOURCE) == source_fingerprint(other)
    assert source_fingerprint(SOURCE).startswith("src1:")


@pytest.mark.parametrize("other", OTHER_SOURCE)
def test_source_that_means_something_else(other: str) -> None:
    assert source_fingerprint(SOURCE) != source_fingerprint(other)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("'{{ var('x') }}'", "'{{ var('X') }}'", False),
        ("'{{ var('x') }}'", "'{{var( 'x' )}}'", True),
        ("{{ a ~ '}}' }} b", "{{ a ~ '}}' }} B", True),
        ("$$ a -- b\n$$", "$$ A -- b\n$$", False),
        ("$$ a -- b\n$$", "$$ a -- c\n$$", False),
        ("`a`", "`A`", False),
        (r"'\' , ABC '", r"'\' , abc '", False),  # whether a backslash hides a quote, only the dialect tells
        (r"'\'' -- a", r"'\'' -- b", False),
        ("a {{ b", "a {{ c", False),
        ("ab", "a b", False),
        ("a--b", "a", True),
        ("a-b", "a - b", True),
        ("é", "É", True),
        ("a\0b", "a b", False),
        ("", " \n", True),
        ("\ud800", "\ud801", False),
    ],
)
def test_what_is_text_and_what_is_code(left: str, right: str, *, same: bool) -> None:
    assert (source_fingerprint(left) == source_fingerprint(right)) is same


def test_any_text_has_a_fingerprint() -> None:
    chance = random.Random(4)
    for _ in range(300):
        text = "".join(chance.choice("{}%#'\"`$-/* \n\\aA1\0é") for _ in range(60))
        assert source_fingerprint(text) == source_fingerprint(text)


TREE = "select a::int as b from t where (c > 1)"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("SELECT CAST(A AS INTEGER) AS B FROM T /* all */ WHERE c > 1 -- why", True),
        ("select a::bigint as b from t where c > 1", False),
        ('select a::int as "B" from t where c > 1', False),
        ("select a::int as b from t where c > 2", False),
        ("select a::int as b from t where c > '1'", False),
        ("select a::int as b from t", False),
        ("select b, a::int as b from t where c > 1", False),
    ],
)
def test_trees(other: str, *, same: bool) -> None:
    assert tree_fingerprint(TREE, "duckdb").startswith("tree1:")
    assert (tree_fingerprint(TREE, "duckdb") == tree_fingerprint(other, "duckdb")) is same


def test_brackets_that_matter_move_a_tree() -> None:
    assert tree_fingerprint("select (a + b) * c", "duckdb") != tree_fingerprint("select a + b * c", "duckdb")
    assert tree_fingerprint("select ((a)) from t", None) == tree_fingerprint("select a from t", None)


def test_a_tree_belongs_to_its_dialect() -> None:
    assert tree_fingerprint("select 1", "duckdb") != tree_fingerprint("select 1", "snowflake")


@pytest.mark.parametrize("sql", ["select from where", "", "select 1; select 2", "select (" * 3000, "a" * 1_000_001])
def test_what_is_no_statement_has_no_tree(sql: str) -> None:
    with pytest.raises(SqlError):
        tree_fingerprint(sql, "duckdb")

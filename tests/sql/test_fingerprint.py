"""Fingerprints: what moves them, and what must not."""

from __future__ import annotations

import random

import pytest

from ringfence.sql.fingerprint import (
    macro_text,
    seed_fingerprint,
    source_fingerprint,
    text_fingerprint,
    tree_fingerprint,
    value_fingerprint,
    without_settings,
)
from ringfence.sql.sqltree import SqlError

SOURCE = "select a, 'x' as b from {{ ref('o') }} where c > 1"
SAME_SOURCE = [
    "SELECT a, 'x' AS b\r\nFROM   {{ref('o')}}\n\tWHERE c>1",
    "select a, -- why\n'x' as b /* and\nhow */ from{# - #} {{ ref('o') }}\n{#- x #} where c > 1 {# {{ ref('p') }} #}",
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
        # what touches is one word when it is rendered
        ("{{ a }}b", "{{ a }} b", False),
        ("b{{ a }}", "b {{ a }}", False),
        ("{{ a }}{{ b }}", "{{ a }} {{ b }}", False),
        ("from {{ a }}", "from {{- a }}", False),
        ("from\n{{ a }} b", "from {{ a }}\nb", True),
        ("a {%- if x %} b{% endif %}", "a{% if x %} b{% endif %}", True),
        ("a{% if x %}b{% endif %}", "a{% if x %} b{% endif %}", False),
        ("a{% if x %} b {% endif %}c", "a{% if x %} b {% endif %} c", False),
        ("a {% if x %}b{% else %}c{% endif %}", "a {% if x %} b {%- else -%} c {% endif %}", True),
        ("a {% if x %}b{% elif y %}c{% endif %}d", "a {% if x %}b{% elif y %}c{% endif %} d", False),
        ("a {% for x in y %}b{% endfor %} d", "a {% for x in y %} b {% endfor %} d", True),
        ("a{% set x = 1 %}b", "a{% set x = 1 %} b", False),
        ("a{% endmacro %}{% macro x() %}b", "a {%- endmacro %} {% macro x() -%} b", True),
        ("a {% endif %}b", "a {% endif %} b", True),
        ("a{# why #}b", "ab", True),
        ("a{# why #}b", "a b", False),
        ("a{#- why -#} b", "ab", True),
        ("'x'{{ a }}", "'x' {{ a }}", False),
        ("({{ a }})", "( {{ a }} )", True),
        ("date'2024-01-01'", "date '2024-01-01'", True),
        # white space that a tag eats brings what follows into a comment
        ("a -- b\n{% if x %}, c{% endif %}", "a\n{% if x %}, c{% endif %}", True),
        ("a -- b\n{%- if x %}, c{% endif %}", "a\n{%- if x %}, c{% endif %}", False),
        ("a -- {{ this }}\n, c", "a\n, c", True),
        ("a -- {{ this -}}\n, c", "a\n, c", False),
        ("a -- b\n{#- why #}, c", "a\n, c", False),
        # Jinja knows nothing of SQL's comments
        ("a -- {% if x %}\n, b -- {% endif %}", "a\n, b", False),
        ("a -- {% if x %}\n, b -- {% endif %}", "a -- {% if y %}\n, b -- {% endif %}", False),
        ("a -- {{ lines() }}", "a", False),
        ("a /* {{ lines() }} */", "a /* {{ others() }} */", False),
        ("a -- {{ ref('b') }} {{ this }}", "a -- {{ source('c', 'd') }}", True),
        ("a -- {{ ref('b') ~ lines() }}", "a", False),
        ("-- a {{ ref('b') }}\n{%- if x -%}c{% endif %}", "-- a\n{%- if y -%}c{% endif %}", False),
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


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ config(a=1) }}\nselect 1", "{# #}\nselect 1"),
        ("{{\n  config(\n a={'b': [1, (2)]}\n) }}select 1", "{#\n\n\n #}select 1"),
        ("{{- config(a=')') -}}select 1", "{#- -#}select 1"),
        ("{{ config(a=1) ~ x }}", "{{ config(a=1) ~ x }}"),
        ("{{ config.get('a') }}", "{{ config.get('a') }}"),
        ("{{ config(a=1 }}", "{{ config(a=1 }}"),
        ("{% do config(a=1) %}", "{% do config(a=1) %}"),
        ("{{ other() }}", "{{ other() }}"),
    ],
)
def test_settings_are_left_out(source: str, expected: str) -> None:
    assert without_settings(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% macro a() %} 1 {% endmacro %}", "{% macro a() %} 1 {% endmacro %}"),
        (
            "x {%- macro a(b) -%} 1 {%- endmacro -%} {% macro c() %}{% endmacro %}",
            "{%- macro a(b) -%} 1 {%- endmacro -%}",
        ),
        ("{# {% macro a() %} #}{% macro a() %}2{% endmacro %}", "{% macro a() %}2{% endmacro %}"),
        ("{% macro ab() %}1{% endmacro %}{% macro a() %}2{% endmacro a %}", "{% macro a() %}2{% endmacro a %}"),
        ("{% macro a() %} open", "{% macro a() %} open"),
        ("{% macro b() %}{% endmacro %}", None),
    ],
)
def test_the_text_of_a_macro(source: str, expected: str | None) -> None:
    assert macro_text(source, "a") == expected


def test_values_are_told_apart_by_what_they_are() -> None:
    values: list[object] = [1, 1.0, True, "1", None, [1], ["1"], {"a": 1}, {"a": [1]}, [], {}, [1, 2], [2, 1]]
    assert len({value_fingerprint(value) for value in values}) == len(values)
    assert value_fingerprint({"a": 1, "b": {2, 3}}) == value_fingerprint({"b": frozenset({3, 2}), "a": 1})
    assert value_fingerprint(1).startswith("val1:")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("a,b\r\n1,x y\r\n\r\n", True),
        ('"a",b\n1,"x y"\n', True),
        ("a,b\n1,x  y\n", False),
        ("a,b\n1,x y\n2,z\n", False),
        ("a;b\n1;x y\n", False),
    ],
)
def test_rows_of_a_seed(other: str, *, same: bool) -> None:
    assert (seed_fingerprint("a,b\n1,x y\n", ",") == seed_fingerprint(other, ",")) is same


def test_a_seed_that_is_no_csv_is_compared_as_text() -> None:
    assert seed_fingerprint("a\n", "||") == text_fingerprint("a\r\n\n")
    assert text_fingerprint("a\n").startswith("txt1:")
    assert text_fingerprint("a\n") != text_fingerprint(" a\n")

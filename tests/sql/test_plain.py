"""A template that only says what it reads is written without Jinja's parser as the skeleton writes it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from consumer import ROOT
from ringfence.sql import plain
from ringfence.sql.openvalues import UNDEFINED
from ringfence.sql.reading import Reading
from ringfence.sql.skeleton import variants

PLAIN = [
    "",
    "\n",
    "select 1\n\n",
    "select * from {{ ref('a') }}",
    "select * from {{ ref('p', 'a') }} join {{ ref('a', v=2) }}, {{ ref(\"b\", version='1',) }} {{ ref('p', 'a') }}\n",
    "{{ config(materialized='table', tags=['a'], meta={'owner': 'x'}) }}\r\n  select * from {{ source('a', 'b') }}\r\n",
    "a\n {{- ref('a') -}} \n b {#- {{ ref('b') }} -#} c {# d #} {{ config() }} {{ ref('c') -}}\n",
]
NOT_PLAIN = [
    "{{ this }}",
    "{{ var('a') }}",
    "{{ ref() }}",
    "{{ ref('a', 'b', 'c') }}",
    "{{ ref(1) }}",
    "{{ ref(['a']) }}",
    "{{ ref('a', v=1, version=1) }}",
    "{{ ref('a', v=[1]) }}",
    "{{ ref('a', package='b') }}",
    "{{ ref('a', v=none) }}",
    "{{ ref('__ringfence_0__') }}",
    "{{ source('a') }}",
    "{{ source('a', 'b', 'c') }}",
    "{{ source('a', 'b', c='d') }}",
    "{{ my_macro() }}",
    "{{ ref('a')",
    "{% if is_incremental() %}{% endif %}",
]
_SPACED = (
    "{{ {{- }} -}} {#- -#} {# #} , a b ( ) 'x' ref('a') ref('a',v=1) ref('a',v=true) ref('b','a') source('a','b') "
    "config(a='b') config() this \n \r\n select from"
)
_PIECES = _SPACED.split(" ")


def _as_the_skeleton(source: str) -> bool:
    """Whether a template is plain, and then the same for both."""
    found = plain.read(source)
    if found is None:
        return False
    reading = Reading("duckdb", lambda _: None, lambda _: UNDEFINED)
    assert variants(source, reading) == ([found.text], [], None), source
    assert tuple(reading.markers) == tuple(reading.relations) == found.relations
    assert not any((reading.macros, reading.variables, reading.env_vars, reading.hidden, reading.incremental))
    return True


@pytest.mark.parametrize("source", PLAIN)
def test_plain_templates(source: str) -> None:
    assert _as_the_skeleton(source)


@pytest.mark.parametrize("source", NOT_PLAIN)
def test_what_says_more_is_left_to_the_skeleton(source: str) -> None:
    assert plain.read(source) is None


def test_templates_of_this_repository() -> None:
    texts = [
        part
        for name in ("sources", "skeletons")
        for part in Path(__file__).with_name(f"{name}.md").read_text().split("```")
    ]
    texts += [path.read_text("utf-8") for path in (ROOT / "examples").rglob("*.sql")]
    assert sum(map(_as_the_skeleton, texts)) > 20


@pytest.mark.parametrize("seed", range(4))
def test_random_templates(seed: int) -> None:
    random = Random(seed)
    sources = (
        "".join(random.choice(["", " ", "\n"]) + random.choice(_PIECES) for _ in range(random.randint(1, 10)))
        for _ in range(1500)
    )
    assert sum(map(_as_the_skeleton, sources)) > 100

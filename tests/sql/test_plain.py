"""A template that only says what it reads is written without Jinja's parser as the skeleton writes it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from random import Random

import pytest
from jinja2 import nodes

from consumer import ROOT
from ringfence.sql import jinja, plain, quick
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
    "\n{{ a.b.c('x', 1, true, none, [], [1, ['y']], {}, {'k': [1], 2: {'z': None}}, d='v', e=[1]) }}\n\n{{ f() }}",
    "{{ f({[1]: 2}) }}",
    "{{ not('a') }}",
    "{{ none('a') }}",
    "{{ ref('a', [b]) }}",
    "{{ ref('a')",
    "{% if is_incremental() %}{% endif %}",
]
_SPACED = (
    "{{ {{- }} -}} {#- -#} {# #} , a b ( ) 'x' ref('a') ref('a',v=1) ref('a',v=true) ref('b','a') source('a','b') "
    "config(a='b') config() this not('a') f(1) m.g([1,{'a':none}],k=true) \n \r\n select from"
)
_PIECES = _SPACED.split(" ")


def _told(node: nodes.Node) -> object:
    """A syntax tree with the lines of what is called; texts that follow each other as one."""
    if isinstance(node, nodes.Output):
        held = [one.data if isinstance(one, nodes.TemplateData) else _told(one) for one in node.nodes]
        return [[*run] if key is not str else "".join(map(str, run)) for key, run in groupby(held, key=type)]
    line = node.lineno if isinstance(node, nodes.Call) else 0
    fields = [value for _, value in node.iter_fields()]
    inner = [[_told(one) for one in value] if isinstance(value, list) else value for value in fields]
    return type(node).__name__, line, [_told(one) if isinstance(one, nodes.Node) else one for one in inner]


def _plain(source: str) -> plain.Plain | None:
    """The template as it is written out where it is plain; taken apart, it is what Jinja parses, plain or not."""
    parts = quick.parts(source)
    if parts is None:
        return None
    parsed = jinja.parse(source).body
    assert [_told(one) for one in jinja.assembled(parts)] == [_told(one) for one in parsed], source
    return plain.written(parts)


def _as_the_skeleton(source: str) -> bool:
    """Whether a template is plain, and then the same for both."""
    found = _plain(source)
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
    assert _plain(source) is None


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

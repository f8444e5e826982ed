"""What is read quickly is read as the walker reads it; what is not simple is left to the walker."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from consumer import ROOT
from ringfence.sql import quick, template, walker

SIMPLE = [
    "",
    "select 1",
    "select * from {{ ref('a') }}",
    "{{ config(materialized='table', tags=['a', \"b\"], meta={'owner': 'x', 'n': [1, 0, true, None]}) }}\nselect 1",
    "select * from {{ ref('p', 'a') }} join {{ ref('a', v=2) }} on {{ ref(\"b\", version=1,) }}",
    "{{ source('shop', 'orders') }} {{ source('shop','orders') }}",
    "{{- ref('a') -}} {#- a comment {{ ref('b') }} -#} {{ this }} {{ target.schema }} {{this.name}}",
    "{{\n  config(\n    materialized='view'\n  )\n}}\r\nselect\r{{ ref('a')\n}}",
    "{% if is_incremental() %} where a > {{ f('x') }} {% else %} {{ g(1) }} {% endif %} {{ h() }}",
    "{%- if is_incremental ( ) -%}{% if is_incremental() %}{{ a() }}{% else %}{{ b() }}{% endif %}{%- endif -%}",
    "{{ dbt_utils.star('a') }} {{ cents('a', 2) }} {{ cents('a', 2) }} {{ cents('b') }}",
    "{{ var('x') }} {{ var('x', 1) }}",
    "{{ f([]) }} {{ f({}) }} {{ f([[], {'a': {}}]) }}",
    "a { b } {c} }} %} #}",
    "{{ f('{{ x') }}",
    "{{ ref\n('a') }}",
    "é {{ ref('é') }} {{ ref('a') }}",
]
NOT_SIMPLE = [
    "{{ ref('a' }}",
    "{{ ref('a') ",
    "{{ ref('a') | upper }}",
    "{{ ref(var('a')) }}",
    "{{ ref('a') ~ 'b' }}",
    "{{ 'a' }}",
    "{{ 1 }}",
    "{{ é }}",
    r"{{ ref('a\'b') }}",
    "{{ ref('a' 'b') }}",
    "{{ ref('a\nb') }}",
    "{{ ref(a) }}",
    "{{ ref(*a) }}",
    "{{ f(a='b', 'c') }}",
    "{{ f(a=1, a=2) }}",
    "{{ f(-1) }}",
    "{{ f(1.5) }}",
    "{{ f(01) }}",
    "{{ f(1_0) }}",
    "{{ f((1, 2)) }}",
    "{{ f({'a'}) }}",
    "{{ f(a b) }}",
    "{{ f([1 2]) }}",
    "{{ f(" + "[" * 20 + "]" * 20 + ") }}",
    "{{ config({'materialized': 'table'}) }}",
    "{{ config(**x) }}",
    "{{ adapter.dispatch('a')() }}",
    "{{ context['a']() }}",
    "{{ context.a() }}",
    "{{ return(1) }}",
    "{{ dict(a=1) }}",
    "{{ range(3) }}",
    "{{ var() }}",
    "{{ var(name='x') }}",
    "{{ f().g }}",
    "{% set a = 1 %}",
    "{% if a %}{% endif %}",
    "{% if is_incremental() %}",
    "{% if is_incremental() %}{% else %}{% else %}{% endif %}",
    "{% endif %}",
    "{% else %}",
    "{% raw %}{{ ref('a') }}{% endraw %}",
    "{% macro a() %}{% endmacro %}",
    "{# not closed",
    "{% is_incremental() %}",
    "{{ f(}}",
]
_SPACED = (
    "{{ {{- }} -}} {% {%- %} -%} {# #} if else endif is_incremental ( ) [ ] { } , : = | ~ . - ' \" "
    "ref source config var this 'x' \"y\" ref('a') source('a','b') config(a='b') is_incremental() 1 0 12 true None "
    "a b select set macro raw"
)
_PIECES = [*_SPACED.split(" "), "\n", "\r\n"]


@pytest.mark.parametrize("source", SIMPLE)
def test_simple_templates_are_read_as_the_walker_reads_them(source: str) -> None:
    found = quick.read(source)
    assert found is not None
    assert repr(found) == repr(walker.read(source)) == repr(template.read(source))


@pytest.mark.parametrize("source", NOT_SIMPLE)
def test_everything_else_is_left_to_the_walker(source: str) -> None:
    assert quick.read(source) is None
    assert repr(template.read(source)) == repr(walker.read(source))


def test_templates_of_this_repository() -> None:
    paths = [path for folder in ("examples", "dbt_package", "tests") for path in (ROOT / folder).rglob("*.sql")]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    texts += [part for path in Path(ROOT / "tests").rglob("*.md") for part in path.read_text("utf-8").split("```")]
    found = {text: quick.read(text) for text in texts}
    assert sum(one is not None for one in found.values()) > 100
    for text, facts in found.items():
        assert facts is None or repr(facts) == repr(walker.read(text)), text


@pytest.mark.parametrize("seed", range(4))
def test_random_templates(seed: int) -> None:
    random = Random(seed)
    simple = 0
    for _ in range(1500):
        source = "".join(random.choice(["", " ", "\n"]) + random.choice(_PIECES) for _ in range(random.randint(1, 12)))
        found = quick.read(source)
        simple += found is not None
        assert found is None or repr(found) == repr(walker.read(source)), source
    assert simple > 100

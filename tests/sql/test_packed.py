"""Facts go into a cache and come back as what they were."""

from __future__ import annotations

import json

import pytest

from ringfence.domain.ignores import Ignore
from ringfence.sql import packed, python_model, walker

SOURCES = [
    "",
    "select * from {{ ref('a', v=1) }}",
    "{{ config(meta={'a': [1, 2.5, none, true], 1: ('x', 'y')}, **more) }}",
    "{% macro m(a, b=var('x', 3), c=[1]) %}{% if a and not b %}{{ ref(a ~ '_x') }}{% endif %}{% endmacro %}",
    "{% set x = ['a', 'b'] %}{% for i in x %}{{ ref(i) }}{% endfor %}{% for j in other %}{{ f(j) }}{% endfor %}",
    "{% call statement('a') %}{{ ref('b') }}{% endcall %}{{ adapter.dispatch('m', 'p')(target.name) }}",
    "{% test t(model) %}{{ config(severity='warn') }}{% endtest %}{% snapshot s %}{{ ref('a') }}{% endsnapshot %}",
    "{% if is_incremental() %}{{ ref('a') }}{% endif %}{{ f('\\ud800', 12345678901234567890) }}",
    "{% if %}",
]


@pytest.mark.parametrize("source", SOURCES)
def test_templates(source: str) -> None:
    facts = walker.read(source)
    kept = json.loads(json.dumps(packed.pack(facts)))
    assert repr(packed.unpack(kept)) == repr(facts)


def test_ignores() -> None:
    facts = walker.read("select 1")._replace(ignores=(Ignore(("RF601",), "x", 1, 2, 3),))
    assert packed.unpack(json.loads(json.dumps(packed.pack(facts)))) == facts


def test_python_models() -> None:
    facts = python_model.read(
        "def model(dbt, s):\n    dbt.config(tags=('a', 'b'), x={'k': [1, None]})\n    dbt.ref('a')\n"
    )
    assert repr(packed.unpack(json.loads(json.dumps(packed.pack(facts))))) == repr(facts)


def test_what_json_does_not_hold_is_not_kept() -> None:
    assert packed.pack(python_model.read("def model(dbt, s):\n    dbt.config(x=b'bytes')\n")) is None

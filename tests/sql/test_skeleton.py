"""Jinja to SQL texts: plain templates read as Jinja itself renders them, open ones with their markers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment

from ringfence.sql import marker
from ringfence.sql.openvalues import UNDEFINED, Jinja, Open
from ringfence.sql.reading import Reading
from ringfence.sql.shape import Gap, Relation, Spread
from ringfence.sql.skeleton import variants

MACROS = {
    "cents": "{% macro cents(column, scale=2) -%} ({{ column }} / 100)::numeric(16, {{ scale }}) {%- endmacro %}",
    "listed": "{% macro listed() %}{% set made = [] %}{% do made.append('a') %}{{ return(made) }}{% endmacro %}",
    "outer_one": "{% macro outer_one(n) %}{{ cents(n) }}{% endmacro %}",
    "endless": "{% macro endless() %}{{ endless() }}{% endmacro %}",
    "pack.inner": "{% macro inner(a) %}{{ helper(a) }}{{ pack.helper(a) }}{% endmacro %}",
    "pack.rooted": "{% macro rooted() %}{{ outer_one('r') }}{% endmacro %}",
    "found_in": (
        "{% macro found_in(l) %}{% for x in l %}{% if x %}{{ return(x) }}{% endif %}{% endfor %}none{% endmacro %}"
    ),
    "early": "{% macro early(x) %}{% if x %}{{ return('a') }}{% endif %}{{ gone() }}b{% endmacro %}",
    "pack.helper": "{% macro helper(a) %}<{{ a }}>{% endmacro %}",
    "pack.duckdb__chosen": "{% macro duckdb__chosen(a) %}duck {{ a }}{% endmacro %}",
    "pack.default__chosen": "{% macro default__chosen(a) %}default {{ a }}{% endmacro %}",
    "default__other": "{% macro default__other() %}mine{% endmacro %}",
    "default__date_trunc": "{% macro default__date_trunc(datepart, date) %}trunc({{ date }}){% endmacro %}",
    "hash": "{% macro hash(a) %}own({{ a }}){% endmacro %}",
    "many": "{% macro many() %}{{ varargs | length }}{{ kwargs.get('k', '-') }}{% endmacro %}",
    "broken": "{% macro broken( %}",
    "elsewhere": "{% macro another() %}{% endmacro %}",
    "refusing": "{% macro refusing() %}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}",
    "chosen": "{% macro chosen(a) %}{{ return(adapter.dispatch('chosen', 'pack')(a)) }}{% endmacro %}",
    "unset": "{% macro unset(a, b=1) %}[{{ a }}{{ b }}{{ a is defined }}]{% endmacro %}",
}
VARIABLES: dict[str, Jinja] = {
    "start": "2020-01-01",
    "names": ["a", "b"],
    "flag": True,
    "secret": Open("a variable of the command line"),
    "table": "{{ source('s', 't') }}",
    "deep": "{{ var('deep') }}",
    "odd": "{{ 1 ",
}


def reading(adapter: str | None = "duckdb") -> Reading:
    return Reading(adapter, MACROS.get, lambda name: VARIABLES.get(name, UNDEFINED))


def texts(source: str, adapter: str | None = "duckdb") -> list[str]:
    """The texts a template can become, each marker as what it stands for, white space in one."""
    made = reading(adapter)
    found, _, gap = variants(source, made)
    assert gap is None, gap

    def told(number: str) -> str:
        one = made.markers[int(number)]
        if isinstance(one, Gap):
            return f"<{one.why}>"
        return f"<{one.label}>" if isinstance(one, Relation) else f"<{type(one).__name__.lower()}>"

    return [" ".join(marker.PATTERN.sub(lambda match: told(match[1]), text).split()) for text in found]


_CASE = re.compile(r"```jinja\n(.*?)\n```\n\n((?:    [^\n]+\n)*)", re.DOTALL)
_SECTIONS = Path(__file__).with_name("skeletons.md").read_text().split("\n## ")
PLAIN = [source for source, _ in _CASE.findall(_SECTIONS[1])]
OPEN = [(source, told) for section in _SECTIONS[2:] for source, told in _CASE.findall(section + "\n")]


@pytest.mark.parametrize("source", PLAIN)
def test_plain_templates_read_as_jinja_renders_them(source: str) -> None:
    environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=False)
    rendered = environment.from_string(source).render(zip=zip)
    found, asked, gap = variants(source, reading())
    assert gap is None
    assert asked == []
    assert found == [rendered]


@pytest.mark.parametrize(("source", "told"), OPEN, ids=[source for source, _ in OPEN])
def test_open_templates(source: str, told: str) -> None:
    expected = [line.strip().replace("(nothing)", "") for line in told.splitlines()]
    assert sorted(texts(source)) == sorted(expected)


def test_there_are_cases() -> None:
    assert len(PLAIN) > 25
    assert len(OPEN) > 80


def test_other_adapters() -> None:
    source = "{{ dbt.dateadd('day', 1, 'a') }} {{ dbt.type_boolean() }} {{ dbt.type_int() }} {{ adapter.quote('a') }}"
    assert texts(source, "bigquery") == ["<macro dbt.dateadd, line 1> boolean int `a`"]
    assert texts("{{ target.type }} {{ adapter.type() }} {{ adapter.quote('a') }}", None) == [
        "<target.type, line 1> <adapter.type(), line 1> <adapter.quote(), line 1>"
    ]
    assert texts("{{ dbt_utils.star(ref('a'), quote_identifiers=false) }}", "snowflake") == [
        "<macro dbt_utils.star, line 1>"
    ]
    assert texts("{{ dbt_utils.star(ref('a'), quote_identifiers=false) }}") == ["<spread>"]
    assert texts("{{ dbt_utils.pivot('c', ['x']) }}", "spark") == ["sum(case when c = 'x' then 1 else 0 end) as `x`"]
    assert texts("{{ adapter.dispatch('chosen', 'pack')(1) }}", "databricks") == ["default 1"]
    assert texts("{{ adapter.dispatch('chosen', 'pack')(1) }}", None) == ["<adapter.dispatch, line 1>"]


def test_what_a_star_says() -> None:
    made = reading()
    variants("{{ dbt_utils.star(ref('a'), 'x', ['B'], 'p_', '_s') }}", made)
    assert made.markers == [Spread(Relation("ref", ("a",)), "x", ("B",), "p_", "_s")]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{% if", "Jinja that cannot be parsed, line 1: unexpected 'end of template'"),
        (
            "".join(f"{{% if no_{n} %}}{{% set a = 1 %}}{{% endif %}}" for n in range(6)),
            "more than 16 variants by no_0, no_1, no_2",
        ),
        (
            "{% for a in range(900) %}{% for b in range(900) %}{{ a }}{% endfor %}{% endfor %}",
            "a template too large to follow",
        ),
        ("{% set a = 'x' * 1 %}" + "{% set b = 'xxxxxxxxxx' %}" + "{% set b = b ~ b %}" * 30 + "{{ b }}", None),
        ("{% for a in range(9000) %}" + "x" * 200 + "{% endfor %}", "a template too large to follow"),
        ("{{ return(1) }}", "return() outside a macro"),
        ("(" * 30 + "{{ " + "-" * 3000 + "1 }}", "Jinja that cannot be parsed, line 1: nests too deeply"),
    ],
)
def test_what_is_not_followed(source: str, why: str | None) -> None:
    _, _, gap = variants(source, reading())
    assert (None if gap is None else gap.why) == why


def test_one_block_of_a_template() -> None:
    source = "{% snapshot a %}select 1 as id{% endsnapshot %}{% snapshot b %}select 2 as id{% endsnapshot %}"
    found, _, gap = variants(source, reading(), "snapshot:b")
    assert (found, gap) == (["select 2 as id"], None)
    assert variants(source, reading(), "snapshot:c")[0] == [""]


def test_what_was_asked() -> None:
    made = reading()
    variants(
        "{{ cents('a') }}{{ gone() }}{{ var('start') }}{{ var('no', 1) }}{{ env_var('E') }}"
        "\n{{ nobody }}{{ ref('a') }}",
        made,
    )
    assert list(made.macros) == ["cents", "gone", "nobody"]
    assert list(made.variables) == ["start", "no"]
    assert list(made.env_vars) == ["E"]
    assert list(made.relations) == [Relation("ref", ("a",))]
    assert list(made.hidden) == [("macro gone", 1), ("env_var('E')", 1), ("nobody", 2)]
    assert not made.incremental

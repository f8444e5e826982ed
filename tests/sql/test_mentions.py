"""What a template names: macros, dispatched macros, variables, and what only a run names."""

from __future__ import annotations

import pytest

from ringfence.sql.mentions import mentions

MACROS = [
    ("{{ cents('a') }}", {"cents"}),
    ("{{ dbt_utils.star(from=ref('x')) }}", {"dbt_utils.star", "ref"}),
    ("{% if flag() %}{% elif other() %}{% endif %}", {"flag", "other"}),
    ("{% call wrapper() %}{{ inner() }}{% endcall %}", {"wrapper", "inner"}),
    ("{% set f = cents %}{{ f(1) }}", {"cents"}),
    ("{% for status in statuses() %}{{ status(1) }}{% endfor %}", {"statuses"}),
    ("{% for a, b in pairs %}{{ a }} {{ b }}{% endfor %}", {"pairs"}),
    ("{% macro m(x, y=default()) %}{{ x(1) }}{{ y }}{{ m2() }}{% endmacro %}", {"m", "m2", "default"}),
    ("{% with z = w() %}{{ z }}{% endwith %}", {"w"}),
    ("{{ x | upper_case }}", {"x"}),
    ("{{ a().b }}", {"a"}),
    ("{{ a(b=1) }}", {"a"}),
    ("{{ a(b == 1) }}", {"a", "b"}),
    ("{{ a. b.c }}", {"a.b.c"}),
    ("{{ context['cents']('a') }}", {"cents"}),
    ("{# {{ gone() }} #}{{ 1 }} {{ 'quoted()' }}", set()),
    ("select sum(x) from y", set()),
    ("{{ test(1) }} {{ p.filter() }} {% do snapshot() %}", {"test", "p.filter", "snapshot"}),
    ("{% test unique(model) %}{% endtest %}{% filter upper %}{% endfilter %}", {"unique", "model", "upper"}),
    ("{{ }}{%%}", set()),
]


@pytest.mark.parametrize(("source", "expected"), MACROS)
def test_macros(source: str, expected: set[str]) -> None:
    found = mentions(source)
    assert found.macros == expected
    assert found.hidden == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ adapter.dispatch('f')() }}", {("", "f")}),
        ("{{ adapter.dispatch('f', 'shop')(x) }}", {("shop", "f")}),
        ("{{ adapter.dispatch(macro_name='f', macro_namespace='shop')(x) }}", {("shop", "f")}),
        ("{{ adapter.dispatch('f', packages=['a', 'b'])(x) }}", {("a", "f")}),
        ("{{ adapter.dispatch('f', namespace)(x) }}", {("", "f")}),
        ("{{ return(adapter.dispatch('f', 'a')(y)) }}", {("a", "f")}),
        ("{{ adapter.dispatch }}", set()),
    ],
)
def test_dispatched(source: str, expected: set[tuple[str, str]]) -> None:
    assert mentions(source).dispatched == expected
    assert mentions(source).hidden == ()


@pytest.mark.parametrize(
    ("source", "variables", "hidden"),
    [
        ("{{ var('start') }}", {"start"}, ()),
        ("\n{{ var('start', fallback()) }}{{ var(\"b\") }}", {"start", "b"}, ()),
        ("\n{{ var(name) }}", set(), (("var", 2),)),
        ("{{ var('a' ~ b) }}", set(), (("var", 1),)),
        ("{{ adapter.dispatch(name)() }}", set(), (("macro", 1),)),
        ("{{ adapter.dispatch(name, 'shop')() }}", set(), (("macro", 1),)),
        ("{{ adapter.dispatch(", set(), ()),
        ("{{ context[name]() }}", set(), (("macro", 1),)),
        ("{{ var }}", set(), ()),
    ],
)
def test_variables_and_what_only_a_run_names(
    source: str, variables: set[str], hidden: tuple[tuple[str, int], ...]
) -> None:
    assert mentions(source).variables == variables
    assert mentions(source).hidden == hidden


def test_words_are_all_names() -> None:
    assert mentions("{% set a = config.get('meta').b ~ 'c d' %}").words == {"set", "a", "config", "get", "meta", "b"}


@pytest.mark.parametrize(
    ("source", "flags", "hidden"),
    [
        (
            "{% if ringfence.flag('a') %}{{ ringfence.variation(\"b\", off=ref('x'), on=ref('y')) }}{% endif %}",
            {"a", "b"},
            (),
        ),
        ("{{ ringfence.rollout(name='a', off=1, on=2) }}", {"a"}, ()),
        ("{{ ringfence.kill(name) }}", set(), (("flag", 1),)),
        ("{{ ringfence.flag('a' ~ b) }}", set(), (("flag", 1),)),
        ("{{ ringfence.flag }}{{ tools.flag('a') }}", set(), ()),
    ],
)
def test_flags(source: str, flags: set[str], hidden: tuple[tuple[str, int], ...]) -> None:
    found = mentions(source)
    assert found.flags == flags
    assert found.hidden == hidden
    assert not {one for one in found.macros if one.startswith("ringfence.")} - {"ringfence.flag"}

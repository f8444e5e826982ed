"""Templates to syntax trees: dbt's own block tags included, nothing rendered, every refusal located."""

from __future__ import annotations

import pytest
from jinja2 import nodes

from ringfence.sql import jinja


def _macros(source: str) -> list[nodes.Macro]:
    return list(jinja.parse(source).find_all(nodes.Macro))


@pytest.mark.parametrize(
    ("source", "name", "parameters"),
    [
        ("{% macro m() %}x{% endmacro %}", "m", []),
        ("{% macro m(a, b=1) %}x{% endmacro %}", "m", ["a", "b"]),
        ("{% snapshot s %}x{% endsnapshot %}", "snapshot:s", []),
        ("{% docs d %}x{% enddocs %}", "docs:d", []),
        ("{% test t(model, column_name) %}x{% endtest %}", "test:t", ["model", "column_name"]),
        ("{% test t() %}x{% endtest %}", "test:t", []),
        ("{% data_test t(model) %}x{% enddata_test %}", "test:t", ["model"]),
        ("{% materialization m, default %}x{% endmaterialization %}", "materialization:m", []),
        (
            "{% materialization m, adapter='duckdb', supported_languages=['sql', 'python'] %}x{% endmaterialization %}",
            "materialization:m",
            [],
        ),
        ("{% materialization m %}x{% endmaterialization %}", "materialization:m", []),
        ("{%- snapshot s -%}x{%- endsnapshot -%}", "snapshot:s", []),
    ],
)
def test_definitions(source: str, name: str, parameters: list[str]) -> None:
    macros = _macros(f"\n{source}")
    assert [(macro.name, macro.lineno) for macro in macros] == [(name, 2)]
    assert [arg.name for arg in macros[0].args] == parameters
    assert macros[0].body


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("{{ ref('a') ", 1, "unexpected end of template"),
        ("\n\n{{ ref('a' }}", 3, "unexpected '}'"),
        ("{% if x %}\n", 1, "Unexpected end of template"),
        ("{% endif %}", 1, "Encountered unknown tag 'endif'"),
        ("x\n{% snapshot %}", 2, "expected token 'name'"),
        ("{% materialization m, 5 %}x{% endmaterialization %}", 1, "expected token 'name'"),
        ("{% test t %}x{% endtest %}", 1, "expected token '('"),
        ("{% unknown %}", 1, "Encountered unknown tag 'unknown'"),
        ("{{ 'x }}", 1, "unexpected char"),
        ("{{ " + "(" * 3000, 1, "nests too deeply"),
        ("{{ " + "9" * 5000 + " }}", 1, "holds a number that is too long to be read"),
        ("{# never closed", 1, "Missing end of comment tag"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else str(value),
)
def test_what_cannot_be_parsed_is_located(source: str, line: int, said: str) -> None:
    with pytest.raises(jinja.JinjaError, match=said.replace("(", r"\(")) as error:
        jinja.parse(source)
    assert error.value.line == line


@pytest.mark.parametrize(
    "source",
    [
        "",
        "select 1",
        "{# {{ x }} #}",
        "{% raw %}{{ x }}{% endraw %}",
        "{{ x }} ",
        " {{ x }}",
        "{{ x }}{{ y }}",
        "{% set x = 1 %}",
    ],
)
def test_a_text_that_is_not_one_expression(source: str) -> None:
    assert jinja.parse_expression(source) is None


@pytest.mark.parametrize("source", ["{{ x }}", "{{x}}", "{{- x -}}", "{{ ref('a') }}", "{{ 1 }}"])
def test_a_text_that_is_one_expression(source: str) -> None:
    assert jinja.parse_expression(source) is not None


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("x\n{% macro a() %}1{% endmacro %} y", " \n{% macro a() %}1{% endmacro %}"),
        ("{% ### %}{%- test t(model) -%}{%- endtest -%}", "         {%- test t(model) -%}{%- endtest -%}"),
        ("{# {% macro a() %} #}{% macro b() %}2{% endmacro %}", "                     {% macro b() %}2{% endmacro %}"),
        ("{% macro b() %}{# {% endmacro %} #}2{% endmacro %}", "{% macro b() %}{# {% endmacro %} #}2{% endmacro %}"),
        ("{% materialization m %}x{% endmaterialization %}", "{% materialization m %}x{% endmaterialization %}"),
        ("{% macro a() %}1{% endmacro %}{% macro b() %}", ""),
        ("{% macro a() %}{% endtest %}", ""),
        ("{% macro a() %}{% endmacro", ""),
        ("{# {% macro a() %}1{% endmacro %}", ""),
        ("{% endmacro %}", ""),
        ("select 1", ""),
    ],
)
def test_definitions_alone(source: str, kept: str) -> None:
    assert jinja.definitions(source) == kept

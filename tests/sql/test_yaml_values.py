"""YAML values that hold Jinja: what an expression is worth, and what stays open."""

from __future__ import annotations

import pytest

from ringfence.sql import walker
from ringfence.sql.terms import Const, Op, Opaque, Term, Var


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("{{ var('x') }}", Var("x", None)),
        ("{{ var('x', 5) }}", Var("x", Const(5))),
        ("{{ 5 }}", Const(5)),
        ("{{ true }}", Const(True)),
        ("{{ ['a'] }}", Const(["a"])),
        ("  {{ 5 }}", Const("  5")),
        ("plain", Const("plain")),
        ("a {{ var('x') }}", Op("~", (Const("a "), Var("x", None)))),
        ("{{ 'a' }}{{ 'b' }}", Const("ab")),
        ("{{ target.name }}", Opaque("target.name")),
        ("a {{ target.name }} b", Opaque("'a ' ~ target.name ~ ' b'")),
        ("{% if x %}a{% endif %}", Opaque("{% if x %}a{% endif %}")),
        ("{{ x", Opaque("{{ x (unexpected end of template, expected 'end of print statement'.)")),
        ("{{ " + "+".join(["x"] * 2000) + " }}", Opaque("an expression that nests too deeply")),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_a_yaml_value(text: str, term: Term) -> None:
    assert walker.read_value(text) == term


def test_an_empty_yaml_value_is_empty_text() -> None:
    assert walker.read_value("") == Const("")

"""Expressions as text: spacing and quotes made uniform, and never the same text for two that differ."""

from __future__ import annotations

import pytest

from ringfence.sql import jinja
from ringfence.sql.unparse import dotted, unparse


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("'a'", "'a'"),
        ('"a"', "'a'"),
        ("1", "1"),
        ("1.50", "1.5"),
        ("none", "None"),
        ("true", "True"),
        ("a", "a"),
        ("a.b.c", "a.b.c"),
        ("a['b']", "a['b']"),
        ("a[0].b", "a[0].b"),
        ("a[1:2:3]", "a[1:2:3]"),
        ("a[1:]", "a[1:]"),
        ("a[:1]", "a[:1]"),
        ("a[::2]", "a[::2]"),
        ("f()", "f()"),
        ("f( 1,x = 'y' )", "f(1, x='y')"),
        ("f(*a, **b)", "f(*a, **b)"),
        ("f(1)(2)", "f(1)(2)"),
        ("f(1).b", "f(1).b"),
        ("f(1)['b']", "f(1)['b']"),
        ("a | upper", "a | upper"),
        ("a|join( ', ' )", "a | join(', ')"),
        ("a|round(precision=2)", "a | round(precision=2)"),
        ("a|f(*b, **c)", "a | f(*b, **c)"),
        ("a | f | g", "(a | f) | g"),
        ("a == 1", "a == 1"),
        ("a!=1", "a != 1"),
        ("a < b <= c", "a < b <= c"),
        ("a > b", "a > b"),
        ("a >= b", "a >= b"),
        ("a in b", "a in b"),
        ("a not in b", "a not in b"),
        ("a is defined", "a is defined"),
        ("a is not defined", "not (a is defined)"),
        ("a is divisibleby 3", "a is divisibleby(3)"),
        ("a + b", "a + b"),
        ("a ~ b ~ 'c'", "a ~ b ~ 'c'"),
        ("(a + b) * c", "(a + b) * c"),
        ("a + b * c", "a + (b * c)"),
        ("a and b or c", "(a and b) or c"),
        ("a and (b or c)", "a and (b or c)"),
        ("not a", "not a"),
        ("not (a and b)", "not (a and b)"),
        ("(not a) and b", "(not a) and b"),
        ("-a", "-a"),
        ("+a", "+a"),
        ("(-a) ** 2", "(-a) ** 2"),
        ("a if b", "a if b"),
        ("a if b else c", "a if b else c"),
        ("(a if b else c) if d else e", "(a if b else c) if d else e"),
        ("[]", "[]"),
        ("[1, a]", "[1, a]"),
        ("(1, a)", "[1, a]"),
        ("{}", "{}"),
        ("{'a': b, c: 1}", "{'a': b, c: 1}"),
        ("(a ~ b).upper()", "(a ~ b).upper()"),
        ("(a | f)[0]", "(a | f)[0]"),
    ],
)
def test_expressions(source: str, text: str) -> None:
    expression = jinja.parse_expression(f"{{{{ {source} }}}}")
    assert expression is not None
    assert unparse(expression) == text
    again = jinja.parse_expression(f"{{{{ {text} }}}}")
    assert again is not None
    assert unparse(again) == text


def test_text_between_expressions_is_itself() -> None:
    output = jinja.parse("from {{ x }} where").body[0]
    assert [unparse(part) for part in output.iter_child_nodes()] == ["from ", "x", " where"]


def test_what_has_no_form_of_its_own_is_named_by_its_kind() -> None:
    block = jinja.parse("{% filter upper %}x{% endfilter %}").body[0]
    assert unparse(block) == "(filterblock of (output of x), upper)"


def test_a_number_without_end_is_not_written_out() -> None:
    expression = jinja.parse_expression("{{ 0x" + "f" * 5000 + " }}")
    assert expression is not None
    assert unparse(expression) == "a number too long to be written"


@pytest.mark.parametrize(("source", "name"), [("a", "a"), ("a.b", "a.b"), ("a['b']", None), ("f().b", None)])
def test_dotted(source: str, name: str | None) -> None:
    expression = jinja.parse_expression(f"{{{{ {source} }}}}")
    assert expression is not None
    assert dotted(expression) == name

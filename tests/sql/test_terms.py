"""Open terms: folded where they are decided, kept where they are not, opaque where nobody knows, never endless."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ringfence.sql.terms import (
    _OPERATORS,
    FALSE,
    MAX_LEVELS,
    MAX_SIZE,
    MAX_VALUE,
    TRUE,
    Const,
    Op,
    Opaque,
    Param,
    Term,
    Var,
    bounded,
    conjunction,
    describe,
    evaluate,
    fold,
    negation,
)

P, Q, HIDDEN = Param("p"), Param("q"), Opaque("target.name")


def _variables(variable: Var) -> Term:
    known: Mapping[str, object] = {"known": "k", "none": None}
    if variable.name in known:
        return Const(known[variable.name])
    return variable.default or Opaque(f"var {variable.name}")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (TRUE, P, P),
        (FALSE, P, FALSE),
        (Const(0), P, FALSE),
        (P, TRUE, P),
        (P, FALSE, FALSE),
        (P, Q, Op("and", (P, Q))),
        (HIDDEN, FALSE, FALSE),
    ],
)
def test_conjunction(left: Term, right: Term, expected: Term) -> None:
    assert conjunction(left, right) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [(TRUE, FALSE), (FALSE, TRUE), (Const(0), TRUE), (Const(""), TRUE), (Const("a"), FALSE), (P, Op("not", (P,)))],
)
def test_negation(term: Term, expected: Term) -> None:
    assert negation(term) == expected


@pytest.mark.parametrize(
    ("op", "values", "expected"),
    [
        ("==", [1, 1], True),
        ("==", [1, "1"], False),
        ("==", [None, None], True),
        ("!=", [1, 2], True),
        ("<", [1, 2], True),
        ("<=", [2, 2], True),
        (">", [1, 2], False),
        (">=", [2, 2], True),
        ("in", ["a", ["a", "b"]], True),
        ("in", ["a", "cab"], True),
        ("in", ["a", []], False),
        ("~", ["a", 1, None], "a1None"),
        ("+", [1, 2], 3),
        ("+", [["a"], ["b"]], ["a", "b"]),
        ("+", ["a", "b"], "ab"),
        ("list", [], []),
        ("list", [1, "a"], [1, "a"]),
        ("dict", [], {}),
        ("dict", ["a", 1, "b", 2], {"a": 1, "b": 2}),
        ("dict", ["a", 1, "a", 2], {"a": 2}),
        ("item", [["a", "b"], 0], "a"),
        ("item", [["a", "b"], -1], "b"),
        ("item", [{"k": 1}, "k"], 1),
        ("default", [None, "d", False], "d"),
        ("default", ["", "d", False], ""),
        ("default", [0, "d", False], 0),
        ("default", ["", "d", True], "d"),
        ("default", ["x", "d", True], "x"),
        ("lower", ["AbC"], "abc"),
        ("upper", ["AbC"], "ABC"),
        ("trim", ["  a "], "a"),
        ("string", [5], "5"),
        ("int", ["5"], 5),
        ("bool", [True], True),
        ("bool", ["True"], True),
        ("bool", ["no"], False),
        ("bool", [0], False),
        ("and", [1, "a"], "a"),
        ("and", [0, "a"], 0),
        ("or", ["", "b"], "b"),
        ("or", ["a", "b"], "a"),
        ("not", [""], True),
        ("if", [True, "a", "b"], "a"),
        ("if", ["", "a", "b"], "b"),
    ],
    ids=str,
)
def test_constants_are_folded(op: str, values: list[object], expected: object) -> None:
    assert fold(op, tuple(map(Const, values))) == Const(expected)


def test_every_operator_has_a_case() -> None:
    table = test_constants_are_folded.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {case[0] for case in table} >= set(_OPERATORS)


@pytest.mark.parametrize(
    ("op", "values", "text"),
    [
        ("<", [1, "a"], "< of 1, 'a'"),
        ("in", [1, 5], "in of 1, 5"),
        ("+", [1, "a"], "+ of 1, 'a'"),
        ("item", [["a"], 5], "item of ['a'], 5"),
        ("item", [{"a": 1}, "b"], "item of {'a': 1}, 'b'"),
        ("item", [5, "b"], "item of 5, 'b'"),
        ("int", ["five"], "int of 'five'"),
        ("int", [None], "int of None"),
        ("dict", [[], 1], "dict of [], 1"),
        ("item", ["x" * 500, "k"], f"item of '{'x' * 56}..., 'k'"),
    ],
    ids=str,
)
def test_what_fails_is_opaque(op: str, values: list[object], text: str) -> None:
    assert fold(op, tuple(map(Const, values))) == Opaque(text)


@pytest.mark.parametrize(
    ("op", "args", "expected"),
    [
        ("~", (Const("a"), HIDDEN), Opaque("'a' ~ target.name")),
        ("list", (P, HIDDEN), Opaque("list(p, target.name)")),
        ("~", (Const("a"), P), Op("~", (Const("a"), P))),
        ("if", (P, Const(1), HIDDEN), Op("if", (P, Const(1), HIDDEN))),
        ("if", (TRUE, Const(1), HIDDEN), Const(1)),
        ("not", (P,), Op("not", (P,))),
        ("and", (TRUE, HIDDEN), HIDDEN),
        ("and", (FALSE, HIDDEN), FALSE),
        ("or", (TRUE, HIDDEN), TRUE),
        ("or", (FALSE, HIDDEN), HIDDEN),
        ("or", (P, TRUE), Op("or", (P, TRUE))),
        ("and", (P, FALSE), Op("and", (P, FALSE))),
        ("or", (HIDDEN, TRUE), Op("or", (HIDDEN, TRUE))),
        ("and", (P, P), P),
        ("or", (HIDDEN, HIDDEN), HIDDEN),
        ("and", (P, Q), Op("and", (P, Q))),
    ],
    ids=str,
)
def test_what_is_open_stays_open(op: str, args: tuple[Term, ...], expected: Term) -> None:
    assert fold(op, args) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Const(1), Const(1)),
        (HIDDEN, HIDDEN),
        (P, Const("given")),
        (Q, Const("other")),
        (Param("unbound"), Opaque("the argument unbound")),
        (Param("open"), Opaque("the argument outer")),
        (Param("later"), Const("k")),
        (Var("known", None), Const("k")),
        (Var("none", Const("d")), Const(None)),
        (Var("missing", Const("d")), Const("d")),
        (Var("missing", P), Const("given")),
        (Var("missing", None), Opaque("var missing")),
        (Op("~", (P, Const("!"))), Const("given!")),
        (Op("~", (P, HIDDEN, Const("!"))), Opaque("'given' ~ target.name ~ '!'")),
        (Op("list", (P, Op("==", (HIDDEN, Const(1))))), Opaque("list('given', target.name == 1)")),
        (Op("if", (Op("==", (P, Const("given"))), Const(1), HIDDEN)), Const(1)),
        (Op("if", (HIDDEN, Const(1), Const(2))), HIDDEN),
        (Op("and", (Op("not", (HIDDEN,)), Const("x"))), HIDDEN),
        (Op("or", (HIDDEN, Op("not", (Opaque("later"),)))), HIDDEN),
        (Op("or", (HIDDEN, P)), HIDDEN),
    ],
    ids=str,
)
def test_evaluate(term: Term, expected: Term) -> None:
    params: dict[str, Term] = {
        "p": Const("given"),
        "q": Const("other"),
        "open": Param("outer"),
        "later": Var("known", None),
    }
    assert evaluate(term, params, _variables) == expected


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (Const("a"), "'a'"),
        (Const(None), "None"),
        (P, "p"),
        (HIDDEN, "target.name"),
        (Var("v", None), "var('v')"),
        (Var("v", Const(0)), "var('v', 0)"),
        (Op("==", (P, Const(1))), "p == 1"),
        (Op("not", (P,)), "not(p)"),
        (Op("if", (P, Const(1), Const(2))), "if(p, 1, 2)"),
        (Op("list", (P, Q)), "list(p, q)"),
        (Op("item", (P, Const("k"))), "item(p, 'k')"),
        (Op("or", (Op("and", (P, Q)), Q)), "(p and q) or q"),
        (Op("and", (P, Op("or", (Q, Q)))), "p and (q or q)"),
        (Op("~", (P, Opaque("a b"), HIDDEN)), "p ~ (a b) ~ target.name"),
    ],
    ids=str,
)
def test_describe(term: Term, text: str) -> None:
    assert describe(term) == text


def _doubled(op: str, term: Term, times: int) -> Term:
    for _ in range(times):
        term = fold(op, (term, term))
    return term


@pytest.mark.parametrize(
    ("op", "start"),
    [("~", Const("x")), ("+", Const("x")), ("list", Const("x")), ("list", Const([])), ("~", P), ("list", P)],
    ids=str,
)
def test_what_doubles_ends_as_opaque(op: str, start: Term) -> None:
    assert isinstance(_doubled(op, start, 40), Opaque)


def test_variables_that_double_end_as_opaque() -> None:
    term: Term = P
    for _ in range(40):
        term = bounded(Var("v", fold("list", (term, term))))
    assert "too large" in describe(term)
    assert isinstance(evaluate(term, {}, _variables), Opaque)


def test_conditions_that_grow_line_by_line_end_as_opaque() -> None:
    term: Term = Const("x")
    for _ in range(60):
        term = fold("if", (P, fold("~", (term, Const("y"))), term))
    assert len(describe(term)) < 100 * MAX_SIZE


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("x" * MAX_VALUE, True),
        ("x" * (MAX_VALUE + 1), False),
        (["x" * 1000] * 90, True),
        (["x" * 1000] * 110, False),
        ({"k": "x" * MAX_VALUE}, False),
        (5, True),
        (None, True),
        ((), True),
    ],
    ids=["text", "long text", "list", "long list", "long dict", "number", "null", "nothing"],
)
def test_values_are_bounded(value: object, fits: bool) -> None:
    term = fold("default", (Const(value), Const(None), FALSE))
    assert isinstance(term, Const if fits else Opaque)


def test_levels_are_bounded() -> None:
    term: Term = Const("x")
    for _ in range(MAX_LEVELS - 1):
        term = fold("list", (term,))
    assert isinstance(term, Const)
    assert isinstance(fold("list", (term,)), Opaque)

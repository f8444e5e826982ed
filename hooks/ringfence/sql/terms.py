"""Open terms: what an expression in Jinja is worth, as far as one file can tell.

A constant is a value; a parameter, a `var()` and the operators over them wait for what only the project knows; anything
else is opaque, kept as the text that hid it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ringfence.domain.ignores import Ignore


class Const(NamedTuple):
    """A value known from the file alone."""

    value: object


class Param(NamedTuple):
    """A parameter of the macro that is being read."""

    name: str


class Var(NamedTuple):
    """`var('name', default)`."""

    name: str
    default: Term | None


class Op(NamedTuple):
    """An operator over terms: not, and, or, ==, !=, in, ~, +, if, list, dict, item, lower, upper, string, int, bool."""

    op: str
    args: tuple[Term, ...]


class Opaque(NamedTuple):
    """Something that only a run of dbt would decide."""

    text: str


Term: TypeAlias = Const | Param | Var | Op | Opaque

TRUE, FALSE = Const(value=True), Const(value=False)

# Terms and values share their parts, so one that doubles with every line is small to hold and endless to walk.
MAX_SIZE = 200  # operators and operands of a term, which bounds its depth as well
MAX_VALUE = 100_000  # characters and items of a computed value
MAX_TEXT = 2_000  # characters of what hides a value
MAX_LEVELS = 50  # of lists and dicts in a computed value
_SWITCHES = frozenset({"true", "false", "on", "off", "yes", "no", "y", "n", "t", "f", "1", "0"})


class Call(NamedTuple):
    """One call in a template: `name` is the dotted path as written (`ref`, `dbt_utils.star`, `config`).

    `guard` is the condition under which it runs, `args` and `keywords` its terms; `open_keywords` names the `**` or `*`
    that hides more of them. Line and column count from 1; column 1 where only the line is known. `caller_of` names the
    macro whose `{% call %}` block holds the call: dbt runs that block only when the macro asks for `caller()`.
    """

    name: str
    args: tuple[Term, ...]
    keywords: tuple[tuple[str, Term], ...]
    open_keywords: str | None
    guard: Term
    line: int
    column: int
    caller_of: str = ""


class Block(NamedTuple):
    """A named part of a file: a macro, test, snapshot or materialization, or the body of the file itself.

    `params` are a macro's parameters with their defaults (None: required); `open` is whether its body reads `kwargs`,
    so that it takes any other keyword as well (https://jinja.palletsprojects.com/en/stable/templates/#macros).
    """

    kind: str
    name: str
    params: tuple[tuple[str, Term | None], ...]
    calls: tuple[Call, ...]
    line: int
    open: bool = False


class Condition(NamedTuple):
    """What stands out about the conditions of a template.

    Of the kinds `var` and `env_var`: a condition takes the truth of that call as it is; `held` says what its default
    is: boolean, switch (a text that reads like one), other, none, or open where the file does not decide. Of the kind
    `flag`: a flag is asked for below others, the `depth`-th of them.
    """

    kind: str
    name: str
    held: str
    line: int
    column: int
    depth: int = 0


class Facts(NamedTuple):
    """What one file says alone. `error` is (line, sentence) where it cannot be parsed; `ignores` stand in comments."""

    blocks: tuple[Block, ...]
    error: tuple[int, str] | None = None
    ignores: tuple[Ignore, ...] = ()
    conditions: tuple[Condition, ...] = ()


def held_of(term: Term) -> str:
    """Return what a value is to a condition: boolean, switch (a text that reads like one), other, or open."""
    if not isinstance(term, Const):
        return "open"
    if isinstance(term.value, bool):
        return "boolean"
    return "switch" if isinstance(term.value, str) and term.value.strip().lower() in _SWITCHES else "other"


def conjunction(left: Term, right: Term) -> Term:
    """Return `left and right`, simplified."""
    if isinstance(left, Const):
        return right if left.value else FALSE
    if isinstance(right, Const):
        return left if right.value else FALSE
    return bounded(Op("and", (left, right)))


def negation(term: Term) -> Term:
    """Return `not term`, simplified."""
    return Const(not term.value) if isinstance(term, Const) else bounded(Op("not", (term,)))


def fold(op: str, args: tuple[Term, ...]) -> Term:
    """Return the constant that the operator gives, or an open term; `and`, `or`, `if` stop early as Jinja does."""
    if op in ("and", "or"):
        return _shortcut(op, args)
    if op == "if":
        condition, then, otherwise = args
        return (then if condition.value else otherwise) if isinstance(condition, Const) else bounded(Op(op, args))
    if op == "not":
        return negation(args[0])
    if any(isinstance(arg, Opaque) for arg in args):
        # the whole expression, not just the part that hides it: texts are what unknown values are compared by
        text = describe(Op(op, args))
        return Opaque(text if len(text) <= MAX_TEXT else "an expression too large to follow")
    if all(isinstance(arg, Const) for arg in args):
        return _apply(op, [arg.value for arg in args if isinstance(arg, Const)])
    return bounded(Op(op, args))


def _shortcut(op: str, args: tuple[Term, ...]) -> Term:
    left, right = args
    if isinstance(left, Const):
        decided = not left.value if op == "and" else bool(left.value)
        return left if decided else right
    absorbing = op == "or"
    if isinstance(right, Const) and bool(right.value) == absorbing and not isinstance(left, Opaque):
        return bounded(Op(op, args))
    return left if left == right else bounded(Op(op, args))


def bounded(term: Op | Var) -> Term:
    """Return the term, or Opaque where it has grown too large to be followed."""
    size = 0
    waiting: list[Term | None] = [term]
    while waiting:
        one = waiting.pop()
        size += 1
        if size > MAX_SIZE:
            return Opaque("an expression too large to follow")
        if isinstance(one, Op):
            waiting += one.args
        elif isinstance(one, Var):
            waiting.append(one.default)
    return term


def _default(values: list[object]) -> object:
    value, fallback, also_false = values
    return fallback if value is None or (also_false and not value) else value


_OPERATORS: Mapping[str, Callable[[list[object]], object]] = {
    "==": lambda v: v[0] == v[1],
    "!=": lambda v: v[0] != v[1],
    "<": lambda v: v[0] < v[1],  # type: ignore[operator]  # a wrong type is caught below
    "<=": lambda v: v[0] <= v[1],  # type: ignore[operator]
    ">": lambda v: v[0] > v[1],  # type: ignore[operator]
    ">=": lambda v: v[0] >= v[1],  # type: ignore[operator]
    "in": lambda v: v[0] in v[1],  # type: ignore[operator]
    "~": lambda v: "".join(map(str, v)),
    "+": lambda v: v[0] + v[1],  # type: ignore[operator]
    "list": list,
    "dict": lambda v: dict(zip(v[::2], v[1::2], strict=True)),
    "item": lambda v: v[0][v[1]],  # type: ignore[index]
    "default": _default,
    "lower": lambda v: str(v[0]).lower(),
    "upper": lambda v: str(v[0]).upper(),
    "trim": lambda v: str(v[0]).strip(),
    "string": lambda v: str(v[0]),
    "int": lambda v: int(v[0]),  # type: ignore[call-overload]
    "bool": lambda v: v[0] if isinstance(v[0], bool) else str(v[0]).lower() == "true",
}

_BETWEEN = frozenset({"and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "~", "+"})


def _apply(op: str, values: list[object]) -> Term:
    try:
        value = _OPERATORS[op](values)
    except (TypeError, ValueError, KeyError, IndexError):
        return Opaque(f"{op} of {', '.join(map(_shown, values))}"[:120])
    return Const(value) if _fits(value) else Opaque("a value too large to follow")


def _fits(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_VALUE
    size, level = 0, [value]
    for _ in range(MAX_LEVELS):
        size += sum(len(one) if isinstance(one, str) else 1 for one in level)
        inner: list[object] = []
        for one in level:
            if isinstance(one, dict):
                inner += [*one, *one.values()]
            elif isinstance(one, list | tuple):
                inner += one
            if size + len(inner) > MAX_VALUE:
                return False
        if not inner:
            return True
        level = inner
    return False


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def evaluate(term: Term, params: Mapping[str, Term], variables: Callable[[Var], Term]) -> Term:
    """Return `term` with parameters put in and `var()` looked up: a Const, or the Opaque that hides it."""
    if isinstance(term, Const | Opaque):
        return term
    if isinstance(term, Param):
        bound = params.get(term.name, Opaque(f"the argument {term.name}"))
        return Opaque(f"the argument {bound.name}") if isinstance(bound, Param) else evaluate(bound, {}, variables)
    if isinstance(term, Var):
        default = None if term.default is None else evaluate(term.default, params, variables)
        return variables(Var(term.name, default))
    result = fold(term.op, tuple(evaluate(arg, params, variables) for arg in term.args))
    if isinstance(result, Op):
        return next(arg for arg in result.args if isinstance(arg, Opaque))  # what kept it from being folded
    return result


def describe(term: Term) -> str:
    """Return the term as a person would write it, for reasons and for comparing unrendered expressions."""
    if isinstance(term, Const):
        return repr(term.value)
    if isinstance(term, Param):
        return term.name
    if isinstance(term, Opaque):
        return term.text
    if isinstance(term, Var):
        return f"var('{term.name}'{'' if term.default is None else ', ' + describe(term.default)})"
    if term.op in _BETWEEN:
        return f" {term.op} ".join(map(_enclosed, term.args))
    return f"{term.op}({', '.join(map(describe, term.args))})"


def _enclosed(term: Term) -> str:
    """Return the term inside another: two that differ in their brackets alone must not read the same."""
    compound = isinstance(term, Op) and term.op in _BETWEEN
    return f"({describe(term)})" if compound or (isinstance(term, Opaque) and " " in term.text) else describe(term)

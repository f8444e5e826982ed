"""YAML values with Jinja in them to facts: what `var()` and constants decide is known, the rest is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Scalar, Sequence
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.sql.terms import Const, Opaque, Term, Var, describe, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.domain.node import Value
    from ringfence.domain.place import Place


class _Hidden(Exception):  # noqa: N818  (a way out of nested values, always caught here)
    def __init__(self, term: Term, place: Place, expression: str) -> None:
        self.term, self.place, self.expression = term, place, expression


def fact_of(item: Item, variables: Callable[[Var], Term]) -> Fact[Value]:
    """Return the rendered value of a YAML value; a single hidden part hides it all, because merging needs it whole."""
    try:
        return Known(_value(item, variables), item.place)
    except _Hidden as hidden:
        return Unknown(describe(hidden.term), hidden.place, hidden.expression)


def project_variables(layers: list[dict[str, object]]) -> Callable[[Var], Term]:
    """Return the lookup of `var()` over these mappings, strongest first; else the default in the call counts."""

    def lookup(variable: Var) -> Term:
        for layer in layers:
            if variable.name in layer:
                return Const(layer[variable.name])
        if isinstance(variable.default, Const):
            return variable.default
        if variable.default is not None:
            return variable.default
        return Opaque(f"var('{variable.name}'), which has neither a value nor a default")

    return lookup


def _value(item: Item, variables: Callable[[Var], Term]) -> Value:
    if isinstance(item, Scalar):
        if isinstance(item.value, str) and "{" in item.value and ("{{" in item.value or "{%" in item.value):
            return _rendered(item, variables)
        return item.value.removesuffix("\n") if isinstance(item.value, str) else item.value  # as Jinja does
    if isinstance(item, Sequence):
        return [_value(entry, variables) for entry in item.items]
    return {key: _value(value, variables) for key, (_, value) in item.entries().items()}


def _rendered(item: Scalar, variables: Callable[[Var], Term]) -> Value:
    from ringfence.sql import walker

    term = evaluate(walker.read_value(item.text), {}, variables)
    if isinstance(term, Const):
        return term.value
    raise _Hidden(term, item.place, item.text)

"""Jinja expressions to values, on the syntax tree: constants are folded, what only a run decides stays open."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, cast

from jinja2 import nodes

from ringfence.sql import methods
from ringfence.sql.openvalues import (
    MAX_ITEMS,
    UNDEFINED,
    Bound,
    Cell,
    Jinja,
    Open,
    Undefined,
    first_open,
    opened,
    truth,
)
from ringfence.sql.shape import Relation
from ringfence.sql.unparse import dotted, unparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.sql.skeleton import Template

_OPERATIONS: dict[type[nodes.Node], Callable[[object, object], object]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
    nodes.Pow: lambda left, right: _power(cast("int", left), cast("int", right)),
}
_COMPARISONS: dict[str, Callable[[Any, Any], object]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def _power(left: int, right: int) -> object:
    """Return a power that is small enough to be computed. Raises ValueError."""
    if abs(left) > 1000 or not 0 <= right <= 100:
        raise ValueError
    return left**right


_FAULTS = (TypeError, ValueError, KeyError, IndexError, ZeroDivisionError, OverflowError, AttributeError)


class Evaluator:
    """Evaluates the expressions of one template or macro body; `scope` holds what has been set."""

    def __init__(self, template: Template, scope: dict[str, Jinja]) -> None:
        self._template, self.scope = template, scope

    def value(self, node: nodes.Node) -> Jinja:
        """Return what an expression is worth."""
        self._template.step()
        rule = _RULES.get(type(node))
        if rule is not None:
            value = rule(self, node)
        else:
            value = self._operation(node) if isinstance(node, nodes.BinExpr) else Open(unparse(node))
        hidden = self._template.run.hidden
        return hidden[id(value)][1] if hidden and id(value) in hidden else value

    def _const(self, node: nodes.Const) -> Jinja:
        return node.value if methods.fits(node.value) else Open("a number too large to follow")

    def _name(self, node: nodes.Name) -> Jinja:
        if node.name in self.scope:
            return self.scope[node.name]
        return self._template.name(node.name, node.lineno)

    def _list(self, node: nodes.List | nodes.Tuple) -> Jinja:
        return [self.value(item) for item in node.items]

    def _dict(self, node: nodes.Dict) -> Jinja:
        made: dict[object, Jinja] = {}
        for pair in node.items:
            key = self.value(pair.key)
            if not isinstance(key, str | int | float | bool | None):
                return Open(unparse(node))
            made[key] = self.value(pair.value)
        return made

    def _and(self, node: nodes.And) -> Jinja:
        left = self.value(node.left)
        if isinstance(left, Open):
            right = self.value(node.right)
            return right if not isinstance(right, Open) and not truth(right) else left
        return self.value(node.right) if truth(left) else left

    def _or(self, node: nodes.Or) -> Jinja:
        left = self.value(node.left)
        if isinstance(left, Open):
            right = self.value(node.right)
            return right if right is True else left
        return left if truth(left) else self.value(node.right)

    def _not(self, node: nodes.Not) -> Jinja:
        value = self.value(node.node)
        return value.asked("not") if isinstance(value, Open) else not truth(value)

    def _negative(self, node: nodes.Neg) -> Jinja:
        value = self.value(node.node)
        return -value if isinstance(value, int | float) else opened(value) or Open(unparse(node))

    def _compare(self, node: nodes.Compare) -> Jinja:
        left = self.value(node.expr)
        result: Jinja = True
        for operand in node.ops:
            right = self.value(operand.expr)
            result = self._compared(operand.op, left, right, node)
            if isinstance(result, Open) or not result:
                return result
            left = right
        return result

    def _compared(self, name: str, left: Jinja, right: Jinja, node: nodes.Node) -> Jinja:
        hidden = first_open([left, right])
        if hidden is None and any(self._template.holds_marker(value) for value in (left, right)):
            hidden = Open(f"a comparison with what {unparse(node)} would be")
        if hidden is not None:
            return hidden.asked(f"{name} {left!r} {right!r}")
        try:
            return bool(_COMPARISONS[name](left, right))
        except _FAULTS:
            return Open(unparse(node))

    def _operation(self, node: nodes.BinExpr) -> Jinja:
        left, right = self.value(node.left), self.value(node.right)
        rule = _OPERATIONS.get(type(node))
        hidden = first_open([left, right])
        if isinstance(left, list) and isinstance(right, list) and isinstance(node, nodes.Add):
            return [*left, *right] if len(left) + len(right) <= MAX_ITEMS else Open("a list too large to follow")
        if hidden is not None:
            return hidden
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if rule is None or not (
            numbers or (isinstance(left, str) and isinstance(right, str) and isinstance(node, nodes.Add))
        ):
            return Open(unparse(node))
        try:
            value = rule(left, right)
        except _FAULTS:
            return Open(unparse(node))
        return value if methods.fits(value) else Open("a value too large to follow")

    def _concat(self, node: nodes.Concat) -> Jinja:
        made = "".join(self._template.text(self.value(part), part.lineno) for part in node.nodes)
        return made if methods.fits(made) else Open("a text too large to follow")

    def _conditional(self, node: nodes.CondExpr) -> Jinja:
        condition = self.value(node.test)
        if isinstance(condition, Open):
            condition = self._template.decide(condition, unparse(node.test))
        if truth(condition):
            return self.value(node.expr1)
        return UNDEFINED if node.expr2 is None else self.value(node.expr2)

    def _attribute(self, node: nodes.Getattr) -> Jinja:
        name = dotted(node)
        if name is not None and name.split(".", 1)[0] not in self.scope:
            return self._template.name(name, node.lineno)
        return self._member(self.value(node.node), node.attr, node)

    def _item(self, node: nodes.Getitem) -> Jinja:
        value = self.value(node.node)
        if isinstance(node.arg, nodes.Slice):
            parts = [
                None if part is None else self.value(part) for part in (node.arg.start, node.arg.stop, node.arg.step)
            ]
            if isinstance(value, str | list) and all(part is None or isinstance(part, int) for part in parts):
                return value[slice(*cast("list[int | None]", parts))]
            return opened(value) or Open(unparse(node))
        return self._member(value, self.value(node.arg), node)

    def _member(self, value: Jinja, key: Jinja, node: nodes.Node) -> Jinja:
        if isinstance(value, Open):
            return value.asked(str(key))
        if isinstance(value, Undefined):
            return value
        if isinstance(value, Cell):
            return value.values.get(str(key), UNDEFINED)
        if isinstance(value, Relation):
            return self._template.member(value, str(key))
        found = methods.method(value, key) if isinstance(key, str) and isinstance(node, nodes.Getattr) else None
        if found is not None:
            return Bound(str(key), lambda args, keywords: self._called(found, args, keywords, node))
        if isinstance(value, dict):
            return value.get(key, UNDEFINED) if isinstance(key, str | int | None) else Open(unparse(node))
        if isinstance(value, list | str) and isinstance(key, int):
            return value[key] if -len(value) <= key < len(value) else UNDEFINED
        return opened(key) or Open(unparse(node))

    def _called(
        self, function: Callable[..., Jinja], args: list[Jinja], keywords: dict[str, Jinja], node: nodes.Node
    ) -> Jinja:
        name = getattr(node, "attr", "")
        hidden = None if name in ("append", "extend", "insert", "update", "get", "setdefault") else first_open(args)
        if hidden is not None or any(
            isinstance(value, Open) for value in args[:1] if name in ("extend", "update", "get")
        ):
            return hidden or cast("Open", args[0])
        try:
            value = function(*args, **keywords)
        except _FAULTS:
            return Open(f"{unparse(node)}()")
        return value if methods.fits(value) else Open("a value too large to follow")

    def _filter(self, node: nodes.Filter) -> Jinja:
        args, keywords = self.arguments(node)
        value = self.value(cast("nodes.Expr", node.node))  # only the filter of a block has none
        made = methods.apply_filter(node.name, [value, *args], keywords)
        return made.asked(node.name) if isinstance(made, Open) else made

    def _test(self, node: nodes.Test) -> Jinja:
        args, _ = self.arguments(node)
        value = self.value(node.node)
        if isinstance(value, Relation | Bound | Cell):
            return {"none": False, "defined": True, "undefined": False, "string": False}.get(
                node.name, Open(unparse(node))
            )
        return methods.apply_test(node.name, [value, *args])

    def arguments(self, node: nodes.Call | nodes.Filter | nodes.Test) -> tuple[list[Jinja], dict[str, Jinja]]:
        """Return the values of positional and keyword arguments, `*` and `**` laid out."""
        args = [self.value(arg) for arg in node.args]
        keywords = {str(pair.key): self.value(pair.value) for pair in node.kwargs}
        if node.dyn_args is not None:
            more = self.value(node.dyn_args)
            args += more if isinstance(more, list) else [opened(more) or Open(unparse(node.dyn_args))]
        if node.dyn_kwargs is not None:
            named = self.value(node.dyn_kwargs)
            if isinstance(named, dict):
                keywords.update({str(key): value for key, value in named.items()})
            else:
                keywords["**"] = opened(named) or Open(unparse(node.dyn_kwargs))
        return args, keywords

    def call(self, node: nodes.Call) -> Jinja:
        """Return what a call gives."""
        args, keywords = self.arguments(node)
        inner = node.node
        if isinstance(inner, nodes.Call) and dotted(inner.node) == "adapter.dispatch":
            return self._template.dispatched(*self.arguments(inner), args, keywords, node.lineno)
        name = dotted(inner)
        if name is not None and name.split(".", 1)[0] not in self.scope:
            return self._template.called(name, args, keywords, node.lineno)
        function = self.value(inner)
        if isinstance(function, Bound):
            return function.call(args, keywords)
        return opened(function) or Open(unparse(node))


_RULES: dict[type[nodes.Node], Callable[[Evaluator, nodes.Node], Jinja]] = cast(
    "dict[type[nodes.Node], Callable[[Evaluator, nodes.Node], Jinja]]",
    {
        nodes.Const: Evaluator._const,
        nodes.TemplateData: lambda _, node: node.data,
        nodes.Name: Evaluator._name,
        nodes.List: Evaluator._list,
        nodes.Tuple: Evaluator._list,
        nodes.Dict: Evaluator._dict,
        nodes.And: Evaluator._and,
        nodes.Or: Evaluator._or,
        nodes.Not: Evaluator._not,
        nodes.Neg: Evaluator._negative,
        nodes.Compare: Evaluator._compare,
        nodes.Concat: Evaluator._concat,
        nodes.CondExpr: Evaluator._conditional,
        nodes.Getattr: Evaluator._attribute,
        nodes.Getitem: Evaluator._item,
        nodes.Filter: Evaluator._filter,
        nodes.Test: Evaluator._test,
        nodes.Call: Evaluator.call,
    },
)

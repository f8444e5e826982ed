"""What the walker notes of conditions: the bare truth of `var()` and `env_var()`, and flags asked for below flags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import nodes

from ringfence.domain.flagnames import macro_of
from ringfence.sql.terms import Condition, Const, Op, Opaque, Var, held_of
from ringfence.sql.unparse import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ringfence.sql.terms import Term

# As the walker writes an expression that holds a call of ours.
_FLAG = re.compile(r"(?<![\w.'\"])ringfence\.(?:flag|variation|rollout|kill)\(")
_ENVIRONMENT = re.compile(r"env_var\('([^'\\]*)'(?:, (.*))?\)")


class Conditions:
    """Collected while a template is walked. `depth` counts the flags that decide whether the walker's place is met."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._places: dict[int, tuple[int, int]] = {}
        self.found: list[Condition] = []
        self.depth = 0

    def called(self, node: nodes.Call, name: str, line: int, column: int) -> int:
        """Take note of a call; return 1 where it asks for a flag, so that its arguments stand below one, else 0."""
        self._places[id(node)] = line, column
        if macro_of(name) is None:
            return 0
        first = node.args[0] if node.args else None
        flag = str(first.value) if isinstance(first, nodes.Const) else ""
        if self.depth:
            self.found.append(Condition("flag", flag, "", line, column, self.depth + 1))
        return 1

    def take(self, test: nodes.Node, condition: Term, scope: Mapping[str, Term]) -> int:
        """Take note of a condition that was walked; return 1 where a flag has a say in it, else 0."""
        self.found += self._truths(test, scope)
        return int(flags_in(condition))

    def _truths(self, node: nodes.Node, scope: Mapping[str, Term]) -> Iterator[Condition]:
        if isinstance(node, nodes.And | nodes.Or):
            yield from self._truths(node.left, scope)
            yield from self._truths(node.right, scope)
        elif isinstance(node, nodes.Not):
            yield from self._truths(node.node, scope)
        elif isinstance(node, nodes.Call):
            called = dotted(node.node)
            first = node.args[0] if node.args else None
            if called in ("var", "env_var") and isinstance(first, nodes.Const):
                default = node.args[1] if len(node.args) > 1 else next((one.value for one in node.kwargs), None)
                yield Condition(called, str(first.value), _held_by(default), *self._places[id(node)])
        elif isinstance(node, nodes.Name):
            yield from self._named(node, scope.get(node.name))

    def _named(self, node: nodes.Name, term: Term | None) -> Iterator[Condition]:
        """Yield what is asked where a name stands for one of the calls: `{% set x = var('x') %}{% if x %}`."""
        found = re.search(rf"\b{re.escape(node.name)}\b", self._lines[node.lineno - 1])
        place = node.lineno, found.start() + 1 if found else 1
        if isinstance(term, Var):
            held = "none" if term.default is None else held_of(term.default)
            yield Condition("var", term.name, held, *place)
        elif isinstance(term, Opaque) and (called := _ENVIRONMENT.fullmatch(term.text)) is not None:
            yield Condition("env_var", called[1], _held_by_text(called[2]), *place)


def flags_in(condition: Term) -> bool:
    """Return whether a condition asks for a flag."""
    waiting = [condition]
    while waiting:
        term = waiting.pop()
        if isinstance(term, Op):
            waiting += term.args
        elif isinstance(term, Opaque) and _FLAG.search(term.text):
            return True
    return False


def _held_by(default: nodes.Expr | None) -> str:
    if default is None:
        return "none"
    if isinstance(default, nodes.List | nodes.Dict | nodes.Tuple):
        return "other"
    return held_of(Const(default.value)) if isinstance(default, nodes.Const) else "open"


def _held_by_text(default: str | None) -> str:
    """Return the same of a default as the walker writes it."""
    if default is None:
        return "none"
    if default in ("True", "False"):
        return "boolean"
    return held_of(Const(default[1:-1])) if default[:1] in "'\"" else "open"

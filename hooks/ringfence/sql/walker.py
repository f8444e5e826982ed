"""Syntax tree to facts: which calls a template makes, with which terms, under which condition.

Loops over literals are unrolled, `{% set %}` is followed, a branch that dbt never takes while it parses (`execute`,
`is_incremental()`) is guarded by a false constant. Nothing is rendered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from jinja2 import nodes

from ringfence.sql import jinja
from ringfence.sql.conditions import Conditions
from ringfence.sql.terms import (
    FALSE,
    TRUE,
    Block,
    Call,
    Const,
    Facts,
    Op,
    Opaque,
    Param,
    Term,
    Var,
    bounded,
    conjunction,
    fold,
    negation,
)
from ringfence.sql.unparse import dotted, literal, unparse

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_UNROLLED = 1000
MAX_BITS = 10_000  # of a number: Python does not write longer ones out
_NEWLINE = re.compile(r"\r\n|\r|\n")  # what Jinja counts
_MUTATORS = frozenset(
    {"append", "extend", "insert", "pop", "remove", "clear", "update", "sort", "reverse", "setdefault"}
)
_FILTERS = {
    "lower": "lower",
    "upper": "upper",
    "trim": "trim",
    "string": "string",
    "int": "int",
    "as_bool": "bool",
    "as_text": "string",
}
_IDENTITY_FILTERS = frozenset({"as_native", "as_number", "list", "safe"})
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in"}
# What dbt's context holds while it parses a project: nothing has been executed yet.
_PARSE_TIME = {"execute": FALSE}
_NOTHING = Const(None)
_PARSE_TIME_CALLS = {"is_incremental": FALSE, "run_query": _NOTHING, "load_result": _NOTHING}


def read(source: str) -> Facts:
    """Return the facts of a template: its body first, then its named blocks in order of appearance.

    Of a source that cannot be parsed as a whole only the definitions, where they can be: dbt reads nothing else of a
    file of macros.
    """
    try:
        template = jinja.parse(source)
    except jinja.JinjaError as error:
        defined = jinja.definitions(source)
        inner = read(defined) if defined and defined != source else Facts(())
        return Facts(inner.blocks[1:] if inner.error is None else (), (error.line, str(error)))
    walker = _Walker(source)
    try:
        body = walker.block("body", "", [], [], template.body, 1)
    except RecursionError:
        return Facts((), (1, "nests too deeply"))
    return Facts((body, *walker.blocks), conditions=tuple(dict.fromkeys(walker.conditions.found)))


def read_value(text: str) -> Term:
    """Return the term of a YAML string that holds Jinja: `{{ expression }}` alone keeps its type, a mixture is text."""
    try:
        template = jinja.parse(text)
        expression = jinja.parse_expression(text)
        walker = _Walker(text)
        if expression is not None:
            return walker.term(expression, {}, TRUE)
        if all(isinstance(node, nodes.Output) for node in template.body):
            parts = [walker.term(part, {}, TRUE) for node in template.body for part in cast("nodes.Output", node).nodes]
            return parts[0] if len(parts) == 1 else fold("~", tuple(parts))
    except jinja.JinjaError as error:
        return Opaque(f"{text.strip()} ({error})")
    except RecursionError:
        return Opaque("an expression that nests too deeply")
    return Opaque(text.strip())


class _Walker:
    def __init__(self, source: str) -> None:
        self.blocks: list[Block] = []
        self._lines = _NEWLINE.split(source)
        self._taken: dict[tuple[int, str], int] = {}
        self._calls: list[Call] = []
        self._unrolled = 0
        self._caller_of = ""
        self._mutated: frozenset[str] = frozenset()
        self.conditions = Conditions(self._lines)

    def block(
        self,
        kind: str,
        name: str,
        args: Sequence[nodes.Name],
        defaults: Sequence[nodes.Expr],
        body: list[nodes.Node],
        line: int,
    ) -> Block:
        """Return one block; the blocks defined inside it are added to `self.blocks`."""
        outer, self._calls = self._calls, []
        outer_mutated, self._mutated = self._mutated, _mutated_names(body)
        terms: list[Term | None] = [None] * (len(args) - len(defaults))
        terms += [self.term(default, {}, TRUE) for default in defaults]
        scope: dict[str, Term] = {}
        for arg in args:
            self._bind(arg, Param(arg.name), scope)
        self._statements(body, scope, TRUE)
        params = tuple(zip((arg.name for arg in args), terms, strict=True))
        takes_any = kind != "body" and any(
            found.name == "kwargs" for part in body for found in part.find_all(nodes.Name)
        )
        made = Block(kind, name, params, tuple(self._calls), line, takes_any)
        self._calls, self._mutated = outer, outer_mutated
        return made

    # statements

    def _statements(self, body: list[nodes.Node], scope: dict[str, Term], guard: Term) -> None:
        for node in body:
            self._statement(node, scope, guard)

    def _statement(self, node: nodes.Node, scope: dict[str, Term], guard: Term) -> None:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    self.term(part, scope, guard)
        elif isinstance(node, nodes.If):
            self._if(node, scope, guard)
        elif isinstance(node, nodes.For):
            self._for(node, scope, guard)
        elif isinstance(node, nodes.Macro):
            kind, _, name = node.name.rpartition(":")
            self.blocks.append(self.block(kind or "macro", name, node.args, node.defaults, node.body, node.lineno))
        elif isinstance(node, nodes.Assign):
            self._bind(node.target, self.term(node.node, scope, guard), scope)
        elif isinstance(node, nodes.Expr):
            self.term(node, scope, guard)
        else:
            self._inner(node, scope, guard)

    def _inner(self, node: nodes.Node, scope: dict[str, Term], guard: Term) -> None:
        """Take a statement whose body has a scope of its own: what it sets is not seen after it."""
        inside = dict(scope)
        if isinstance(node, nodes.AssignBlock):
            self._statements(node.body, inside, guard)
            self._bind(node.target, Opaque("a {% set %} block"), scope)
        elif isinstance(node, nodes.CallBlock):
            self.term(node.call, scope, guard)
            outer, self._caller_of = self._caller_of, dotted(node.call.node) or "?"
            inside.update((arg.name, Opaque(f"the argument {arg.name} of caller()")) for arg in node.args)
            self._statements(node.body, inside, guard)
            self._caller_of = outer
        elif isinstance(node, nodes.With):
            for target, value in zip(node.targets, node.values, strict=True):
                self._bind(target, self.term(value, scope, guard), inside)
            self._statements(node.body, inside, guard)
        else:
            for child in node.iter_child_nodes():
                self._statement(child, inside, guard)

    def _if(self, node: nodes.If, scope: dict[str, Term], guard: Term) -> None:
        remaining = guard
        results: list[tuple[Term, dict[str, Term]]] = []
        depth = self.conditions.depth
        for test, body in [(node.test, node.body), *((branch.test, branch.body) for branch in node.elif_)]:
            outer, self.conditions.depth = self.conditions.depth, depth
            condition = self.term(test, scope, remaining)
            self.conditions.depth = max(outer, depth + self.conditions.take(test, condition, scope))
            inside = dict(scope)
            self._statements(body, inside, conjunction(remaining, condition))
            results.append((condition, inside))
            remaining = conjunction(remaining, negation(condition))
        last = dict(scope)
        self._statements(node.else_, last, remaining)
        self.conditions.depth = depth
        for condition, inside in reversed(results):
            last = _joined(condition, inside, last)
        scope.update(last)

    def _for(self, node: nodes.For, scope: dict[str, Term], guard: Term) -> None:
        iterable = self.term(node.iter, scope, guard)
        items = _items(iterable)
        plain = node.test is None and not node.recursive and not any(_leaves(inner) for inner in node.body)
        if items is not None and plain and self._unrolled + len(items) <= MAX_UNROLLED:
            self._unrolled += len(items)
            # what is never run is read all the same, for the names it mentions
            for item in items or [_NOTHING]:
                inside = {**scope, "loop": Opaque("loop")}
                self._bind(node.target, item, inside)
                self._statements(node.body, inside, guard if items else FALSE)
            self._statements(node.else_, dict(scope), guard if not items else FALSE)
            return
        inside = {**scope, "loop": Opaque("loop")}
        self._bind(node.target, Opaque(f"an item of {unparse(node.iter)}"), inside)
        some: Term = Opaque(f"a loop over {unparse(node.iter)}")
        none = some
        if plain and isinstance(iterable, Var | Param | Op):
            some, none = iterable, negation(iterable)  # what the body does whatever the item, it does if there is one
        if node.test is not None:
            self.term(node.test, inside, conjunction(guard, some))
        self._statements(node.body, inside, conjunction(guard, some))
        self._statements(node.else_, dict(scope), conjunction(guard, none))

    def _bind(self, target: nodes.Node, value: Term, scope: dict[str, Term]) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = (
                Opaque(f"{target.name}, which is changed in place") if target.name in self._mutated else value
            )
        elif isinstance(target, nodes.Tuple):
            items = _items(value)
            for position, part in enumerate(target.items):
                known = items is not None and len(items) == len(target.items)
                self._bind(part, items[position] if known and items is not None else Opaque("an unpacked value"), scope)

    # expressions

    def term(self, node: nodes.Node, scope: dict[str, Term], guard: Term) -> Term:
        """Return what an expression is worth and record the calls it makes."""
        if isinstance(node, nodes.Const):
            huge = isinstance(node.value, int) and node.value.bit_length() > MAX_BITS
            return Opaque(literal(node.value)) if huge else Const(node.value)
        if isinstance(node, nodes.TemplateData):
            return Const(node.data)
        if isinstance(node, nodes.Name):
            return scope.get(node.name) or _PARSE_TIME.get(node.name) or Opaque(node.name)
        if isinstance(node, nodes.Call):
            return self._call(node, scope, guard)
        if isinstance(node, nodes.And | nodes.Or):
            left = self.term(node.left, scope, guard)
            runs = left if isinstance(node, nodes.And) else negation(left)
            right = self.term(node.right, scope, conjunction(guard, runs))
            return fold("and" if isinstance(node, nodes.And) else "or", (left, right))
        if isinstance(node, nodes.CondExpr):
            return self._conditional(node, scope, guard)
        return self._operator(node, scope, guard)

    def _operator(self, node: nodes.Node, scope: dict[str, Term], guard: Term) -> Term:
        parts = [self.term(child, scope, guard) for child in _operands(node)]
        if isinstance(node, nodes.List | nodes.Tuple):
            return fold("list", tuple(parts))
        if isinstance(node, nodes.Dict):
            return fold("dict", tuple(parts))
        if isinstance(node, nodes.Not):
            return fold("not", tuple(parts))
        if isinstance(node, nodes.Compare) and len(node.ops) == 1:
            operator = node.ops[0].op
            if operator == "notin":
                return negation(fold("in", tuple(parts)))
            return fold(_COMPARISONS[operator], tuple(parts))
        if isinstance(node, nodes.Concat | nodes.Add):
            return fold("~" if isinstance(node, nodes.Concat) else "+", tuple(parts))
        if isinstance(node, nodes.Getitem | nodes.Getattr) and parts[0] == _NOTHING:
            return _NOTHING
        if isinstance(node, nodes.Getitem | nodes.Getattr) and not isinstance(parts[0], Opaque):
            key = parts[1] if isinstance(node, nodes.Getitem) and len(parts) > 1 else Const(getattr(node, "attr", None))
            return fold("item", (parts[0], key))
        if isinstance(node, nodes.Filter) and parts:
            return self._filter(node, parts)
        return Opaque(unparse(node))

    def _filter(self, node: nodes.Filter, parts: list[Term]) -> Term:
        if node.name in _IDENTITY_FILTERS:
            return parts[0]
        if node.name in ("default", "d"):
            return fold("default", tuple([*parts, Const(""), FALSE][:3] if len(parts) == 1 else [*parts, FALSE][:3]))
        operator = _FILTERS.get(node.name)
        return fold(operator, (parts[0],)) if operator is not None and len(parts) == 1 else Opaque(unparse(node))

    def _conditional(self, node: nodes.CondExpr, scope: dict[str, Term], guard: Term) -> Term:
        condition = self.term(node.test, scope, guard)
        flags = self.conditions.take(node.test, condition, scope)
        self.conditions.depth += flags
        then = self.term(node.expr1, scope, conjunction(guard, condition))
        otherwise: Term = Const("")
        if node.expr2 is not None:
            otherwise = self.term(node.expr2, scope, conjunction(guard, negation(condition)))
        self.conditions.depth -= flags
        return fold("if", (condition, then, otherwise))

    def _call(self, node: nodes.Call, scope: dict[str, Term], guard: Term) -> Term:
        of: Term | None = None
        name = self._dispatched(node, scope, guard) or self._from_context(node.node, scope) or dotted(node.node)
        if name is None or name.split(".", 1)[0] in scope:
            of = self.term(node.node, scope, guard)
            name = ""
        line, column = self._position(node.lineno, name)  # before those of the arguments, which stand behind it
        flags = self.conditions.called(node, name, line, column)
        self.conditions.depth += flags
        settings = _settings(node) if name == "config" else None
        args = () if settings is not None else tuple(self.term(arg, scope, guard) for arg in node.args)
        pairs = settings or [(pair.key, pair.value) for pair in node.kwargs]
        keywords = tuple((key, self.term(value, scope, guard)) for key, value in pairs)
        self.conditions.depth -= flags
        hidden = next((unparse(extra) for extra in (node.dyn_args, node.dyn_kwargs) if extra is not None), None)
        if name == "return" and len(args) == 1:
            return args[0]
        if name == "dict" and not args and not hidden:
            return fold("dict", tuple(side for key, value in keywords for side in (Const(key), value)))
        if name == "range" and not keywords and not hidden and (numbers := _range(args)) is not None:
            return numbers
        if name == "var" and args and isinstance(args[0], Const):
            default = args[1] if len(args) > 1 else dict(keywords).get("default")
            return bounded(Var(str(args[0].value), default))
        if name:
            self._calls.append(Call(name, args, keywords, hidden, guard, line, column, self._caller_of))
            return _PARSE_TIME_CALLS.get(name) or Opaque(unparse(node))
        return _NOTHING if of == _NOTHING else Opaque(unparse(node))

    def _dispatched(self, node: nodes.Call, scope: dict[str, Term], guard: Term) -> str | None:
        """Return `adapter.dispatch:namespace:macro` for `adapter.dispatch('macro', 'namespace')(...)`, else None."""
        inner = node.node
        if not isinstance(inner, nodes.Call) or dotted(inner.node) != "adapter.dispatch":
            return None
        given = [self.term(arg, scope, guard) for arg in inner.args]
        named = {pair.key: self.term(pair.value, scope, guard) for pair in inner.kwargs}
        macro = given[0] if given else named.get("macro_name")
        namespace = given[1] if len(given) > 1 else named.get("macro_namespace")
        if not isinstance(macro, Const):
            return None
        return f"adapter.dispatch:{namespace.value if isinstance(namespace, Const) else ''}:{macro.value}"

    def _from_context(self, node: nodes.Node, scope: dict[str, Term]) -> str | None:
        """Return `x` for `context['x']`, the other way to call a macro, where the file alone decides the name."""
        if not isinstance(node, nodes.Getitem) or dotted(node.node) != "context":
            return None
        named = self.term(node.arg, scope, FALSE)
        return str(named.value) if isinstance(named, Const) else None

    def _position(self, line: int, name: str) -> tuple[int, int]:
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        # neither a method, nor the head of a definition
        pattern = re.compile(rf"(?<![\w.])(?<!macro )(?<!test ){re.escape(name)}\s*\(")
        # an unrolled loop meets the same call again: it starts over
        found = pattern.search(text, self._taken.get((line, name), 0)) or pattern.search(text)
        if found is None:
            return line, 1
        self._taken[line, name] = found.end()
        return line, found.start() + 1


def _settings(node: nodes.Call) -> list[tuple[str, nodes.Expr]] | None:
    """Return the pairs of `config({'key': value})`, so that one hidden value does not hide the others."""
    given = node.args[0] if len(node.args) == 1 and not node.kwargs else None
    if not isinstance(given, nodes.Dict):
        return None
    pairs = [(pair.key.value, pair.value) for pair in given.items if isinstance(pair.key, nodes.Const)]
    return [(str(key), value) for key, value in pairs] if len(pairs) == len(given.items) else None


def _range(args: tuple[Term, ...]) -> Term | None:
    """Return the numbers of `range()`, where the file decides them and they are not too many."""
    given = [arg.value for arg in args if isinstance(arg, Const) and isinstance(arg.value, int)]
    if not 1 <= len(given) == len(args) <= 3 or given[2:] == [0]:
        return None
    numbers = range(*given)
    return None if numbers[MAX_UNROLLED:] else Const(list(numbers))


def _operands(node: nodes.Node) -> list[nodes.Node]:
    if isinstance(node, nodes.Dict):
        return [side for pair in node.items for side in (pair.key, pair.value)]
    if isinstance(node, nodes.Compare):
        return [node.expr, *(operand.expr for operand in node.ops)]
    return list(node.iter_child_nodes())


def _items(term: Term) -> list[Term] | None:
    if isinstance(term, Const) and isinstance(term.value, list | tuple | dict):
        return [Const(value) for value in term.value]
    if term == _NOTHING:
        return []
    if isinstance(term, Op) and term.op == "list":
        return list(term.args)
    return None


def _joined(condition: Term, then: dict[str, Term], otherwise: dict[str, Term]) -> dict[str, Term]:
    if isinstance(condition, Const):
        return then if condition.value else otherwise
    joined: dict[str, Term] = {}
    for name in {**otherwise, **then}:
        left, right = then.get(name, Opaque(name)), otherwise.get(name, Opaque(name))
        joined[name] = left if left == right else fold("if", (condition, left, right))
    return joined


def _mutated_names(body: list[nodes.Node]) -> frozenset[str]:
    """Return the names whose lists or dicts some call changes, by whichever of their names it does so."""
    found: set[str] = set()
    same: list[set[str]] = []
    for node in body:
        for call in node.find_all(nodes.Call):
            target = call.node
            if isinstance(target, nodes.Getattr) and target.attr in _MUTATORS and (name := _base(target.node)):
                found.add(name)
        for made in [node, *node.find_all((nodes.Assign, nodes.For))]:
            if isinstance(made, nodes.Assign | nodes.For):
                value = made.node if isinstance(made, nodes.Assign) else made.iter
                same.append(_shared(made.target) | _shared(value))
    known = -1
    while known < len(found):
        known = len(found)
        for names in same:
            if names & found:
                found |= names
    return frozenset(found)


def _shared(node: nodes.Node) -> set[str]:
    """Return the names whose value an expression hands on uncopied."""
    if isinstance(node, nodes.Name):
        return {node.name}
    inner: list[nodes.Expr] = []
    if isinstance(node, nodes.List | nodes.Tuple):
        inner = node.items
    elif isinstance(node, nodes.Dict):
        inner = [pair.value for pair in node.items]
    elif isinstance(node, nodes.And | nodes.Or):
        inner = [node.left, node.right]
    elif isinstance(node, nodes.CondExpr):
        inner = [node.expr1, *([] if node.expr2 is None else [node.expr2])]
    return set().union(*map(_shared, inner))


def _base(node: nodes.Node) -> str | None:
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else None


def _leaves(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Break | nodes.Continue) or any(
        True for _ in node.find_all((nodes.Break, nodes.Continue))
    )

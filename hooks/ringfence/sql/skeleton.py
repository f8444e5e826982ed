"""Jinja source to the SQL texts it can become, with markers for what only a run decides. Nothing of dbt is run.

Statements are followed on the syntax tree: loops over known lists are unrolled, macros are written out where their
source is at hand. A condition that stays open makes one text for each way, unless all ways mean the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from jinja2 import nodes

from ringfence.sql import choices, context, jinja, known_macros, marker
from ringfence.sql.evaluate import Evaluator
from ringfence.sql.jinja_parts import acts, all_of, assigned, assigned_in, edge, names_in, returns
from ringfence.sql.openvalues import (
    MAX_TEXT,
    UNDEFINED,
    Bound,
    Cell,
    Jinja,
    Open,
    Undefined,
    first_open,
    truth,
)
from ringfence.sql.reading import Reading, Refused, Run, TooLarge
from ringfence.sql.shape import Gap, Merged, Relation, Spread
from ringfence.sql.unparse import dotted, unparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.sql.quick import Parts


MAX_VARIANTS = 16
MAX_DEPTH = 20  # of macros in macros
# Namespaces of macros that are known by what they produce.
_DBT = ("dbt", "dbt_utils", "dbt_date")
_PARENTS = {"redshift": ("redshift", "postgres"), "databricks": ("databricks", "spark"), "fabricspark": ("spark",)}


class _Return(Exception):  # noqa: N818
    def __init__(self, value: Jinja) -> None:
        self.value = value


class _Leave(Exception):  # noqa: N818
    def __init__(self, again: bool) -> None:  # noqa: FBT001  (continue or break)
        self.again = again


class Template:
    """Writes one template, or one macro's body, on one way. `site` is the line that a macro is called from."""

    def __init__(self, run: Run, package: str = "", site: int | None = None, depth: int = 0) -> None:
        self.run, self.reading = run, run.reading
        self.package, self._site, self.depth = package, site, depth
        self._out: list[str] = []
        self._length = 0
        self._assigned: frozenset[str] = frozenset()

    def write(self, body: list[nodes.Node], scope: dict[str, Jinja], macro: nodes.Macro | None = None) -> str:
        """Return the text that statements make, those of a macro where one is named. Raises TooLarge, Refused."""
        self._assigned = assigned(body) if macro is None else assigned_in(macro)
        self._statements(body, Evaluator(self, scope))
        return "".join(self._out)

    def step(self) -> None:
        """Count one step of work. Raises TooLarge."""
        self.reading.step()

    # what expressions ask

    def line(self, line: int) -> int:
        """Return the line of the file itself that a line of this body belongs to."""
        return line if self._site is None else self._site

    def text(self, value: Jinja, line: int) -> str:
        """Return what a value reads in SQL: a marker where it is open, a relation, or more than text."""
        if isinstance(value, str):
            return value
        if isinstance(value, Undefined):
            return ""
        if isinstance(value, Relation | Spread | Merged):
            return self.reading.mark(value)
        hidden = first_open([value])
        if hidden is None:
            return str(value)
        line = self.line(line)
        self.reading.hidden[hidden.why, line] = None
        return self.reading.mark(Gap(f"{hidden.why}, line {line}"))

    def holds_marker(self, value: Jinja) -> bool:
        """Return whether a text is made of markers in part."""
        return isinstance(value, str) and marker.PATTERN.search(value) is not None

    def decide(self, condition: Open, text: str) -> bool:
        """Return the way that this run takes at an open condition; the same question has one answer."""
        run = self.run
        key = condition.key or f"#{len(run.taken)}"
        if key not in run.decided:
            place = len(run.taken)
            run.taken.append(run.given[place] if place < len(run.given) else True)
            run.asked.append(text)
            run.decided[key] = run.taken[place]
        return run.decided[key]

    def name(self, name: str, line: int) -> Jinja:
        """Return what a name of dbt's context is worth."""
        if name in self._assigned:
            return UNDEFINED
        found = context.value(self, name)
        if found is not None:
            return found
        if self._find(name) is not None or known_macros.knows(name):
            return Bound(name, lambda args, keywords: self.called(name, args, keywords, line))
        return Open(name)

    def member(self, relation: Relation, name: str) -> Jinja:
        """Return an attribute or method of a relation."""
        if name in ("include", "quote", "render"):
            return Bound(name, lambda _args, _keywords: relation)
        return Open(f"{relation.label}.{name}", f"{relation.label}.{name}")

    def called(self, name: str, args: list[Jinja], keywords: dict[str, Jinja], line: int) -> Jinja:
        """Return what a call of a name gives: dbt's own functions, macros that are written out, macros known."""
        self.step()
        if name == "return":
            raise _Return(args[0] if args else None)
        if name in ("exceptions.raise_compiler_error", "exceptions.raise_not_implemented"):
            raise Refused
        function = context.FUNCTIONS.get(name)
        if function is not None:
            return function(context.Asked(self, args, keywords, line))
        return self._macro_called(name, args, keywords, line)

    def _macro_called(self, name: str, args: list[Jinja], keywords: dict[str, Jinja], line: int) -> Jinja:
        package, _, bare = name.rpartition(".")
        if known_macros.knows(name) and package in ("", *_DBT):
            own = None if package else self._find(name)
            for prefix in self.prefixes() if own is None else ():
                own = own or self.reading.macro(f"{prefix}__{bare}")  # the project's own version of what is known
            if own is None:
                return known_macros.call(self, name, args, keywords, line)
            return self.written(own, package, args, keywords, line)
        found = self._find(name)
        if found is None:
            unseen = Open(f"macro {name}")
            self.run.hide([value for value in (*args, *keywords.values()) if isinstance(value, list | dict)], unseen)
            return unseen
        return self.written(found, package or self.package, args, keywords, line)

    def _find(self, name: str) -> nodes.Macro | None:
        if "." not in name and self.package:
            found = self.reading.macro(f"{self.package}.{name}")
            if found is not None:
                return found
        return self.reading.macro(name) if name.count(".") <= 1 else None

    def prefixes(self) -> tuple[str, ...]:
        """Return the prefixes of an adapter's own macros, its own first."""
        adapter = self.reading.adapter
        return () if adapter is None else (*_PARENTS.get(adapter, (adapter,)), "default")

    def dispatched(
        self, chosen: list[Jinja], named: dict[str, Jinja], args: list[Jinja], keywords: dict[str, Jinja], line: int
    ) -> Jinja:
        """Return what `adapter.dispatch(macro, namespace)(...)` gives.

        The project's own macros come first, then those of the namespace.
        https://docs.getdbt.com/reference/dbt-jinja-functions/dispatch
        """
        macro = chosen[0] if chosen else named.get("macro_name")
        namespace = chosen[1] if len(chosen) > 1 else named.get("macro_namespace")
        if not isinstance(macro, str) or not isinstance(namespace, str | None) or self.reading.adapter is None:
            return Open("adapter.dispatch")
        places = ["", namespace] if namespace else [self.package, ""]
        for place in places:
            for prefix in self.prefixes():
                found = self.reading.macro(f"{place}.{prefix}__{macro}" if place else f"{prefix}__{macro}")
                if found is not None:
                    return self.written(found, place or self.package, args, keywords, line)
        return Open(f"adapter.dispatch of {macro}")

    def written(
        self, macro: nodes.Macro, package: str, args: list[Jinja], keywords: dict[str, Jinja], line: int
    ) -> Jinja:
        """Return what a macro gives whose definition is at hand: the text of its body, or what it returns."""
        if self.depth >= MAX_DEPTH:
            return Open(f"macro {macro.name}, which calls itself too often")
        same = f"{id(macro)} {args!r} {keywords!r}" if all(map(_is_plain, (*args, *keywords.values()))) else ""
        if same in self.run.written:
            return self.run.written[same]
        made = self._written(macro, package, args, keywords, line)
        if same and _is_plain(made):
            self.run.written[same] = made = Open(made.why, made.key or same) if isinstance(made, Open) else made
        return made

    def _written(
        self, macro: nodes.Macro, package: str, args: list[Jinja], keywords: dict[str, Jinja], line: int
    ) -> Jinja:
        inside = Template(self.run, package, self.line(line), self.depth + 1)
        scope = inside.bound(macro, args, dict(keywords))
        if isinstance(scope, Open):
            return scope
        try:
            made = inside.write(macro.body, scope, macro)
        except _Return as result:
            return result.value
        self._grow(len(made))
        return made

    def bound(self, macro: nodes.Macro, args: list[Jinja], keywords: dict[str, Jinja]) -> dict[str, Jinja] | Open:
        """Return the scope of a macro's body, open where its arguments are not all seen."""
        if "**" in keywords or (len(args) > len(macro.args) and "varargs" not in names_in(macro)):
            return Open(f"the arguments of macro {macro.name}")
        scope: dict[str, Jinja] = {}
        evaluator = Evaluator(self, scope)
        first_default = len(macro.args) - len(macro.defaults)
        for position, parameter in enumerate(macro.args):
            if position < len(args):
                scope[parameter.name] = args[position]
            elif parameter.name in keywords:
                scope[parameter.name] = keywords.pop(parameter.name)
            elif position >= first_default:
                scope[parameter.name] = evaluator.value(macro.defaults[position - first_default])
            else:
                scope[parameter.name] = UNDEFINED
        scope["varargs"], scope["kwargs"] = args[len(macro.args) :], keywords
        return scope

    def rendered(self, source: str, line: int) -> Jinja:
        """Return the text of a template inside a value."""
        if self.depth >= MAX_DEPTH:
            return Open("a value whose Jinja goes too deep")
        try:
            body = jinja.parse(source).body
        except jinja.JinjaError:
            return Open("a value whose Jinja cannot be parsed")
        return Template(self.run, self.package, self.line(line), self.depth + 1).write(body, {})

    # statements

    def _emit(self, text: str) -> None:
        self._grow(len(text))
        self._out.append(text)

    def _grow(self, length: int) -> None:
        self._length += length
        if self._length > MAX_TEXT:
            raise TooLarge

    def _statements(self, body: list[nodes.Node], evaluator: Evaluator) -> None:
        for node in body:
            self.step()
            rule = _STATEMENTS.get(type(node))
            if rule is None:
                self._emit(self.text(Open(f"a {type(node).__name__.lower()} statement"), node.lineno))
            else:
                rule(self, node, evaluator)

    def _output(self, node: nodes.Output, evaluator: Evaluator) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self._emit(part.data)
            else:
                self._emit(self.text(evaluator.value(part), part.lineno))

    def _expression(self, node: nodes.ExprStmt, evaluator: Evaluator) -> None:
        evaluator.value(node.node)

    def _assign(self, node: nodes.Assign, evaluator: Evaluator) -> None:
        self._bind(node.target, evaluator.value(node.node), evaluator.scope)

    def _assign_block(self, node: nodes.AssignBlock, evaluator: Evaluator) -> None:
        value: Jinja = self._apart(node.body, Evaluator(self, dict(evaluator.scope)))
        if node.filter is not None:
            value = Open("a filter of a {% set %} block")
        self._bind(node.target, value, evaluator.scope)

    def _apart(self, body: list[nodes.Node], evaluator: Evaluator) -> str:
        """Return the text of statements without writing it."""
        outer, self._out = self._out, []
        try:
            self._statements(body, evaluator)
            return "".join(self._out)
        finally:
            self._out = outer

    def _bind(self, target: nodes.Node, value: Jinja, scope: dict[str, Jinja]) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = value
        elif isinstance(target, nodes.NSRef):
            held = scope.get(target.name)
            if isinstance(held, Cell):
                held.values[target.attr] = value
        else:
            parts = cast("nodes.Tuple", target).items  # Jinja knows no fourth target
            if not isinstance(value, list) or len(value) != len(parts):
                value = [first_open([value]) or Open("an unpacked value")] * len(parts)
            for part, item in zip(parts, value, strict=True):
                self._bind(part, item, scope)

    def _if(self, node: nodes.If, evaluator: Evaluator) -> None:
        branches = [(node.test, node.body), *((branch.test, branch.body) for branch in node.elif_)]
        for place, (test, body) in enumerate(branches):
            condition = evaluator.value(test)
            if isinstance(condition, Open) and condition.key not in self.run.decided:
                text = self._one_for_all([body for _, body in branches[place:]] + [node.else_], evaluator)
                if text is not None:
                    self._emit(text)
                    return
            if isinstance(condition, Open):
                condition = self.decide(condition, unparse(test))
            if truth(condition):
                self._statements(body, evaluator)
                return
        self._statements(node.else_, evaluator)

    def _one_for_all(self, bodies: list[list[nodes.Node]], evaluator: Evaluator) -> str | None:
        """Return the one text that stands for all branches, None where they act or matter for the columns."""
        if self.reading.apart or any(acts(body) for body in bodies):
            return None
        texts = []
        for body in bodies:
            try:
                texts.append(self._apart(body, Evaluator(self, dict(evaluator.scope))))
            except Refused:
                continue  # a branch that raises builds nothing: the others are what can be
            except (_Return, _Leave):
                return None
        return choices.merged(texts, "".join(self._out)) if texts else None

    def _for(self, node: nodes.For, evaluator: Evaluator) -> None:
        iterable = evaluator.value(node.iter)
        if isinstance(iterable, dict):
            iterable = list(iterable)
        if isinstance(iterable, Undefined):
            iterable = []
        if not isinstance(iterable, list) or node.recursive:
            self._unknown_loop(node, first_open([iterable]) or Open(f"a loop over {unparse(node.iter)}"), evaluator)
            return
        items = list(iterable)
        if node.test is not None:
            items = self._filtered(node, items, evaluator)
        if not items:
            self._statements(node.else_, evaluator)
        for index, item in enumerate(items):
            scope = {**evaluator.scope, "loop": _loop(index, items)}
            self._bind(node.target, item, scope)
            try:
                self._statements(node.body, Evaluator(self, scope))
            except _Leave as leave:
                if not leave.again:
                    break

    def _filtered(self, node: nodes.For, items: list[Jinja], evaluator: Evaluator) -> list[Jinja]:
        kept = []
        for item in items:
            scope = dict(evaluator.scope)
            self._bind(node.target, item, scope)
            condition = Evaluator(self, scope).value(cast("nodes.Expr", node.test))
            if isinstance(condition, Open):
                condition = self.decide(condition, unparse(cast("nodes.Expr", node.test)))
            if truth(condition):
                kept.append(item)
        return kept

    def _unknown_loop(self, node: nodes.For, why: Open, evaluator: Evaluator) -> None:
        """Write a marker for a loop whose items are not known, and forget what its body may change."""
        names = {found.name for inner in node.body for found in all_of(inner, nodes.Name)}
        touched = [evaluator.scope[name] for name in names if name in evaluator.scope]
        for held in [one for one in touched if isinstance(one, Cell)]:
            touched += held.values.values()
        self.run.hide([one for one in touched if isinstance(one, list | dict)], Open(why.why))
        for inner in node.body:
            for changed in all_of(inner, nodes.NSRef):
                self._bind(changed, Open(why.why), evaluator.scope)
        if any(returns(inner) for inner in node.body) and self.decide(why, f"what {unparse(node.iter)} holds"):
            raise _Return(Open(why.why))
        if any(all_of(inner, nodes.Output) for inner in node.body):
            text = self.text(Open(f"a loop over {unparse(node.iter)}: {why.why}"[:200]), node.lineno)
            opening, closing = edge(node.body[0], 0).startswith(","), edge(node.body[-1], -1).endswith(",")
            self._emit(f"{' , ' if opening else ' '}{text}{' , ' if closing else ' '}")

    def _macro(self, node: nodes.Macro, evaluator: Evaluator) -> None:
        if ":" in node.name:
            self._emit(self.text(Open(f"a block {node.name.partition(':')[0]}"), node.lineno))
            return
        evaluator.scope[node.name] = Bound(
            node.name, lambda args, keywords: self.written(node, self.package, args, keywords, node.lineno)
        )

    def _call_block(self, node: nodes.CallBlock, _: Evaluator) -> None:
        name = dotted(node.call.node)
        if name not in ("statement", "set_sql_header"):
            self._emit(self.text(Open(f"a call of {name} with a block"), node.lineno))

    def _with(self, node: nodes.With, evaluator: Evaluator) -> None:
        scope = dict(evaluator.scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, evaluator.value(value), scope)
        self._statements(node.body, Evaluator(self, scope))

    def _leave(self, node: nodes.Node, _: Evaluator) -> None:
        raise _Leave(isinstance(node, nodes.Continue))


_STATEMENTS: dict[type[nodes.Node], Callable[[Template, nodes.Node, Evaluator], None]] = cast(
    "dict[type[nodes.Node], Callable[[Template, nodes.Node, Evaluator], None]]",
    {
        nodes.Output: Template._output,
        nodes.ExprStmt: Template._expression,
        nodes.Assign: Template._assign,
        nodes.AssignBlock: Template._assign_block,
        nodes.If: Template._if,
        nodes.For: Template._for,
        nodes.Macro: Template._macro,
        nodes.CallBlock: Template._call_block,
        nodes.With: Template._with,
        nodes.Break: Template._leave,
        nodes.Continue: Template._leave,
    },
)


def variants(
    source: str, reading: Reading, block: str = "", parts: Parts | None = None
) -> tuple[list[str], list[str], Gap | None]:
    """Return the texts that a template can become, the conditions that tell them apart, and why some are missing.

    With `block`, such as `snapshot:orders`, it is that block of the template. `parts` are the template's own where it
    is simple enough to have been taken apart already.
    """
    try:
        body = jinja.assembled(parts) if parts is not None else _body(jinja.parse(source), block)
    except jinja.JinjaError as error:
        return [], [], Gap(f"Jinja that cannot be parsed, line {error.line}: {error}")
    waiting: list[list[bool]] = [[]]
    texts: dict[str, None] = {}
    asked: dict[str, None] = {}
    runs = 0
    while waiting:
        given = waiting.pop()
        runs += 1
        if runs > MAX_VARIANTS:
            return [], list(asked), Gap(f"more than {MAX_VARIANTS} variants by {', '.join([*asked][:3])}")
        run = Run(reading, given)
        try:
            texts[Template(run).write(body, {})] = None
        except Refused:
            pass
        except (TooLarge, RecursionError):
            return [], list(asked), Gap("a template too large to follow")
        except _Return:
            return [], list(asked), Gap("return() outside a macro")
        asked.update(dict.fromkeys(run.asked))
        waiting += [[*run.taken[:place], not run.taken[place]] for place in range(len(given), len(run.taken))]
    return list(texts), list(asked), None


def _body(template: nodes.Template, block: str) -> list[nodes.Node]:
    if not block:
        return template.body
    return next((held.body for held in template.find_all(nodes.Macro) if held.name == block), [])


def _is_plain(value: Jinja) -> bool:
    """Return whether a value cannot change: what a macro makes of such ones is the same in one rendering."""
    return value is None or isinstance(value, str | int | float | Open | Relation)


def _loop(index: int, items: list[Jinja]) -> Cell:
    length = len(items)
    return Cell(
        {
            "index": index + 1,
            "index0": index,
            "revindex": length - index,
            "revindex0": length - index - 1,
            "first": index == 0,
            "last": index == length - 1,
            "length": length,
            "previtem": items[index - 1] if index else UNDEFINED,
            "nextitem": items[index + 1] if index + 1 < length else UNDEFINED,
        }
    )

"""Expressions as a person would write them: the text that reasons name and that unknown values are compared by."""

from __future__ import annotations

from jinja2 import nodes

_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}


def dotted(node: nodes.Node) -> str | None:
    """Return `a.b.c` for names and attributes, else None."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        base = dotted(node.node)
        return None if base is None else f"{base}.{node.attr}"
    return None


def unparse(node: nodes.Node) -> str:
    """Return the expression in one line, quotes and spacing made uniform."""
    if isinstance(node, nodes.Const):
        return literal(node.value)
    if isinstance(node, nodes.TemplateData):
        return node.data
    name = dotted(node)
    if name is not None:
        return name
    if isinstance(node, nodes.Call):
        return f"{_operand(node.node)}({_arguments(node)})"
    if isinstance(node, nodes.Getattr):
        return f"{_operand(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_operand(node.node)}[{unparse(node.arg)}]"
    if isinstance(node, nodes.Slice):
        parts = ["" if part is None else unparse(part) for part in (node.start, node.stop, node.step)]
        return ":".join(parts if node.step is not None else parts[:2])
    return _compound(node)


def literal(value: object) -> str:
    """Return a constant as it is written; numbers without end are cut by Python itself."""
    try:
        return repr(value)
    except ValueError:
        return "a number too long to be written"


def _compound(node: nodes.Node) -> str:
    if isinstance(node, nodes.Filter | nodes.Test):
        arguments = _arguments(node)
        piped = f"{node.name}({arguments})" if arguments else node.name
        link = "|" if isinstance(node, nodes.Filter) else "is"
        return piped if node.node is None else f"{_operand(node.node)} {link} {piped}"
    if isinstance(node, nodes.Compare):
        return _operand(node.expr) + "".join(f" {_OPERATORS[part.op]} {_operand(part.expr)}" for part in node.ops)
    if isinstance(node, nodes.BinExpr):
        return f"{_operand(node.left)} {node.operator} {_operand(node.right)}"
    if isinstance(node, nodes.Concat):
        return " ~ ".join(map(_operand, node.nodes))
    if isinstance(node, nodes.UnaryExpr):
        return f"{node.operator}{' ' if node.operator == 'not' else ''}{_operand(node.node)}"
    if isinstance(node, nodes.CondExpr):
        otherwise = "" if node.expr2 is None else f" else {_operand(node.expr2)}"
        return f"{_operand(node.expr1)} if {_operand(node.test)}{otherwise}"
    return _collection(node)


def _collection(node: nodes.Node) -> str:
    if isinstance(node, nodes.List | nodes.Tuple):
        return f"[{', '.join(map(unparse, node.items))}]"
    if isinstance(node, nodes.Dict):
        return "{" + ", ".join(f"{unparse(pair.key)}: {unparse(pair.value)}" for pair in node.items) + "}"
    if isinstance(node, nodes.Keyword):
        return f"{node.key}={unparse(node.value)}"
    return f"({type(node).__name__.lower()} of {', '.join(map(unparse, node.iter_child_nodes()))})"


def _arguments(node: nodes.Call | nodes.Filter | nodes.Test) -> str:
    parts = [unparse(arg) for arg in node.args] + [f"{pair.key}={unparse(pair.value)}" for pair in node.kwargs]
    parts += [f"*{unparse(node.dyn_args)}"] if node.dyn_args is not None else []
    parts += [f"**{unparse(node.dyn_kwargs)}"] if node.dyn_kwargs is not None else []
    return ", ".join(parts)


_BINDS_LOOSER = (nodes.BinExpr, nodes.UnaryExpr, nodes.Compare, nodes.Concat, nodes.CondExpr, nodes.Filter, nodes.Test)


def _operand(node: nodes.Node) -> str:
    """Return an expression inside another one: two that differ in their brackets alone must not read the same."""
    return f"({unparse(node)})" if isinstance(node, _BINDS_LOOSER) else unparse(node)

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
        return repr(node.value)
    if isinstance(node, nodes.TemplateData):
        return node.data
    name = dotted(node)
    if name is not None:
        return name
    if isinstance(node, nodes.Call):
        parts = [unparse(arg) for arg in node.args] + [f"{pair.key}={unparse(pair.value)}" for pair in node.kwargs]
        parts += [f"*{unparse(node.dyn_args)}"] if node.dyn_args is not None else []
        parts += [f"**{unparse(node.dyn_kwargs)}"] if node.dyn_kwargs is not None else []
        return f"{unparse(node.node)}({', '.join(parts)})"
    if isinstance(node, nodes.Getattr):
        return f"{unparse(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{unparse(node.node)}[{unparse(node.arg)}]"
    if isinstance(node, nodes.Filter) and node.node is not None:
        arguments = f"({', '.join(map(unparse, node.args))})" if node.args else ""
        return f"{unparse(node.node)} | {node.name}{arguments}"
    return _compound(node)


def _compound(node: nodes.Node) -> str:
    if isinstance(node, nodes.Compare):
        return unparse(node.expr) + "".join(f" {_OPERATORS[part.op]} {unparse(part.expr)}" for part in node.ops)
    if isinstance(node, nodes.BinExpr):
        return f"{unparse(node.left)} {node.operator} {unparse(node.right)}"
    if isinstance(node, nodes.Not):
        return f"not {unparse(node.node)}"
    if isinstance(node, nodes.List | nodes.Tuple):
        return f"[{', '.join(map(unparse, node.items))}]"
    if isinstance(node, nodes.CondExpr):
        otherwise = "" if node.expr2 is None else f" else {unparse(node.expr2)}"
        return f"{unparse(node.expr1)} if {unparse(node.test)}{otherwise}"
    if isinstance(node, nodes.Test):
        return f"{unparse(node.node)} is {node.name}"
    return f"({type(node).__name__.lower()} of {', '.join(map(unparse, node.iter_child_nodes()))})"

"""Python models: `dbt.ref`, `dbt.source`, `dbt.config` read from the syntax tree, nothing imported or run.

dbt itself reads these calls from the tree, wherever they stand in the file, and takes literals only.
"""

from __future__ import annotations

import ast

from ringfence.sql.terms import TRUE, Block, Call, Const, Facts, Opaque, Term

_CALLS = {"dbt.ref": "ref", "dbt.source": "source", "dbt.config": "config"}


def read(source: str) -> Facts:
    """Return the facts of a Python model; calls in order of appearance."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        return Facts((), (getattr(error, "lineno", None) or 1, getattr(error, "msg", None) or str(error)))
    calls = [call for node in ast.walk(tree) if isinstance(node, ast.Call) and (call := _call(node)) is not None]
    calls.sort(key=lambda call: (call.line, call.column))
    return Facts((Block("body", "", (), tuple(calls), 1),))


def _call(node: ast.Call) -> Call | None:
    name = _CALLS.get(ast.unparse(node.func)) if isinstance(node.func, ast.Attribute) else None
    if name is None:
        return None
    args = tuple(_term(arg) for arg in node.args)
    keywords = tuple((pair.arg, _term(pair.value)) for pair in node.keywords if pair.arg is not None)
    hidden = next((f"**{ast.unparse(pair.value)}" for pair in node.keywords if pair.arg is None), None)
    return Call(name, args, keywords, hidden, TRUE, node.lineno, node.col_offset + 1)


def _term(node: ast.expr) -> Term:
    try:
        return Const(ast.literal_eval(node))
    except (ValueError, TypeError, RecursionError):
        return Opaque(ast.unparse(node))

"""Python models: `dbt.ref`, `dbt.source`, `dbt.config` read from the syntax tree, nothing imported or run.

dbt itself reads these calls from the tree, wherever they stand in the file, and takes literals only.
"""

from __future__ import annotations

import ast
import re
import warnings

from ringfence.sql.terms import TRUE, Block, Call, Const, Facts, Opaque, Term

_CALLS = {"dbt.ref": "ref", "dbt.source": "source", "dbt.config": "config"}
_NEWLINE = re.compile(r"\r\n|\r|\n")


def read(source: str) -> Facts:
    """Return the facts of a Python model; calls in order of appearance."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape that Python dislikes is the model's own affair
            tree = ast.parse(source)
        calls = [call for node in ast.walk(tree) if isinstance(node, ast.Call) and (call := _call(node)) is not None]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Facts((), (getattr(error, "lineno", None) or 1, getattr(error, "msg", None) or "nests too deeply"))
    lines = _NEWLINE.split(source)
    calls = [call._replace(column=_column(lines[call.line - 1], call.column)) for call in calls]
    calls.sort(key=lambda call: (call.line, call.column))
    return Facts((Block("body", "", (), tuple(calls), 1),))


def _call(node: ast.Call) -> Call | None:
    """Return the call, its column still counted in bytes, or None where it is none of dbt's."""
    function = node.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return None
    name = _CALLS.get(f"{function.value.id}.{function.attr}")
    if name is None:
        return None
    args = tuple(_term(arg) for arg in node.args)
    keywords = tuple((pair.arg, _term(pair.value)) for pair in node.keywords if pair.arg is not None)
    hidden = next((f"**{ast.unparse(pair.value)}" for pair in node.keywords if pair.arg is None), None)
    return Call(name, args, keywords, hidden, TRUE, node.lineno, node.col_offset)


def _column(line: str, offset: int) -> int:
    return len(line.encode()[:offset].decode()) + 1


def _term(node: ast.expr) -> Term:
    try:
        return Const(ast.literal_eval(node))
    except (ValueError, TypeError):
        return Opaque(ast.unparse(node))

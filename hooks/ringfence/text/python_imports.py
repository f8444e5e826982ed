"""The imports of a Python file, read from its syntax tree."""

from __future__ import annotations

import ast

from ringfence.domain.document import Problem
from ringfence.domain.layers import Import
from ringfence.domain.place import Place


def imports_of(source: bytes, path: str, module: str) -> list[Import] | Problem:
    """Return every import, wherever it stands; `from . import x` is resolved against `module`."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        return Problem(
            f"is not Python: {getattr(error, 'msg', error)}", Place(path, line, 1, line, 1), "correct the syntax"
        )
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    found: list[Import] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        place = Place(
            path, node.lineno, node.col_offset + 1, node.end_lineno or node.lineno, (node.end_col_offset or 0) + 1
        )
        if isinstance(node, ast.Import):
            found += [Import(alias.name, place) for alias in node.names]
        else:
            base = _base(package, node.level, node.module)
            found += [Import(f"{base}.{alias.name}" if alias.name != "*" else base, place) for alias in node.names]
    return sorted(found, key=lambda item: item.place)


def _base(package: str, level: int, module: str | None) -> str:
    if level == 0:
        return module or ""
    parts = package.split(".")[: len(package.split(".")) - level + 1]
    return ".".join([*parts, *([module] if module else [])])

"""The imports of a Python file, read from its syntax tree."""

from __future__ import annotations

import ast
import importlib.util
import warnings

from ringfence.domain.document import Problem
from ringfence.domain.layers import Import
from ringfence.domain.place import Place


def imports_of(source: bytes, path: str, module: str) -> list[Import] | Problem:
    """Return every import, wherever it stands; `from . import x` is resolved against `module`."""
    try:
        text = importlib.util.decode_source(source)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape is not what is asked here
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        said = getattr(error, "msg", None) or (
            "cannot be decoded" if isinstance(error, ValueError) else "nests too deeply"
        )
        return Problem(f"is not Python: {said}", Place(path, line, 1, line, 1), "correct the syntax")
    lines = text.split("\n")
    package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    found: list[Import] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(package, node.level, node.module)
            names = [base if alias.name == "*" else f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        found += [Import(name, _place(node, path, lines)) for name in names]
    return sorted(found, key=lambda item: item.place)


def _place(node: ast.stmt, path: str, lines: list[str]) -> Place:
    end, end_offset = node.end_lineno or node.lineno, node.end_col_offset or 0
    return Place(
        path, node.lineno, _column(lines[node.lineno - 1], node.col_offset), end, _column(lines[end - 1], end_offset)
    )


def _column(line: str, offset: int) -> int:
    return len(line.encode()[:offset].decode()) + 1


def _base(package: str, level: int, module: str | None) -> str:
    if level == 0:
        return module or ""
    parts = package.split(".")[: len(package.split(".")) - level + 1]
    return ".".join([*parts, *([module] if module else [])])

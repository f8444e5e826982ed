"""Python modules of a tree, for the layers of the repository's own code."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ringfence.domain.document import Problem
from ringfence.domain.layers import Contract, Module, parse_floors
from ringfence.text.python_imports import imports_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.settings import LayerSettings
    from ringfence.domain.tree import Tree


def read_modules(tree: Tree, settings: Iterable[LayerSettings]) -> tuple[list[Module], list[Problem]]:
    """Return the modules of every package that has layers, and the files that are not Python."""
    modules: list[Module] = []
    problems: list[Problem] = []
    for package in settings:
        contract = Contract(package.package, parse_floors(list(package.order)))
        folder = posixpath.join(package.root, package.package.replace(".", "/")) + "/"
        paths = [
            path
            for path, entry in tree.entries().items()
            if path.startswith(folder) and path.endswith(".py") and entry.is_file
        ]
        for path, content in sorted(tree.read(paths).items()):
            inner = posixpath.relpath(path, package.root) if package.root else path
            name = inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found = imports_of(content, path, name)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                modules.append(Module(name, path, tuple(found), contract))
    return modules, problems

"""Questions about Jinja's syntax trees that need no values."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from jinja2 import nodes

_Kind = TypeVar("_Kind", bound=nodes.Node)
_CHANGES = frozenset({"append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault"})
_ACTS: tuple[type[nodes.Node], ...] = (
    nodes.Assign,
    nodes.AssignBlock,
    nodes.ExprStmt,
    nodes.CallBlock,
    nodes.Macro,
    nodes.Break,
    nodes.Continue,
)


def edge(node: nodes.Node, place: int) -> str:
    """Return the bare text that a statement starts with (place 0) or ends with (-1), empty where it is none."""
    part = node.nodes[place] if isinstance(node, nodes.Output) else node
    return part.data.strip() if isinstance(part, nodes.TemplateData) else ""


def all_of(node: nodes.Node, kind: type[_Kind]) -> list[_Kind]:
    """Return the nodes of a kind in a tree, itself included."""
    found = list(node.find_all(kind))
    return [node, *found] if isinstance(node, kind) else found


def returns(node: nodes.Node) -> bool:
    """Return whether a statement calls `return()`."""
    return any(isinstance(call.node, nodes.Name) and call.node.name == "return" for call in node.find_all(nodes.Call))


def names_in(macro: nodes.Macro) -> set[str]:
    """Return every name that a macro mentions."""
    return {name.name for name in macro.find_all(nodes.Name)}


def assigned(body: list[nodes.Node]) -> frozenset[str]:
    """Return the names that statements set."""
    return frozenset(name.name for node in body for name in all_of(node, nodes.Name) if name.ctx == "store")


@lru_cache(maxsize=1024)
def assigned_in(macro: nodes.Macro) -> frozenset[str]:
    """Return the names that a macro's body sets; a macro is called from many files."""
    return assigned(macro.body)


def acts(body: list[nodes.Node]) -> bool:
    """Return whether statements change something beside the text they make."""
    return any(map(_acts, body))


@lru_cache(maxsize=1024)
def _acts(node: nodes.Node) -> bool:
    calls = all_of(node, nodes.Call)
    changed = any(isinstance(call.node, nodes.Getattr) and call.node.attr in _CHANGES for call in calls)
    return changed or isinstance(node, _ACTS) or next(node.find_all(_ACTS), None) is not None

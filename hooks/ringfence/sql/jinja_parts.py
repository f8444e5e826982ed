"""Questions about Jinja's syntax trees that need no values."""

from __future__ import annotations

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


def acts(body: list[nodes.Node]) -> bool:
    """Return whether statements change something beside the text they make."""
    for node in body:
        for kind in _ACTS:
            if all_of(node, kind):
                return True
        if any(
            isinstance(call.node, nodes.Getattr) and call.node.attr in _CHANGES for call in node.find_all(nodes.Call)
        ):
            return True
    return False

"""The properties entry that describes a node: where an edit of its columns is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known

if TYPE_CHECKING:
    from ringfence.domain.document import Mapping, Scalar
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def body_of(node: Node, project: Project) -> Mapping | None:
    """Return the mapping of a node's own entry; None for a version, which shares its entry with others."""
    if node.identity.version is not None:
        return None
    entries = project.declared(node.identity.kind, node.identity.name)
    return next((entry.body for entry in entries if entry.place == node.entry), None)


def own_key(body: Mapping, name: str) -> Scalar | None:
    """Return the key of a mapping itself, None where a merge brings it."""
    return next((key for key, _ in body.pairs if key.text == name), None)


def counts_columns(node: Node) -> bool:
    """Return whether the columns of an entry are more than documentation: an enforced contract, or perhaps one."""
    contract = node.contract
    return not isinstance(contract, Known) or contract.value

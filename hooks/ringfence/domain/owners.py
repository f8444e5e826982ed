"""Who answers for a node, as the project's files say; what they do not say is not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import plain
from ringfence.domain.fact import Known

if TYPE_CHECKING:
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def owner_of(node: Node, project: Project) -> str | None:
    """Return the owner of a node, `Finance <finance@shop.example>`, or None where none is known.

    That is what an exposure names, else `meta.owner`, else the owner of the node's group.
    https://docs.getdbt.com/reference/resource-properties/exposures, https://docs.getdbt.com/docs/build/groups
    """
    if node.identity.kind == "exposure":
        return _named(_written(node.identity.name, "exposure", project).get("owner"))
    meta = node.config.get("meta")
    held = meta.value.get("owner") if isinstance(meta, Known) and isinstance(meta.value, dict) else None
    if (named := _named(held)) is not None:
        return named
    group = node.config.get("group")
    name = group.value if isinstance(group, Known) else None
    return _named(_written(name, "group", project).get("owner")) if isinstance(name, str) else None


def exposure_text(node: Node, project: Project, key: str) -> str | None:
    """Return what an exposure says under a key such as `type` or `url`, None where that is no plain text."""
    value = _written(node.identity.name, "exposure", project).get(key)
    return value if isinstance(value, str) else None


def _written(name: str, kind: str, project: Project) -> dict[str, object]:
    body = next((entry.body for entry in project.declared(kind, name)), None)
    value = plain(body)
    return value if isinstance(value, dict) else {}


def _named(value: object) -> str | None:
    """Return an owner written as text, as a list of texts, or as a mapping with name and email."""
    if isinstance(value, list):
        return ", ".join(one for one in map(_named, value) if one) or None
    if isinstance(value, dict):
        name, email = (_named(value.get(key)) for key in ("name", "email"))
        return f"{name} <{email}>" if name and email else name or email
    return value.strip() or None if isinstance(value, str) else None

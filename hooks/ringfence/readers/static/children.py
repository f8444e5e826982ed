"""Which nodes read another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringfence.readers.static.project import StaticProject


def readers_of(project: StaticProject, key: str) -> tuple[str, ...]:
    """Return the keys of the nodes of a project that read the node with a key, sorted. Doubtful references count."""
    kind, package, rest = key.split(".", 2)
    names = [rest] if kind == "source" else [rest, rest.rpartition(".v")[0]]
    found = set()
    for reader in {one for name in names if name for one in project.mentions(name)}:
        node = project.node(reader)
        if node is not None and (
            any(ref.name in names and project.target(ref, project.name) == key for ref in node.refs_at)
            or (package == project.name and any(rest == f"{one.source}.{one.table}" for one in node.sources_at))
        ):
            found.add(reader)
    return tuple(sorted(found))

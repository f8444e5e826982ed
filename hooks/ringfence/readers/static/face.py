"""What a node looks like from outside: as long as it looks the same, nothing that looked at it is judged again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.columnnames import face_of_columns

if TYPE_CHECKING:
    from ringfence.domain.node import Node


def face(node: Node) -> str:
    """Return what other subjects may see of a node besides its key.

    That is whether it is on, what it reads and names, and the columns that it promises; what it produces is watched
    under a key of its own.

    Whoever lets a rule see more of another node than this widens it here.
    """
    enabled = node.enabled
    seen = (
        repr(enabled),
        enabled.place,
        node.latest,
        sorted(map(tuple, node.refs_at), key=repr),
        sorted(map(tuple, node.sources_at)),
        sorted(node.names),
        face_of_columns(node),
    )
    return repr(seen)

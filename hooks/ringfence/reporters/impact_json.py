"""What rests on a node or column, for programs; schemas/impact.json describes the document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ringfence import __version__

if TYPE_CHECKING:
    from ringfence.domain.impact import Reached


def impact(told: Any) -> str:
    """Return the document of schemas/impact.json."""
    kinds: dict[str, int] = {}
    for one in told.found.reached:
        kinds[one.node.identity.kind] = kinds.get(one.node.identity.kind, 0) + 1
    document = {
        "version": 1,
        "tool": {"name": "ringfence", "version": __version__},
        "head": told.head,
        "node": _node(told.node, told),
        "column": told.column,
        "note": told.note or None,
        "summary": {
            "downstream": len(told.everything.reached),
            "touched": len(told.found.reached),
            "kinds": dict(sorted(kinds.items())),
            "perhaps": sum(one.doubt is not None for one in told.found.reached),
            "tests": told.tests,
        },
        "downstream": [_reached(one, told) for one in told.found.reached],
    }
    return json.dumps(document, indent=2)


def _reached(one: Reached, told: Any) -> dict[str, Any]:
    kind, url = told.links.get(one.node.key, (None, None))
    effect = one.effect
    return {
        **_node(one.node, told),
        "distance": one.distance,
        "way": list(one.path),
        "perhaps": None if one.doubt is None else one.doubt.reason,
        "exposure": None if one.node.key not in told.links else {"type": kind, "url": url},
        "use": None
        if told.column is None
        else {
            "columns": list(effect.columns),
            "clauses": list(effect.clauses),
            "through": list(effect.through),
            "unknown": list(effect.doubts),
        },
    }


def _node(node: Any, told: Any) -> dict[str, Any]:
    return {
        "kind": node.identity.kind,
        "name": node.identity.label,
        "package": node.identity.package,
        "path": node.place.path,
        "line": node.place.line,
        "owner": told.owners.get(node.key),
    }

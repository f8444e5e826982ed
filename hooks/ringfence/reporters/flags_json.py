"""The flags of a project for programs; schemas/flags.json describes the document."""

from __future__ import annotations

import json
from typing import Any

from ringfence import __version__
from ringfence.domain.flags import percent_of


def flags(found: list[Any], head: str) -> str:
    """Return the document of schemas/flags.json."""
    document = {
        "version": 1,
        "tool": {"name": "ringfence", "version": __version__},
        "head": head,
        "flags": [_flag(one) for one in found],
    }
    return json.dumps(document, indent=2)


def _flag(one: Any) -> dict[str, Any]:
    flag = one.flag
    return {
        "project": one.project,
        "name": flag.name,
        "type": flag.type,
        "description": flag.text("description") or None,
        "owner": flag.text("owner") or None,
        "created": flag.day("created"),
        "expires": flag.day("expires"),
        "permanent": flag.permanent,
        "default": "on" if flag.default else "off",
        "by_target": {target: "on" if is_on else "off" for target, is_on in flag.by_target.items()},
        "percent": percent_of(flag.rollout),
        "killed": flag.killed,
        "state": one.state,
        "problem": flag.problem or None,
        "path": flag.place.path,
        "line": flag.place.line,
        "uses": [_use(use) for use in one.uses],
    }


def _use(use: Any) -> dict[str, Any]:
    return {
        "macro": use.call,
        "path": use.place.path,
        "line": use.place.line,
        "column": use.place.column,
        "nodes": list(use.nodes),
    }

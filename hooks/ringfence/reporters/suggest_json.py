"""The ranking of models for programs; schemas/suggest.json describes the document."""

from __future__ import annotations

import json
from typing import Any

from ringfence import __version__
from ringfence.domain.suggest import explained


def suggest(found: list[Any], limit: int, head: str) -> str:
    """Return the document of schemas/suggest.json."""
    document = {
        "version": 1,
        "tool": {"name": "ringfence", "version": __version__},
        "head": head,
        "projects": [_project(one, limit) for one in found],
    }
    return json.dumps(document, indent=2)


def _project(one: Any, limit: int) -> dict[str, Any]:
    return {
        "name": one.judged.project.name,
        "path": one.judged.project.root,
        "history": "nothing is committed yet" if one.history is None else one.history or None,
        "models": [_model(ranked) for ranked in one.models[: limit or None]],
        "flags": [{"kind": flag.kind, "told": flag.told, "names": list(flag.models)} for flag in one.flags],
    }


def _model(ranked: Any) -> dict[str, Any]:
    measures = ranked.measures
    return {
        "name": ranked.label,
        "path": ranked.node.place.path,
        "line": ranked.node.place.line,
        "score": measures.score,
        "explained": explained(measures),
        "measures": {
            "direct": measures.direct,
            "transitive": measures.transitive,
            "perhaps": measures.perhaps,
            "exposures": measures.exposures,
            "public": measures.public,
            "contract": measures.contract,
            "changes": measures.changes,
        },
        "tags": None if ranked.tags is None else sorted(ranked.tags),
        "proposals": [{"tag": proposal.tag, "why": proposal.why} for proposal in ranked.proposals],
    }

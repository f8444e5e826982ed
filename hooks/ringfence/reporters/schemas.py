"""The JSON Schemas of what json_format writes; published in schemas/ and checked against real output by the tests."""

from __future__ import annotations

from typing import Any

from ringfence.domain.change import AXES, FLAGS, LEVELS
from ringfence.domain.evidence import OUTCOMES
from ringfence.domain.fact import TIERS
from ringfence.domain.finding import SEVERITIES
from ringfence.domain.settings import MANIFEST

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_MAYBE = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}
_FLAG = {"type": "boolean"}
_NUMBER = {"type": "integer", "minimum": 1}
_CODE = {"type": "string", "pattern": "^RF[0-9]{3}$"}
_FINGERPRINT = {"type": "string", "pattern": "^[0-9a-f]{16}$"}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


_SUBJECT = _closed({"kind": _TEXT, "name": _TEXT, "column": _MAYBE})


def check_schema() -> dict[str, Any]:
    """Return the schema of `ringfence check --format json`."""
    undecided = _closed(
        {"code": _CODE, "name": _TEXT, "subject": _SUBJECT, "reason": _TEXT, "path": _TEXT, "line": _COUNT}
    )
    summary = _closed(
        {
            "findings": _COUNT,
            **dict.fromkeys(reversed(SEVERITIES), _COUNT),
            "accepted": {**_COUNT, "description": "changes that an approval or an updated lock allows"},
            "projects": _COUNT,
            "undecided": {"type": "array", "items": undecided},
        }
    )
    finding = _closed(
        {
            "code": _CODE,
            "name": _TEXT,
            "severity": {"enum": list(SEVERITIES)},
            "message": _TEXT,
            "path": {**_TEXT, "description": "from the repository's root"},
            "line": _NUMBER,
            "column": {**_NUMBER, "description": "counted from 1, in characters"},
            "end_line": _NUMBER,
            "end_column": {**_NUMBER, "description": "exclusive"},
            "subject": _SUBJECT,
            "old": _MAYBE,
            "new": _MAYBE,
            "fix": _TEXT,
            "fixable": {
                "enum": ["safe", "unsafe", None],
                "description": "what --fix can do: safe leaves everything dbt does as it is",
            },
            "evidence": {"enum": list(TIERS)},
            "fingerprint": _FINGERPRINT,
        }
    )
    document = {
        "version": {"const": 1},
        "tool": _closed({"name": {"const": "ringfence"}, "version": _TEXT}),
        "summary": summary,
        "findings": {"type": "array", "items": finding},
    }
    return {"$schema": _DRAFT, "title": "ringfence check --format json", **_closed(document)}


def diff_schema() -> dict[str, Any]:
    """Return the schema of `ringfence diff --format json`."""
    change = _closed(
        {
            "code": _CODE,
            "kind": _TEXT,
            "axis": {"enum": list(AXES)},
            "level": {"enum": list(LEVELS)},
            "flags": {"type": "array", "items": {"enum": list(FLAGS)}},
            "subject": _SUBJECT,
            "path": _TEXT,
            "line": _NUMBER,
            "old": _MAYBE,
            "new": _MAYBE,
            "message": _TEXT,
            "fix": _TEXT,
            "affected": {"type": "array", "items": _TEXT, "description": "who reads what changed"},
            "evidence": {"enum": list(TIERS)},
            "fingerprint": _FINGERPRINT,
        }
    )
    document = {"version": {"const": 1}, "base": _TEXT, "head": _TEXT, "changes": {"type": "array", "items": change}}
    return {"$schema": _DRAFT, "title": "ringfence diff --format json", **_closed(document)}


def _manifest_told() -> dict[str, Any]:
    difference = _closed(
        {
            "kind": _TEXT,
            "name": _TEXT,
            "path": _TEXT,
            "line": _NUMBER,
            "reason": _TEXT,
            "old": _MAYBE,
            "new": _MAYBE,
            "certain": {**_FLAG, "description": "false: it cannot be compared"},
            "seen": {**_FLAG, "description": "whether a rule that is on may read it"},
        }
    )
    return _closed(
        {
            "mode": {"enum": list(MANIFEST)},
            "path": _MAYBE,
            "outcome": {"enum": list(OUTCOMES)},
            "told": _TEXT,
            "schema": _MAYBE,
            "dbt": _MAYBE,
            "adapter": _MAYBE,
            "generated_at": _MAYBE,
            "differences": {"type": "array", "items": difference},
        }
    )


def doctor_schema() -> dict[str, Any]:
    """Return the schema of `ringfence doctor --format json`."""
    package = {"name": _TEXT, "wanted": _MAYBE, "locked": _MAYBE, "installed": _MAYBE}
    reason = _closed({"reason": _TEXT, "count": _NUMBER})
    unknown = _closed(
        {"field": _TEXT, "values": _COUNT, "unknown": _COUNT, "reasons": {"type": "array", "items": reason}}
    )
    project = _closed(
        {
            "name": _TEXT,
            "path": _TEXT,
            "adapter": _closed({"type": _MAYBE, "from": _MAYBE}),
            "packages": {"type": "array", "items": _closed({**package, "local": _FLAG, "missing": _FLAG})},
            "manifest": _manifest_told(),
            "unknown": {"type": "array", "items": unknown},
        }
    )
    texts = {"type": "array", "items": _TEXT}
    document = {
        "version": {"const": 1},
        "tool": _closed({"name": {"const": "ringfence"}, "version": _TEXT}),
        "head": _TEXT,
        "base": _closed({"label": _MAYBE, "how": _TEXT}),
        "cache": _closed({"path": _MAYBE, "bytes": _COUNT, "used": _FLAG}),
        "hooks": _closed({"file": _MAYBE, "ids": texts, "revisions": texts, "stages": texts}),
        "projects": {"type": "array", "items": project},
        "actions": {"type": "array", "items": _closed({"what": _TEXT, "do": _TEXT})},
    }
    return {"$schema": _DRAFT, "title": "ringfence doctor --format json", **_closed(document)}


def status_schema() -> dict[str, Any]:
    """Return the schema of `ringfence lock status --format json`."""
    lock = _closed(
        {
            "model": _TEXT,
            "guard": {"enum": ["interface", "logic"]},
            "changed": {**_MAYBE, "description": "the day of the last change"},
            "days": {"type": ["integer", "null"], "description": "how many days ago that was"},
            "by": _MAYBE,
            "reason": _MAYBE,
            "ticket": _MAYBE,
            "state": _TEXT,
            "emergency": {**_MAYBE, "description": "the last day of one that nobody settled"},
            "pending": {"type": "array", "items": _TEXT, "description": "what lock update would record"},
            "changes": _COUNT,
            "file": _TEXT,
        }
    )
    return {"$schema": _DRAFT, "title": "ringfence lock status", **_closed({"locks": {"type": "array", "items": lock}})}


def suggest_schema() -> dict[str, Any]:
    """Return the schema of `ringfence suggest --format json`."""
    texts = {"type": "array", "items": _TEXT}
    switch = {"type": ["boolean", "null"], "description": "null: not known"}
    measures = _closed(
        {
            "direct": _COUNT,
            "transitive": _COUNT,
            "perhaps": {**_COUNT, "description": "direct readers that only a run decides; they count for nothing"},
            "exposures": _COUNT,
            "public": switch,
            "contract": switch,
            "changes": {"type": ["integer", "null"], "description": "commits; null where there is no history"},
        }
    )
    model = _closed(
        {
            "name": _TEXT,
            "path": _TEXT,
            "line": _NUMBER,
            "score": _COUNT,
            "explained": _TEXT,
            "measures": measures,
            "tags": {"type": ["array", "null"], "items": _TEXT, "description": "null: not known"},
            "proposals": {"type": "array", "items": _closed({"tag": _TEXT, "why": _TEXT})},
        }
    )
    flag = _closed({"kind": {"enum": ["over-tagging", "tag-drift", "case-variant"]}, "told": _TEXT, "names": texts})
    project = _closed(
        {
            "name": _TEXT,
            "path": _TEXT,
            "history": {**_MAYBE, "description": "why the changes that were counted are not all"},
            "models": {"type": "array", "items": model},
            "flags": {"type": "array", "items": flag},
        }
    )
    document = {
        "version": {"const": 1},
        "tool": _closed({"name": {"const": "ringfence"}, "version": _TEXT}),
        "head": _TEXT,
        "projects": {"type": "array", "items": project},
    }
    return {"$schema": _DRAFT, "title": "ringfence suggest --format json", **_closed(document)}


def flags_schema() -> dict[str, Any]:
    """Return the schema of `ringfence flags list --format json`."""
    switch = {"enum": ["on", "off"]}
    use = {"macro": _TEXT, "path": _TEXT, "line": _NUMBER, "column": _NUMBER}
    nodes = {"type": "array", "items": _TEXT, "description": "what the file makes, or reaches the macro it stands in"}
    flag = _closed(
        {
            "project": _TEXT,
            "name": _TEXT,
            "type": _TEXT,
            "description": _MAYBE,
            "owner": _MAYBE,
            "created": _MAYBE,
            "expires": _MAYBE,
            "permanent": {"type": "boolean"},
            "default": switch,
            "by_target": {"type": "object", "additionalProperties": switch},
            "percent": {"type": ["number", "null"], "description": "of the registry; null where it says none"},
            "killed": {"type": "boolean"},
            "state": {**_TEXT, "description": "on, off, by target, N %, killed or malformed; perhaps expired"},
            "problem": {**_MAYBE, "description": "why dbt refuses the entry"},
            "path": _TEXT,
            "line": _NUMBER,
            "uses": {"type": "array", "items": _closed({**use, "nodes": nodes})},
        }
    )
    document = {
        "version": {"const": 1},
        "tool": _closed({"name": {"const": "ringfence"}, "version": _TEXT}),
        "head": _TEXT,
        "flags": {"type": "array", "items": flag},
    }
    return {"$schema": _DRAFT, "title": "ringfence flags list --format json", **_closed(document)}


def impact_schema() -> dict[str, Any]:
    """Return the schema of `ringfence impact --format json`."""
    texts = {"type": "array", "items": _TEXT}
    node = {"kind": _TEXT, "name": _TEXT, "package": _TEXT, "path": _TEXT, "line": _NUMBER, "owner": _MAYBE}
    use = _closed(
        {
            "columns": {**texts, "description": "columns that take their value from it"},
            "clauses": {**texts, "description": "what else it is used for: filter, join, group, order and the like"},
            "through": {**texts, "description": "what it reads whose rows, or columns, are touched"},
            "unknown": {**texts, "description": "why it cannot be told"},
        }
    )
    reached = _closed(
        {
            **node,
            "distance": {**_NUMBER, "description": "steps downstream; 1 reads it directly"},
            "way": {**texts, "description": "the shortest way, from the node that was asked for"},
            "perhaps": {**_MAYBE, "description": "why only a run decides whether it reads this at all"},
            "exposure": {"oneOf": [{"type": "null"}, _closed({"type": _MAYBE, "url": _MAYBE})]},
            "use": {"oneOf": [{"type": "null"}, use], "description": "null where no column was named"},
        }
    )
    summary = _closed(
        {
            "downstream": {**_COUNT, "description": "nodes that read it in any number of steps, tests left out"},
            "touched": {**_COUNT, "description": "those that use the column, or may"},
            "kinds": {"type": "object", "additionalProperties": _COUNT},
            "perhaps": _COUNT,
            "tests": _COUNT,
        }
    )
    document = {
        "version": {"const": 1},
        "tool": _closed({"name": {"const": "ringfence"}, "version": _TEXT}),
        "head": _TEXT,
        "node": _closed(node),
        "column": _MAYBE,
        "note": {**_MAYBE, "description": "what is not known of the column itself"},
        "summary": summary,
        "downstream": {"type": "array", "items": reached},
    }
    return {"$schema": _DRAFT, "title": "ringfence impact --format json", **_closed(document)}

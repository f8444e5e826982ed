"""Findings and changes for programs; schemas/ describes both documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ringfence import __version__
from ringfence.reporters.clean import runnable

if TYPE_CHECKING:
    from ringfence.domain.change import Change
    from ringfence.domain.finding import Subject


def findings(result: Any, command: str) -> str:
    """Return the document of schemas/check.json."""
    levels = ("error", "warning", "info")
    summary = {
        "findings": len(result.findings),
        **{level: sum(1 for one in result.findings if one.severity == level) for level in levels},
        "accepted": result.accepted,
        "projects": result.projects,
        "undecided": [
            {
                "code": one.code,
                "name": one.name,
                "subject": _subject(one.subject),
                "reason": one.reason,
                "path": one.place.path,
                "line": one.place.line,
            }
            for one in result.undecided
        ],
    }
    document = {"version": 1, "tool": {"name": "ringfence", "version": __version__}, "summary": summary}
    return json.dumps({**document, "findings": [_finding(one, command) for one in result.findings]}, indent=2)


def changes(changes: list[Change], base: str, head: str) -> str:
    """Return the document of schemas/diff.json."""
    return json.dumps(
        {"version": 1, "base": base, "head": head, "changes": [_change(one) for one in changes]}, indent=2
    )


def _finding(one: Any, command: str) -> dict[str, Any]:
    place = one.place
    return {
        "code": one.code,
        "name": one.name,
        "severity": one.severity,
        "message": one.message,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "subject": _subject(one.subject),
        "old": one.old,
        "new": one.new,
        "fix": runnable(one.fix, command),
        "fixable": one.fixable,
        "evidence": one.evidence,
        "fingerprint": one.fingerprint,
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "code": one.code,
        "kind": one.kind,
        "axis": one.axis,
        "level": one.level,
        "flags": list(one.flags),
        "subject": _subject(one.subject),
        "path": one.place.path,
        "line": one.place.line,
        "old": one.old,
        "new": one.new,
        "message": one.message,
        "fix": one.remedy,
        "affected": list(one.affected),
        "evidence": one.evidence,
        "fingerprint": one.fingerprint,
    }


def _subject(subject: Subject) -> dict[str, str | None]:
    return {"kind": subject.kind, "name": subject.name, "column": subject.column}

"""Findings as GitHub workflow commands, which the service shows beside the line.

Escaping: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import Any

from ringfence.reporters.clean import printable, runnable

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def findings(result: Any, command: str) -> str:
    """Return one workflow command a finding."""
    lines = []
    for one in result.findings:
        place = one.place
        fields = {
            "file": place.path,
            "line": place.line,
            "endLine": place.end_line,
            "col": place.column,
            "title": f"{one.code} {one.name}",
        }
        told = ",".join(f"{key}={_property(str(value))}" for key, value in fields.items())
        lines.append(f"::{_LEVELS[one.severity]} {told}::{_data(f'{one.message}; fix: {runnable(one.fix, command)}')}")
    return "\n".join(lines)


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

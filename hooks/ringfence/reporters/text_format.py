"""Findings and changes for people: place, code, name, what is wrong, what to type."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ringfence.reporters.clean import printable, runnable

if TYPE_CHECKING:
    from ringfence.domain.change import Change

_WORDS = (("error", "error", "errors"), ("warning", "warning", "warnings"), ("info", "note", "notes"))
_MARKS = {"breaking": "!", "risky": "?", "compatible": " ", "cosmetic": " "}


def findings(result: Any, command: str) -> str:
    """Return two lines a finding and a closing count; nothing at all where there is nothing to say."""
    lines = []
    for one in result.findings:
        level = "" if one.severity == "error" else f"[{one.severity}] "
        lines.append(printable(f"{one.place}: {one.code} {one.name}  {level}{one.message}"))
        lines.append(printable(f"    fix: {runnable(one.fix, command)}"))
    counts = Counter(one.severity for one in result.findings)
    told = [
        f"{counts[level]} {word if counts[level] == 1 else words}" for level, word, words in _WORDS if counts[level]
    ]
    if told:
        lines.append(f"ringfence: {', '.join(told)}")
    return "\n".join(lines)


def changes(changes: list[Change], base: str, head: str) -> str:
    """Return two lines a change, most serious first."""
    if not changes:
        return f"no changes between {base} and {head}"
    lines = []
    for one in changes:
        flags = f" [{', '.join(one.flags)}]" if one.flags else ""
        more = " ..." if len(one.affected) > 8 else ""
        read = f"; affects {', '.join(one.affected[:8])}{more}" if one.affected else ""
        what = f"{one.code} {one.kind}  {one.level}{flags}: {one.message}{read}"
        lines.append(printable(f"{_MARKS[one.level]} {one.place}: {what}"))
        lines.append(printable(f"    fix: {one.remedy}  (fingerprint {one.fingerprint})"))
    counts = {level: sum(1 for one in changes if one.level == level) for level in _MARKS}
    lines.append(f"{base} -> {head}: " + ", ".join(f"{number} {level}" for level, number in counts.items() if number))
    return "\n".join(lines)

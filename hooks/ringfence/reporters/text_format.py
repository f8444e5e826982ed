"""Findings and changes for people: place, code, name, what is wrong, what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.reporters.clean import printable, runnable

if TYPE_CHECKING:
    from ringfence.domain.change import Change

_MARKS = {"breaking": "!", "risky": "?", "compatible": " ", "cosmetic": " "}


def findings(result: Any, command: str) -> str:
    """Return two lines a finding and a closing count; nothing at all where there is nothing to say."""
    lines = []
    for one in result.findings:
        level = "" if one.severity == "error" else f"[{one.severity}] "
        lines.append(printable(f"{one.place}: {one.code} {one.name}  {level}{one.message}"))
        lines.append(printable(f"    fix: {runnable(one.fix, command)}"))
    if lines:
        counts = {level: sum(1 for one in result.findings if one.severity == level) for level in ("error", "warning", "info")}
        told = ", ".join(f"{number} {level}{'s' if number != 1 and level != 'info' else ''}" for level, number in counts.items() if number)
        lines.append(f"ringfence: {told}")
    return "\n".join(lines)


def changes(changes: list[Change], base: str, head: str) -> str:
    """Return two lines a change, most serious first."""
    if not changes:
        return f"no changes between {base} and {head}"
    lines = []
    for one in changes:
        flags = f" [{', '.join(one.flags)}]" if one.flags else ""
        read = f"; affects {', '.join(one.affected[:8])}{' ...' if len(one.affected) > 8 else ''}" if one.affected else ""
        lines.append(printable(f"{_MARKS[one.level]} {one.place}: {one.code} {one.kind}  {one.level}{flags}: {one.message}{read}"))
        lines.append(printable(f"    fix: {one.remedy}  (fingerprint {one.fingerprint})"))
    counts = {level: sum(1 for one in changes if one.level == level) for level in _MARKS}
    lines.append(f"{base} -> {head}: " + ", ".join(f"{number} {level}" for level, number in counts.items() if number))
    return "\n".join(lines)

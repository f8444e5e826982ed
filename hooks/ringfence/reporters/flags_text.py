"""The flags of a project for people: a table, and below each flag where it is used."""

from __future__ import annotations

from typing import Any

from ringfence.reporters.clean import printable

_COLUMNS = ("flag", "type", "state", "targets", "expires", "owner", "uses")


def flags(found: list[Any], _head: str) -> str:
    """Return one line a flag; one that dbt would refuse says why below."""
    if not found:
        return "no flag is declared"
    rows = [_COLUMNS, *map(_row, found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    lines = []
    for row, one in zip(rows, [None, *found], strict=True):
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if one is not None and one.flag.problem:
            lines.append(f"    {one.flag.problem}")
    return "\n".join(map(printable, lines))


def _row(one: Any) -> tuple[str, ...]:
    flag = one.flag
    targets = ", ".join(f"{target} {'on' if is_on else 'off'}" for target, is_on in flag.by_target.items())
    last = "permanent" if flag.permanent else flag.day("expires") or "-"
    return (flag.name or "-", flag.type, one.state, targets or "-", last, flag.text("owner") or "-", str(len(one.uses)))

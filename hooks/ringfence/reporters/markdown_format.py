"""Changes as Markdown, for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.reporters.clean import printable

if TYPE_CHECKING:
    from ringfence.domain.change import Change


def changes(changes: list[Change], base: str, head: str) -> str:
    """Return a table with one row a change."""
    title = f"## Changes from {_cell(base)} to {_cell(head)}\n\n"
    if not changes:
        return f"{title}None that a reader would notice.\n"
    rows = ["| level | change | where | what to do |", "| --- | --- | --- | --- |"]
    for one in changes:
        read = f"<br>read by {_cell(', '.join(one.affected))}" if one.affected else ""
        rows.append(
            f"| {one.level} | {_cell(one.message)} ({one.code}){read} | {_cell(str(one.place))} | {_cell(one.remedy)} |"
        )
    return title + "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    """Return text that stays inside a table cell and is no markup."""
    safe = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "\\`*_[]|":
        safe = safe.replace(mark, f"\\{mark}")
    return safe

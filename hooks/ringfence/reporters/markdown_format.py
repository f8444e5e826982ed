"""Findings and changes as Markdown, for a comment on a pull request: short, whatever was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.impact import parted
from ringfence.reporters.clean import printable, runnable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringfence.domain.change import Change

_GROUPS = (("error", "error", "errors"), ("warning", "warning", "warnings"), ("info", "note", "notes"))
_LOCKED = ("locked-", "lock-tag-")  # how rules are called that tell what of a locked model is otherwise
_ROWS = 20  # of one table
_LONGEST = 300  # characters of one cell, before they are escaped
# A comment on GitHub has at most 65,536 characters: https://github.com/orgs/community/discussions/27190
_MOST = 60_000
# @name calls a person, #1 links an issue.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}


def findings(result: Any, command: str) -> str:
    """Return counts, the locked models that changed, the other findings by severity, and what is undecided.

    Tables are cut after 20 rows, and earlier where the whole would not fit into one comment.
    """
    rows = _ROWS
    text = _summary(result, command, rows)
    while len(text) > _MOST and rows > 1:
        rows //= 2
        text = _summary(result, command, rows)
    return text


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


def _summary(result: Any, command: str, rows: int) -> str:
    counts = {level: sum(one.severity == level for one in result.findings) for level, _, _ in _GROUPS}
    told = [f"{counts[level]} {one if counts[level] == 1 else many}" for level, one, many in _GROUPS if counts[level]]
    parts = [f"## ringfence: {', '.join(told) or 'nothing found'}"]
    locked = [one for one in result.findings if _is_lock_change(one)]
    if locked:
        parts.append(_locked(locked, command, rows))
    for level, _, many in _GROUPS:
        others = [one for one in result.findings if one.severity == level and not _is_lock_change(one)]
        if others:
            cells = [
                (str(one.place), f"{one.code} {one.name}", one.message, runnable(one.fix, command)) for one in others
            ]
            parts.append(_table(many.capitalize(), ("where", "rule", "what", "what to do"), cells, rows))
    if result.undecided:
        cells = [
            (str(one.place), f"{one.code} {one.name}", f"{one.subject.kind} {one.subject.name}", one.reason)
            for one in result.undecided
        ]
        title = "Undecided: neither passed nor failed"
        parts.append(_table(title, ("where", "rule", "what", "why"), cells, rows))
    end = [f"{result.projects} project{'' if result.projects == 1 else 's'} judged"]
    end += [f"{result.accepted} accepted before"] if result.accepted else []
    return "\n\n".join([*parts, f"{', '.join(end)}."]) + "\n"


def _is_lock_change(one: Any) -> bool:
    """Return whether a finding tells how a locked model differs from what is recorded."""
    return bool(one.name.startswith(_LOCKED))


def _locked(found: Sequence[Any], command: str, rows: int) -> str:
    cells = []
    for one in found:
        told, reach = parted(one.message)
        name = f"{one.subject.name}.{one.subject.column}" if one.subject.column else one.subject.name
        cells.append((name, f"{one.code} {told}", one.old or "", one.new or "", reach, runnable(one.fix, command)))
    heads = ("model", "what", "before", "after", "who reads it", "what to do")
    return _table("Locked models that changed", heads, cells, rows)


def _table(title: str, heads: Sequence[str], cells: Sequence[Sequence[str]], rows: int) -> str:
    lines = [f"### {title} ({len(cells)})", "", f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| {' | '.join(_cell(_cut(cell)) for cell in row)} |" for row in cells[:rows]]
    if len(cells) > rows:
        lines += ["", f"and {len(cells) - rows} more"]
    return "\n".join(lines)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _cell(text: str) -> str:
    """Return text that stays inside a table cell, is no markup, and calls nobody."""
    safe = "".join(_ENTITIES.get(character, character) for character in printable(text))
    for mark in "\\`*_[]|~":
        safe = safe.replace(mark, f"\\{mark}")
    return safe

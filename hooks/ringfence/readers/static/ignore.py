"""`.dbtignore`: the patterns of .gitignore, applied to paths from the project's root.

dbt asks the last pattern that matches (https://docs.getdbt.com/reference/dbtignore), so `!` brings back a file even
from a folder that is ignored; git would not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NEWLINE = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"\\(.)|\*+|\?|\[[!^]?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_MEMBER = re.compile(r"\\?(.)(?:-(?!$)\\?(.))?", re.DOTALL)
_STAR = "[^/]*"


def matcher(text: str) -> Callable[[str], bool]:
    """Return a test for paths: True where the last pattern that matches ignores the path."""
    rules = [rule for line in _NEWLINE.split(text) if (rule := _rule(line)) is not None]

    def ignored(path: str) -> bool:
        return next((ignores for pattern, ignores in reversed(rules) if pattern.match(path)), False)

    return ignored


def _rule(line: str) -> tuple[re.Pattern[str], bool] | None:
    """Return the paths that a line speaks of and whether it ignores them, or None where it speaks of none."""
    if line.startswith("#"):
        return None
    pattern = line.lstrip() if line.endswith("\\ ") else line.strip()
    ignores = not pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    end = "/.+" if pattern.endswith("/") else "(?:/.*)?"
    segments = pattern.removesuffix("/").split("/")
    if segments[0] == "":
        segments = segments[1:]
    elif len(segments) == 1:
        segments = ["**", *segments]
    if not segments or "" in segments:
        return None
    if not set(segments) - {"**"}:
        return re.compile("[^/]+/.+" if pattern.endswith("/") else ".+", re.DOTALL), ignores
    while segments[-1] == "**":
        segments, end = segments[:-1], "/.+"
    return re.compile(f"{_path(segments)}{end}\\Z", re.DOTALL), ignores


def _path(segments: list[str]) -> str:
    """Return a regular expression for segments. What `**` skips is the least that fits, and is never tried again."""
    groups: list[list[str]] = [[]]
    for segment in segments:
        if segment == "**":
            groups.append([])
        else:
            groups[-1].append(_segment(segment))
    first, *rest = ["/".join(group) for group in groups]
    last = rest.pop() if rest else ""
    inner = "".join(f"(?>(?:[^/]+/)*?{group}/)" for group in rest if group)
    return f"{first}{'/' if first and last else ''}{inner}{'(?:[^/]+/)*?' if last else ''}{last}"


def _segment(segment: str) -> str:
    """Return a regular expression for one name; what a `*` takes is the least that fits, and is never tried again."""
    chunks = [""]
    for token in _TOKEN.finditer(segment):
        text = token[0]
        if text[0] == "*":
            chunks.append("")
        elif text == "?":
            chunks[-1] += "[^/]"
        elif text[0] == "[" and len(text) > 1:
            chunks[-1] += _members(text[1:-1])
        else:
            chunks[-1] += re.escape(token[1] or text)
    first, *rest = chunks
    last = rest.pop() if rest else None
    inner = "".join(f"(?>{_STAR}?{chunk})" for chunk in rest)
    return f"{first}{inner}{'' if last is None else _STAR + last}" if segment.strip("*") else "[^/]+"


def _members(inside: str) -> str:
    """Return the class of characters between brackets; a range that runs backwards holds none."""
    negated = inside[0] in "!^"
    ranges = ((found[1], found[2] or found[1]) for found in _MEMBER.finditer(inside[negated:]))
    body = "".join(f"{re.escape(low)}-{re.escape(high)}" for low, high in ranges if low <= high)
    if negated:
        return f"[^/{body}]"
    return f"(?!/)[{body}]" if body else "(?!)"

"""`.dbtignore`: the patterns of .gitignore, applied to paths from the project's root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def matcher(text: str) -> Callable[[str], bool]:
    """Return a test for paths: True where the last pattern that matches ignores the path."""
    rules = [_rule(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]

    def ignored(path: str) -> bool:
        verdict = False
        for pattern, ignores in rules:
            if pattern.match(path):
                verdict = ignores
        return verdict

    return ignored


def _rule(line: str) -> tuple[re.Pattern[str], bool]:
    ignores = not line.startswith("!")
    pattern = line.strip().lstrip("!")
    folder_only = pattern.endswith("/")
    pattern = pattern.rstrip("/")
    anchored = "/" in pattern
    body = _body(pattern.lstrip("/"))
    start = "" if anchored else "(?:.*/)?"
    end = "/.*" if folder_only else "(?:/.*)?"
    return re.compile(f"{start}{body}{end}\\Z"), ignores


def _body(pattern: str) -> str:
    out: list[str] = []
    position = 0
    while position < len(pattern):
        rest = pattern[position:]
        if rest.startswith("**/"):
            out.append("(?:.*/)?")
            position += 3
        elif rest.startswith("**"):
            out.append(".*")
            position += 2
        elif rest[0] == "*":
            out.append("[^/]*")
            position += 1
        elif rest[0] == "?":
            out.append("[^/]")
            position += 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", "\\\\")
            out.append(f"[{'^' + inner[1:] if inner.startswith('!') else inner}]")
            position += end + 1
        else:
            out.append(re.escape(rest[0]))
            position += 1
    return "".join(out)

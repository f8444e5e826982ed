"""Who owns a file, by CODEOWNERS: patterns like those of .gitignore, and the last line that matches.

GitHub: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
GitLab, which adds sections: https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container

_SECTION = r"(\^?)\[([^\]]+)\](?:\[\d+\])?(?:\s+(.*))?"
# Where each service looks, first found first. A file at the root or under docs/ may be of either.
GITHUB = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
GITLAB = ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
PLACES = tuple(dict.fromkeys((*GITHUB, *GITLAB)))


class Line(NamedTuple):
    """One line: its number, its pattern, its owners; an optional section asks for nobody's approval."""

    number: int
    pattern: str
    owners: tuple[str, ...]
    section: str = ""
    optional: bool = False


class Owned(NamedTuple):
    """Who owns a file, in small letters, and the number of the last line that says so (None: no line does)."""

    owners: frozenset[str]
    line: int | None


def chosen(present: Container[str], *, gitlab: bool) -> str | None:
    """Return which of the files that are there counts, or None where there is none.

    Where nothing says that the service is GitLab, its own folder is looked at last.
    """
    return next((path for path in (GITLAB if gitlab else PLACES) if path in present), None)


def read_owners(text: str) -> tuple[Line, ...]:
    """Return the lines of a CODEOWNERS file that name a pattern."""
    found = []
    section, optional = "", False
    fallback: tuple[str, ...] = ()
    for number, raw in enumerate(text.splitlines(), start=1):
        words = _words(raw)
        heading = re.fullmatch(_SECTION, raw.strip())
        if heading is not None and not raw.startswith("\\"):
            # sections of one name are one section, whatever the letter case
            section, fallback = heading[2].strip().lower(), tuple(_words(heading[3] or ""))
            optional = heading[1] == "^"
        elif words:
            named = tuple(words[1:]) or (() if words[0].startswith("!") else fallback)
            found.append(Line(number, words[0], named, section, optional))
    return tuple(found)


def owners_of(lines: tuple[Line, ...], path: str) -> Owned:
    """Return who owns the file at a path from the repository's root: of each section the last line that matches."""
    last: dict[str, Line] = {}
    excluded: set[str] = set()
    for line in lines:
        if line.section not in excluded and _matches(line.pattern.removeprefix("!"), path):
            last[line.section] = line
            if line.pattern.startswith("!"):
                excluded.add(line.section)
    owners = (owner.lower() for line in last.values() if not line.optional for owner in line.owners)
    return Owned(frozenset(owners), max((line.number for line in last.values()), default=None))


def _words(raw: str) -> list[str]:
    """Return the pattern and the owners of a line; `\\ ` and `\\#` stand for themselves."""
    words = re.findall(r"(?:\\.|[^\s#\\]|(?<=\S)#)+|#.*", raw)
    for position, word in enumerate(words):
        if word.startswith("#"):
            return words[:position]
    return words


def _matches(pattern: str, path: str) -> bool:
    """Return whether a pattern matches a file: a slash that is not its last character ties it to the root.

    A name stands for the file or for everything in the folder; a lone `*` at its end does not go into folders. The work
    grows with both lengths and no faster, whatever a pattern holds.
    """
    bare, parts = pattern.strip("/"), path.split("/")
    if not bare:
        return True
    anchored = "/" in pattern.rstrip("/")
    segments = bare.split("/") if anchored else ["**", bare]
    reached = {0}  # how many parts of the path may be used up
    for segment in segments[:-1]:
        reached = _after(segment, reached, parts)
    last = segments[-1]
    if last == "**":
        return min(reached, default=len(parts)) < len(parts)
    reached = _after(last, reached, parts)
    if pattern.endswith("/"):
        return any(end < len(parts) for end in reached)
    return len(parts) in reached if anchored and last == "*" else bool(reached)


def _after(segment: str, reached: set[int], parts: list[str]) -> set[int]:
    if segment == "**":
        return set(range(min(reached, default=len(parts) + 1), len(parts) + 1))
    return {at + 1 for at in reached if at < len(parts) and _glob(segment, parts[at])}


def _glob(segment: str, name: str) -> bool:
    """Return whether a name is what a segment says; of several stars only the last one ever has to give way."""
    pieces = re.findall(r"\\.|\*+|.", segment, re.DOTALL)
    at = piece = 0
    star, since = -1, 0
    while at < len(name):
        wanted = pieces[piece] if piece < len(pieces) else ""
        if wanted.startswith("*"):
            star, since, piece = piece, at, piece + 1
        elif wanted and wanted in ("?", name[at], f"\\{name[at]}"):
            at, piece = at + 1, piece + 1
        elif star >= 0:
            since += 1
            at, piece = since, star + 1
        else:
            return False
    return all(one.startswith("*") for one in pieces[piece:])

"""Who owns a file, by CODEOWNERS: patterns like those of .gitignore, and the last line that matches.

GitHub: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
GitLab, which adds sections: https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

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
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern: a slash that is not the last character ties it to the root.

    A name stands for the file or for everything in the folder; `*` at its end does not go into folders.
    """
    bare = pattern.rstrip("/")
    anchored = "/" in bare or pattern == "/"
    expression = "".join(_pieces(bare.removeprefix("/")))
    start = "" if anchored else "(?:.*/)?"
    if pattern.endswith("/"):
        end = "/.*" if expression else ".*"
    else:
        end = "" if anchored and re.search(r"(?<!\*)\*$", bare) else "(?:/.*)?"
    return re.compile(start + expression + end, re.DOTALL)


def _pieces(pattern: str) -> Iterator[str]:
    """Yield the parts of a pattern as parts of a regular expression."""
    for piece in re.findall(r"\\.|\*\*/|/\*\*$|\*\*|\*|\?|.", pattern, re.DOTALL):
        if piece == "**/":
            yield "(?:.*/)?"
        elif piece == "/**":
            yield "/.*"
        elif piece == "**":
            yield ".*"
        elif piece == "*":
            yield "[^/]*"
        elif piece == "?":
            yield "[^/]"
        else:
            yield re.escape(piece[-1])

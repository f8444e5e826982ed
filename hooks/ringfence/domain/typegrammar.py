"""The grammar of written types: words, sizes, fields, elements. It knows no engine and no type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

# Bigger than any engine allows for a length, a precision or a nesting.
_LONGEST = 20_000
_DEEPEST = 60
_PIECE = r"""\s*('(?:[^']|'')*'|"[^"]*"|`[^`]*`|-?\w[\w.$]*|[()<>\[\],:])\s*"""
_CLOSES = {"(": ")", "<": ">", "[": "]"}
_WITH_FIELDS = frozenset({"struct", "row", "record", "object", "union"})
_WITH_ELEMENTS = frozenset({"array", "list", "map"})


class Written(NamedTuple):
    """A type as written: its words in small letters, what stands in brackets, and its array brackets.

    `sizes` are numbers and texts (`'a'` of an enum with its quotes), `parts` the elements and the fields (with their
    names), `arrays` the sizes in square brackets, '' for none.
    """

    name: str
    sizes: tuple[str, ...] = ()
    parts: tuple[tuple[str | None, Written], ...] = ()
    arrays: tuple[str, ...] = ()
    bare: bool = True


class _UnreadableError(Exception):
    """What is written follows no type's grammar."""


def tokens(text: str) -> tuple[str, ...] | None:
    """Return the words, texts and brackets of a type, words in small letters; None where something else stands."""
    found: list[str] = []
    at = 0
    scan = re.compile(_PIECE)
    while at < len(text):
        match = scan.match(text, at)
        if match is None or len(text) > _LONGEST:
            return None
        found.append(match[1] if match[1][0] in "'\"`" else match[1].lower())
        at = match.end()
    return tuple(found) or None


def parse(found: tuple[str, ...], known: Callable[[str], bool]) -> Written | None:
    """Return what tokens mean as a type, None where they are none. `known` says whether words name a type."""
    reader = _Reader(found, known)
    try:
        made = reader.type(0)
    except _UnreadableError:
        return None
    return made if reader.at == len(found) else None


class _Reader:
    """Reads types from tokens, one behind the other."""

    def __init__(self, found: tuple[str, ...], known: Callable[[str], bool]) -> None:
        self._found, self._known, self.at = found, known, 0

    def _next(self) -> str:
        return self._found[self.at] if self.at < len(self._found) else ""

    def _take(self, wanted: str) -> bool:
        if self._next() != wanted:
            return False
        self.at += 1
        return True

    def _words(self) -> list[str]:
        start = self.at
        while self._next()[:1].isalpha() or self._next()[:1] == "_":
            self.at += 1
        return list(self._found[start : self.at])

    def type(self, depth: int) -> Written:
        """Read a type. Raises _UnreadableError."""
        return self._rest(self._words(), depth)

    def _rest(self, words: list[str], depth: int) -> Written:
        """Read a type of which the first words are read."""
        if not words or depth > _DEEPEST:
            raise _UnreadableError
        sizes: tuple[str, ...] = ()
        parts: tuple[tuple[str | None, Written], ...] = ()
        opened, bare = self._next(), True
        if opened in ("(", "<"):
            self.at += 1
            bare = False
            if words[-1] in _WITH_FIELDS or words[-1] in _WITH_ELEMENTS:
                parts = self._parts(_CLOSES[opened], depth, named=words[-1] in _WITH_FIELDS)
            else:
                sizes = self._sizes(_CLOSES[opened])
            words = [*words, *self._words()]
        arrays: list[str] = []
        while self._take("["):
            arrays.append(self._next() if self._next().isdigit() else "")
            self.at += bool(arrays[-1])
            if not self._take("]"):
                raise _UnreadableError
        return Written(" ".join(words), sizes, parts, tuple(arrays), bare)

    def _sizes(self, close: str) -> tuple[str, ...]:
        found: list[str] = []
        while not self._take(close):
            one = self._next()
            if one in ("", "(", "<", "[", ",", ")", ">", "]", ":"):
                raise _UnreadableError
            found.append(one)
            self.at += 1
            if not self._take(",") and self._next() != close:
                raise _UnreadableError
        return tuple(found)

    def _parts(self, close: str, depth: int, *, named: bool) -> tuple[tuple[str | None, Written], ...]:
        found: list[tuple[str | None, Written]] = []
        while not self._take(close):
            found.append(self._field(depth + 1) if named else (None, self.type(depth + 1)))
            if not self._take(",") and self._next() != close:
                raise _UnreadableError
        return tuple(found)

    def _field(self, depth: int) -> tuple[str | None, Written]:
        """Read `name type`, `name: type`, or a type alone; names in small letters without quotes."""
        first = self._next()
        if first[:1] in ("'", '"', "`"):
            self.at += 1
            self._take(":")
            return first[1:-1].lower(), self.type(depth)
        words = self._words()
        if len(words) == 1 and self._take(":"):
            return words[0], self.type(depth)
        if len(words) < 2 or self._known(" ".join(words)):
            return None, self._rest(words, depth)
        return words[0], self._rest(words[1:], depth)

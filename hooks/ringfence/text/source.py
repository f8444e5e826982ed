"""Text by lines and columns, as YAML counts them: what edits of a file are made on."""

from __future__ import annotations

import re
from bisect import bisect_right

from ringfence.domain.document import Item, Mapping, Scalar, Sequence
from ringfence.domain.namedtuple import NamedTuple

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_BREAKS = "\r\n\x85\u2028\u2029"
_ALIAS = re.compile(r"\s*:\s*(\*[^\s,\]}]+)")
_PROPERTIES = r"(?:[&!]\S*\s+)*"  # an anchor and a tag stand before the value and belong to it
_BARE = re.compile(_PROPERTIES)
_BLOCK_SCALAR = re.compile(rf"{_PROPERTIES}[|>]")
_FLOW = re.compile(rf"{_PROPERTIES}[\[{{]")


class Span(NamedTuple):
    """Characters from `start` up to `end`, counted from 0."""

    start: int
    end: int


class Source:
    """The text of a file without its byte order mark, and where its lines start."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        found = _BREAK.search(text)
        self.newline = found[0] if found else "\n"

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a place; line and column count from 0."""
        return self._starts[line] + column if line < len(self._starts) else len(self.text)

    def line(self, offset: int) -> Span:
        """Return the line that an offset is on, with its break."""
        number = bisect_right(self._starts, offset) - 1
        following = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return Span(self._starts[number], following)

    def before(self, offset: int) -> str:
        """Return what stands before an offset on its line."""
        return self.text[self.line(offset).start : offset]

    def after(self, offset: int) -> str:
        """Return what stands behind an offset on its line, without the break."""
        return self.text[offset : self.line(offset).end].rstrip(_BREAKS)

    def start(self, item: Item) -> int:
        """Return where a value starts; an alias starts where its anchor stands."""
        if isinstance(item, Scalar):
            return self.offset(item.span[0], item.span[1])
        return self.offset(item.place.line - 1, item.place.column - 1)

    def key_end(self, key: Scalar) -> int:
        """Return the end of a key's token."""
        return self.offset(key.span[2], key.span[3])

    def end_of_pair(self, key: Scalar, value: Item) -> int:
        """Return where the value of a key ends; an alias is told from what it names by standing further up."""
        if self.start(value) < self.start(key):
            alias = _ALIAS.match(self.text, self.key_end(key))
            return alias.end() if alias else self.key_end(key)
        return self.end(value)

    def end(self, item: Item) -> int:
        """Return where a value that is no alias ends."""
        if isinstance(item, Scalar):
            end = self.offset(item.span[2], item.span[3])
            block = item.quoted and _BLOCK_SCALAR.match(self.text, self.start(item))
            return max(self.start(item), len(self.text[:end].rstrip())) if block else end
        if self.is_flow(item):
            return self.offset(item.place.end_line - 1, item.place.end_column - 1)
        if isinstance(item, Mapping):
            return self.end_of_pair(*item.pairs[-1])
        last = item.items[-1]
        if self.start(last) < self.start(item):
            return self.offset(item.place.end_line - 1, item.place.end_column - 1)
        return self.end(last)

    def bare(self, scalar: Scalar) -> int:
        """Return where a scalar itself starts, behind its anchor and its tag."""
        found = _BARE.match(self.text, self.start(scalar), self.offset(scalar.span[2], scalar.span[3]))
        return found.end() if found else self.start(scalar)

    def inside(self, item: Sequence | Mapping) -> int:
        """Return where the inside of a collection in brackets starts."""
        found = _FLOW.match(self.text, self.start(item))
        return found.end() if found else self.start(item)

    def is_flow(self, item: Sequence | Mapping) -> bool:
        """Return whether a collection is written in brackets."""
        return _FLOW.match(self.text, self.start(item)) is not None

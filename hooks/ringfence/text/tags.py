"""The tags of a template with their places in its text, so that parts of it can be edited and every other byte kept.

Only what Jinja's lexer tells apart is told apart here: text, comments, raw blocks, tags, and the tokens inside tags
(https://jinja.palletsprojects.com/en/stable/templates/).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENING = re.compile(r"\{[{%#]")
_RAW = re.compile(r"\{%[-+]?\s*raw\s*-?%\}")
_END_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | \d+(?:\.\d+)? | [^\W\d]\w* | == | != | <= | >= | // | \*\* | \S""",
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = "([{", ")]}"


class TemplateError(ValueError):
    """A template whose tags cannot be told: the place in its text and what is wrong."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


class Token(NamedTuple):
    """A token inside a tag, its place, and how many brackets of the tag are open around it."""

    text: str
    start: int
    end: int
    depth: int


class Tag(NamedTuple):
    """`{{ ... }}` or `{% ... %}`: its place, its tokens, and whether it strips the white space around it."""

    start: int
    end: int
    is_statement: bool
    tokens: tuple[Token, ...]
    strips_before: bool
    strips_after: bool

    @property
    def keyword(self) -> str:
        """The first word of a statement; empty for an output."""
        return self.tokens[0].text if self.is_statement and self.tokens else ""


class Condition(NamedTuple):
    """An `{% if %}`: the tags of its branches in order, `else` included, and the tag that ends it."""

    branches: tuple[Tag, ...]
    end: Tag


def tags_of(text: str) -> list[Tag]:
    """Return the tags of a template in order; comments and raw blocks hold none. Raises TemplateError."""
    found: list[Tag] = []
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        start = opening.start()
        if opening[0] == "{#":
            at = _behind(text, text.find("#}", start + 2), start, "a comment")
        elif (raw := _RAW.match(text, start)) is not None:
            end = _END_RAW.search(text, raw.end())
            at = end.end() if end is not None else _behind(text, -1, start, "a raw block")
        else:
            tag = _tag(text, start)
            found.append(tag)
            at = tag.end
    return found


def _behind(text: str, at: int, start: int, what: str) -> int:
    if at < 0:
        line = text.count("\n", 0, start) + 1
        raise TemplateError(start, f"{what} that begins in line {line} never ends")
    return at + 2


def _tag(text: str, start: int) -> Tag:
    closing = "%}" if text[start + 1] == "%" else "}}"
    at = start + 2 + (text[start + 2 : start + 3] in ("-", "+"))
    tokens: list[Token] = []
    depth = 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        sign = int(text[at : at + 1] in ("-", "+") and text.startswith(closing, at + 1))
        if not depth and text.startswith(closing, at + sign):
            before, after = text[start + 2] == "-", text[at] == "-"
            return Tag(start, at + sign + 2, closing == "%}", tuple(tokens), before, after)
        found = _TOKEN.match(text, at)
        if found is None:
            _behind(text, -1, start, "a tag")
            raise AssertionError
        depth -= found[0] in _CLOSE
        tokens.append(Token(found[0], at, found.end(), depth))
        depth += found[0] in _OPEN
        at = found.end()


def conditions_of(tags: list[Tag]) -> Iterator[Condition]:
    """Yield the `{% if %}` of a template whose branches can be told, inner ones before those around them."""
    open_: list[list[Tag]] = []
    for tag in tags:
        word = tag.keyword
        if word in ("if", "for"):
            open_.append([tag])
        elif word in ("elif", "else") and open_:
            open_[-1].append(tag)
        elif word in ("endif", "endfor") and open_:
            branches = open_.pop()
            if word == "endif" and branches[0].keyword == "if":
                yield Condition(tuple(branches), tag)

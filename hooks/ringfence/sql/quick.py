"""Most templates without Jinja's parser: calls with literal arguments and `{% if is_incremental() %}`, nothing else.

What is not of this simple kind is left to the walker, which gives the same facts for what is: reading the simple kind
here costs a tenth of it, and a run that meets nothing else never imports Jinja2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from ringfence.sql.terms import FALSE, TRUE, Block, Call, Const, Facts, Term, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEWLINE = re.compile(r"\r\n|\r|\n")  # what Jinja counts
_OPENING = re.compile(r"\{[{%#]")
_CALL = re.compile(r"\{\{-?\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(\(|-?\}\})", re.ASCII)
_CLOSING = re.compile(r"\s*-?\}\}", re.ASCII)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%-?\s*(?:(if)\s+(is_incremental)\s*(\()\s*\)|(else)|(endif))\s*-?%\}", re.ASCII)
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'[^'\\\n]*'|"[^"\\\n]*")
      | (?P<number>(?:0|[1-9][0-9]{0,14})(?![\w.]))
      | (?P<name>[A-Za-z_]\w*)
      | (?P<mark>[()\[\]{},:=])
    )""",
    re.VERBOSE | re.ASCII,
)
_CONSTANTS: dict[str, object] = {
    "true": True, "True": True, "false": False, "False": False, "none": None, "None": None,
}  # fmt: skip
# Calls that the walker takes for values, or whose name is looked up in another way.
_VALUES = frozenset({"var", "return", "dict", "range", "context"})
# What Jinja reads as something else than a name, before a bracket as well.
_NO_NAMES = frozenset({"not", *_CONSTANTS})
_MAX_DEPTH = 10

Parts: TypeAlias = "list[str | Call]"


class _NotSimple(Exception):  # noqa: N818  (a way out, always caught here)
    pass


def parts(source: str) -> Parts | None:
    """Return a template as its text and its calls in order, as Jinja would put them out; None where it holds more.

    All arguments of the calls are constants; nothing is said of their columns.
    """
    try:
        return _Reader(source).parts()
    except _NotSimple:
        return None


def read(source: str) -> Facts | None:
    """Return the facts of a simple template, or None for one that only the walker can read."""
    try:
        calls = tuple(_Reader(source).calls())
    except _NotSimple:
        return None
    return Facts((Block("body", "", (), calls, 1),))


class _Reader:
    def __init__(self, source: str) -> None:
        self.text = _NEWLINE.sub("\n", source) if "\r" in source else source
        self._lines: list[str] = []
        self.at = 0
        self._line, self._counted = 1, 0
        self._taken: dict[tuple[int, str], int] = {}

    def calls(self) -> Iterator[Call]:
        guards: list[Term] = [TRUE]
        branches: list[bool] = []  # of the open conditions: whether `else` has been met
        while (opening := _OPENING.search(self.text, self.at)) is not None:
            start = opening.start()
            kind = opening[0][1]
            if kind == "#":
                self.at = self._required(_COMMENT, start).end()
            elif kind == "{":
                made = self._output(start)
                if made is not None:
                    yield self._placed(*made, guards[-1])
            else:
                found = self._required(_STATEMENT, start)
                self.at = found.end()
                if found[1]:
                    yield self._placed("is_incremental", found.start(3), (), (), guards[-1])
                    guards.append(FALSE)
                    branches.append(False)
                elif not branches or (found[4] and branches[-1]):
                    raise _NotSimple
                elif found[4]:
                    guards[-1], branches[-1] = guards[-2], True
                else:
                    guards.pop()
                    branches.pop()
        if branches:
            raise _NotSimple

    def parts(self) -> Parts:
        """Return text and calls in order. Raises _NotSimple."""
        self.text = self.text.removesuffix("\n")  # Jinja drops the last line's end
        made: Parts = []
        strip = False
        while (opening := _OPENING.search(self.text, self.at)) is not None:
            start, before = opening.start(), self.at
            call: Call | None = None
            if opening[0] == "{#":
                self.at = self._required(_COMMENT, start).end()
            elif opening[0] == "{{" and (found := self._output(start)) is not None:
                name, bracket, args, keywords = found
                if not all(isinstance(one, Const) for one in (*args, *(value for _, value in keywords))):
                    raise _NotSimple
                call = Call(name, args, keywords, None, TRUE, self._line_of(bracket), 1)
            else:
                raise _NotSimple
            text = self.text[before:start]
            text = text.lstrip() if strip else text
            made.append(text.rstrip() if self.text[start + 2] == "-" else text)
            made += [] if call is None else [call]
            strip = self.text[self.at - 3] == "-" and self.at - 3 > start + 2  # `{#-#}` has one sign, and it opens
        rest = self.text[self.at :]
        return [*made, rest.lstrip() if strip else rest]

    def _output(self, start: int) -> tuple[str, int, tuple[Term, ...], tuple[tuple[str, Term], ...]] | None:
        """Return name, place of the bracket, arguments and keywords of a call; None where nothing is called."""
        found = self._required(_CALL, start)
        name, bracket = found[1], found[2]
        self.at = found.end()
        if bracket != "(":
            return None
        args, keywords = self._arguments()
        self.at = self._required(_CLOSING, self.at).end()
        if name == "var" and args and isinstance(args[0], Const):
            return None
        first = name.split(".", 1)[0]
        if first in _VALUES or first in _NO_NAMES or (name == "config" and args):
            raise _NotSimple
        return name, found.start(2), args, keywords

    def _placed(
        self, name: str, bracket: int, args: tuple[Term, ...], keywords: tuple[tuple[str, Term], ...], guard: Term
    ) -> Call:
        line, column = self._line_of(bracket), 1
        self._lines = self._lines or self.text.split("\n")
        text = self._lines[line - 1]
        pattern = re.compile(rf"(?<![\w.])(?<!macro )(?<!test ){re.escape(name)}\s*\(")
        found = pattern.search(text, self._taken.get((line, name), 0)) or pattern.search(text)
        if found is not None:
            self._taken[line, name] = found.end()
            column = found.start() + 1
        return Call(name, args, keywords, None, guard, line, column)

    def _line_of(self, place: int) -> int:
        """Return the line of a place; places are asked for in order."""
        self._line += self.text.count("\n", self._counted, place)
        self._counted = place
        return self._line

    # arguments

    def _arguments(self) -> tuple[tuple[Term, ...], tuple[tuple[str, Term], ...]]:
        """Return what stands between the brackets of a call; the opening one has been read."""
        args: list[Term] = []
        keywords: dict[str, Term] = {}
        kind, text = self._token()
        while text != ")" or kind != "mark":
            if kind == "name" and text not in _CONSTANTS:
                if self._token() != ("mark", "=") or text in keywords:
                    raise _NotSimple
                keywords[text] = self._value(*self._token(), 0)
            elif keywords:
                raise _NotSimple
            else:
                args.append(self._value(kind, text, 0))
            kind, text = self._separated(")")
        return tuple(args), tuple(keywords.items())

    def _separated(self, end: str) -> tuple[str, str]:
        """Return the token behind a comma, or the one that ends the list."""
        token = self._token()
        if token == ("mark", end):
            return token
        if token != ("mark", ","):
            raise _NotSimple
        return self._token()

    def _value(self, kind: str, text: str, depth: int) -> Term:
        if kind == "text":
            return Const(text[1:-1])
        if kind == "number":
            return Const(int(text))
        if kind == "name" and text in _CONSTANTS:
            return Const(_CONSTANTS[text])
        if depth > _MAX_DEPTH:
            raise _NotSimple
        if (kind, text) == ("mark", "["):
            return self._list(depth)
        if (kind, text) == ("mark", "{"):
            return self._dict(depth)
        raise _NotSimple

    def _list(self, depth: int) -> Term:
        items: list[Term] = []
        token = self._token()
        while token != ("mark", "]"):
            items.append(self._value(*token, depth + 1))
            token = self._separated("]")
        return fold("list", tuple(items))

    def _dict(self, depth: int) -> Term:
        sides: list[Term] = []
        token = self._token()
        while token != ("mark", "}"):
            sides.append(self._value(*token, depth + 1))
            if self._token() != ("mark", ":"):
                raise _NotSimple
            sides.append(self._value(*self._token(), depth + 1))
            token = self._separated("}")
        return fold("dict", tuple(sides))

    def _token(self) -> tuple[str, str]:
        found = self._required(_TOKEN, self.at)
        self.at = found.end()
        kind = str(found.lastgroup)
        return kind, found[kind]

    def _required(self, pattern: re.Pattern[str], at: int) -> re.Match[str]:
        found = pattern.match(self.text, at)
        if found is None:
            raise _NotSimple
        return found

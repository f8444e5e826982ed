"""What a template names that can move its meaning: macros, variables, and names that only a run decides.

More may be found than a run would ask for (a branch not taken counts), never less: a fingerprint that rests on too much
moves once too often, one that rests on too little hides a change.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.flagnames import macro_of
from ringfence.domain.namedtuple import NamedTuple
from ringfence.sql.fingerprint import tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"[^\W\d]\w*")
# Words that stand where a name may stand and are none: https://jinja.palletsprojects.com/en/stable/templates/
_WORDS = frozenset(
    {
        *("if", "else", "elif", "endif", "for", "endfor", "in", "is", "not", "and", "or", "set", "endset", "do"),
        *("with", "endwith", "import", "from", "as", "macro", "endmacro", "call", "endcall", "filter", "endfilter"),
        *("block", "endblock", "raw", "endraw", "recursive", "defined", "break", "continue", "snapshot", "test"),
        *("none", "None", "true", "True", "false", "False", "endsnapshot", "endtest", "docs", "enddocs"),
        *("materialization", "endmaterialization"),
    }
)
# Those of them that begin a statement: with a bracket behind them they are macros that are called.
_BEGINNING = frozenset(
    {"test", "snapshot", "docs", "materialization", "filter", "block", "import", "recursive", "break"}
)
_BINDING = frozenset({"set", "for", "macro", "with"})


class Mentions(NamedTuple):
    """What a template names: `macros` by dotted names as written, dispatched ones as (namespace, name), variables.

    `hidden` are (what, line) of names that only a run decides: `var`, `macro`, `flag`. `words` are all names and quoted
    words, `flags` the feature flags that the macros of our package are asked for.
    """

    macros: frozenset[str]
    dispatched: frozenset[tuple[str, str]]
    variables: frozenset[str]
    hidden: tuple[tuple[str, int], ...]
    words: frozenset[str]
    flags: frozenset[str] = frozenset()


def mentions(source: str) -> Mentions:
    """Return what a template names. Nothing is parsed, so any text has an answer."""
    found = _Finder()
    for tokens, line in tags_of(source):
        found.take(tokens, line)
    return Mentions(
        frozenset(found.macros - found.bound),
        frozenset(found.dispatched),
        frozenset(found.variables),
        tuple(found.hidden),
        frozenset(found.words),
        frozenset(found.flags),
    )


class _Finder:
    def __init__(self) -> None:
        self.macros: set[str] = set()
        self.bound: set[str] = set()
        self.dispatched: set[tuple[str, str]] = set()
        self.variables: set[str] = set()
        self.hidden: list[tuple[str, int]] = []
        self.words: set[str] = set()
        self.flags: set[str] = set()

    def take(self, tokens: list[str], line: int) -> None:
        """Take the tokens of one tag."""
        self.words.update(word for token in tokens if _NAME.fullmatch(word := _text(token) or token))
        if tokens and tokens[0] in _BINDING:
            self.bound.update(_bound(tokens))
        at = 0
        while at < len(tokens):
            name, end = _dotted(tokens, at)
            if name:
                self._name(name, tokens[end:], line, tokens[at - 1] if at else "")
            at = end

    def _name(self, name: str, rest: list[str], line: int, before: str) -> None:
        if before in (".", "|") or (rest[:1] == ["="] and rest[1:2] != ["="]):
            return  # an attribute of a value, a filter, the name of an argument
        first = _text(rest[1]) if len(rest) > 2 and rest[0] in "([" and rest[2] in ",)]" else None
        if name == "var" and rest[:1] == ["("]:
            self._known(self.variables, first, "var", line)
        elif name == "adapter.dispatch" and rest[:1] == ["("]:
            self._dispatch(rest, line)
        elif macro_of(name) is not None and rest[:1] == ["("]:
            named = _text(rest[3]) if rest[1:3] == ["name", "="] and len(rest) > 3 else first
            self._known(self.flags, named, "flag", line)
        elif name == "context" and rest[:1] == ["["]:
            self._known(self.macros, first, "macro", line)
        else:
            self.macros.add(name)

    def _dispatch(self, rest: list[str], line: int) -> None:
        given = [_text(token) for token in rest[1 : rest.index(")") if ")" in rest else None]]
        texts = [text for text in given if text is not None]
        words = {"macro_name", "macro_namespace", "packages", ",", "=", "[", "]"}
        plain = all(text is not None or token in words for text, token in zip(given, rest[1:], strict=False))
        if texts and plain:
            self.dispatched.add((texts[1] if len(texts) > 1 else "", texts[0]))
        elif texts and _text(rest[1]) is not None:
            self.dispatched.add(("", texts[0]))
        else:
            self.hidden.append(("macro", line))

    def _known(self, names: set[str], name: str | None, what: str, line: int) -> None:
        if name is None:
            self.hidden.append((what, line))
        else:
            names.add(name)


def _dotted(tokens: list[str], at: int) -> tuple[str, int]:
    """Return the dotted name that starts here ('' where none does), and where what is behind it starts."""
    called = tokens[at] in _BEGINNING and tokens[at + 1 : at + 2] == ["("]
    if not _NAME.fullmatch(tokens[at]) or (tokens[at] in _WORDS and not called):
        return "", at + 1
    end = at + 1
    while end + 1 < len(tokens) and tokens[end] == "." and _NAME.fullmatch(tokens[end + 1]):
        end += 2
    return "".join(tokens[at:end]), end


def _bound(tokens: list[str]) -> Iterator[str]:
    """Yield the names that a tag gives a value: behind `set` and `for` up to `=` or `in`, else those before a `=`, and
    a macro's parameters.
    """
    end = next((at for at, token in enumerate(tokens) if token in ("=", "in")), len(tokens))
    for at, token in enumerate(tokens[1:], start=1):
        if not _NAME.fullmatch(token) or token in _WORDS:
            continue
        before, after = tokens[at - 1], tokens[at + 1 : at + 2]
        alone = tokens[0] == "macro" and before in ("(", ",") and after in ([","], [")"])
        if alone or after == ["="] or (tokens[0] in ("set", "for") and at < end):
            yield token


def _text(token: str) -> str | None:
    """Return what a token says that is a text, else None."""
    return token[1:-1] if len(token) > 1 and token[0] in "'\"" and token[-1] == token[0] else None

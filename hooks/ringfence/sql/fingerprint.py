"""Fingerprints of what a query means: from its source, where nothing is rendered, and from compiled SQL.

The text of each names its algorithm. After an upgrade both sides of a comparison are made again; two fingerprints of
different algorithms are not comparable, never "changed".
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from ringfence.sql import sqltree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot.expressions import Expr as Expression

SOURCE_ALGORITHM = "src1"
TREE_ALGORITHM = "tree1"
VALUE_ALGORITHM = "val1"
TEXT_ALGORITHM = "txt1"
SEED_ALGORITHM = "csv1"
_LENGTH = 32  # hexadecimal digits: 128 bits

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_TEXT = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_TAG = re.compile(rf"""\{{([{{%])[-+]?((?:{_TEXT}|[^'"])*?)[-+]?[}}%]\}}""", re.DOTALL)
_MARKUP = re.compile(rf"\{{#.*?#\}}|{_TAG.pattern}", re.DOTALL)
_IN_TAG = re.compile(rf"{_TEXT}|[^\W]+|\S", re.DOTALL)
_JOINED = "\1"  # between two that touch
_HELD = re.compile("\0([0-9]+)\0")  # what stands for a tag in the SQL around it
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<held>\0\d+\0)
    | (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    | (?P<word>\w+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# Dialects differ over whether a backslash hides a quote, and so over what is text and what is code.
_DOUBTFUL = re.compile(r"""\\['"`]""")


def source_fingerprint(source: str) -> str:
    """Return the fingerprint of a template's text: `src1:` and 32 hexadecimal digits.

    Comments of both languages, white space and the letter case of SQL's words do not move it; texts, quoted names and
    all that Jinja says do. Nothing is parsed, so any text has one.
    """
    digest = sha256()
    for token in _tokens(source):
        digest.update(token.encode(errors="surrogatepass"))
        digest.update(b"\0")
    return f"{SOURCE_ALGORITHM}:{digest.hexdigest()[:_LENGTH]}"


def tags_of(source: str) -> Iterator[tuple[list[str], int]]:
    """Yield the words and marks of each Jinja tag of a template with the line on which it starts, comments left out."""
    text = _COMMENT.sub(_blank, source.replace("\r\n", "\n").replace("\r", "\n"))
    for found in _TAG.finditer(text):
        yield _IN_TAG.findall(found[2]), text.count("\n", 0, found.start()) + 1


def without_settings(source: str) -> str:
    """Return a template without the tags that are a call of config() and nothing else: settings are compared by value.

    Lines stay where they are.
    """
    return _TAG.sub(lambda tag: _noted(tag) if _is_config(tag[2]) else tag[0], source)


def macro_text(source: str, name: str, kind: str = "macro") -> str | None:
    """Return the definition of a macro or materialization from its head to its end, or None where none is seen."""
    text = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    head = re.search(rf"\{{%[-+]?\s*{kind}\s+{re.escape(name)}\b", text)
    if head is None:
        return None
    tail = re.compile(rf"\{{%[-+]?\s*end{kind}\b[^%]*%\}}").search(text, head.end())
    return source[head.start() : tail.end() if tail is not None else len(text)]


def value_fingerprint(value: object) -> str:
    """Return the fingerprint of a setting's value: `val1:` and 32 hexadecimal digits. 1, 1.0, True, '1' are four."""
    return f"{VALUE_ALGORITHM}:{sha256(_shown(value).encode(errors='surrogatepass')).hexdigest()[:_LENGTH]}"


def text_fingerprint(text: str) -> str:
    """Return the fingerprint of a text whose language is not read: `txt1:` and 32 hexadecimal digits.

    Ends of lines, white space before them and empty lines do not move it.
    """
    lines = [stripped for line in text.splitlines() if (stripped := line.rstrip())]
    return f"{TEXT_ALGORITHM}:{sha256(chr(10).join(lines).encode(errors='surrogatepass')).hexdigest()[:_LENGTH]}"


def seed_fingerprint(text: str, delimiter: str) -> str:
    """Return the fingerprint of a CSV file's rows: `csv1:` and 32 hexadecimal digits.

    Ends of lines, quotes without need and empty lines do not move it.
    """
    import csv

    digest = sha256()
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if row:
                digest.update(repr(row).encode(errors="surrogatepass"))
    except (csv.Error, TypeError):  # a field beyond the limit, a delimiter that is none
        return text_fingerprint(text)
    return f"{SEED_ALGORITHM}:{digest.hexdigest()[:_LENGTH]}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{_shown(key)}: {_shown(held)}" for key, held in value.items())) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(_shown, value))) + "}"
    return f"{type(value).__name__} {value!r}"


def _blank(found: re.Match[str]) -> str:
    """Return as many lines as what was found, and a space: what stood before and behind it stays apart."""
    return " " + "\n" * found[0].count("\n")


def _noted(tag: re.Match[str]) -> str:
    """Return a Jinja comment of as many lines as a tag, which eats the same white space."""
    signs = [sign if sign == "-" else "" for sign in (tag[0][2], tag[0][-3])]
    return "{#" + signs[0] + "\n" * tag[0].count("\n") + " " + signs[1] + "#}"


def _is_config(inside: str) -> bool:
    """Return whether a tag holds one call of config(): its bracket closes where the tag ends, and not before."""
    words = _IN_TAG.findall(inside)
    if words[:2] != ["config", "("]:
        return False
    depth = 0
    for at, word in enumerate(words):
        depth += (word in "([{") - (word in ")]}")
        if at > 1 and depth == 0:
            return at == len(words) - 1
    return False


def _tokens(source: str) -> Iterator[str]:
    """Yield the words and marks that mean something; those of SQL in small letters.

    A word and a tag that touch are one word when they are rendered: `{{ prefix }}id` is not `{{ prefix }} id`. Tags in
    comments count: Jinja knows nothing of SQL's comments.
    """
    text, tags = _rendered(source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))
    doubtful = _DOUBTFUL.search(text) is not None
    edge = _Edge()
    for found in _TOKEN.finditer(text):
        kind, token = found.lastgroup, found[0]
        if kind == "space" or (kind == "comment" and not doubtful):
            edge.touches = False
            yield from (tags[int(number)] for number in _HELD.findall(token) if not _is_named(tags[int(number)]))
            continue
        shown = token.lower() if kind == "word" and not doubtful else token
        shown = _HELD.sub(lambda number: tags[int(number[1])], shown) if "\0" in shown else shown
        if kind == "held" and shown[0] == "%":
            edge.statement(shown[1:].partition("\1")[0])
        elif kind in ("word", "quoted", "held"):
            if edge.word(tag=kind == "held"):
                yield _JOINED
        else:
            edge.touches = False
        yield shown


class _Edge:
    """Whether what is rendered so far ends in a word that the next may go on, past statements that render nothing.

    Of the branches of an `if` only one is rendered, and that of a `for` perhaps never.
    """

    def __init__(self) -> None:
        self.touches = self._tagged = False
        self._open: list[tuple[bool, bool]] = []  # before each statement, and behind its branches so far

    def word(self, *, tag: bool) -> bool:
        """Take a word or an expression; returns whether it is joined to what stands before, where a tag has a part."""
        joined = self.touches and (self._tagged or tag)
        self.touches, self._tagged = True, tag
        return joined

    def statement(self, name: str) -> None:
        """Take a statement by its first word."""
        self._tagged = True
        if name in ("macro", "endmacro"):
            self.touches = False  # what stands in a file behind another macro is rendered elsewhere
        elif name in ("if", "for"):
            self._open.append((self.touches, self.touches))
        elif self._open and name in ("elif", "else", "endif", "endfor"):
            before, behind = self._open.pop()
            behind = behind or self.touches
            self.touches = behind
            if name in ("elif", "else"):
                self._open.append((before, behind))
                self.touches = before


def _is_named(tag: str) -> bool:
    """Return whether a tag gives no more than a relation's name: in a comment that is nothing.

    Any other tag is rendered there as everywhere: a statement decides over what follows, an expression may hold lines.
    """
    words = tag[1:].split("\1")
    called = words[0] in ("ref", "source") and words.count("(") == words.count(")") == 1 and words[-1] == ")"
    return tag[0] == "{" and (called or words == ["this"])


def _rendered(source: str) -> tuple[str, list[str]]:
    """Return a template with numbers in the place of its tags and without Jinja's comments, and the tags.

    White space that a tag eats is gone: a line's comment goes on behind it, as it does when dbt renders it.
    """
    out: list[str] = []
    tags: list[str] = []
    at, eaten = 0, False
    for found in _MARKUP.finditer(source):
        text = source[at : found.start()]
        text = text.lstrip() if eaten else text
        out.append(text.rstrip() if found[0][2] == "-" else text)
        if found[1] is not None:
            out.append(f"\0{len(tags)}\0")
            tags.append(found[1] + "\1".join(_IN_TAG.findall(found[2])))
        at, eaten = found.end(), found[0][-3] == "-"
    rest = source[at:]
    out.append(rest.lstrip() if eaten else rest)
    return "".join(out), tags


def tree_fingerprint(sql: str, adapter: str | None) -> str:
    """Return the fingerprint of a statement's tree: `tree1:` and 32 hexadecimal digits. Raises SqlError.

    What the parser reads alike has one: comments, white space, brackets without need, letter case of words and of
    unquoted names, `a::int` and `cast(a as int)`.
    """
    digest = sha256((sqltree.dialect_of(adapter) or "").encode())
    for part in _canonical(sqltree.parse(sql, adapter)):
        digest.update(part.encode(errors="surrogatepass"))
        digest.update(b"\0")
    return f"{TREE_ALGORITHM}:{digest.hexdigest()[:_LENGTH]}"


def _canonical(tree: Expression) -> Iterator[str]:
    """Yield a tree's nodes from the root down; a stack of its own, for trees may be deep."""
    waiting: list[object] = [tree]
    while waiting:
        one = waiting.pop()
        if not hasattr(one, "args"):
            yield f"{type(one).__name__} {one}"
            continue
        node = cast("Expression", one)
        while node.key == "paren":
            node = node.this
        yield f"({node.key}"
        waiting.append(")")
        if node.key == "identifier":
            waiting.append(node.this if node.args.get("quoted") else node.this.lower())
            continue
        for name in sorted(node.args, reverse=True):
            value = node.args[name]
            if isinstance(value, list) and value:
                waiting += ["]", *reversed(value), f"[{name}"]
            elif value is not None and value is not False and value != []:
                waiting += [value, name]

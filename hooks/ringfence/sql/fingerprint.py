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
_LENGTH = 32  # hexadecimal digits: 128 bits

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_TEXT = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_TAG = re.compile(rf"""\{{([{{%])[-+]?((?:{_TEXT}|[^'"])*?)[-+]?[}}%]\}}""", re.DOTALL)
_IN_TAG = re.compile(rf"{_TEXT}|[^\W]+|\S", re.DOTALL)
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


def _tokens(source: str) -> Iterator[str]:
    """Yield the words and marks that mean something; those of SQL in small letters."""
    tags: list[str] = []

    def held(found: re.Match[str]) -> str:
        tags.append(f"{found[1]}" + "\1".join(_IN_TAG.findall(found[2])))
        return f"\0{len(tags) - 1}\0"

    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    text = _TAG.sub(held, _COMMENT.sub(" ", text))
    doubtful = _DOUBTFUL.search(text) is not None
    for found in _TOKEN.finditer(text):
        kind, token = found.lastgroup, found[0]
        if kind == "space" or (kind == "comment" and not doubtful):
            continue
        shown = token.lower() if kind == "word" and not doubtful else token
        yield _HELD.sub(lambda number: tags[int(number[1])], shown) if "\0" in shown else shown


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

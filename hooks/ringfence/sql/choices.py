"""Texts of which a run picks one: when all mean the same for the columns, one text stands for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EITHER = "ringfence_either"  # a function that nobody has: its arguments are what may stand there

_TOKEN = re.compile(r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_]\w*|[()\[\],]""", re.DOTALL)
_CLAUSES = frozenset({"where", "having", "qualify", "order", "limit", "group"})
_CONDITIONS = frozenset({"where", "having", "on", "qualify"})
_ENDS = frozenset({"union", "intersect", "except", "select", "from", "join", "with", "minus", ";"})
_HEADS = frozenset({*_CLAUSES, *_CONDITIONS, "select", "from", "join", "union", "case", "when", "then", "else"})
_ALIASED = re.compile(
    r"""\s*(?P<value>\S.*?)\s+as\s+(?P<alias>\w+|"[^"]+")\s*(?P<comma>,?)\s*""", re.DOTALL | re.IGNORECASE
)


def merged(texts: Sequence[str], before: str) -> str | None:
    """Return one text for all that may stand after `before`, None where they make a difference that matters."""
    plain = [" ".join(text.split()) for text in texts]
    if len(set(plain)) == 1:
        return texts[0]
    filled = [text for text in texts if text.strip()]
    if all(_is_clause(text) for text in filled):
        return " "
    if all(_goes_on(text) for text in filled) and _in_condition(before):
        return " "
    return _either(texts)


def _either(texts: Sequence[str]) -> str | None:
    found = [_ALIASED.fullmatch(text) for text in texts]
    values = []
    for match in found:
        if match is None or not _is_expression(match["value"]):
            return None
        values.append(match["value"])
    first = found[0]
    if first is None or len({(match["alias"], match["comma"]) for match in found if match is not None}) != 1:
        return None
    return f" {EITHER}({', '.join(values)}) as {first['alias']}{first['comma']} "


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Yield the words and brackets of a text outside quotes and comments, with the depth they stand at."""
    depth = 0
    for found in _TOKEN.findall(text):
        if found in "([":
            depth += 1
        elif found in ")]":
            depth -= 1
            yield found, depth
            continue
        elif found[0] in "'\"`-/":
            continue
        yield found.lower(), depth


def _balanced(text: str) -> list[str] | None:
    """Return the words outside brackets, None where the brackets do not close."""
    words, depth = [], 0
    for word, level in _words(text):
        depth = level + (word in ("(", "["))
        if level < 0:
            return None
        if level == 0 and word not in ("(", ")", "[", "]"):
            words.append(word)
    return words if depth == 0 and ";" not in text else None


def _is_clause(text: str) -> bool:
    words = _balanced(text)
    return bool(words) and words is not None and words[0] in _CLAUSES and not _ENDS.intersection(words)


def _goes_on(text: str) -> bool:
    words = _balanced(text)
    return bool(words) and words is not None and words[0] in ("and", "or") and not _ENDS.intersection(words)


def _in_condition(before: str) -> bool:
    """Return whether a text ends inside a WHERE, HAVING, ON or QUALIFY."""
    heads: list[str] = [""]
    for word, depth in _words(before):
        if depth < 0:
            return False
        del heads[depth + 1 :]
        while len(heads) <= depth:
            heads.append("")
        if word in _HEADS:
            heads[depth] = word
        elif word in ("(", "["):
            heads.append("")
    return heads[-1] in _CONDITIONS


def _is_expression(text: str) -> bool:
    words = _balanced(text)
    return words is not None and "," not in words and not _ENDS.intersection(words) and "as" not in words

"""Where a finding has to lie: inside the entry, or the column, that it speaks of.

The spans come from PyYAML's composer, which our reader does not use: entries, tables and columns by kind and name, with
all that they hold, and what they name by an alias wherever it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

_KINDS = {
    "models": "model",
    "seeds": "seed",
    "snapshots": "snapshot",
    "exposures": "exposure",
    "macros": "macro",
    "groups": "group",
    "unit_tests": "unit test",
    "metrics": "metric",
    "semantic_models": "semantic model",
    "saved_queries": "saved query",
    "analyses": "analysis",
    "functions": "function",
    "data_tests": "data test",
}
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# What is said of a column that the file need not hold, or of it at another place: its entry, a setting, a test of the
# whole model.
_OF_ENTRIES = frozenset({"RF202", "RF332", "RF339", "RF341", "RF342", "RF402", "RF403", "RF405"})
# What is found at a token that is not quoted: the first of the file, a text too long to be quoted, a label that YAML
# reads as another, a setting by what it does.
_UNQUOTED = frozenset(
    {"RF001", "RF003", "RF201", "RF004", "RF102", "RF301", "RF317", "RF334", "RF337", "RF401", "RF404", "RF405"}
)
# A name as it is written: null is called empty, and yes is True.
_WORD = re.compile(r"(?!(?:null|true|false|yes|no|on|off)\b)[A-Za-z_][\w.-]*", re.IGNORECASE)

# The name of all entries whose own is a template: it may stand for any other.
_TEMPLATE = "{{"

Point = tuple[int, int]
Span = tuple[Point, Point]


class Found(NamedTuple):
    """A finding in a properties file: its rule, its message, its span, and whom it speaks of."""

    code: str
    message: str
    start: Point
    end: Point
    kind: str
    name: str
    column: str | None


def lines_of(content: bytes) -> list[str]:
    """Return the lines of a file as YAML counts them."""
    return _BREAK.split(content.decode("utf-8", "replace").removeprefix("\ufeff"))


def misplaced(found: Found, content: bytes, spans: dict[tuple[str, str, str | None], list[Span]]) -> str:
    """Return what is wrong with the place of a finding, or nothing."""
    lines = lines_of(content)
    if not found.start <= found.end:
        return "ends before it starts"
    for line, column in (found.start, found.end):
        if not (1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 2):
            return f"{line}:{column} is outside the file"
    whole = spans.get((found.kind, found.name, None))
    if whole and not _within(found.start, [*whole, *spans.get((found.kind, _TEMPLATE, None), [])]):
        return f"{found.start} is outside {found.kind} {found.name}"
    own = spans.get((found.kind, found.name, found.column)) if found.column and found.code not in _OF_ENTRIES else None
    if own and not _within(found.start, own):
        return f"{found.start} is outside column {found.column}"
    token = lines[found.start[0] - 1][found.start[1] - 1 : found.end[1] - 1] if found.start[0] == found.end[0] else ""
    one_too_many = " is a mapping of " in found.message  # said of the whole, at the key that should not be there
    if not one_too_many and found.code not in _UNQUOTED and _WORD.fullmatch(token) and token not in found.message:
        return f"{token} is not what the message quotes"
    return ""


def spans_of(content: bytes) -> dict[tuple[str, str, str | None], list[Span]]:
    """Return the spans of entries (no column) and of their columns, by kind and name; nothing where it is no YAML."""
    try:
        root = yaml.compose(content, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    spans: dict[tuple[str, str, str | None], list[Span]] = {}
    for kind, written, body in _entries(root):
        name = _TEMPLATE if _TEMPLATE in written else written
        spans.setdefault((kind, name, None), []).extend(_held(body))
        for part in [body, *_items(body, "versions")]:
            for column in _items(part, "columns"):
                spans.setdefault((kind, name, _text(column, "name")), []).extend(_held(column))
    return spans


def _entries(root: Any) -> Iterator[tuple[str, str, Any]]:
    for key, kind in _KINDS.items():
        for body in _items(root, key):
            name = _text(body, "name")
            if kind == "unit test":
                name = f"{_text(body, 'model')}.{name}"
            yield kind, name, body
            for version in _items(body, "versions"):
                yield kind, f"{name}.v{_text(version, 'v')}", body
    for body in _items(root, "sources"):
        yield "source", _text(body, "name"), body
        for table in _items(body, "tables"):
            name = f"{_text(body, 'name')}.{_text(table, 'name')}"
            yield "source", name, table


def _values(node: Any, key: str, depth: int = 0) -> Iterator[Any]:
    if isinstance(node, yaml.MappingNode) and depth < 20:
        for name, value in node.value:
            if name.value == key:
                yield value
            elif name.value == "<<":
                for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    yield from _values(one, key, depth + 1)


def _items(node: Any, key: str) -> list[Any]:
    return [item for value in _values(node, key) if isinstance(value, yaml.SequenceNode) for item in value.value]


def _text(node: Any, key: str) -> str:
    """Return the text under a key: of one that is written twice the last, as YAML's constructors have it."""
    own = [value for name, value in node.value if name.value == key] if isinstance(node, yaml.MappingNode) else []
    if own and isinstance(own[-1], yaml.ScalarNode):
        return str(own[-1].value)
    return next((value.value for value in _values(node, key) if isinstance(value, yaml.ScalarNode)), "")


def _held(node: Any) -> list[Span]:
    """Return the span of a node and of what stands elsewhere and is named inside it."""
    spans, waiting, seen = [], [node], set()
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            start, end = one.start_mark, one.end_mark
            spans.append(((start.line + 1, start.column + 1), (end.line + 1, end.column + 1)))
            if isinstance(one, yaml.MappingNode):
                waiting += [part for pair in one.value for part in pair]
            elif isinstance(one, yaml.SequenceNode):
                waiting += one.value
    return spans


def _within(point: Point, spans: list[Span]) -> bool:
    return any(start <= point <= end for start, end in spans)

"""Bytes to positioned YAML values: one builder over PyYAML's event stream.

PyYAML's composer and constructor are never used: the first crashes the process on deep nesting, the second expands
aliases and merges before anybody can count them (catalogue of YAML bombs: tests/text). Here every event costs a bounded
amount of work, aliases stay references, and nesting is counted. Whoever reads the document may expand them: it is
finite, at most MAX_DEPTH deep and MAX_EXPANDED values larger than what is written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ringfence.domain.document import MERGE, Anchor, Problem
from ringfence.domain.place import Place
from ringfence.text.packed import Document, pack, unpack, unpack_root
from ringfence.text.scalars import BadScalar, construct, resolve, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.flagtext import FlagText
    from ringfence.domain.ignores import Ignore
    from ringfence.text.packed import Packed

__all__ = ["Document", "parse", "read"]

MAX_DEPTH = 100
MAX_EVENTS = 500_000
MAX_EXPANDED = 1_000_000
WORD = "ringfence"
NAMESPACE = f"{WORD}."
_BREAK = "\r\n|[\r\n\x85\u2028\u2029]"
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_COLLECTION_TAGS = ("!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class _Stop(Exception):  # noqa: N818  (carries the one problem that ends the reading)
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def parse(content: bytes, path: str) -> Document:
    """Return the only document of `content`. Never raises: what is wrong becomes a problem with a place in `path`."""
    return unpack(read(content, path), path)


def read(content: bytes, path: str) -> Packed:
    """Return the only document of `content` as lists, as a cache keeps it. Never raises, as `parse`."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _end(content[: error.start].decode("utf-8"), path)
        return pack(Document(None, (Problem("is not UTF-8", place, "save the file as UTF-8"),)))
    try:
        builder = _Builder(path, text)
        builder.run(_events(text))
    except _Stop as stop:
        return pack(Document(None, (stop.problem,)))
    except _yaml().YAMLError as error:
        return pack(Document(None, (_problem(error, text, path),)))
    root = None if _is_null(builder.root) else builder.root  # `---` alone is as empty as no byte at all
    item = unpack_root(root, path, repeats=builder.repeats) if WORD in text and root is not None else None
    ignores = _ignores(text, item) if WORD in text else ()
    flags = _flags(item) if NAMESPACE in text and item is not None else ()
    document = Document(None, tuple(builder.problems), ignores, tuple(_unused(builder, text)), flags)
    return pack(document, root, repeats=builder.repeats)


def _is_null(root: Packed) -> bool:
    return root is None or (len(root) == 7 and root[6] is None)


def _ignores(text: str, root: Item | None) -> tuple[Ignore, ...]:
    from ringfence.domain.ignores import in_comments, in_meta, outside_values

    return (*outside_values(in_comments(text, yaml=True), root), *in_meta(root))


def _flags(root: Item) -> tuple[FlagText, ...]:
    from ringfence.domain.flagtext import calls_in

    return tuple(calls_in(root))


def _unused(builder: _Builder, text: str) -> Iterator[Anchor]:
    """Yield the anchors that no alias names, each where its & stands: a tag may stand before it."""
    lines = re.split(_BREAK, text) if builder.unused else []
    for name, (line, column) in builder.unused.items():
        found = lines[line].find(f"&{name}", column)
        at = (line + 1, (column if found < 0 else found) + 1)
        yield Anchor(name, Place(builder.path, *at, at[0], at[1] + len(name) + 1))


def _yaml() -> Any:
    import yaml

    return yaml


def _events(text: str) -> Iterator[Any]:
    yaml = _yaml()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is missing on some platforms
    stream: Iterator[Any] = yaml.parse(text, Loader=loader)
    return stream


def _problem(error: Any, text: str, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # the reader met a character before the parser did
        found = re.search(_UNPRINTABLE, text)
        place = _end(text[: found.start()] if found is not None else "", path)
        return Problem("is not YAML: control characters are not allowed", place, "remove the character, or escape it")
    line, column = mark.line + 1, mark.column + 1
    place = min(Place(path, line, column, line, column + 1), _end(text, path))  # some marks lie behind the last line
    return Problem(f"is not YAML: {error.problem}", place, "correct the YAML")


def _end(before: str, path: str) -> Place:
    """Return the place right after the text `before`."""
    lines = re.split(_BREAK, before.removeprefix("\ufeff"))
    return Place(path, len(lines), len(lines[-1]) + 1, len(lines), len(lines[-1]) + 2)


def _is_scalar(item: Packed) -> bool:
    return item[0].__class__ is int


class _Builder:
    """Takes events one by one and keeps the open collections on a stack of its own; all are made as packed lists."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self._last: tuple[int, int] | None = None
        self.root: Packed = None
        self.repeats = False
        self.problems: list[Problem] = []
        self._stack: list[Packed] = []
        self._keys: list[Packed] = []
        self._anchors: dict[str, Packed] = {}
        self.unused: dict[str, tuple[int, int]] = {}
        self._collections: list[Packed] = []  # by number
        self._numbers: dict[int, int] = {}
        self._sizes: dict[int, tuple[int, int]] = {}  # of closed collections: values and levels
        self._opened: list[int] = []
        self._levels: list[int] = []
        self._expanded = 0
        self._merges: list[tuple[Packed, Packed]] = []
        self._documents = 0

    def run(self, events: Iterator[Any]) -> None:
        """Build the document. Scalars are nearly all of the work, so they are asked for first."""
        for count, event in enumerate(events):
            kind = type(event).__name__
            if kind == "ScalarEvent":
                item = self._scalar(event)
                if event.anchor is not None:
                    self._anchor(item, event)
                self._add(item, event)
            elif kind == "MappingStartEvent":
                self._open("m", event, count)
            elif kind == "SequenceStartEvent":
                self._open("s", event, count)
            elif kind == "MappingEndEvent" or kind == "SequenceEndEvent":  # noqa: PLR1714  (a tuple test is slower)
                self._close(event, count)
            elif kind == "AliasEvent":
                self._alias(event)
            elif kind == "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    raise _Stop(self._trouble(event, "holds more than one YAML document", "keep one document per file"))
            if count >= MAX_EVENTS:
                raise _Stop(self._trouble(event, f"holds more than {MAX_EVENTS:,} YAML events", "split the file"))
        self._check_merges()

    def _check_merges(self) -> None:
        for key, value in self._merges:
            held = self._meant(value)
            sources = held[5] if held[0] == "s" else [held]
            if not all(self._meant(source)[0] == "m" for source in sources):
                fix = "name a mapping, or a list of mappings: <<: *anchor"
                place = Place(self.path, key[0] + 1, key[1] + 1, key[2] + 1, key[3] + 1)
                self.problems.append(Problem("merges what is no mapping", place, fix))

    def _meant(self, item: Packed) -> Packed:
        """Return the collection that an alias stands for, anything else as it is."""
        return self._collections[item[1]] if item[0] == "a" else item

    def _open(self, kind: str, event: Any, count: int) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise _Stop(self._trouble(event, f"nests deeper than {MAX_DEPTH} levels", "flatten it"))
        if event.tag is not None and event.tag not in _COLLECTION_TAGS:
            self.problems.append(
                self._trouble(event, f"uses the tag {shortened(event.tag)}, which dbt cannot read", "remove it")
            )
        start = event.start_mark
        item = [kind, start.line + 1, start.column + 1, 0, 0, []]
        self._numbers[id(item)] = len(self._collections)
        self._collections.append(item)
        if event.anchor is not None:
            self._anchor(item, event)
        self._add(item, event)
        self._stack.append(item)
        self._keys.append(None)
        self._opened.append(count + self._expanded)
        self._levels.append(0)

    def _close(self, event: Any, count: int) -> None:
        item = self._stack.pop()
        self._keys.pop()
        size, levels = count + self._expanded - self._opened.pop(), self._levels.pop() + 1
        self._sizes[id(item)] = size, levels
        self._reach(levels)
        item[3], item[4] = self._end_of(item, event)

    def _end_of(self, item: Packed, event: Any) -> tuple[int, int]:
        """Return where a collection ends: in block style behind its last value, whatever comments follow."""
        start, end = event.start_mark, event.end_mark
        if start.index == end.index and item[5]:
            last = self._meant(item[5][-1])
            found = (last[2] + 1, last[3] + 1) if _is_scalar(last) else (last[3], last[4])
            if found > (item[1], item[2]):  # an alias stands for a value further up
                return found
            return min((end.line + 1, end.column + 1), self._text_end())
        return end.line + 1, end.column + 1

    def _alias(self, event: Any) -> None:
        item = self._anchors.get(event.anchor)
        if item is None:
            raise _Stop(self._trouble(event, f"names the unknown anchor *{event.anchor}", "define the anchor first"))
        self.unused.pop(event.anchor, None)
        if not _is_scalar(item):
            if id(item) not in self._sizes:
                raise _Stop(self._trouble(event, f"names *{event.anchor} inside itself", "write the value out"))
            size, levels = self._sizes[id(item)]
            self._expanded += size
            if self._expanded > MAX_EXPANDED:
                said = f"holds aliases that stand for more than {MAX_EXPANDED:,} values"
                raise _Stop(self._trouble(event, said, "write out what is meant, or split the file"))
            if len(self._stack) + levels > MAX_DEPTH:
                raise _Stop(self._trouble(event, f"nests deeper than {MAX_DEPTH} levels", "flatten it"))
            self._reach(levels)
            self.repeats = True
            item = ["a", self._numbers[id(item)]]
        self._add(item, event)

    def _reach(self, levels: int) -> None:
        if self._levels:
            self._levels[-1] = max(self._levels[-1], levels)

    def _anchor(self, item: Packed, event: Any) -> None:
        anchor = event.anchor
        if anchor in self._anchors:
            earlier = self._anchors[anchor]
            first = earlier[0] + 1 if _is_scalar(earlier) else earlier[1]
            said = f"defines the anchor &{anchor} twice, first at line {first}"
            self.problems.append(self._trouble(event, said, "give each anchor a name of its own"))
        self._anchors[anchor] = item
        self.unused[anchor] = event.start_mark.line, event.start_mark.column

    def _add(self, item: Packed, event: Any) -> None:
        if not self._stack:
            self.root = item
            return
        top = self._stack[-1]
        if top[0] == "s":
            top[5].append(item)
        elif (key := self._keys[-1]) is not None:
            top[5] += (key, item)
            if key[4] == MERGE and not key[5]:
                self._merges.append((key, item))
            self._keys[-1] = None
        elif _is_scalar(item):
            self._keys[-1] = item
        else:
            fix = "quote the Jinja expression, or name the key"
            raise _Stop(self._trouble(event, "uses a list or mapping as a key", fix))

    def _scalar(self, event: Any) -> Packed:
        text, tag = event.value, event.tag
        start, end = event.start_mark, event.end_mark
        item = [start.line, start.column, end.line, end.column, text, 1 if event.style else 0]
        if not text and not event.style and end.column == 0:
            self._keep_inside(item)
        try:
            if tag is not None and tag != "!":
                value = construct(tag, text)
            else:
                value = resolve(text) if event.implicit[0] else text
        except BadScalar as bad:
            self.problems.append(self._trouble(event, str(bad), "quote it"))
            value = text
        if value is not text:
            item.append(value)
        return item

    def _keep_inside(self, item: list[Any]) -> None:
        """Move an empty value that the parser puts behind the last line to where the text ends."""
        line, column = self._text_end()
        if item[0] >= line:
            item[:4] = [line - 1, column - 1] * 2

    def _text_end(self) -> tuple[int, int]:
        """Return line and column behind the last character: some marks of the parser lie further on."""
        if self._last is None:
            place = _end(self.text, self.path)
            self._last = place.line, place.column
        return self._last

    def _trouble(self, event: Any, message: str, fix: str) -> Problem:
        start, end = event.start_mark, event.end_mark
        place = Place(self.path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        return Problem(message, place, fix)

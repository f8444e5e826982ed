"""Bytes to positioned YAML values: one builder over PyYAML's event stream.

PyYAML's composer and constructor are never used: the first crashes the process on deep nesting, the second expands
aliases and merges before anybody can count them (catalogue of YAML bombs: tests/text). Here every event costs a bounded
amount of work, aliases stay references, and nesting is counted. Whoever reads the document may expand them: it is
finite, at most MAX_DEPTH deep and MAX_EXPANDED values larger than what is written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ringfence.domain.document import MERGE, Anchor, Item, Mapping, Problem, Scalar, Sequence
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.place import Place
from ringfence.text.scalars import BadScalar, construct, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.ignores import Ignore

MAX_DEPTH = 100
MAX_EVENTS = 2_000_000
MAX_EXPANDED = 1_000_000
WORD = "ringfence"
_BREAK = "\r\n|[\r\n\x85\u2028\u2029]"
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_COLLECTION_TAGS = ("!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class Document(NamedTuple):
    """The root value (None: empty, or unreadable) and what was wrong: at most one problem stops the reading.

    `ignores` are those of comments and of `meta.ringfence`, `anchors` those that no alias names.
    """

    root: Item | None
    problems: tuple[Problem, ...]
    ignores: tuple[Ignore, ...] = ()
    anchors: tuple[Anchor, ...] = ()


class _Stop(Exception):  # noqa: N818  (carries the one problem that ends the reading)
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def parse(content: bytes, path: str) -> Document:
    """Return the only document of `content`. Never raises: what is wrong becomes a problem with a place in `path`."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _end(content[: error.start].decode("utf-8"), path)
        return Document(None, (Problem("is not UTF-8", place, "save the file as UTF-8"),))
    try:
        builder = _Builder(path)
        builder.run(_events(text))
    except _Stop as stop:
        return Document(None, (stop.problem,))
    except _yaml().YAMLError as error:
        return Document(None, (_problem(error, text, path),))
    empty = isinstance(builder.root, Scalar) and builder.root.value is None  # `---` alone is as empty as no byte at all
    root = None if empty else builder.root
    ignores = _ignores(text, root) if WORD in text else ()
    return Document(root, tuple(builder.problems), ignores, tuple(_unused(builder, text)))


def _ignores(text: str, root: Item | None) -> tuple[Ignore, ...]:
    from ringfence.domain.ignores import in_comments, in_meta, outside_values

    return (*outside_values(in_comments(text, yaml=True), root), *in_meta(root))


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


def _end_of(item: Mapping | Sequence, event: Any) -> tuple[int, int]:
    """Return where a collection ends: in block style behind its last value, whatever comments follow."""
    start, end = event.start_mark, event.end_mark
    if start.index == end.index and (item.pairs if isinstance(item, Mapping) else item.items):
        last = item.pairs[-1][1] if isinstance(item, Mapping) else item.items[-1]
        found = (last.span[2] + 1, last.span[3] + 1) if isinstance(last, Scalar) else last.place[3:]
        if found > item.place[1:3]:  # an alias stands for a value further up
            return found
    return end.line + 1, end.column + 1


class _Builder:
    """Takes events one by one and keeps the open collections on a stack of its own."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root: Item | None = None
        self.problems: list[Problem] = []
        self._stack: list[Mapping | Sequence] = []
        self._keys: list[Scalar | None] = []
        self._anchors: dict[str, Item] = {}
        self.unused: dict[str, tuple[int, int]] = {}
        self._sizes: dict[int, tuple[int, int]] = {}  # of closed collections with an anchor: values and levels
        self._opened: list[int] = []
        self._levels: list[int] = []
        self._expanded = 0
        self._merges: list[tuple[Scalar, Item]] = []
        self._documents = 0

    def run(self, events: Iterator[Any]) -> None:
        """Build the document. Scalars are nearly all of the work, so they are asked for first."""
        for count, event in enumerate(events):
            kind = type(event).__name__
            if kind == "ScalarEvent":
                self._add(self._scalar(event), event)
            elif kind == "MappingStartEvent":
                self._open(Mapping(self._place(event)), event, count)
            elif kind == "SequenceStartEvent":
                self._open(Sequence(self._place(event)), event, count)
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
        for key, value in self._merges:
            sources = value.items if isinstance(value, Sequence) else [value]
            if not all(isinstance(source, Mapping) for source in sources):
                fix = "name a mapping, or a list of mappings: <<: *anchor"
                self.problems.append(Problem("merges what is no mapping", key.place, fix))

    def _open(self, item: Mapping | Sequence, event: Any, count: int) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise _Stop(self._trouble(event, f"nests deeper than {MAX_DEPTH} levels", "flatten it"))
        if event.tag is not None and event.tag not in _COLLECTION_TAGS:
            self.problems.append(self._trouble(event, f"uses the tag {event.tag}, which dbt cannot read", "remove it"))
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
        item.place = Place(*item.place[:3], *_end_of(item, event))

    def _alias(self, event: Any) -> None:
        item = self._anchors.get(event.anchor)
        if item is None:
            raise _Stop(self._trouble(event, f"names the unknown anchor *{event.anchor}", "define the anchor first"))
        self.unused.pop(event.anchor, None)
        if not isinstance(item, Scalar):
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
        self._add(item, event)

    def _reach(self, levels: int) -> None:
        if self._levels:
            self._levels[-1] = max(self._levels[-1], levels)

    def _add(self, item: Item, event: Any) -> None:
        anchor = event.anchor
        if anchor is not None and item is not self._anchors.get(anchor):
            if anchor in self._anchors:
                first = self._anchors[anchor].place.line
                said = f"defines the anchor &{anchor} twice, first at line {first}"
                self.problems.append(self._trouble(event, said, "give each anchor a name of its own"))
            self._anchors[anchor] = item
            self.unused[anchor] = event.start_mark.line, event.start_mark.column
        if not self._stack:
            self.root = item
            return
        top = self._stack[-1]
        if isinstance(top, Sequence):
            top.items.append(item)
        elif (key := self._keys[-1]) is not None:
            top.pairs.append((key, item))
            if key.text == MERGE and not key.quoted:
                self._merges.append((key, item))
            self._keys[-1] = None
        elif isinstance(item, Scalar):
            self._keys[-1] = item
        else:
            fix = "quote the Jinja expression, or name the key"
            raise _Stop(self._trouble(event, "uses a list or mapping as a key", fix))

    def _scalar(self, event: Any) -> Scalar:
        text, tag = event.value, event.tag
        try:
            if tag is not None and tag != "!":
                value = construct(tag, text)
            else:
                value = resolve(text) if event.implicit[0] else text
        except BadScalar as bad:
            self.problems.append(self._trouble(event, str(bad), "quote it"))
            value = text
        start, end = event.start_mark, event.end_mark
        return Scalar(value, text, bool(event.style), self.path, (start.line, start.column, end.line, end.column))

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        return Place(self.path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _trouble(self, event: Any, message: str, fix: str) -> Problem:
        return Problem(message, self._place(event), fix)

"""Bytes to positioned YAML values: one builder over PyYAML's event stream.

PyYAML's composer and constructor are never used: the first crashes the process on deep nesting, the second expands
aliases and merges before anybody can count them (catalogue of YAML bombs: tests/text). Here every event costs a bounded
amount of work, aliases stay references, and nesting is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ringfence.domain.document import Item, Mapping, Problem, Scalar, Sequence
from ringfence.domain.place import Place
from ringfence.text.scalars import BadScalar, construct, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 100
MAX_EVENTS = 2_000_000
_COLLECTION_TAGS = ("!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class Document(NamedTuple):
    """The root value (None: empty, or unreadable) and what was wrong: at most one problem stops the reading."""

    root: Item | None
    problems: tuple[Problem, ...]


class _Stop(Exception):  # noqa: N818  (carries the one problem that ends the reading)
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def parse(content: bytes, path: str) -> Document:
    """Return the only document of `content`. Never raises: what is wrong becomes a problem with a place in `path`."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        place = Place(path, line, column, line, column + 1)
        return Document(None, (Problem("is not UTF-8", place, "save the file as UTF-8"),))
    try:
        builder = _Builder(path)
        builder.run(_events(text))
    except _Stop as stop:
        return Document(None, (stop.problem,))
    except _yaml().YAMLError as error:
        return Document(None, (_problem(error, path),))
    return Document(builder.root, tuple(builder.problems))


def _yaml() -> Any:
    import yaml

    return yaml


def _events(text: str) -> Iterator[Any]:
    yaml = _yaml()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is missing on some platforms
    stream: Iterator[Any] = yaml.parse(text, Loader=loader)
    return stream


def _problem(error: Any, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Problem(f"is not YAML: {said}", Place(path, line, column, line, column + 1), "correct the YAML")


class _Builder:
    """Takes events one by one and keeps the open collections on a stack of its own."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root: Item | None = None
        self.problems: list[Problem] = []
        self._stack: list[Mapping | Sequence] = []
        self._keys: list[Scalar | None] = []
        self._anchors: dict[str, Item] = {}
        self._documents = 0

    def run(self, events: Iterator[Any]) -> None:
        """Build the document. Scalars are nearly all of the work, so they are asked for first."""
        for count, event in enumerate(events):
            kind = type(event).__name__
            if kind == "ScalarEvent":
                self._add(self._scalar(event), event)
            elif kind == "MappingStartEvent":
                self._open(Mapping(self._place(event)), event)
            elif kind == "SequenceStartEvent":
                self._open(Sequence(self._place(event)), event)
            elif kind == "MappingEndEvent" or kind == "SequenceEndEvent":  # noqa: PLR1714  (a tuple test is slower)
                self._close(event)
            elif kind == "AliasEvent":
                if event.anchor not in self._anchors:
                    raise _Stop(
                        self._trouble(event, f"names the unknown anchor *{event.anchor}", "define the anchor first")
                    )
                self._add(self._anchors[event.anchor], event)
            elif kind == "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    raise _Stop(self._trouble(event, "holds more than one YAML document", "keep one document per file"))
            if count >= MAX_EVENTS:
                raise _Stop(self._trouble(event, f"holds more than {MAX_EVENTS:,} YAML events", "split the file"))

    def _open(self, item: Mapping | Sequence, event: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise _Stop(self._trouble(event, f"nests deeper than {MAX_DEPTH} levels", "flatten it"))
        if event.tag is not None and event.tag not in _COLLECTION_TAGS:
            self.problems.append(self._trouble(event, f"uses the tag {event.tag}, which dbt cannot read", "remove it"))
        self._add(item, event)
        self._stack.append(item)
        self._keys.append(None)

    def _close(self, event: Any) -> None:
        item = self._stack.pop()
        self._keys.pop()
        item.place = item.place._replace(end_line=event.end_mark.line + 1, end_column=event.end_mark.column + 1)

    def _add(self, item: Item, event: Any) -> None:
        anchor = event.anchor
        if anchor is not None:
            self._anchors[anchor] = item
        if not self._stack:
            self.root = item
            return
        top = self._stack[-1]
        if isinstance(top, Sequence):
            top.items.append(item)
        elif (key := self._keys[-1]) is not None:
            top.pairs.append((key, item))
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

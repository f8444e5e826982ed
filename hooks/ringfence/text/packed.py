"""Positioned YAML values from plain lists: what a reader makes of a file, and a cache keeps of it.

A packed scalar starts with a number, its line; a collection with `m` or `s`; `a` stands for a collection met before,
by its number. What is unpacked is made when it is asked for: most of a file is never looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ringfence.domain.document import Anchor, Item, Mapping, Problem, Scalar, Sequence
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.domain.flagtext import FlagText
    from ringfence.domain.ignores import Ignore

Packed = Any  # lists, numbers, texts: what JSON holds


class Document(NamedTuple):
    """The root value (None: empty, or unreadable) and what was wrong: at most one problem stops the reading.

    `ignores` are those of comments and of `meta.ringfence`, `anchors` those that no alias names, `flags` the calls in
    templates that ask for a feature flag.
    """

    root: Item | None
    problems: tuple[Problem, ...]
    ignores: tuple[Ignore, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    flags: tuple[FlagText, ...] = ()


def pack(document: Document, root: Packed = None, *, repeats: bool = False) -> Packed:
    """Return a document as lists; `root` is its root packed, and `repeats` says whether a collection comes twice."""
    problems = [[one.message, list(one.place[1:]), one.fix] for one in document.problems]
    packed = [int(repeats), root, problems]
    if not document.ignores and not document.anchors and not document.flags:
        return packed
    anchors = [[one.name, list(one.place[1:])] for one in document.anchors]
    packed += [[list(one) for one in document.ignores], anchors]
    return [*packed, [[*one[:2], list(one.place[1:])] for one in document.flags]] if document.flags else packed


def same(left: Item, right: Item) -> bool:
    """Return whether two values read and stand the same, whatever file they stand in."""
    if isinstance(left, _Mapping) and isinstance(right, _Mapping):  # as they were packed: nothing is unpacked for it
        return left.place[1:] == right.place[1:] and bool(left.packed == right.packed)
    return _written(left, {}) == _written(right, {})


def unpack(packed: Packed, path: str) -> Document:
    """Return the document of a file at `path` that `pack` made lists of."""
    repeats, root, problems, *more = packed
    item = None if root is None else unpack_root(root, path, repeats=bool(repeats))
    read = tuple(Problem(message, Place(path, *place), fix) for message, place, fix in problems)
    if not more:
        return Document(item, read)
    ignores, anchors, *flags = more
    unused = tuple(Anchor(name, Place(path, *place)) for name, place in anchors)
    called = _flags(flags[0], path) if flags else ()
    return Document(item, read, _ignores(ignores) if ignores else (), unused, called)


def _ignores(packed: Packed) -> tuple[Ignore, ...]:
    from ringfence.domain.ignores import unpack_ignore

    return tuple(map(unpack_ignore, packed))


def _flags(packed: Packed, path: str) -> tuple[FlagText, ...]:
    from ringfence.domain.flagtext import FlagText

    return tuple(FlagText(call, flag, Place(path, *place)) for call, flag, place in packed)


def unpack_root(root: Packed, path: str, *, repeats: bool) -> Item:
    """Return the value of a file at `path` that lists stand for."""
    unpacker = _Unpacker(path)
    return unpacker.eager(root) if repeats else unpacker.lazy(root)


def _written(item: Item, numbers: dict[int, int]) -> object:
    """Return what reads and stands the same where two values do, whatever file they stand in."""
    if isinstance(item, Scalar):
        return (*item.span, item.text, item.quoted, type(item.value).__name__)
    if id(item) in numbers:
        return numbers[id(item)]
    numbers[id(item)] = len(numbers)
    if isinstance(item, Sequence):
        return ("s", *item.place[1:], *(_written(entry, numbers) for entry in item.items))
    return ("m", *item.place[1:], *(_written(part, numbers) for pair in item.pairs for part in pair))


class _Unpacker:
    def __init__(self, path: str) -> None:
        self.path = path
        self._met: list[Item] = []

    def scalar(self, packed: Packed) -> Scalar:
        text = packed[4]
        value = packed[6] if len(packed) == 7 else text
        return Scalar(value, text, packed[5] == 1, self.path, (packed[0], packed[1], packed[2], packed[3]))

    def lazy(self, packed: Packed) -> Item:
        kind = packed[0]
        if kind == "m":
            return _Mapping(Place(self.path, *packed[1:5]), packed[5], self)
        if kind == "s":
            return _Sequence(Place(self.path, *packed[1:5]), packed[5], self)
        return self.scalar(packed)

    def eager(self, packed: Packed) -> Item:
        kind = packed[0]
        if kind == "a":
            met: Item = self._met[packed[1]]
            return met
        if kind not in ("m", "s"):
            return self.scalar(packed)
        place = Place(self.path, *packed[1:5])
        if kind == "s":
            sequence = Sequence(place)
            self._met.append(sequence)
            sequence.items = [self.eager(entry) for entry in packed[5]]
            return sequence
        mapping = Mapping(place)
        self._met.append(mapping)
        mapping.pairs = _pairs(packed[5], self, self.eager)
        return mapping


class _Mapping(Mapping):
    """A mapping whose pairs are unpacked when they are asked for."""

    __slots__ = ("_unpacked", "_unpacker", "packed")

    def __init__(self, place: Place, packed: Packed, unpacker: _Unpacker) -> None:
        self.place, self.packed, self._unpacker = place, packed, unpacker
        self._merged = None
        self._unpacked: list[tuple[Scalar, Item]] | None = None

    @property
    def pairs(self) -> list[tuple[Scalar, Item]]:  # type: ignore[override]  # in place of the slot of the base class
        if self._unpacked is None:
            self._unpacked = _pairs(self.packed, self._unpacker, self._unpacker.lazy)
        return self._unpacked


class _Sequence(Sequence):
    """A list whose items are unpacked when they are asked for."""

    __slots__ = ("_packed", "_unpacked", "_unpacker")

    def __init__(self, place: Place, packed: Packed, unpacker: _Unpacker) -> None:
        self.place, self._packed, self._unpacker = place, packed, unpacker
        self._unpacked: list[Item] | None = None

    @property
    def items(self) -> list[Item]:  # type: ignore[override]  # in place of the slot of the base class
        if self._unpacked is None:
            self._unpacked = [self._unpacker.lazy(entry) for entry in self._packed]
        return self._unpacked


def _pairs(packed: Packed, unpacker: _Unpacker, item: Callable[[Packed], Item]) -> list[tuple[Scalar, Item]]:
    return [(unpacker.scalar(packed[at]), item(cast("Packed", packed[at + 1]))) for at in range(0, len(packed), 2)]

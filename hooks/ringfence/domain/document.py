"""YAML as positioned values: what stands where, before anybody asks what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

MERGE = "<<"


class Scalar:
    """A scalar: its text, the value the YAML 1.1 core types give it, and whether quotes made it a string.

    `span` is (line, column, end line, end column) counted from 0, as parsers count; `place` is made when it is asked
    for, because most scalars are never reported.
    """

    __slots__ = ("_path", "quoted", "span", "text", "value")

    def __init__(self, value: object, text: str, quoted: bool, path: str, span: tuple[int, int, int, int]) -> None:  # noqa: FBT001
        self.value, self.text, self.quoted, self._path, self.span = value, text, quoted, path, span

    @property
    def place(self) -> Place:
        """Where it stands."""
        line, column, end_line, end_column = self.span
        return Place(self._path, line + 1, column + 1, end_line + 1, end_column + 1)


class Sequence:
    """A list, and the place from its first to its last character."""

    __slots__ = ("items", "place")

    def __init__(self, place: Place) -> None:
        self.items: list[Item] = []
        self.place = place


class Mapping:
    """A mapping as written: pairs in order, repeated keys and `<<` merges included. Reading it resolves both."""

    __slots__ = ("_merged", "pairs", "place")

    def __init__(self, place: Place) -> None:
        self.pairs: list[tuple[Scalar, Item]] = []
        self.place = place
        self._merged: dict[str, tuple[Scalar, Item]] | None = None

    def entries(self) -> dict[str, tuple[Scalar, Item]]:
        """Return key text -> (key, value) after merging: own keys beat merged ones, of repeated ones the last."""
        if self._merged is None:
            merged: dict[str, tuple[Scalar, Item]] = {}
            own: dict[str, tuple[Scalar, Item]] = {}
            for key, value in self.pairs:
                if key.text == MERGE and not key.quoted:
                    # in a list the first source counts, of two merge keys the last: PyYAML, and so dbt
                    for source in reversed(value.items) if isinstance(value, Sequence) else [value]:
                        if isinstance(source, Mapping):
                            merged.update(source.entries())
                else:
                    own[key.text] = (key, value)
            self._merged = {**merged, **own}
        return self._merged

    def get(self, key: str) -> Item | None:
        """Return the value of `key`, or None."""
        found = self.entries().get(key)
        return None if found is None else found[1]

    def key(self, key: str) -> Scalar | None:
        """Return the key itself, for its place."""
        found = self.entries().get(key)
        return None if found is None else found[0]

    def repeated(self) -> Iterator[tuple[Scalar, Scalar]]:
        """Yield (first, repeated) for every key written more than once."""
        seen: dict[str, Scalar] = {}
        for key, _ in self.pairs:
            if key.text in seen:
                yield seen[key.text], key
            else:
                seen[key.text] = key


Item: TypeAlias = Scalar | Sequence | Mapping


def plain(item: Item | None) -> object:
    """Return `item` as None, bool, int, float, str, list and dict; aliases are written out: a document is finite."""
    if item is None:
        return None
    if isinstance(item, Scalar):
        return item.value
    if isinstance(item, Sequence):
        return [plain(entry) for entry in item.items]
    return {key: plain(value) for key, (_, value) in item.entries().items()}


def walk(root: Item) -> Iterator[Item]:
    """Yield every value below `root` once, itself first, however often an alias names it."""
    seen: set[int] = set()
    stack: list[Item] = [root]
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        if isinstance(item, Sequence):
            stack.extend(reversed(item.items))
        elif isinstance(item, Mapping):
            stack.extend(value for _, value in reversed(item.pairs))


def text_of(item: Item | None) -> str | None:
    """Return the text of a scalar string, or None for anything else."""
    return item.text if isinstance(item, Scalar) and item.value is not None else None


def mappings_of(item: Item | None) -> Iterator[Mapping]:
    """Yield the mappings in a list of mappings; anything else yields nothing."""
    if isinstance(item, Sequence):
        yield from (entry for entry in item.items if isinstance(entry, Mapping))


class Problem(NamedTuple):
    """A file that cannot be read as what it should be: one located sentence and what to do."""

    message: str
    place: Place
    fix: str = ""


class Anchor(NamedTuple):
    """An anchor by its name, without the &, and the place of both."""

    name: str
    place: Place

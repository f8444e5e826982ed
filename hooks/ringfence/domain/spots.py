"""The mappings of a properties file that dbt gives a meaning, each with what it is and what it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.configkeys import words
from ringfence.domain.document import Mapping, mappings_of, text_of
from ringfence.domain.finding import Subject
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.propertykeys import CONFIG_BELOW, ENTRIES, FRESHNESS_BELOW, PLACES, TESTED, TESTS

if TYPE_CHECKING:
    from ringfence.domain.document import Item, Scalar


class Spot(NamedTuple):
    """One mapping: its place in the vocabulary, what it belongs to, and the pairs that no spot before it has shown.

    `owner` is the place of the nearest thing with settings of its own around it, itself included: a column, a table, a
    model, a test. `called` is how a message names the mapping, `name` the name it has itself, or of the test it
    is. What a merge or an alias brings in a second time stands in the file once, so its tokens are shown once.
    """

    place: str
    owner: str
    body: Mapping
    subject: Subject
    called: str
    name: str
    pairs: tuple[tuple[Scalar, Item], ...]

    def about(self, key: str) -> Subject:
        """Return the subject of a finding on one key of this mapping: its identity survives moves within the file."""
        return self.subject._replace(key=f"{self.subject.kind}.{self.subject.name}#{self.place}.{key}")


def spots_of(root: Item | None, path: str) -> tuple[Spot, ...]:
    """Return every mapping of a file that dbt gives a meaning, in order, the file itself first."""
    if not isinstance(root, Mapping):
        return ()
    walker = _Walker()
    walker.file(root, path)
    return tuple(walker.found)


class _Walker:
    def __init__(self) -> None:
        self.found: list[Spot] = []
        self._seen: set[tuple[int, str]] = set()

    def file(self, root: Mapping, path: str) -> None:
        self._add("file", "file", root, Subject("file", path, key=path), f"file {path}")
        for key, place in ENTRIES.items():
            for entry in mappings_of(root.get(key)):
                subject = Subject(place, text_of(entry.get("name")) or "(unnamed)")
                self._inside(place, place, entry, subject, f"{place.replace('_', ' ')} {subject.name}")

    def _add(self, place: str, owner: str, body: Mapping, subject: Subject, called: str, name: str = "") -> None:
        pairs = []
        for key, value in body.entries().values():
            if (id(key), place) not in self._seen:
                self._seen.add((id(key), place))
                pairs.append((key, value))
        name = name or text_of(body.get("name")) or ""
        self.found.append(Spot(place, owner, body, subject, called, name, tuple(pairs)))

    def _inside(self, place: str, owner: str, body: Mapping, subject: Subject, called: str, name: str = "") -> None:
        self._add(place, owner, body, subject, called, name)
        for key, inner in _below(place, owner).items():
            value = body.get(key)
            for item in (value,) if isinstance(value, Mapping) else mappings_of(value):
                if inner in _NAMED:
                    below = _subject(subject, inner, item)
                    self._inside(inner, inner, item, below, _called(below, inner, item, called))
                else:
                    of = called.removeprefix("config: of ")
                    self._inside(inner, owner, item, subject, f"{PLACES[inner].called or key}: of {of}")
        if place in TESTED:
            for key in TESTS:
                for item in mappings_of(body.get(key)):
                    self._test(item, subject, called)

    def _test(self, item: Mapping, subject: Subject, called: str) -> None:
        body: Item | None = item
        name = text_of(item.get("test_name"))
        if name is None:
            name, body = next(((key, value) for key, (_, value) in item.entries().items()), ("", None))
        if isinstance(body, Mapping):
            self._inside("test", "test", body, subject, f"test {name} of {called}", name or "")


def _below(place: str, owner: str) -> dict[str, str]:
    if place != "config":
        return PLACES[place].below
    freshness = FRESHNESS_BELOW.get(owner)
    return CONFIG_BELOW if freshness is None else {**CONFIG_BELOW, "freshness": freshness}


# Places whose mappings are things with a name, and not parts of one.
_NAMED = words(
    "analysis_column argument column dimension entity export external_partition function_argument measure table version"
)


def _subject(subject: Subject, place: str, item: Mapping) -> Subject:
    name = text_of(item.get("name")) or ""
    if place in ("column", "analysis_column"):
        return subject._replace(column=name)
    if place == "table":
        return Subject("source", f"{subject.name}.{name}")
    if place == "version":
        return subject._replace(name=f"{subject.name}.v{text_of(item.get('v')) or ''}")
    return subject


def _called(subject: Subject, place: str, item: Mapping, around: str) -> str:
    if place in ("table", "version"):
        return f"{subject.kind} {subject.name}"
    word = PLACES[place].called or place.rpartition("_")[2]
    return f"{word} {text_of(item.get('name')) or ''} of {around}".replace("  ", " ")

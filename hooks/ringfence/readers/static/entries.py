"""Which entry of which properties file speaks of a node, and which version of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar, Sequence, mappings_of, plain, text_of
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.node import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ringfence.domain.project import PropertiesEntry
    from ringfence.readers.static.package import Package


class Version(NamedTuple):
    """One item of a `versions:` list: its label, its own mapping, and whether unpinned refs mean it."""

    label: str
    body: Mapping
    latest: bool

    def stem(self, model: str) -> str:
        """Return the name of the version's file, without its extension, as the entry says or dbt expects it."""
        return text_of(self.body.get("defined_in")) or f"{model}_v{self.label}"


class Entries:
    """The entries of one package and, for a package that is not the root's, those of the root that patch it."""

    def __init__(self, own: Package, root: Package) -> None:
        self._own, self._root = own, root

    def of(self, kind: str, name: str) -> PropertiesEntry | None:
        """Return the entry of a node, or None; of two the later file's. The root's never patch what it has itself."""
        found = self._own.entries(kind, name)
        if not found and self._own is not self._root and not self._roots_own(name):
            found = self._root.entries(kind, name)
        return found[-1] if found else None

    def override(self, source: str) -> PropertiesEntry | None:
        """Return the entry that overrides a source of this package, or None."""
        for package in [self._own, self._root] if self._own is not self._root else [self._own]:
            paths = package.index.paths(package.key(f"override:{self._own.name}", source))
            found = [
                entry
                for path in paths
                for entry in package.file(path).entries
                if (entry.kind, entry.name) == ("source", source)
                and text_of(entry.body.get("overrides")) == self._own.name
            ]
            if found:
                return found[-1]
        return None

    def of_model(self, stem: str) -> tuple[PropertiesEntry | None, Version | None]:
        """Return the entry of the model in the file `stem`, and the version that this file is."""
        for name in reversed(self._versioned(stem)):
            entry = self.of("model", name)
            for version in reversed(versions_of(entry.body) if entry is not None else []):
                if self.stem_of(name, version) == stem:
                    return entry, version
        entry = self.of("model", stem)
        return (entry, None) if entry is None or not isinstance(entry.body.get("versions"), Sequence) else (None, None)

    def stem_of(self, model: str, version: Version) -> str:
        """Return the stem of the file that a version stands for: the latest may go by the model's own name."""
        stem = version.stem(model)
        return model if version.latest and not self._own.holds("model", stem) else stem

    def stems_of(self, model: str) -> list[str]:
        """Return the stems of all versions of a model; none for an unversioned one, whose entry nobody opens for it."""
        if not any(package.holds("versions", model) for package in (self._own, self._root)):
            return []
        entry = self.of("model", model)
        return [self.stem_of(model, version) for version in versions_of(entry.body)] if entry is not None else []

    def _versioned(self, stem: str) -> list[str]:
        """Return the names of the models that may have this file as a version, in order of their files."""
        names: dict[str, None] = {}
        for package in [self._root, self._own] if self._own is not self._root else [self._own]:
            for path in package.index.paths(package.key("stem", stem)):
                for entry in package.file(path).entries:
                    if entry.kind == "model" and stem in possible_stems(entry):
                        names.setdefault(entry.name)
        return list(names)

    def _roots_own(self, name: str) -> bool:
        return self._root.holds("model", name) or self._root.holds("seed", name)


def possible_stems(entry: PropertiesEntry) -> set[str]:
    """Return the stems of all files that versions of this entry may stand for."""
    versions = versions_of(entry.body)
    return {version.stem(entry.name) for version in versions} | ({entry.name} if versions else set())


def versions_of(body: Mapping) -> list[Version]:
    """Return the versions of a model's entry in order of appearance, none for an unversioned model."""
    found: list[tuple[str, object, Mapping]] = []
    for item in mappings_of(body.get("versions")):
        label = item.get("v")
        if isinstance(label, Scalar) and label.value is not None:
            found.append((_label(label.value), label.value, item))
    if not found:
        return []
    wanted = body.get("latest_version")
    latest = _label(wanted.value) if isinstance(wanted, Scalar) and wanted.value is not None else _highest(found)
    return [Version(label, item, label == latest) for label, _, item in found]


def version_columns(
    base: tuple[Column, ...], version: Mapping, read: Callable[[Mapping], Column | None]
) -> tuple[Column, ...]:
    """Return the columns of a version: included base columns, own ones of the same name in place, then new ones."""
    include: object = "all"
    exclude: object = []
    own: list[Column] = []
    for item in mappings_of(version.get("columns")):
        if item.get("include") is not None or item.get("exclude") is not None:
            include, exclude = plain(item.get("include")) or "all", plain(item.get("exclude")) or []
        elif (column := read(item)) is not None:
            own.append(column)
    every = include in ("all", "*")
    kept = {
        column.name: column
        for column in base
        if (every or column.name in _names(include)) and column.name not in _names(exclude)
    }
    kept.update((column.name, column) for column in own)
    return tuple(kept.values())


def _names(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _label(value: object) -> str:
    return str(value)


def _highest(found: list[tuple[str, object, Mapping]]) -> str:
    numbers = [(value, label) for label, value, _ in found if isinstance(value, int | float)]
    return max(numbers)[1] if len(numbers) == len(found) else max(label for label, _, _ in found)

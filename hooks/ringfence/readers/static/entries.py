"""Which entry of which properties file speaks of a node, and which version of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ringfence.domain.document import Mapping, Scalar, Sequence, mappings_of, plain, text_of
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


class Entries:
    """The entries of one package and, for a package that is not the root's, those of the root that patch it."""

    def __init__(self, own: Package, root: Package) -> None:
        self._found: dict[tuple[str, str], PropertiesEntry] = {}
        self._versions: dict[str, tuple[PropertiesEntry, Version]] = {}
        self.overrides: dict[str, PropertiesEntry] = {}
        roots_own = {file.stem for file in [*root.models, *root.seeds]} if own is not root else set()
        for package in [root, own] if own is not root else [own]:
            for file in package.properties:
                for entry in file.entries:
                    if package is own or entry.name not in roots_own:
                        self._found[entry.kind, entry.name] = entry
                    if entry.kind == "source" and text_of(entry.body.get("overrides")) == own.name:
                        self.overrides[entry.name] = entry
        stems = {file.stem for file in own.models}
        for (kind, name), entry in self._found.items():
            if kind == "model":
                for version in versions_of(entry.body):
                    stem = text_of(version.body.get("defined_in")) or f"{name}_v{version.label}"
                    if stem not in stems and version.latest:
                        stem = name
                    self._versions[stem] = (entry, version)

    def of(self, kind: str, name: str) -> PropertiesEntry | None:
        """Return the entry of a node, or None."""
        return self._found.get((kind, name))

    def of_model(self, stem: str) -> tuple[PropertiesEntry | None, Version | None]:
        """Return the entry of the model in the file `stem`, and the version that this file is."""
        versioned = self._versions.get(stem)
        if versioned is not None:
            return versioned
        entry = self.of("model", stem)
        return (entry, None) if entry is None or not isinstance(entry.body.get("versions"), Sequence) else (None, None)


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

"""Projects from texts, read as any tree is read but without a disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ringfence.domain.node import Node
from ringfence.domain.tree import Entry
from ringfence.readers.static.open import open_projects
from ringfence.readers.static.project import StaticProject


class Texts:
    """A tree of files that are given as text."""

    id = label = "texts"
    version = None

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = {"dbt_project.yml": "name: shop\n", **files}

    def entries(self) -> dict[str, Entry]:
        return {path: Entry("100644", text) for path, text in sorted(self._files.items())}

    def entry(self, path: str) -> Entry | None:
        return Entry("100644", self._files[path]) if path in self._files else None

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        return {path: self._files[path].encode() for path in paths if path in self._files}


def project(files: Mapping[str, str] | None = None, **models: str) -> StaticProject:
    """Return the project shop with these files and models (by name: SQL)."""
    written = {f"models/{name}.sql": sql for name, sql in models.items()}
    return open_projects(Texts({**written, **(files or {})}), None, [("", None)])[0]


def model(found: StaticProject, name: str) -> Node:
    """Return a model of a project that is known to be there."""
    node = found.node(f"model.shop.{name}")
    assert node is not None
    return node

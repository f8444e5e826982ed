"""One package's files, sorted by what dbt takes them for, and their facts, each read once."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ringfence.domain.document import Mapping, Problem, Scalar, mappings_of, text_of
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.place import Place
from ringfence.domain.project import PropertiesEntry, PropertiesFile
from ringfence.readers.static.ignore import matcher
from ringfence.readers.static.layout import join
from ringfence.readers.static.values import fact_of, project_variables
from ringfence.text import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.tree import Tree
    from ringfence.readers.static.layout import Layout
    from ringfence.sql.terms import Block, Facts
    from ringfence.text.yaml import Document

# Key of a properties file -> kind of the entries below it.
ENTRY_KINDS = {
    "models": "model",
    "seeds": "seed",
    "snapshots": "snapshot",
    "sources": "source",
    "macros": "macro",
    "exposures": "exposure",
    "groups": "group",
    "unit_tests": "unit_test",
    "semantic_models": "semantic_model",
    "metrics": "metric",
    "saved_queries": "saved_query",
    "analyses": "analysis",
    "functions": "function",
}


class File(NamedTuple):
    """A file dbt reads: its path in the tree, and the path below the folder that made it one (for fqn)."""

    path: str
    relative: str

    @property
    def stem(self) -> str:
        """The file's name without its last extension: the name of a model or seed."""
        return posixpath.splitext(posixpath.basename(self.path))[0]

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders below the search path."""
        return tuple(self.relative.split("/")[:-1])


class Memory:
    """Facts of contents already read in this process: base and head share most of their files.

    What a template says depends on its bytes alone; a properties file's values carry their path as well.
    """

    def __init__(self) -> None:
        self.facts: dict[tuple[str, bool], Facts] = {}
        self.documents: dict[tuple[str, str], Document] = {}


class Package:
    """A dbt project as files: the judged one, or one that it installs."""

    def __init__(self, layout: Layout, tree: Tree, memory: Memory | None = None) -> None:
        self.layout, self.tree = layout, tree
        self._memory = memory or Memory()
        self._facts: dict[str, Facts] = {}

    @property
    def name(self) -> str:
        """The package's name."""
        return self.layout.name

    @cached_property
    def _paths(self) -> list[str]:
        root = f"{self.layout.root}/" if self.layout.root else ""
        skipped = tuple(
            f"{join(self.layout.root, folder)}/" for folder in (self.layout.install_path, "target", "dbt_packages")
        )
        entries = self.tree.entries()
        inside = [
            path
            for path, entry in entries.items()
            if path.startswith(root)
            and not path.startswith(skipped)
            and entry.is_file
            and path.rpartition("/")[2][:1] not in ".#~"
        ]
        ignore_file = join(self.layout.root, ".dbtignore")
        if ignore_file not in entries:
            return inside
        text = self.tree.read([ignore_file]).get(ignore_file, b"").decode(errors="replace")
        ignored = matcher(text)
        return [path for path in inside if not ignored(path[len(root) :])]

    def _files(self, folder_kind: str, *extensions: str) -> list[File]:
        return [
            File(path, relative)
            for path in self._paths
            if path.lower().endswith(extensions) and (relative := self.layout.under(folder_kind, path)) is not None
        ]

    @cached_property
    def models(self) -> list[File]:
        """SQL and Python models."""
        return self._files("model-paths", ".sql", ".py")

    @cached_property
    def seeds(self) -> list[File]:
        """CSV files of the seed folders."""
        return self._files("seed-paths", ".csv")

    @cached_property
    def snapshots(self) -> list[tuple[File, Block]]:
        """Every `{% snapshot %}` block with its file."""
        files = self._files("snapshot-paths", ".sql")
        files += [
            file
            for file in self.models
            if file.path.lower().endswith(".sql") and b"snapshot" in self.content(file.path)
        ]
        found: dict[tuple[str, str], tuple[File, Block]] = {}
        for file in files:
            for block in self.facts(file.path).blocks:
                if block.kind == "snapshot":
                    found.setdefault((file.path, block.name), (file, block))
        return list(found.values())

    @cached_property
    def singular_tests(self) -> list[File]:
        """SQL files of the test folders that are tests themselves."""
        return [file for file in self._files("test-paths", ".sql") if not file.relative.startswith("generic/")]

    @cached_property
    def macros(self) -> dict[str, tuple[str, Block]]:
        """Macros and generic tests by the name they are called by (`test_x` for a test), with their file."""
        generic = [file for file in self._files("test-paths", ".sql") if file.relative.startswith("generic/")]
        found: dict[str, tuple[str, Block]] = {}
        for file in [*self._files("macro-paths", ".sql"), *generic]:
            for block in self.facts(file.path).blocks:
                if block.kind in ("macro", "test"):
                    found[block.name if block.kind == "macro" else f"test_{block.name}"] = (file.path, block)
        return found

    @cached_property
    def properties(self) -> list[PropertiesFile]:
        """Every properties file, in order of its path; the problems met are in `problems`."""
        paths = [path for path in self._paths if path.lower().endswith((".yml", ".yaml")) and self._is_source(path)]
        entries, known = self.tree.entries(), self._memory.documents
        contents = self.tree.read(path for path in paths if (path, entries[path].blob) not in known)
        files = []
        for path in paths:
            key = (path, entries[path].blob)
            if key not in known:
                known[key] = yaml.parse(contents[path], path)
            document = known[key]
            self._yaml_problems += document.problems
            files.append(PropertiesFile(path, document.root, tuple(self._entries(path, document.root))))
        return files

    @cached_property
    def _yaml_problems(self) -> list[Problem]:
        return []

    @property
    def problems(self) -> list[Problem]:
        """What could not be read, in order of place."""
        found = list(self._yaml_problems) if self.properties else []
        for path, facts in self._facts.items():
            if facts.error is not None:
                line, said = facts.error
                found.append(
                    Problem(f"cannot be parsed: {said}", Place(path, line, 1, line, 1), "correct the template")
                )
        return sorted(found, key=lambda problem: problem.place)

    def suspect(self, *names: str) -> Unknown | None:
        """Return why something of these names may be declared in a properties file that cannot be read, or None."""
        for path, text in self._unreadable.items():
            for name in names:
                if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                    return Unknown(f"{path} cannot be read and names {name}", Place(path))
        return None

    @cached_property
    def _unreadable(self) -> dict[str, str]:
        paths = [file.path for file in self.properties if file.root is None]
        broken = {problem.place.path for problem in self._yaml_problems}.intersection(paths)
        return {path: content.decode(errors="replace") for path, content in self.tree.read(broken).items()}

    def facts(self, path: str) -> Facts:
        """Return what a SQL or Python file says alone."""
        if path not in self._facts:
            python = path.endswith(".py")
            key = (self.tree.entries()[path].blob, python)
            if key not in self._memory.facts:
                self._memory.facts[key] = _read(self.text(path), python=python)
            self._facts[path] = self._memory.facts[key]
        return self._facts[path]

    @cached_property
    def _contents(self) -> dict[str, bytes]:
        return dict(self.tree.read(path for path in self._paths if path.lower().endswith((".sql", ".py"))))

    def content(self, path: str) -> bytes:
        """Return the bytes of a SQL or Python file; all of them are read in one batch."""
        return self._contents[path]

    def text(self, path: str) -> str:
        """Return a SQL or Python file as text; bytes that are not UTF-8 are replaced."""
        return self.content(path).decode("utf-8", errors="replace")

    def header(self, path: str) -> bytes:
        """Return the bytes of a seed."""
        return self.tree.read([path]).get(path, b"")

    def _is_source(self, path: str) -> bool:
        return any(self.layout.under(kind, path) is not None for kind in self.layout.paths)

    def _entries(self, path: str, root: object) -> Iterator[PropertiesEntry]:
        if not isinstance(root, Mapping):
            return
        for key, kind in ENTRY_KINDS.items():
            for body in mappings_of(root.get(key)):
                name = _name(body)
                if name is None:
                    continue
                place = _place(body, path)
                yield PropertiesEntry(kind, name, self.name, place, body)


def _read(text: str, *, python: bool) -> Facts:
    if python:
        from ringfence.sql import python_model

        return python_model.read(text)
    from ringfence.sql import walker

    return walker.read(text)


def _name(body: Mapping) -> str | None:
    """Return the entry's name, rendered where it is a template that a constant decides."""
    item = body.get("name")
    if item is None or not isinstance(item, Scalar) or "{{" not in item.text:
        return text_of(item)
    fact = fact_of(item, project_variables([]))
    return str(fact.value) if isinstance(fact, Known) else item.text


def _place(body: Mapping, path: str) -> Place:
    name = body.get("name")
    place = name.place if name is not None else body.place
    # a name that a merge brings in stands elsewhere in the file: the entry itself is the better place to point at
    return place if body.place.line <= place.line <= body.place.end_line else body.place._replace(path=path)

"""Whether a manifest still describes a tree: every node, macro, docs block and package of it, compared by content.

What is compared is the judged tree (index, work tree or revision), never the working copy. The cost is linear; a single
node is compared without looking at the others, so that a check pays for what it asks.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ringfence.domain.evidence import Difference, Freshness, called
from ringfence.domain.finding import Subject
from ringfence.domain.place import Place
from ringfence.domain.runner import subject_of
from ringfence.readers.manifest.fields import RELATIONS, disagreements
from ringfence.readers.manifest.macros import Macros
from ringfence.readers.manifest.nodes import held
from ringfence.readers.manifest.parts import mapping_of, plain_text
from ringfence.readers.manifest.paths import repository_path
from ringfence.readers.manifest.project import builtin_packages, resource_sections
from ringfence.readers.manifest.schema import Checksum
from ringfence.readers.manifest.texts import (
    HIDDEN,
    PLACEHOLDER,
    SAME,
    SPACES,
    Sameness,
    block_of,
    checksums,
    decoded,
    same_calls,
    same_checksum,
    same_text,
    with_newlines,
)
from ringfence.readers.packages import required_packages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.tree import Tree
    from ringfence.readers.manifest.nodes import Held
    from ringfence.readers.manifest.project import ManifestProject
    from ringfence.readers.static.project import StaticProject

WHERE = "the manifest"
_PART = re.compile(r'"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^."`\[\]]+)')
_TEXTS = (*RELATIONS, "test")  # kinds that are files, or blocks of files, of their own
# Kinds that older manifests do not hold: kind -> the first schema label that has them.
_SINCE = {"semantic_model": 10, "saved_query": 11, "unit_test": 12}
_YAML_SNAPSHOTS = (1, 9)  # the first dbt that reads snapshots written in YAML


def prove(manifest: ManifestProject, project: StaticProject, tree: Tree, disk: str | None) -> Freshness:
    """Return how the manifest of a project relates to the judged tree.

    `disk` is the repository's folder, where installed packages lie (None: do not look). Raises RingfenceError where a
    part of the manifest cannot be read.
    """
    return Comparison(manifest, project, tree, disk).freshness()


def foreign(manifest: ManifestProject, project: StaticProject) -> str | None:
    """Return why a manifest is none of this project, or None where it is."""
    if manifest.name != project.name:
        return f"it is of the project {manifest.name}, and this is {project.name}"
    if None not in (manifest.adapter, project.adapter) and manifest.adapter != project.adapter:
        return f"it was made for the adapter {manifest.adapter}, and {project.adapter} is configured"
    return None


def parts_of(relation: str) -> tuple[str, ...]:
    """Return the parts of a relation's name without the adapter's quotes."""
    return tuple(next(part for part in found if part) for found in _PART.findall(relation) if any(found))


class Comparison:
    """Compares a manifest with a tree, node by node or as a whole. What was compared once is kept."""

    def __init__(self, manifest: ManifestProject, project: StaticProject, tree: Tree, disk: str | None) -> None:
        self.manifest, self.project, self.tree = manifest, project, tree
        self.foreign = foreign(manifest, project)
        self.macros = Macros(manifest.manifest, project, builtin_packages(manifest.adapter))
        self._disk = disk
        self._texts: dict[str, str | None] = {}
        self._fields: dict[str, list[Difference]] = {}
        self._uncovered: dict[str, list[Difference]] = {}

    def freshness(self) -> Freshness:
        """Return every difference, in order of place."""
        if self.foreign is not None:
            return Freshness((), self.foreign)
        self._expect()
        common = [node for key in self._resources if (node := self.project.node(key)) is not None]
        found = [*self._missing(), *(one for node in common for one in self.of_node(node))]
        found += self.macros.differences(self._packages)
        found += self._docs()
        return Freshness(tuple(sorted(found, key=lambda one: (one.place, one.subject, one.reason))))

    # single nodes

    def of_node(self, node: Node) -> list[Difference]:
        """Return what differs in a node that both have; its macros and packages are not looked at."""
        return [*self.text_of(node), *self.fields_of(node)]

    def text_of(self, node: Node) -> list[Difference]:
        """Return what differs in the text that defines a node."""
        same = self.own_text(node)
        return [] if same.verdict == SAME else [self._edited(node, same)]

    def fields_of(self, node: Node) -> list[Difference]:
        """Return what differs in the values that the static reading knows of a node."""
        if node.key not in self._fields:
            theirs, touched = self.manifest.node(node.key), frozenset({node.key})
            found = disagreements(node, theirs, self) if theirs is not None else ()
            self._fields[node.key] = [
                Difference(subject_of(node), one.place or node.place, f"{one.field} changed", one.old, one.new, touched)
                for one in found
            ]
        return self._fields[node.key]

    def of_macro(self, key: str) -> list[Difference]:
        """Return what differs in a macro; of a package that cannot be compared, that."""
        package = key.split(".", 2)[1]
        if package in self.macros.builtin:
            return []
        if package not in self.project.packages:
            if package not in self._uncovered:
                self._uncovered[package] = list(self.macros.of_package(package, self._packages.get(package)))
            return self._uncovered[package]
        one = self.macros.of(key)
        return [] if one is None else [one]

    def added(self, node: Node) -> Difference:
        """Return what is said of a node that the manifest does not have."""
        reason = "the manifest does not have it"
        return Difference(subject_of(node), node.place, reason, touches=frozenset({node.key}))

    def resource(self, node: Node) -> Held | None:
        """Return what the manifest holds of a node; of two with one key the one in the same file, else the first."""
        several = self._resources.get(node.key, [])
        here = [one for one in several if self._path(one) == node.path]
        return next(iter(here or several), None)

    def unrendered(self, node: Node) -> dict[str, Any]:
        """Return a node's configuration as the manifest has it before rendering."""
        one = self.resource(node)
        return {} if one is None else mapping_of(one.resource.unrendered_config, WHERE)

    def own_text(self, node: Node) -> Sameness:
        """Return how the text that defines a node relates to that in the manifest; entries have none: SAME."""
        one = self.resource(node)
        if one is None or node.identity.kind not in _TEXTS:
            return Sameness(SAME)
        text = self.text(node.path)
        if text is None:
            return Sameness(HIDDEN)
        written = one.resource.raw_code
        if written and written != PLACEHOLDER:
            if node.identity.kind != "snapshot":
                return same_text(written, text)
            block = block_of(text, "snapshot", node.identity.name, self._line_of_snapshot(node))
            if block is not None:
                return same_text(written, block[1])
        return same_checksum(one.resource.checksum, text, python=node.path.endswith(".py"))

    def relations(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the name of every relation of the manifest in parts as dbt writes it, and the key of its node."""
        for section in resource_sections(self.manifest.manifest):
            for unique_id, one in section.items():
                written = plain_text(one.relation_name)
                if written is not None:
                    yield parts_of(written), held(unique_id, one, enabled=True).key

    def text(self, path: str) -> str | None:
        """Return the text of a file of the tree, or None where it is none or cannot be decoded."""
        if path not in self._texts:
            content = self.tree.read([path]).get(path)
            self._texts[path] = None if content is None else decoded(content)
        return self._texts[path]

    def _edited(self, node: Node, same: Sameness) -> Difference:
        """Return what is said of a node whose text is not that of the manifest."""
        kind, subject, touched = node.identity.kind, subject_of(node), frozenset({node.key})
        if same.verdict == HIDDEN:
            return Difference(subject, Place(node.path), self._hidden(node), None, None, touched, certain=False)
        if same.verdict == SPACES:
            seen = node.language != "sql" or not self._same_calls(node)
            reason = "white space was edited"
            return Difference(subject, node.place, reason, same.old, same.new, touched if seen else frozenset())
        what = {"seed": "data", "snapshot": "block"}.get(kind, "Python" if node.language == "python" else "SQL")
        return Difference(subject, Place(node.path), f"its {what} was edited", same.old, same.new, touched)

    def _hidden(self, node: Node) -> str:
        one = self.resource(node)
        checksum = None if one is None else one.resource.checksum
        if self.text(node.path) is None:
            return "its file is not UTF-8, and cannot be compared"
        if checksum is not None and not isinstance(checksum, str) and checksum.name == "path":
            return "its data cannot be compared: over 1 MiB dbt notes down no more than the path"
        return "its text cannot be compared: the manifest holds no checksum of it"

    def _same_calls(self, node: Node) -> bool:
        """Return whether only the space between the calls of a template was edited."""
        one, text = self.resource(node), self.text(node.path)
        written = None if one is None else one.resource.raw_code
        if text is None or not written or written == PLACEHOLDER:
            return True  # nobody but a checksum saw a byte order mark
        return node.identity.kind != "snapshot" and same_calls(written, text)

    def _line_of_snapshot(self, node: Node) -> int:
        blocks = self.project.package.snapshots_in(node.path)
        return next((block.line for block in blocks if block.name == node.identity.name), 1)

    # what only one of the two has

    def _missing(self) -> Iterator[Difference]:
        gone = {key: self._resources[key][0] for key in self._resources if not self.project.has(key)}
        added = [key for key in self._own_keys if key not in self._resources and self._could_hold(key)]
        heirs = self._heirs(gone, added)
        for key, one in gone.items():
            path = self._path(one)
            heir = heirs.get(key)
            there = self.tree.entry(path) is not None
            reason = f"{path} defines it no more" if there else f"{path} is not in {called(self.tree.label)}"
            if heir is not None:
                reason = f"it was renamed to {heir}"
            subject = Subject(one.kind, one.name, None, key)
            yield Difference(subject, Place(path), reason, None, None, frozenset({key}))
        renamed = set(heirs.values())
        for key in added:
            node = self.project.node(key)
            if node is not None and node.identity.label not in renamed:
                yield self.added(node)

    def _heirs(self, gone: dict[str, Held], added: list[str]) -> dict[str, str]:
        """Return which of the nodes that are gone stands under another name: its key -> the label of the new one."""
        written: dict[tuple[str, str], str] = {}
        for key, one in gone.items():
            if one.kind in _TEXTS:
                code, checksum = one.resource.raw_code, one.resource.checksum
                if code and code != PLACEHOLDER and one.kind != "snapshot":
                    written.setdefault((one.kind, with_newlines(code).strip()), key)
                if isinstance(checksum, Checksum) and checksum.name == "sha256":
                    written.setdefault((one.kind, checksum.checksum), key)
        found: dict[str, str] = {}
        for key in added if written else ():
            node = self.project.node(key)
            text = self.text(node.path) if node is not None and node.identity.kind in _TEXTS else None
            if node is None or not text or not text.strip():
                continue
            forms = (with_newlines(text).strip(), *checksums(text, python=node.language == "python"))
            old = next((was for form in forms if (was := written.get((node.identity.kind, form)))), None)
            if old is not None:
                found.setdefault(old, node.identity.label)
        return found

    def _could_hold(self, key: str) -> bool:
        """Return whether this manifest would hold a node that the project has."""
        kind = key.split(".", 1)[0]
        if kind == "macro" or self._label < _SINCE.get(kind, 0):
            return False
        if kind != "snapshot" or self.dbt >= _YAML_SNAPSHOTS:
            return True
        node = self.project.node(key)
        return node is not None and node.path.endswith(".sql")

    @cached_property
    def dbt(self) -> tuple[int, ...]:
        """The version of dbt that wrote the manifest; one that does not say it counts as the newest."""
        found = re.match(r"(\d+)\.(\d+)", self.manifest.metadata.dbt_version or "99.0")
        return tuple(map(int, found.groups())) if found is not None else (99, 0)

    @cached_property
    def _label(self) -> int:
        """The number of the manifest's schema."""
        found = re.search(r"/v(\d+)", self.manifest.metadata.dbt_schema_version or "")
        return int(found[1]) if found is not None else 0

    @cached_property
    def _own_keys(self) -> list[str]:
        return self.project.keys()

    @cached_property
    def _resources(self) -> dict[str, list[Held]]:
        """What the manifest holds of the project's own nodes by key, generic tests left out, what is enabled first."""
        found: dict[str, list[Held]] = {}
        kinds = {*_TEXTS, "source", "exposure", "group", "metric", "semantic_model", "saved_query", "unit_test"}
        manifest = self.manifest.manifest
        listed = [(key, one, True) for section in resource_sections(manifest) for key, one in section.items()]
        listed += [(key, one, False) for key, several in (manifest.disabled or {}).items() for one in several]
        for unique_id, resource, enabled in listed:
            if resource.package_name == self.project.name and resource.test_metadata is None:
                one = held(unique_id, resource, enabled=enabled)
                if one.kind in kinds:
                    found.setdefault(one.key, []).append(one)
        return found

    @cached_property
    def _packages(self) -> dict[str, Any]:
        return dict(required_packages(self.project.package.layout, self.tree, self._disk))

    def _path(self, one: Held) -> str:
        return repository_path(one.resource.original_file_path, self.project.root, WHERE)

    def _expect(self) -> None:
        """Read every file that will be asked for at once."""
        paths = {self._path(one) for several in self._resources.values() for one in several if one.kind in _TEXTS}
        paths |= {node.path for node in self.project.nodes(*_TEXTS)}
        contents = self.tree.read(sorted(paths))
        self._texts.update((path, decoded(contents[path]) if path in contents else None) for path in paths)

    # docs blocks

    def _docs(self) -> Iterator[Difference]:
        """Yield the docs blocks that are no longer written as they were; no rule reads them in a manifest."""
        docs = [doc for doc in self.manifest.manifest.docs.values() if doc.package_name == self.project.name]
        for doc in docs:
            path = repository_path(doc.original_file_path, self.project.root, WHERE)
            text = self.text(path)
            if text is None or with_newlines(doc.block_contents).strip() not in with_newlines(text):
                subject = Subject("docs block", doc.name, None, doc.unique_id)
                yield Difference(subject, Place(path), "it was edited or is gone")

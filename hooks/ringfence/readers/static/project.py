"""A dbt project of a tree behind the `Project` interface."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.node import Identity, Node, Ref, SourceRef, Test
from ringfence.readers.static.build import Builder, Candidate, test_references
from ringfence.readers.static.effects import INERT_PACKAGES, Scope
from ringfence.readers.static.values import project_variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ringfence.domain.document import Problem
    from ringfence.domain.project import PropertiesFile
    from ringfence.readers.static.package import Package

_READABLE = ("model", "seed", "snapshot")


class StaticProject:
    """The root package and what it installs. Nodes are made when asked for and kept."""

    def __init__(
        self, root: Package, packages: Mapping[str, Package], missing: frozenset[str], adapter: str | None
    ) -> None:
        self._root, self._packages, self._missing, self._adapter = root, {root.name: root, **packages}, missing, adapter
        self._made: dict[str, list[Node]] = {}

    @property
    def name(self) -> str:
        """The project's name."""
        return self._root.name

    @property
    def root(self) -> str:
        """The project's folder from the tree's root."""
        return self._root.layout.root

    @property
    def adapter(self) -> str | None:
        """The adapter type, where it is known."""
        return self._adapter

    @property
    def missing_packages(self) -> tuple[str, ...]:
        """Required packages that are not installed and may hold models."""
        return tuple(sorted(self._missing - INERT_PACKAGES))

    def node(self, key: str) -> Node | None:
        """Return the node with this key; of two that share it the enabled one."""
        made = self.all_of(key)
        return next((node for node in made if not _disabled(node)), made[0] if made else None)

    def all_of(self, key: str) -> list[Node]:
        """Return every node with this key: a disabled model may share its name with an enabled one."""
        if key not in self._made:
            candidates = self._candidates.get(key, [])
            made = [candidate.make() for candidate in candidates]
            if len(made) > 1 and not all(_disabled(node) for node in made):
                pairs = zip(candidates, made, strict=True)
                made = [candidate.bare() if candidate.bare and _disabled(node) else node for candidate, node in pairs]
            self._made[key] = made
        return self._made[key]

    def everything(self) -> Iterator[tuple[str, list[Node]]]:
        """Yield every node of every package by key, disabled ones and duplicates included."""
        for key in sorted(self._candidates):
            yield key, self.all_of(key)

    def builder_of(self, node: Node) -> Builder:
        """Return the builder of the package that a node belongs to."""
        return self._builders[node.identity.package]

    def folder_of(self, node: Node) -> str:
        """Return the folder of the node's package from the tree's root."""
        return self._packages[node.identity.package].layout.root

    def runs(self, node: Node) -> Fact[bool]:
        """Return whether dbt runs a node: a test that reads something missing or disabled is switched off."""
        if (
            node.identity.kind not in ("test", "unit_test")
            or isinstance(node.enabled, Unknown)
            or not node.enabled.value
        ):
            return node.enabled
        return self._readable(node.refs_at, node.sources_at, node.identity.package)

    def test_runs(self, test: Test, node: Node) -> Fact[bool]:
        """Return whether dbt runs a generic test of a node."""
        switches = [test.config.get("enabled", True), node.enabled]
        if any(isinstance(switch, Known) and not switch.value for switch in switches):
            return Known(False)
        unknown = next((switch for switch in switches if isinstance(switch, Unknown)), None)
        if unknown is not None:
            return unknown
        read = test_references(test, self.builder_of(node))
        return self._readable(read.refs, read.sources, node.identity.package)

    def _readable(self, refs: Mapping[Ref, object], sources: Mapping[SourceRef, object], package: str) -> Fact[bool]:
        keys = [self._target(ref, package) for ref in refs]
        read = [None if key is None else self.node(key) for key in keys]
        for source in sources:
            found = self.find_source(source)
            if isinstance(found, Unknown):
                return found
            read.append(found.value)
        return Known(all(node is not None and not _disabled(node) for node in read))

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """Yield the root package's nodes of these kinds (none: all), in order of their keys."""
        for key in self._own_keys:
            if not kinds or key.split(".", 1)[0] in kinds:
                node = self.node(key)
                if node is not None:
                    yield node

    def children(self, key: str) -> tuple[str, ...]:
        """Return the keys of the nodes that read this one, sorted."""
        return tuple(sorted(self._readers.get(key, ())))

    def mentions(self, name: str) -> tuple[str, ...]:
        """Return the keys of nodes whose files name `name`, sorted."""
        return tuple(sorted(self._mentions.get(name, ())))

    def find(self, ref: Ref) -> Fact[Node | None]:
        """Return what a `ref()` of the root package means."""
        key = self._target(ref, self.name)
        if key is not None:
            return Known(self.node(key), None, "static")
        suspect = self._root.suspect(ref.name)
        if suspect is not None:
            return suspect
        if self.missing_packages and (ref.package is None or ref.package in self._missing):
            missing = ", ".join(self.missing_packages)
            return Unknown(f"{ref.name} may be in a package that is not installed ({missing}): run dbt deps")
        if ref.package is not None and ref.package not in self._packages:
            return Unknown(f"{ref.package} is not a package of this project")
        return Known(None, None, "static")

    def find_source(self, source: SourceRef) -> Fact[Node | None]:
        """Return what a `source()` of the root package means: its own table, else one that a package declares."""
        for package in self._packages:
            node = self.node(f"source.{package}.{source.source}.{source.table}")
            if node is not None:
                return Known(node, None, "static")
        suspect = self._root.suspect(source.source)
        if suspect is not None:
            return suspect
        if self.missing_packages:
            missing = ", ".join(self.missing_packages)
            table = f"{source.source}.{source.table}"
            return Unknown(f"{table} may be in a package that is not installed ({missing}): run dbt deps")
        return Known(None, None, "static")

    def files(self) -> list[PropertiesFile]:
        """Return the properties files, in order of their paths."""
        return self._root.properties

    def problems(self) -> list[Problem]:
        """Return what could not be read in the root package, in order of place."""
        for _ in self.nodes():
            continue  # a template is read when its node is made
        return self._root.problems

    @cached_property
    def _builders(self) -> dict[str, Builder]:
        return {name: Builder(package, self._root, self._scope(package)) for name, package in self._packages.items()}

    def _scope(self, package: Package) -> Scope:
        root = self._root.layout.variables
        own = package.layout.variables
        layers = [_section(root, package.name), root, _section(own, package.name), own]
        return Scope(package.name, self.name, self._packages, self._missing, self._adapter, project_variables(layers))

    @cached_property
    def _candidates(self) -> dict[str, list[Candidate]]:
        found: dict[str, list[Candidate]] = {}
        for builder in self._builders.values():
            for candidate in builder.candidates():
                found.setdefault(candidate.identity.key, []).append(candidate)
        return found

    @cached_property
    def _own_keys(self) -> list[str]:
        prefix = f".{self.name}."
        return sorted(key for key in self._candidates if key[key.index(".") :].startswith(prefix))

    @cached_property
    def _by_name(self) -> dict[str, list[Identity]]:
        found: dict[str, list[Identity]] = {}
        for candidates in self._candidates.values():
            identity = candidates[0].identity
            if identity.kind in _READABLE:
                found.setdefault(identity.name, []).append(identity)
        return found

    def _target(self, ref: Ref, package: str) -> str | None:
        named = [found for found in self._by_name.get(ref.name, []) if ref.package in (None, found.package)]
        if ref.version is not None:
            named = [found for found in named if found.version == ref.version]
        elif len(named) > 1:
            latest = [found for found in named if found.version is None or self._is_latest(found.key)]
            named = latest or named
        ranked = sorted(named, key=lambda found: (found.package != package, found.package != self.name, found.key))
        return ranked[0].key if ranked else None

    def _is_latest(self, key: str) -> bool:
        node = self.node(key)
        return node is not None and node.latest

    @cached_property
    def _readers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for node in self.nodes():
            for ref in node.refs_at:
                target = self._target(ref, self.name)
                if target is not None:
                    found.setdefault(target, set()).add(node.key)
            for source in node.sources_at:
                found.setdefault(f"source.{self.name}.{source.source}.{source.table}", set()).add(node.key)
        return found

    @cached_property
    def _mentions(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for node in self.nodes():
            for name in node.names:
                found.setdefault(name, set()).add(node.key)
        return found


def _section(variables: dict[str, object], package: str) -> dict[str, object]:
    section = variables.get(package)
    return section if isinstance(section, dict) else {}


def _disabled(node: Node) -> bool:
    enabled = node.enabled
    return isinstance(enabled, Known) and enabled.value is False

"""A manifest behind the `Project` interface: what dbt itself resolved, for one target and one adapter.

A manifest does not hold where in a file something stands, nor the properties files as written: places name a file and
its first line, and `files()` and `problems()` are empty.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.generictest import GenericTest
from ringfence.domain.impact import NO_USE, Usage
from ringfence.domain.logic import Logic
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.node import Node, Ref, SourceRef, Test
from ringfence.readers.manifest.nodes import Held, Maker, column_of, held, is_latest, names_of
from ringfence.readers.manifest.parts import mapping_of
from ringfence.readers.manifest.references import called, refs_of, sources_of
from ringfence.readers.manifest.settings import TIER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ringfence.domain.document import Problem
    from ringfence.domain.impact import Columns
    from ringfence.domain.project import PropertiesEntry, PropertiesFile
    from ringfence.readers.manifest.schema import Macro, Manifest, Metadata, Resource

_KINDS = frozenset(
    {
        "model",
        "seed",
        "snapshot",
        "test",
        "source",
        "exposure",
        "unit_test",
        "semantic_model",
        "group",
        "metric",
        "saved_query",
    }
)
_READABLE = ("model", "seed", "snapshot")
# Adapters that bring another adapter's macros along, and what dbt calls them.
_PARENTS = {"redshift": "postgres", "databricks": "spark", "sqlserver": "fabric", "synapse": "fabric"}


class Attached(NamedTuple):
    """A generic test, the key of the node it stands on (None: there is no such node), and what it reads."""

    test: Test
    node: str | None
    held: Held
    refs: frozenset[Ref]
    sources: frozenset[SourceRef]


class ManifestProject:
    """The project of a manifest with the packages it installs. Nodes are made when asked for and kept."""

    def __init__(self, manifest: Manifest, name: str, root: str, where: str) -> None:
        self._manifest, self._name, self._root, self._where = manifest, name, root, where
        self._builtin = builtin_packages(manifest.metadata.adapter_type)
        self._maker = Maker(name, root, where, self._builtin)
        self._made: dict[str, list[Node]] = {}
        self._listed: dict[tuple[str, ...], list[Node]] = {}

    @property
    def name(self) -> str:
        """The project's name."""
        return self._name

    @property
    def root(self) -> str:
        """The project's folder from the repository's root."""
        return self._root

    @property
    def adapter(self) -> str | None:
        """The adapter type that the manifest was made for."""
        return self._manifest.metadata.adapter_type or None

    @property
    def metadata(self) -> Metadata:
        """Who wrote the manifest, and when."""
        return self._manifest.metadata

    @property
    def manifest(self) -> Manifest:
        """The manifest itself."""
        return self._manifest

    @property
    def oldest_dbt(self) -> tuple[int, int] | None:
        """None: a manifest does not say which other versions the project lets in."""
        return None

    @property
    def missing_packages(self) -> tuple[str, ...]:
        """None: without its packages dbt writes no manifest."""
        return ()

    def node(self, key: str) -> Node | None:
        """Return the node with this key; of two that share it the enabled one. Raises RingfenceError as all_of."""
        made = self.all_of(key)
        return made[0] if made else None

    def whole(self, key: str) -> Node | None:
        """Return the node with this key; nothing is kept of who looks at it."""
        return self.node(key)

    def has(self, key: str) -> bool:
        """Return whether there is a node with this key, without making it."""
        return key in self._held or key in self._macros

    def all_of(self, key: str) -> list[Node]:
        """Return every node with this key, enabled ones first: a disabled model may share its name with another.

        Raises RingfenceError where its configuration in the manifest cannot be read.
        """
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(key)
        return made

    def _make(self, key: str) -> list[Node]:
        macro = self._macros.get(key)
        if macro is not None:
            return [self._maker.macro(macro)]
        # tests stand on the enabled node, as its properties entry does
        tests = self._tests_on.get(key, ())
        return [self._maker.node(one, () if at else tests) for at, one in enumerate(self._held.get(key, ()))]

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """Yield the project's own nodes of these kinds (none: of every kind), disabled ones too, in order of keys.

        Raises RingfenceError as all_of.
        """
        if kinds not in self._listed:
            keys = [key for key in self._own_keys if not kinds or key.split(".", 1)[0] in kinds]
            self._listed[kinds] = [self.all_of(key)[0] for key in keys]
        return iter(self._listed[kinds])

    def everything(self) -> Iterator[tuple[str, list[Node]]]:
        """Yield every node of every package by key, disabled ones and duplicates included; dbt's own macros are not."""
        for key in sorted({*self._held, *self._macros}):
            yield key, self.all_of(key)

    def tests(self) -> Iterator[Attached]:
        """Yield every generic test, those on missing nodes too. Raises RingfenceError as all_of."""
        for one, key in self._attached:
            node = self.node(key) if key is not None else None
            names = [column.name for column in node.columns] if node is not None else []
            test = self._maker.test(one, column_of(one.resource.column_name, names))
            refs, sources = refs_of(one.resource, "test"), sources_of(one.resource, "test")
            yield Attached(test, key, one, frozenset(refs), frozenset(sources))

    def children(self, key: str) -> tuple[str, ...]:
        """Return the keys of the project's own nodes that read this one, sorted. Generic tests do not count."""
        return tuple(sorted(self._readers.get(key, ())))

    def usage(self, key: str, columns: Columns) -> Usage:
        """Return that it is not known: a manifest names the nodes that are read, and no columns."""
        return Usage(doubts=(f"a manifest does not say which columns {key} reads",)) if columns else NO_USE

    def mentions(self, name: str) -> tuple[str, ...]:
        """Return the keys of the project's own nodes that name `name` in a ref, source or macro call, sorted."""
        return tuple(sorted(self._mentions.get(name, ())))

    def column_types(self, _key: str) -> Mapping[str, Fact[str]]:
        """Return nothing: a manifest says what is declared."""
        return {}

    def logic(self, _key: str) -> Logic:
        """Return nothing: locks rest on sources alone."""
        return Logic({})

    def find(self, ref: Ref) -> Fact[Node | None]:
        """Return what a `ref()` of the project means; known to be None where nothing answers to it."""
        key = self._target(ref, self._name)
        if key is not None:
            return Known(self.node(key), None, TIER)
        if ref.package is not None and ref.package not in self._packages:
            return Unknown(f"{ref.package} is not a package of this project")
        return Known(None, None, TIER)

    def find_source(self, source: SourceRef) -> Fact[Node | None]:
        """Return what a `source()` of the project means: its own table, else one that a package declares."""
        key = self._table(source, self._name)
        return Known(self.node(key) if key is not None else None, None, TIER)

    def names(self, *kinds: str) -> list[str]:
        """Return the names of the project's own nodes of these kinds (none: every kind), sorted; no node is made."""
        keys = [key for key in self._own_keys if not kinds or key.split(".", 1)[0] in kinds]
        return sorted({self._macros[key].name if key in self._macros else self._held[key][0].name for key in keys})

    def differing(self, other: ManifestProject) -> frozenset[str]:
        """Return the keys of own nodes of which the two manifests may say different things, those of one alone too."""
        keys = {*self._own_keys, *other._own_keys}
        if (self._name, self._root, self._builtin) != (other._name, other._root, other._builtin):
            return frozenset(keys)
        return frozenset(
            key
            for key in keys
            if self._held.get(key) != other._held.get(key)
            or self._macros.get(key) != other._macros.get(key)
            or self._tests_on.get(key) != other._tests_on.get(key)
        )

    def generic_test(self, name: str, namespace: str | None) -> Fact[GenericTest | None]:
        """Return what a test means; a manifest names no parameters of macros, so it takes whatever it is given."""
        brought = sorted(self._builtin)
        for package in [self._name, *brought] if namespace is None else brought if namespace == "dbt" else [namespace]:
            if f"macro.{package}.test_{name}" in self._manifest.macros:
                return Known(GenericTest(package, name, (), frozenset(), open=True), None, TIER)
        return Known(None, None, TIER)

    def generic_tests(self) -> list[str]:
        """Return what tests may be called, sorted."""
        found = [macro for macro in self._manifest.macros.values() if macro.name.startswith("test_")]
        own = {self._name, *self._builtin}
        names = [(macro.package_name, macro.name.removeprefix("test_")) for macro in found]
        return sorted({name if package in own else f"{package}.{name}" for package, name in names})

    def tags(self, tag: str) -> dict[str, list[str]]:  # noqa: ARG002
        """Return nothing: a manifest does not say which file writes a tag."""
        return {}

    def docs(self, package: str | None) -> tuple[frozenset[str], Unknown | None]:
        """Return the names of the docs blocks of a package, or of all of them: dbt has seen every one."""
        blocks = self._manifest.docs.values()
        return frozenset(block.name for block in blocks if package in (None, block.package_name)), None

    def files(self) -> list[PropertiesFile]:
        """Return nothing: a manifest holds no properties file as written."""
        return []

    def declared(self, kind: str, name: str) -> list[PropertiesEntry]:  # noqa: ARG002
        """Return nothing: a manifest holds no properties file as written."""
        return []

    def troubled(self, path: str) -> bool:  # noqa: ARG002
        """Return False: dbt writes no manifest of a project that it cannot read."""
        return False

    def problems(self) -> list[Problem]:
        """Return nothing: dbt writes no manifest of a project that it cannot read."""
        return []

    @cached_property
    def _held(self) -> dict[str, list[Held]]:
        """Every resource but generic tests by the key of its node, what is enabled first."""
        found: dict[str, list[Held]] = {}
        for unique_id, resource, enabled in self._resources():
            if resource.test_metadata is None:
                one = held(unique_id, resource, enabled=enabled)
                if one.kind in _KINDS:
                    found.setdefault(one.key, []).append(one)
        return found

    def _resources(self) -> Iterator[tuple[str, Resource, bool]]:
        """Yield every resource with its unique id, enabled ones first."""
        for section in resource_sections(self._manifest):
            for unique_id, resource in section.items():
                yield unique_id, resource, True
        for unique_id, several in sorted((self._manifest.disabled or {}).items()):
            for resource in sorted(several, key=lambda one: one.original_file_path):
                yield unique_id, resource, False

    @cached_property
    def _macros(self) -> dict[str, Macro]:
        return {
            f"macro.{macro.package_name}.{macro.name}": macro
            for macro in self._manifest.macros.values()
            if macro.package_name not in self._builtin
        }

    @cached_property
    def _packages(self) -> frozenset[str]:
        found = {several[0].resource.package_name for several in self._held.values()}
        return frozenset({self._name, *found, *(macro.package_name for macro in self._macros.values())})

    @cached_property
    def _own_keys(self) -> list[str]:
        own = self._name
        keys = [key for key, several in self._held.items() if several[0].resource.package_name == own]
        return sorted([*keys, *(key for key, macro in self._macros.items() if macro.package_name == own)])

    @cached_property
    def _keys(self) -> dict[str, str]:
        """Unique id as the manifest writes it -> key of the node."""
        return {one.resource.unique_id: key for key, several in self._held.items() for one in several}

    @cached_property
    def _attached(self) -> list[tuple[Held, str | None]]:
        """Every generic test and the key of its node."""
        return [
            (Held(unique_id, "test", resource, enabled), self._node_of(resource))
            for unique_id, resource, enabled in self._resources()
            if resource.test_metadata is not None
        ]

    @cached_property
    def _tests_on(self) -> dict[str, list[Held]]:
        found: dict[str, list[Held]] = {}
        for one, key in self._attached:
            if key is not None:
                found.setdefault(key, []).append(one)
        return found

    def _node_of(self, test: Resource) -> str | None:
        """Return the key of the node a generic test stands on: dbt names it for the tests of its own entries only."""
        if test.attached_node is not None:
            return self._keys.get(test.attached_node)
        data = test.test_metadata
        written = mapping_of(data.kwargs, self._where).get("model") if data is not None else None
        target = called(written) if isinstance(written, str) else None
        if isinstance(target, SourceRef):
            return self._table(target, test.package_name)
        return None if target is None else self._target(target, test.package_name)

    @cached_property
    def _by_name(self) -> dict[str, list[Held]]:
        found: dict[str, list[Held]] = {}
        for several in self._held.values():
            if several[0].kind in _READABLE:
                found.setdefault(several[0].resource.name, []).append(several[0])
        return found

    def _target(self, ref: Ref, package: str) -> str | None:
        """Return the key of what a `ref()` in a file of `package` means."""
        named = [one for one in self._by_name.get(ref.name, ()) if ref.package in (None, one.resource.package_name)]
        if ref.version is not None:
            named = [one for one in named if str(one.resource.version) == ref.version]
        elif len(named) > 1:
            named = [one for one in named if is_latest(one.resource)] or named
        if len(named) > 1:
            named.sort(key=lambda one: (not one.enabled, *_rank(one.resource, package, self._name), one.key))
        return named[0].key if named else None

    def _table(self, source: SourceRef, package: str) -> str | None:
        """Return the key of what a `source()` in a file of `package` means."""
        for owner in (package, self._name, *sorted(self._packages)):
            key = f"source.{owner}.{source.source}.{source.table}"
            if key in self._held:
                return key
        return None

    @cached_property
    def _readers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key in self._own_keys:
            for one in self._held.get(key, ())[:1]:
                for target in self._read_by(one):
                    found.setdefault(target, set()).add(key)
        return found

    def _read_by(self, one: Held) -> Iterator[str]:
        """Yield the keys of what a node reads; dbt does not resolve what a disabled node reads, so it is done here."""
        resource = one.resource
        resolved = resource.depends_on.nodes if one.enabled and resource.depends_on is not None else None
        yield from (self._keys[written] for written in resolved or () if written is not None and written in self._keys)
        if not resolved or one.kind == "unit_test":
            targets = [self._target(ref, resource.package_name) for ref in refs_of(resource, one.kind)]
            targets += [self._table(source, resource.package_name) for source in sources_of(resource, one.kind)]
            yield from (target for target in targets if target is not None)

    @cached_property
    def _mentions(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key in self._own_keys:
            for one in self._held.get(key, ())[:1]:
                refs, sources = refs_of(one.resource, one.kind), sources_of(one.resource, one.kind)
                for name in names_of(refs, sources, self._maker.macros(one.resource)):
                    found.setdefault(name, set()).add(key)
        return found


def resource_sections(manifest: Manifest) -> tuple[dict[str, Resource], ...]:
    """Return the mappings of a manifest that hold what is enabled, macros and docs blocks left out."""
    return (
        manifest.nodes,
        manifest.sources,
        manifest.exposures,
        manifest.metrics,
        manifest.groups,
        manifest.semantic_models,
        manifest.saved_queries,
        manifest.unit_tests,
    )


def builtin_packages(adapter: str | None) -> frozenset[str]:
    """Return the packages that dbt and the adapter bring along."""
    adapters = [adapter, _PARENTS.get(adapter)] if adapter else []
    return frozenset({"dbt", *(f"dbt_{name}" for name in adapters if name)})


def _rank(resource: Resource, package: str, root: str) -> tuple[bool, bool]:
    return resource.package_name != package, resource.package_name != root

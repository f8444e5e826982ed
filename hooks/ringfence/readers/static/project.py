"""A dbt project of a tree behind the `Project` interface."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ringfence.domain.document import plain
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.generictest import BUILT_IN, GenericTest
from ringfence.domain.node import READABLE, Identity, Node, Ref, SourceRef, readable
from ringfence.readers.static.build import Builder, Candidate
from ringfence.readers.static.children import readers_of
from ringfence.readers.static.effects import INERT_PACKAGES, Scope
from ringfence.readers.static.face import face
from ringfence.readers.static.layout import PROJECT_FILE
from ringfence.readers.static.package import Package
from ringfence.readers.static.state import TESTS, UNITS, Index, defined_test, file_of, owner_of
from ringfence.readers.static.tags import spellings, tags_of_settings
from ringfence.readers.static.values import project_variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ringfence.domain.document import Problem
    from ringfence.domain.ignores import Ignore
    from ringfence.domain.impact import Columns, Usage
    from ringfence.domain.logic import Logic
    from ringfence.domain.project import PropertiesEntry, PropertiesFile
    from ringfence.domain.tree import Entry, Tree
    from ringfence.readers.packages import Required
    from ringfence.readers.static.outputs import Outputs
    from ringfence.readers.static.shapes import Shapes
    from ringfence.readers.static.state import Changes, State
    from ringfence.readers.static.usage import Usages
    from ringfence.sql.terms import Block

PROFILES = "profiles.yml"
# Files beside dbt_project.yml that every node may depend on.
FOUNDATIONS = frozenset({"packages.yml", "dependencies.yml", "package-lock.yml", ".dbtignore", PROFILES})


class StaticProject:
    """The root package and what it installs. Nodes are made when asked for and kept."""

    def __init__(
        self,
        root: Package,
        packages: Mapping[str, Package],
        missing: frozenset[str],
        adapter: str | None,
        index: Index,
    ) -> None:
        self._root, self._packages, self._missing, self._adapter = root, {root.name: root, **packages}, missing, adapter
        self.index = index
        self._identities: dict[str, tuple[list[Candidate], set[str]]] = {}
        self._made: dict[str, tuple[list[Node], set[str]]] = {}
        self._named: dict[str, tuple[list[Identity], set[str]]] = {}
        self._children: dict[str, tuple[tuple[str, ...], set[str]]] = {}
        self._logic: dict[str, tuple[Logic, set[str]]] = {}

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

    def over(self, state: State, tree: Tree | None = None) -> StaticProject:
        """Return the project over other records, and in another tree that shares what `rests_on` names."""
        index = Index(state)
        now = tree or self._root.tree

        def moved(package: Package) -> Package:
            place = now if package.tree is self._root.tree else package.tree
            return Package(package.layout, place, package.contents, index)

        packages = {name: moved(package) for name, package in self._packages.items() if name != self.name}
        return StaticProject(moved(self._root), packages, self._missing, self._adapter, index)

    def rests_on(self, path: str) -> bool:
        """Return whether everything may change with a file: settings of the project, its packages, the adapter."""
        folder, _, name = path.rpartition("/")
        if name == PROJECT_FILE or (name in FOUNDATIONS and folder == self.root) or path == PROFILES:
            return True
        return self._in_local_package(path)

    def _in_local_package(self, path: str) -> bool:
        return any(
            path.startswith(f"{package.layout.root}/")
            for package in self._packages.values()
            if package.tree is self._root.tree and package is not self._root
        )

    def shaken(self, changes: Changes, other: Tree, *, places: bool = True) -> bool:
        """Return whether `changes` between the tree `other` and this one move something on which everything rests.

        Settings that read the same at the same places do not: a comment at the end of dbt_project.yml, for one. Where
        nobody will ask for `places`, it is enough that they read the same.
        """
        return any(
            path.endswith(".gitignore")
            or (self.rests_on(path) and not self._reads_the_same(path, *pair, other, places=places))
            for path, pair in changes.items()
        )

    def _reads_the_same(
        self, path: str, before: Entry | None, after: Entry | None, other: Tree, *, places: bool
    ) -> bool:
        if before is None or after is None or not (before.is_file and after.is_file) or not path.endswith(".yml"):
            return False
        if self._in_local_package(path):
            return False
        contents = self._root.contents
        try:
            old, new = contents.document(other, path), contents.document(self._root.tree, path)
        except RingfenceError:
            return False  # what a work tree held and nobody committed
        if old.root is None or new.root is None or old.problems != new.problems:
            return False
        if not places:
            return repr(plain(old.root)) == repr(plain(new.root))
        from ringfence.text.packed import same

        return same(old.root, new.root)

    @property
    def package(self) -> Package:
        """The files of the project itself."""
        return self._root

    @property
    def packages(self) -> Mapping[str, Package]:
        """Every package by name, the project itself first."""
        return self._packages

    @property
    def oldest_dbt(self) -> tuple[int, int] | None:
        """The oldest dbt that the project lets in, or None where it does not say."""
        return self._root.layout.oldest_dbt

    @property
    def missing_packages(self) -> tuple[str, ...]:
        """Required packages that are not installed and may hold models."""
        return tuple(sorted(self._missing - INERT_PACKAGES))

    # nodes

    def node(self, key: str) -> Node | None:
        """Return the node with this key; of two that share it the enabled one."""
        self.index.note(f"node:{key}")
        made = self.all_of(key)
        return next((node for node in made if not _disabled(node)), made[0] if made else None)

    def whole(self, key: str) -> Node | None:
        """Return the node with this key, for whoever looks at more of it than its face: see face.py."""
        self.index.note(f"whole:{key}")
        return self.node(key)

    def has(self, key: str) -> bool:
        """Return whether there is a node with this key, without making it."""
        self.index.note(f"node:{key}")
        return bool(self.index.state.owners("n", key))

    def all_of(self, key: str) -> list[Node]:
        """Return every node with this key: a disabled model may share its name with an enabled one."""
        if key not in self._made:
            self.index.begin()
            nodes = self._make(key)
            self._made[key] = nodes, self.index.end()
        nodes, looked_up = self._made[key]
        if nodes and nodes[0].identity.package != self.name:
            self.index.note_all(looked_up)  # nobody watches over the nodes of packages but those who ask for them
        return nodes

    def _make(self, key: str) -> list[Node]:
        owners = self.index.state.owners("n", key)
        candidates = [one for owner in owners for one in self.identities(owner)[0] if one.identity.key == key]
        made = [candidate.make() for candidate in candidates]
        if len(made) > 1:
            self.index.note(f"node:{key}")
            if not all(_disabled(node) for node in made):
                pairs = zip(candidates, made, strict=True)
                made = [candidate.bare() if candidate.bare and _disabled(node) else node for candidate, node in pairs]
        return made

    def identities(self, owner: str) -> tuple[list[Candidate], set[str]]:
        """Return the nodes that a file makes, not made yet, and what was looked up to tell."""
        if owner not in self._identities:
            builder = self._builders[owner.split("//", 1)[0] if "//" in owner else self.name]
            self.index.begin()
            found = list(builder.candidates_of(file_of(owner)))
            self._identities[owner] = found, self.index.end()
        return self._identities[owner]

    def unit(self, owner: str) -> dict[str, Any]:
        """Return what is recorded of a file of the project itself, after making its nodes: see state.py."""
        candidates, looked_up = self.identities(owner)
        uses, names = set(looked_up), set[str]()
        faces: dict[str, str] = {}
        for key in dict.fromkeys(candidate.identity.key for candidate in candidates):
            self.index.begin(quiet=True)
            node = self.node(key)
            self.index.end()
            uses |= self._made[key][1]
            for made in self._made[key][0]:
                names |= made.names
            faces[key] = "" if node is None else face(node)
        return {"n": faces, "u": sorted(uses), "m": sorted(names)}

    def test_lookups(self) -> set[str]:
        """Return what the definitions of all generic tests of all packages look up."""
        keys = [key for _, body in self.index.state.records(UNITS) for key in body["h"]]
        tests = sorted({found for key in keys if (found := defined_test(key)) is not None})
        self.index.begin()
        for package, name in tests:
            if package in self._builders:
                self._builders[self.name].test_definition(name, None if package == self.name else package)
        return self.index.end()

    def everything(self) -> Iterator[tuple[str, list[Node]]]:
        """Yield every node of every package by key, disabled ones and duplicates included."""
        for key in sorted({key for _, body in self.index.state.records(UNITS) for key in body["n"]}):
            yield key, self.all_of(key)

    @cached_property
    def outputs(self) -> Outputs:
        """The columns that the nodes produce."""
        from ringfence.readers.static.outputs import Outputs

        return Outputs(self)

    @cached_property
    def _usages(self) -> Usages:
        from ringfence.readers.static.usage import Usages

        return Usages(self)

    @cached_property
    def shapes(self) -> Shapes:
        """What the files of models say of their columns."""
        from ringfence.readers.static.shapes import Shapes

        return Shapes(self._root.contents.shelf)

    def column_types(self, key: str) -> Mapping[str, Fact[str]]:
        """Return the types that a node's text gives its columns, by their names in small letters."""
        return self.outputs.types(key)

    def logic(self, key: str) -> Logic:
        """Return the parts of what a model's SQL means."""
        if key not in self._logic:
            from ringfence.readers.static.logic import logic_of

            self.index.begin()
            self._logic[key] = logic_of(self, key), self.index.end()
        found, looked_up = self._logic[key]
        self.index.note_all(looked_up)
        return found

    @cached_property
    def required(self) -> dict[str, Required]:
        """The packages that the project asks for, by name; what is installed is not looked at."""
        from ringfence.readers.packages import required_packages

        return required_packages(self._root.layout, self._root.tree, None)

    def scope_of(self, package: str) -> Scope:
        """Return where calls in the files of a package are looked up."""
        return self._builders[package].scope

    def builder_of(self, node: Node) -> Builder:
        """Return the builder of the package that a node belongs to."""
        return self._builders[node.identity.package]

    def folder_of(self, node: Node) -> str:
        """Return the folder of the node's package from the tree's root."""
        return self._packages[node.identity.package].layout.root

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """Yield the root package's nodes of these kinds (none: all), in order of their keys."""
        for key in self.keys():
            if not kinds or key.split(".", 1)[0] in kinds:
                node = self.node(key)
                if node is not None:
                    yield node

    def names(self, *kinds: str) -> list[str]:
        """Return the names of the root package's nodes of these kinds, sorted; no node is made for it."""
        prefixes = [f"{kind}.{self.name}." for kind in kinds]
        found = {key.removeprefix(prefix) for key in self.keys() for prefix in prefixes if key.startswith(prefix)}
        return sorted({name.rpartition(".v")[0] or name for name in found})

    def keys(self) -> list[str]:
        """Return the keys of the root package's nodes, sorted."""
        self.index.note("nodes:*")
        return sorted(
            {key for owner, body in self.index.state.records(UNITS) if "//" not in owner for key in body["n"]}
        )

    def children(self, key: str) -> tuple[str, ...]:
        """Return the keys of the nodes that read this one, sorted."""
        if key not in self._children:
            self.index.begin()
            self._children[key] = readers_of(self, key), self.index.end()
        found, looked_up = self._children[key]
        self.index.note_all(looked_up)
        return found

    def usage(self, key: str, columns: Columns) -> Usage:
        """Return what a node makes of columns that it reads."""
        return self._usages.of(key, columns)

    def mentions(self, name: str) -> tuple[str, ...]:
        """Return the keys of nodes whose files name `name`, sorted."""
        self.index.note(f"mentions:{name}")
        state = self.index.state
        keys = {key for owner in state.owners("m", name) for key in state.record(UNITS, owner)["n"]}
        found = [(key, self.node(key)) for key in sorted(keys)]
        return tuple(key for key, node in found if node is not None and name in node.names)

    def find(self, ref: Ref) -> Fact[Node | None]:
        """Return what a `ref()` of the root package means."""
        key = self.target(ref, self.name)
        if key is not None:
            return Known(self.node(key), None, "static")
        for suspect in (self._root.suspect(ref.name), self._root.unseen_seed(ref.name)):
            if suspect is not None:
                return suspect
        if self.missing_packages and (ref.package is None or ref.package in self._missing):
            missing = ", ".join(self.missing_packages)
            return Unknown(f"{ref.name} may be in a package that is not installed ({missing}): run dbt deps")
        if ref.package is not None and ref.package not in self._packages:
            return Unknown(f"{ref.package} is not a package of this project")
        return Known(None, None, "static")

    def find_source(self, source: SourceRef, package: str | None = None) -> Fact[Node | None]:
        """Return what a `source()` of a package (default: the root's) means: its own table, else another's."""
        for owner in dict.fromkeys((package or self.name, *self._packages)):
            node = self.node(f"source.{owner}.{source.source}.{source.table}")
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

    def generic_test(self, name: str, namespace: str | None) -> Fact[GenericTest | None]:
        """Return what a test in the root package's properties means.

        Without a package's name dbt looks in the root package and in dbt itself, in no other package.
        """
        if namespace == "dbt":
            return Known(BUILT_IN.get(name), None, "static")
        held = self._packages.get(namespace or self.name)
        found = held.macro(f"test_{name}") if held is not None else None
        if held is not None and found is not None:
            return Known(_generic_test(held.name, name, found[1]), None, "static")
        if namespace is None and name in BUILT_IN:
            return Known(BUILT_IN[name], None, "static")
        suspect = held.suspect(name) if held is not None else None
        if suspect is not None:
            return suspect
        if held is None and self._missing:
            missing = ", ".join(sorted(self._missing))
            return Unknown(f"{namespace}.{name} may be in a package that is not installed ({missing}): run dbt deps")
        return Known(None, None, "static")

    def generic_tests(self) -> list[str]:
        """Return what tests of the root package may be called, sorted."""
        self.index.note(TESTS)
        keys = [key for _, body in self.index.state.records(UNITS) for key in body["h"]]
        found = {one for key in keys if (one := defined_test(key)) is not None}
        return sorted({*BUILT_IN, *(name if package == self.name else f"{package}.{name}" for package, name in found)})

    def tags(self, tag: str) -> dict[str, list[str]]:
        """Return how the root package spells a tag when letter case is left aside: spelling -> files, both sorted."""
        settings = self._root.layout
        written = tags_of_settings(settings.document)
        found = {}
        for spelling in sorted(spellings(tag)):
            files = [
                *self.index.paths(self._root.key("tag", spelling)),
                *([settings.path] if spelling in written else []),
            ]
            if files:
                found[spelling] = sorted(files)
        return found

    def docs(self, package: str | None) -> tuple[frozenset[str], Unknown | None]:
        """Return the docs blocks that a `doc()` of the root package may mean, and why there may be others."""
        held = [self._packages[name].documented() for name in self._packages if package in (None, name)]
        rest = next((unseen for _, unseen in held if unseen is not None), None)
        missing = sorted(name for name in self._missing if package in (None, name))
        if rest is None and missing:
            rest = Unknown(f"docs blocks of packages that are not installed ({', '.join(missing)}): run dbt deps")
        return frozenset().union(*(names for names, _ in held)), rest

    def files(self) -> list[PropertiesFile]:
        """Return the properties files, in order of their paths."""
        return [self._root.file(path) for path in self.paths() if "properties" in self._root.roles(path)]

    def paths(self) -> list[str]:
        """Return the paths of all files that dbt reads in the root package, sorted."""
        return sorted(owner for owner, _ in self.index.state.records(UNITS) if "//" not in owner)

    def declared(self, kind: str, name: str) -> list[PropertiesEntry]:
        """Return the entries that claim this name for themselves, in order of their files."""
        return self._root.declared(kind, name)

    def problems(self) -> list[Problem]:
        """Return what could not be read in the root package, in order of place."""
        found = [problem for path in self.paths() for problem in self._root.problems_in(path)]
        return sorted(found, key=lambda problem: problem.place)

    def ignores(self) -> list[tuple[str, Ignore]]:
        """Return the ignores of the root package's files, each with its file's path."""
        paths = self.index.paths(self._root.key("ignores", ""))
        return [(path, ignore) for path in paths for ignore in self._root.ignores_in(path)]

    def troubled(self, path: str) -> bool:
        """Return whether something in a file could not be read."""
        return bool(self._root.problems_in(path))

    @cached_property
    def _builders(self) -> dict[str, Builder]:
        return {
            name: Builder(package, self._root, self._scope(package), self.outputs.names)
            for name, package in self._packages.items()
        }

    def _scope(self, package: Package) -> Scope:
        name = package.name
        of_both = [self._root.layout, package.layout]
        layers = [held for layout in of_both for held in (layout.variables_of(name), layout.variables)]
        return Scope(name, self.name, self._packages, self._missing, self._adapter, project_variables(layers))

    def _by_name(self, name: str) -> list[Identity]:
        if name not in self._named:
            self.index.begin()
            self._named[name] = self._find_name(name), self.index.end()
        found, looked_up = self._named[name]
        self.index.note_all(looked_up)
        return found

    def _find_name(self, name: str) -> list[Identity]:
        """Return what goes by a name, as it is recorded: no file is opened for it."""
        found: dict[Identity, None] = {}
        for package in self._packages.values():
            stems = [name, *self._builders[package.name].entries.stems_of(name)]
            self.index.note_all(f"node:{kind}.{package.name}.{name}" for kind in READABLE)
            for path in dict.fromkeys(path for stem in stems for path in self.index.paths(package.key("name", stem))):
                record = self.index.state.record(UNITS, owner_of(package.name, path, self.name))
                found.update(dict.fromkeys(one for key in record["n"] if (one := readable(key, name)) is not None))
        return list(found)

    def target(self, ref: Ref, package: str) -> str | None:
        """Return the key of what a `ref()` in a file of a package means, or None."""
        named = [found for found in self._by_name(ref.name) if ref.package in (None, found.package)]
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


def _generic_test(package: str, name: str, block: Block) -> GenericTest:
    required = frozenset(parameter for parameter, default in block.params if default is None)
    return GenericTest(package, name, tuple(parameter for parameter, _ in block.params), required, block.open)


def _disabled(node: Node) -> bool:
    enabled = node.enabled
    return isinstance(enabled, Known) and enabled.value is False

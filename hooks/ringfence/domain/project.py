"""The one view that rules, locks and the diff ask, whatever it was read from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Mapping as Map

    from ringfence.domain.document import Anchor, Item, Mapping, Problem
    from ringfence.domain.fact import Fact, Unknown
    from ringfence.domain.generictest import GenericTest
    from ringfence.domain.impact import Columns, Usage
    from ringfence.domain.logic import Logic
    from ringfence.domain.node import Node, Ref, SourceRef
    from ringfence.domain.place import Place
    from ringfence.domain.spots import Spot


class PropertiesEntry(NamedTuple):
    """One entry of a properties file: `- name: orders` under `models:`. For a source table `name` is `source.table`."""

    kind: str
    name: str
    package: str
    place: Place
    body: Mapping


class _File(NamedTuple):
    path: str
    root: Item | None
    entries: tuple[PropertiesEntry, ...]
    anchors: tuple[Anchor, ...] = ()


class PropertiesFile(_File):
    """One properties file: its path, everything it holds (None: an empty file), the anchors that no alias names."""

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Every mapping that dbt gives a meaning, in order."""
        from ringfence.domain.spots import spots_of

        return spots_of(self.root, self.path)


if TYPE_CHECKING:
    # Protocols take longer to make than all else here, and only the type checker asks for them.

    class Project(Protocol):
        """One dbt project of a tree. Nodes are made when they are asked for, never all at start."""

        @property
        def name(self) -> str:
            """The project's name, which is its package's name."""

        @property
        def root(self) -> str:
            """The project's folder from the repository's root, '' for the root itself."""

        @property
        def adapter(self) -> str | None:
            """The adapter type, where it is known."""

        @property
        def oldest_dbt(self) -> tuple[int, int] | None:
            """Major and minor version of the oldest dbt that the project lets in; None where it does not say."""

        @property
        def missing_packages(self) -> tuple[str, ...]:
            """Packages that are required but not installed, and about which nothing is known."""

        def node(self, key: str) -> Node | None:
            """Return the node with this key, or None."""

        def whole(self, key: str) -> Node | None:
            """Return the node with this key, for whoever looks at its configuration and not only at what others see."""

        def has(self, key: str) -> bool:
            """Return whether there is a node with this key, without making it."""

        def nodes(self, *kinds: str) -> Iterator[Node]:
            """Yield the project's own nodes of these kinds (none: of every kind), in order of their keys."""

        def names(self, *kinds: str) -> Iterable[str]:
            """Return the names of the project's own nodes of these kinds, without making the nodes."""

        def children(self, key: str) -> tuple[str, ...]:
            """Return the keys of the nodes that read this one, sorted. Doubtful references count."""

        def usage(self, key: str, columns: Columns) -> Usage:
            """Return what a node makes of columns that it reads, in small letters by the key of what has them."""

        def mentions(self, name: str) -> tuple[str, ...]:
            """Return the keys of nodes whose files name `name` in a ref, source or macro call, sorted."""

        def find(self, ref: Ref) -> Fact[Node | None]:
            """Return the node that a `ref()` means; known to be None where nothing answers to it."""

        def find_source(self, source: SourceRef) -> Fact[Node | None]:
            """Return the table that a `source()` means; known to be None where nothing declares it."""

        def column_types(self, key: str) -> Map[str, Fact[str]]:
            """Return the types that a node's text gives its columns, by their names in small letters."""

        def logic(self, key: str) -> Logic:
            """Return the parts of what a model's SQL means, each with its fingerprint."""

        def generic_test(self, name: str, namespace: str | None) -> Fact[GenericTest | None]:
            """Return what a test in the project's own properties means; known to be None where nothing defines it."""

        def generic_tests(self) -> Iterable[str]:
            """Return what tests may be called, those of packages behind the package's name: `dbt_utils.equality`."""

        def tags(self, tag: str) -> Map[str, Sequence[str]]:
            """Return how the project's files spell a tag, letter case left aside: spelling -> files, both sorted."""

        def docs(self, package: str | None) -> tuple[frozenset[str], Unknown | None]:
            """Return the docs blocks of a package of this project, or of all of them, and why there may be others."""

        def files(self) -> Iterable[PropertiesFile]:
            """Return the project's properties files, in order of their paths."""

        def declared(self, kind: str, name: str) -> Iterable[PropertiesEntry]:
            """Return the entries that claim a name for themselves, in order; tables are `source.table`."""

        def troubled(self, path: str) -> bool:
            """Return whether something in a properties file could not be read."""

        def problems(self) -> Iterable[Problem]:
            """Return what could not be read, in order of place."""

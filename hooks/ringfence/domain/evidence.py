"""A manifest as evidence of the second rank: what it says otherwise than the tree, and what may be taken from it.

The sources judge. Only what they leave unknown is taken from a manifest, and only where everything that the value rests
on is proven to be the same in the judged tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.node import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ringfence.domain.document import Problem
    from ringfence.domain.fact import Fact
    from ringfence.domain.finding import Subject
    from ringfence.domain.generictest import GenericTest
    from ringfence.domain.impact import Columns, Usage
    from ringfence.domain.logic import Logic
    from ringfence.domain.node import Node, Ref, SourceRef, Value
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project, PropertiesEntry, PropertiesFile

# fresh: nothing differs. irrelevant: what differs is nothing that the rules asked for may read. stale: it may be read.
# unproven: what may be read cannot all be compared. foreign: of another project or adapter. The last three are no
# manifest to speak of.
OUTCOMES = ("fresh", "irrelevant", "stale", "unproven", "foreign", "unreadable", "missing", "ignored")


_NAMES = {"index": "the index", "worktree": "the work tree", "disk": "the folder"}


def called(label: str) -> str:
    """Return how a sentence names the tree with a label."""
    return _NAMES.get(label, label)


class Difference(NamedTuple):
    """Something that a manifest and the tree say differently, or that cannot be compared (not `certain`).

    `touches` are the keys of the nodes of which the manifest may therefore say something else than the tree: where it
    is empty, no rule can see the difference.
    """

    subject: Subject
    place: Place
    reason: str
    old: str | None = None
    new: str | None = None
    touches: frozenset[str] = frozenset()
    certain: bool = True

    def told(self) -> str:
        """Return subject, reason, old and new value as part of a sentence."""
        values = f" ({self.old or 'none'} -> {self.new or 'none'})" if (self.old or self.new) else ""
        return f"{self.subject.kind} {self.subject.name}: {self.reason}{values}"


class Freshness(NamedTuple):
    """How a manifest relates to a tree; `foreign` says why it is none of this project, None where it is."""

    differences: tuple[Difference, ...]
    foreign: str | None = None

    def relevant(self, sees: Callable[[str], bool]) -> tuple[Difference, ...]:
        """Return the differences in what somebody may read who `sees` the nodes of some keys."""
        return tuple(one for one in self.differences if any(map(sees, one.touches)))

    def outcome(self, sees: Callable[[str], bool]) -> str:
        """Return one of OUTCOMES: fresh, irrelevant, stale, unproven or foreign."""
        if self.foreign is not None:
            return "foreign"
        if not self.differences:
            return "fresh"
        relevant = self.relevant(sees)
        if any(one.certain for one in relevant):
            return "stale"
        return "unproven" if relevant else "irrelevant"


class ManifestReport(NamedTuple):
    """What a check found out about a project's manifest; `told` says what is wrong with it where that is not staleness.

    `tree` is how the judged one is called, `made` who wrote the manifest, `remedy` what to type; `required` is what the
    configuration says.
    """

    path: str
    tree: str
    made: str
    outcome: str
    told: str
    differences: tuple[Difference, ...]
    remedy: str
    required: bool


if TYPE_CHECKING:
    from typing import Protocol

    class Evidence(Protocol):
        """What can be proven of single values. Every answer is a known value, or the unknown one as it was given."""

        def setting(self, node: Node, key: str, default: Value, hidden: Unknown) -> Fact[Value]:
            """Return what a setting of a node resolves to."""

        def refs(self, node: Node, hidden: Unknown) -> Fact[frozenset[Ref]]:
            """Return what a node reads by ref()."""

        def sources(self, node: Node, hidden: Unknown) -> Fact[frozenset[SourceRef]]:
            """Return what a node reads by source()."""

        def macros(self, node: Node, hidden: Unknown) -> Fact[frozenset[str]]:
            """Return which macros a node calls."""

        def outputs(self, node: Node, hidden: Unknown) -> Fact[tuple[str, ...]]:
            """Return the names of the columns that a node produces."""


class FilledConfig(Config):
    """A configuration whose unknown values are asked for elsewhere, each when somebody wants it."""

    __slots__ = ("_fill", "_inner")

    def __init__(self, inner: Config, fill: Callable[[str, Value, Unknown], Fact[Value]]) -> None:
        super().__init__({}, inner.rest)
        self._inner, self._fill = inner, fill

    def get(self, key: str, default: Value = None) -> Fact[Value]:
        """Return what `key` resolves to."""
        fact = self._inner.get(key, default)
        return self._fill(key, default, fact) if isinstance(fact, Unknown) else fact

    def keys(self) -> list[str]:
        """Return the keys that some source names, sorted."""
        return self._inner.keys()


class EvidencedProject:
    """A project whose nodes know what evidence tells beyond the sources; everything else is the project's own."""

    def __init__(self, project: Project, evidence: Evidence) -> None:
        self._project, self._evidence = project, evidence
        self._filled: dict[str, Node | None] = {}

    @property
    def name(self) -> str:
        """The project's name."""
        return self._project.name

    @property
    def root(self) -> str:
        """The project's folder from the repository's root."""
        return self._project.root

    @property
    def adapter(self) -> str | None:
        """The adapter type, where it is known."""
        return self._project.adapter

    @property
    def oldest_dbt(self) -> tuple[int, int] | None:
        """The oldest dbt that the project lets in, or None where it does not say."""
        return self._project.oldest_dbt

    @property
    def missing_packages(self) -> tuple[str, ...]:
        """Packages that are required but not installed."""
        return self._project.missing_packages

    def node(self, key: str) -> Node | None:
        """Return the node with this key, or None."""
        if key not in self._filled:
            node = self._project.node(key)
            self._filled[key] = None if node is None else self._fill(node)
        return self._filled[key]

    def whole(self, key: str) -> Node | None:
        """Return the node with this key, or None."""
        self._project.whole(key)
        return self.node(key)

    def has(self, key: str) -> bool:
        """Return whether there is a node with this key."""
        return self._project.has(key)

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """Yield the project's own nodes of these kinds."""
        for node in self._project.nodes(*kinds):
            yield self.node(node.key) or node

    def names(self, *kinds: str) -> Iterable[str]:
        """Return the names of the project's own nodes of these kinds."""
        return self._project.names(*kinds)

    def children(self, key: str) -> tuple[str, ...]:
        """Return the keys of the nodes that read this one."""
        return self._project.children(key)

    def usage(self, key: str, columns: Columns) -> Usage:
        """Return what a node makes of columns that it reads."""
        return self._project.usage(key, columns)

    def mentions(self, name: str) -> tuple[str, ...]:
        """Return the keys of nodes whose files name `name`."""
        return self._project.mentions(name)

    def find(self, ref: Ref) -> Fact[Node | None]:
        """Return the node that a `ref()` means."""
        return self._found(self._project.find(ref))

    def find_source(self, source: SourceRef) -> Fact[Node | None]:
        """Return the table that a `source()` means."""
        return self._found(self._project.find_source(source))

    def column_types(self, key: str) -> Mapping[str, Fact[str]]:
        """Return the types that a node's text gives its columns: those of its sources, whatever else is known."""
        return self._project.column_types(key)

    def logic(self, key: str) -> Logic:
        """Return the parts of what a model's SQL means, as its sources tell them."""
        return self._project.logic(key)

    def generic_test(self, name: str, namespace: str | None) -> Fact[GenericTest | None]:
        """Return what a test means."""
        return self._project.generic_test(name, namespace)

    def generic_tests(self) -> Iterable[str]:
        """Return what tests may be called."""
        return self._project.generic_tests()

    def tags(self, tag: str) -> Mapping[str, Sequence[str]]:
        """Return how the project's files spell a tag, letter case left aside."""
        return self._project.tags(tag)

    def docs(self, package: str | None) -> tuple[frozenset[str], Unknown | None]:
        """Return the docs blocks of a package, or of all of them, and why there may be others."""
        return self._project.docs(package)

    def files(self) -> Iterable[PropertiesFile]:
        """Return the project's properties files."""
        return self._project.files()

    def declared(self, kind: str, name: str) -> Iterable[PropertiesEntry]:
        """Return the entries that claim a name for themselves."""
        return self._project.declared(kind, name)

    def troubled(self, path: str) -> bool:
        """Return whether something in a properties file could not be read."""
        return self._project.troubled(path)

    def problems(self) -> Iterable[Problem]:
        """Return what could not be read."""
        return self._project.problems()

    def _found(self, fact: Fact[Node | None]) -> Fact[Node | None]:
        if isinstance(fact, Unknown) or fact.value is None:
            return fact
        return Known(self.node(fact.value.key) or fact.value, fact.place, fact.tier)

    def _fill(self, node: Node) -> Node:
        evidence = self._evidence
        filled = node._replace(
            config=FilledConfig(node.config, lambda key, default, hidden: evidence.setting(node, key, default, hidden))
        )
        if isinstance(node.refs, Unknown):
            refs = evidence.refs(node, node.refs)
            at = {} if isinstance(refs, Unknown) else dict.fromkeys(refs.value, node.place)
            filled = filled._replace(refs=refs, refs_at={**at, **node.refs_at})
        if isinstance(node.sources, Unknown):
            sources = evidence.sources(node, node.sources)
            from_at = {} if isinstance(sources, Unknown) else dict.fromkeys(sources.value, node.place)
            filled = filled._replace(sources=sources, sources_at={**from_at, **node.sources_at})
        if isinstance(node.macros, Unknown):
            filled = filled._replace(macros=evidence.macros(node, node.macros))
        if not isinstance(node.produced, Known):
            filled = filled._replace(produced=lambda _: self._outputs(node))
        return filled

    def _outputs(self, node: Node) -> Fact[tuple[str, ...]]:
        """Return the names of a node's columns; whoever asks for none of them pays for none."""
        fact = node.outputs
        return self._evidence.outputs(node, fact) if isinstance(fact, Unknown) else fact

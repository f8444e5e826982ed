"""One resource of a manifest as a node of the project, with the generic tests that stand on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.node import Column, Config, Constraint, Identity, Node, Test, Value
from ringfence.domain.place import Place
from ringfence.readers.manifest.parts import columns_of, mapping_of
from ringfence.readers.manifest.paths import patched, repository_path
from ringfence.readers.manifest.references import refs_of, sources_of, text_of
from ringfence.readers.manifest.settings import TIER, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.node import Ref, SourceRef
    from ringfence.readers.manifest import schema

# Kinds that stand in a properties file and nowhere else.
_ENTRIES = frozenset({"source", "exposure", "unit_test", "semantic_model", "group", "metric", "saved_query"})
_QUOTES = {'"': '"', "`": "`", "[": "]"}
_HEADER = Unknown("a manifest does not hold the header of a seed")
_SQL = Unknown("the columns of SQL are not analysed")
_EMPTY: Known[str] = Known("", None, TIER)


class Held(NamedTuple):
    """A resource, the key of its node, its kind, and whether dbt has it among what it runs."""

    key: str
    kind: str
    resource: schema.Resource
    enabled: bool

    @property
    def name(self) -> str:
        """The name in the node's identity."""
        return identity_of(self.resource, self.kind).name


def held(unique_id: str, resource: schema.Resource, *, enabled: bool) -> Held:
    """Return a resource with the key that its node will have."""
    kind = resource.resource_type or unique_id.split(".", 1)[0]
    return Held(identity_of(resource, kind).key, kind, resource, enabled)


def identity_of(resource: schema.Resource, kind: str) -> Identity:
    """Return what identifies a resource: `source.table` for a table, `model.test` for a unit test."""
    package, name = resource.package_name, resource.name
    if kind == "source":
        return Identity(kind, package, f"{resource.source_name}.{name}")
    if kind == "unit_test":
        return Identity(kind, package, resource.unique_id.removeprefix(f"{kind}.{package}."))
    return Identity(kind, package, name, text_of(resource.version) if kind == "model" else None)


def is_latest(resource: schema.Resource) -> bool:
    """Return whether a `ref()` without a version means this model."""
    return resource.version is None or text_of(resource.version) == text_of(resource.latest_version)


class Maker:
    """Makes the nodes of one manifest. `name` is the project's, `root` its folder, `builtin` dbt's own packages."""

    def __init__(self, name: str, root: str, where: str, builtin: frozenset[str]) -> None:
        self._name, self._root, self._where, self._builtin = name, root, where, builtin
        self._settings = Settings(where)
        self._places: dict[tuple[str, bool], Place] = {}
        self._types: dict[str | None, Known[str | None]] = {}

    def node(self, one: Held, tests: Iterable[Held]) -> Node:
        """Return the node of a resource. Raises RingfenceError where its configuration or a path cannot be used."""
        resource, kind = one.resource, one.kind
        at = self._place(resource.original_file_path, resource.package_name)
        entry = at if kind in _ENTRIES else self._patch(resource.patch_path, resource.package_name)
        columns, own = self._columns(resource, entry or at, tests)
        refs = dict.fromkeys(refs_of(resource, kind), at)
        sources = dict.fromkeys(sources_of(resource, kind), at)
        macros = self.macros(resource)
        return Node(
            identity=identity_of(resource, kind),
            path=at.path,
            place=entry or at,
            entry=entry,
            fqn=resource.fqn or (resource.package_name, resource.name),
            config=self._settings.of(resource, kind, enabled=one.enabled),
            description=_text(resource.description),
            columns=columns,
            constraints=_constraints(resource.constraints, (), entry or at) if resource.constraints else (),
            tests=own,
            refs=Known(frozenset(refs), None, TIER),
            sources=Known(frozenset(sources), None, TIER),
            macros=Known(macros, None, TIER),
            refs_at=refs,
            sources_at=sources,
            produced=_HEADER if kind == "seed" else _SQL,
            language=resource.language or "sql",
            latest=kind != "model" or is_latest(resource),
            names=names_of(refs, sources, macros),
        )

    def macro(self, macro: schema.Macro) -> Node:
        """Return the node of a macro."""
        at = self._place(macro.original_file_path, macro.package_name)
        entry = self._patch(macro.patch_path, macro.package_name)
        return Node(
            identity=Identity("macro", macro.package_name, macro.name),
            path=at.path,
            place=entry or at,
            entry=entry,
            fqn=(macro.package_name, macro.name),
            config=Config({}),
            description=_text(macro.description),
        )

    def test(self, one: Held, column: str | None) -> Test:
        """Return a generic test; `column` is its column's name without quotes. Raises RingfenceError as `node`."""
        resource, data = one.resource, one.resource.test_metadata
        given: dict[str, Value] = mapping_of(data.kwargs, self._where) if data is not None else {}
        nested = given.get("arguments")
        if isinstance(nested, dict):
            del given["arguments"]
            given.update(nested)
        arguments = {key: value for key, value in given.items() if key not in ("model", "column_name")}
        name, namespace = (data.name, data.namespace) if data is not None else (resource.name, None)
        config = self._settings.of(resource, "test", enabled=one.enabled)
        place = self._place(resource.original_file_path, resource.package_name)
        return Test(name, namespace or None, column, arguments, config, place)

    def macros(self, resource: schema.Resource) -> frozenset[str]:
        """Return the keys of the macros that a node calls, dbt's own left out."""
        called = resource.depends_on.macros if resource.depends_on is not None else None
        named = [key for key in called or () if key is not None and key.count(".") > 1]
        return frozenset(key for key in named if key.split(".", 2)[1] not in self._builtin)

    def _patch(self, written: str | None, package: str) -> Place | None:
        if not written:
            return None
        owner, path = patched(written)
        return self._place(path, owner or package)

    def _place(self, written: str, package: str) -> Place:
        """Return the first line of a file; of another package its path is one from the package's own folder."""
        own = package == self._name
        place = self._places.get((written, own))
        if place is None:
            place = Place(repository_path(written, self._root if own else "", self._where))
            self._places[written, own] = place
        return place

    def _columns(
        self, resource: schema.Resource, place: Place, tests: Iterable[Held]
    ) -> tuple[tuple[Column, ...], tuple[Test, ...]]:
        """Return the columns with their tests, and the tests of the node itself."""
        columns = columns_of(resource.columns, self._where)
        own: list[Test] = []
        on: dict[str, list[Test]] = {}
        for one in tests:
            name = column_of(one.resource.column_name, columns)
            (on.setdefault(name, []) if name in columns else own).append(self.test(one, name))
        made = []
        for key, column in columns.items():
            constraints = _constraints(column.constraints, (column.name,), place) if column.constraints else ()
            data_type, text = self._type(column.data_type), _text(column.description)
            made.append(
                Column(column.name, data_type, text, constraints, tuple(on.get(key, ())), column.quote is True, place)
            )
        return tuple(made), tuple(own)

    def _type(self, written: str | None) -> Known[str | None]:
        fact = self._types.get(written)
        if fact is None:
            fact = self._types[written] = Known(written, None, TIER)
        return fact


def column_of(written: str | None, columns: Iterable[str]) -> str | None:
    """Return the name of a test's column: dbt writes one with `quote: true` in the adapter's quotes."""
    if written is None or written in columns or len(written) < 3 or _QUOTES.get(written[0]) != written[-1]:
        return written
    return written[1:-1]


def names_of(refs: Iterable[Ref], sources: Iterable[SourceRef], macros: Iterable[str]) -> frozenset[str]:
    """Return every name that refs, sources and calls of macros mention."""
    return frozenset(
        [
            *(ref.name for ref in refs),
            *(f"{source.source}.{source.table}" for source in sources),
            *(key.split(".", 2)[2] for key in macros),
        ]
    )


def _constraints(
    written: tuple[schema.Constraint, ...] | None, columns: tuple[str, ...], place: Place
) -> tuple[Constraint, ...]:
    return tuple(Constraint(one.type, one.columns or columns, one.expression, place) for one in written or ())


def _text(written: str | None) -> Fact[str]:
    return Known(written, None, TIER) if written else _EMPTY

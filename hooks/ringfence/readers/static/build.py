"""Nodes of one package: identities at once, everything else when a node is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from ringfence.domain.document import Item, Mapping, Scalar, mappings_of, plain, text_of
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.node import ANY_SOURCE, Column, Config, Identity, Node, Ref, SourceRef, Test
from ringfence.domain.place import Place
from ringfence.readers.static import columns as columns_reader
from ringfence.readers.static.effects import Effects, Scope, effects_of, effects_of_text, follow_hooks
from ringfence.readers.static.entries import Entries, Version, version_columns, versions_of
from ringfence.readers.static.later import Later
from ringfence.readers.static.layers import Layer, mapping_layer, merge, project_layers
from ringfence.readers.static.package import File
from ringfence.readers.static.state import TESTS
from ringfence.readers.static.values import fact_of, project_variables
from ringfence.sql.terms import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ringfence.domain.project import PropertiesEntry
    from ringfence.readers.static.package import Package

T = TypeVar("T")

# Top-level keys of an entry that dbt moves under `config:`; others (tags, materialized ...) it ignores there.
MOVED_KEYS = ("meta", "docs", "group", "contract", "access")


_WITH_DEFAULTS = frozenset(
    {
        "materialized",
        "meta",
        "pre-hook",
        "post-hook",
        "pre_hook",
        "post_hook",
        "on_schema_change",
        "persist_docs",
        "quoting",
        "column_types",
        "grants",
        "packages",
        "docs",
        "contract",
        "access",
    }
)


class Candidate(NamedTuple):
    """A node that can be made; `bare` makes it without its properties entry.

    Two may share an identity when one of them is disabled: then the entry speaks of the enabled one only.
    """

    identity: Identity
    make: Callable[[], Node]
    bare: Callable[[], Node] | None = None


class Builder:
    """Makes the nodes of one package, seen from the root project."""

    def __init__(
        self, package: Package, root: Package, scope: Scope, produced: Callable[[Node], Fact[tuple[str, ...]]]
    ) -> None:
        self.package, self.root, self.scope = package, root, scope
        self.entries = Entries(package, root)
        self._variables, self._produced = scope.variables, produced
        self._definitions: dict[tuple[str, str | None], tuple[Effects, set[str]]] = {}

    def candidates_of(self, path: str) -> Iterator[Candidate]:
        """Yield the nodes that a file makes."""
        roles = self.package.roles(path)
        snapshots = self.package.snapshots_in(path)
        if "model" in roles and not snapshots:
            yield self._model_candidate(roles["model"])
        if "seed" in roles:
            identity = Identity("seed", self.package.name, roles["seed"].stem)
            yield Candidate(identity, lambda: self._seed(identity, roles["seed"]))
        for block in snapshots:
            file = roles.get("snapshot", roles.get("model", File(path, path)))
            named = Identity("snapshot", self.package.name, block.name)
            yield Candidate(named, lambda i=named, f=file, b=block: self._snapshot(i, f, b))  # type: ignore[misc]
        if "test" in roles:
            yield self._singular_test(roles["test"])
        yield from self._macros(path)
        if "properties" in roles:
            for entry in self.package.file(path).entries:
                yield from self._from_entry(entry)

    # nodes that have a file of their own

    def _model_candidate(self, file: File) -> Candidate:
        entry, version = self.entries.of_model(file.stem)
        name = entry.name if entry is not None and version is not None else file.stem
        identity = Identity("model", self.package.name, name, version.label if version else None)
        return Candidate(
            identity,
            lambda: self._model(identity, file, entry, version),
            lambda: self._model(identity, file, None, None),
        )

    def _model(self, identity: Identity, file: File, entry: PropertiesEntry | None, version: Version | None) -> Node:
        fqn = (self.package.name, *file.folders, identity.name, *([f"v{version.label}"] if version else []))
        effects = self._effects(file.path, None)
        reader = self._reader(entry)
        body = entry.body if entry is not None else None
        constrained = body
        if version is not None and version.body.get("constraints") is not None:
            constrained = version.body
        described = version.body if version is not None and version.body.get("description") is not None else body
        if file.path.endswith(".py"):
            effects.layers.insert(0, self._python_default(entry))
        node = self._node(identity, file.path, fqn, entry, effects, version)
        bodies = [one for one in (body, version.body if version is not None else None) if one is not None]
        self._watch_tests()
        return node._replace(
            columns=self._later(lambda: _columns(reader, body, version)),
            tests=self._later(
                lambda: next((found for one in reversed(bodies) if (found := tuple(reader.tests(one)))), ())
            ),
            constraints=columns_reader.constraints(constrained, ()) if constrained is not None else (),
            description=columns_reader.description(described) if described is not None else node.description,
            language="python" if file.path.endswith(".py") else "sql",
            latest=version is None or version.latest,
            produced=self._produced,
        )

    def _python_default(self, entry: PropertiesEntry | None) -> Layer:
        """Return dbt's own setting for Python models: a table, whatever dbt_project.yml says, unless the entry does."""
        config = entry.body.get("config") if entry is not None else None
        written = isinstance(config, Mapping) and config.get("materialized") is not None
        return Layer({} if written else {"materialized": Known("table", None, "static")})

    def _seed(self, identity: Identity, file: File) -> Node:
        fqn = (self.package.name, *file.folders, identity.name)
        entry = self.entries.of("seed", identity.name)
        node = self._described(self._node(identity, file.path, fqn, entry, Effects()), entry)
        return node._replace(produced=_header(self.package.header(file.path), node))

    def _snapshot(self, identity: Identity, file: File, block: Block) -> Node:
        fqn = (self.package.name, *file.folders, file.stem, identity.name)
        entry = self.entries.of("snapshot", identity.name)
        node = self._node(identity, file.path, fqn, entry, self._effects(file.path, block))
        node = node._replace(place=node.entry or Place(file.path, block.line, 1, block.line, 1))
        return self._described(node, entry)

    def _singular_test(self, file: File) -> Candidate:
        identity = Identity("test", self.package.name, file.stem)
        fqn = (self.package.name, *file.folders, file.stem)
        return Candidate(identity, lambda: self._node(identity, file.path, fqn, None, self._effects(file.path, None)))

    def _macros(self, path: str) -> Iterator[Candidate]:
        for name, block in self.package.macros_in(path).items():
            counting = self.package.macro(name)
            if counting is None or counting[0] != path:
                continue  # another file's macro of this name is the one that is called
            identity = Identity("macro", self.package.name, name)
            place = Place(path, block.line, 1, block.line, 1)
            entry = self.entries.of("macro", name)
            text: Fact[str] = columns_reader.description(entry.body) if entry is not None else Known("")
            at = entry.place if entry is not None else None
            node = Node(identity, path, at or place, at, (self.package.name, name), Config({}), text)
            yield Candidate(identity, lambda n=node: n)  # type: ignore[misc]

    # nodes that are entries of a properties file

    def _from_entry(self, entry: PropertiesEntry) -> Iterator[Candidate]:
        if entry.kind == "source":
            yield from self._source(entry)
        elif entry.kind == "snapshot" and entry.body.get("relation") is not None:
            yield self._candidate(entry, entry.name, [entry.body.get("relation")])
        elif entry.kind == "exposure":
            yield self._candidate(entry, entry.name, _items(entry.body.get("depends_on")))
        elif entry.kind == "unit_test":
            yield from self._unit_tests(entry)
        elif entry.kind == "semantic_model":
            yield self._candidate(entry, entry.name, [entry.body.get("model")])
        elif entry.kind in ("group", "metric", "saved_query"):
            yield self._candidate(entry, entry.name, [])

    def _unit_tests(self, entry: PropertiesEntry) -> Iterator[Candidate]:
        """Yield the unit test, once for every version of its model that `versions:` does not leave out."""
        model = text_of(entry.body.get("model")) or ""
        inputs = [item.get("input") for item in mappings_of(entry.body.get("given"))]
        tested = self.entries.of("model", model)
        chosen = plain(entry.body.get("versions"))
        rules = chosen if isinstance(chosen, dict) else {}
        labels = [version.label for version in versions_of(tested.body)] if tested is not None else []
        included = [str(label) for label in rules.get("include") or labels]
        excluded = [str(label) for label in rules.get("exclude") or ()]
        if not labels:
            yield self._candidate(entry, f"{model}.{entry.name}", inputs, Ref(None, model, None))
        for label in labels:
            if label in included and label not in excluded:
                yield self._candidate(entry, f"{model}.{entry.name}_v{label}", inputs, Ref(None, model, label))

    def _candidate(
        self, entry: PropertiesEntry, name: str, expressions: list[Item | None], extra: Ref | None = None
    ) -> Candidate:
        identity = Identity(entry.kind, self.package.name, name)

        def make() -> Node:
            effects = self.expressions(expressions)
            if extra is not None:
                effects.refs.setdefault(extra, entry.place)
                effects.names.add(extra.name)
            fqn = (*self._fqn_prefix(entry.place.path), *([extra.name] if extra is not None else []), entry.name)
            return self._described(self._node(identity, entry.place.path, fqn, entry, effects), entry)

        return Candidate(identity, make)

    def _source(self, entry: PropertiesEntry) -> Iterator[Candidate]:
        if entry.body.get("overrides") is not None:
            return  # it patches a package's source and is none itself
        for table in mappings_of(entry.body.get("tables")):
            name = table.get("name")
            if isinstance(name, Scalar) and name.value is not None:
                identity = Identity("source", self.package.name, f"{entry.name}.{name.text}")
                yield Candidate(identity, lambda i=identity, t=table, n=name: self._source_table(i, entry, t, n))  # type: ignore[misc]

    def _source_table(self, identity: Identity, entry: PropertiesEntry, table: Mapping, name: Scalar) -> Node:
        fqn = (*self._fqn_prefix(entry.place.path), entry.name, name.text)
        # tags of dbt_project.yml do not reach sources (catalogue case sources/tags-of-the-project-file-on-sources)
        layers = [_untagged(layer) for layer in self._project_layers(self.package, "source", fqn)]
        source = entry.body
        patch = self.entries.override(entry.name)
        if patch is not None:
            source = _patched(source, patch.body)
            for item in mappings_of(patch.body.get("tables")):
                if text_of(item.get("name")) == name.text:
                    table = _patched(table, item)
        for body in (source, table):
            top = {
                key: fact_of(value, self._variables) for key in ("tags", "meta") if (value := body.get(key)) is not None
            }
            layers += [Layer(top), mapping_layer(body.get("config"), self._variables)]
        if self.package is not self.root:
            layers += [_untagged(layer) for layer in self._project_layers(self.root, "source", fqn)]
        tags = tuple(str(tag) for tag in _listed(plain(source.get("tags"))) + _listed(plain(table.get("tags"))))
        reader = self._reader(entry, tags)
        self._watch_tests()
        return Node(
            identity=identity,
            path=entry.place.path,
            place=name.place,
            entry=name.place,
            fqn=fqn,
            config=merge(layers),
            description=columns_reader.description(table),
            columns=self._later(lambda: reader.columns(table)),
            tests=self._later(lambda: tuple(reader.tests(table))),
        )

    # shared parts

    def _node(
        self,
        identity: Identity,
        path: str,
        fqn: tuple[str, ...],
        entry: PropertiesEntry | None,
        effects: Effects,
        version: Version | None = None,
    ) -> Node:
        at = None
        if entry is not None:
            label = version.body.get("v") if version is not None else None
            at = label.place if label is not None else entry.place
        hidden = self.package.suspect(*_possible_names(identity.name)) if entry is None else None
        layers, own = self._layers(identity.kind, fqn, entry, version, effects, hidden)
        config = merge(layers)
        follow_hooks(effects, config, path, self.scope)
        return Node(
            identity=identity,
            path=path,
            place=at or Place(path),
            entry=at,
            fqn=fqn,
            config=config,
            description=Known("") if hidden is None else hidden,
            hidden=hidden,
            refs=cast("Fact[frozenset[Ref]]", effects.fact("refs")),
            sources=cast("Fact[frozenset[SourceRef]]", effects.fact("sources")),
            macros=cast("Fact[frozenset[str]]", effects.fact("macros")),
            refs_at=effects.refs,
            sources_at=effects.sources,
            names=frozenset(effects.names),
            own_tags=_own_tags(config, own),
        )

    def _layers(
        self,
        kind: str,
        fqn: tuple[str, ...],
        entry: PropertiesEntry | None,
        version: Version | None,
        effects: Effects,
        hidden: Unknown | None,
    ) -> tuple[list[Layer], list[Layer]]:
        """Return the layers of a node, weakest first, and those of them that stand at the node itself.

        The order is that of dbt's ContextConfigGenerator; catalogue case `packages`.
        """
        patch = [] if hidden is None else [Layer({}, hidden)]
        if entry is not None:
            keys = ("tags", "meta", "enabled") if kind == "exposure" else MOVED_KEYS
            moved = {key: fact_of(value, self._variables) for key in keys if (value := entry.body.get(key)) is not None}
            patch += [Layer(moved), mapping_layer(entry.body.get("config"), self._variables)]
        if version is not None:
            patch.append(mapping_layer(version.body.get("config"), self._variables))
        foreign = entry is not None and entry.package != self.package.name and any(layer.values for layer in patch)
        own = self.root if foreign else self.package
        kept = [_remembered(layer) for layer in self._project_layers(self.package, kind, fqn)] if foreign else []
        itself = [*patch, *effects.layers]
        layers = [*kept, *self._project_layers(own, kind, fqn), *itself]
        if own is not self.root:
            layers += self._project_layers(self.root, kind, fqn)
        return layers, itself

    def _project_layers(self, package: Package, kind: str, fqn: tuple[str, ...]) -> Iterator[Layer]:
        # while dbt_project.yml is read only --vars are known, so var() there means its default
        return project_layers(package.layout.configs(kind), fqn, _defaults_only)

    def _described(self, node: Node, entry: PropertiesEntry | None) -> Node:
        if entry is None:
            return node
        reader = self._reader(entry)
        self._watch_tests()
        return node._replace(
            description=columns_reader.description(entry.body),
            columns=self._later(lambda: reader.columns(entry.body)),
            tests=self._later(lambda: tuple(reader.tests(entry.body))),
        )

    def _later(self, make: Callable[[], tuple[T, ...]]) -> Later[T]:
        """Return what is made when it is asked for; it depends on the node's files and on TESTS."""
        index = self.package.index

        def quietly() -> tuple[T, ...]:
            index.begin(quiet=True)
            try:
                return make()
            finally:
                index.end()

        return Later(quietly)

    def _watch_tests(self) -> None:
        """Note that the node has tests, or may have: the settings of their definitions are part of it."""
        self.package.index.note(TESTS)

    def _reader(self, entry: PropertiesEntry | None, tags: tuple[str, ...] = ()) -> columns_reader.Reader:
        def defaults(test: str, namespace: str | None) -> list[Layer]:
            prefix = self._fqn_prefix(entry.place.path) if entry is not None else (self.package.name,)
            layers = [*self._project_layers(self.package, "test", prefix)]
            if self.package is not self.root:
                layers += self._project_layers(self.root, "test", prefix)
            return layers + self.test_definition(test, namespace).layers

        return columns_reader.Reader(self._variables, defaults, self._later, tags)

    def test_definition(self, test: str, namespace: str | None) -> Effects:
        """Return the effects of a generic test's own definition: its config() and its refs."""
        index = self.package.index
        if (test, namespace) not in self._definitions:
            index.begin()
            found = self.scope.macro(f"{namespace}.test_{test}" if namespace else f"test_{test}", self.package.name)
            effects = Effects() if found is None else effects_of(found[1], found[2], self.scope, {})
            self._definitions[test, namespace] = effects, index.end()
        effects, looked_up = self._definitions[test, namespace]
        index.note_all(looked_up)
        return effects

    def _fqn_prefix(self, path: str) -> tuple[str, ...]:
        layout = self.package.layout
        relative = next((found for kind in layout.paths if (found := layout.under(kind, path)) is not None), path)
        return (self.package.name, *relative.split("/")[:-1])

    def _effects(self, path: str, block: Block | None) -> Effects:
        facts = self.package.facts(path)
        if facts.error is not None:
            line, said = facts.error
            place = Place(path, line, 1, line, 1)
            effects = Effects()
            for field in ("refs", "sources", "macros"):
                effects.hide(field, f"the file cannot be parsed: {said}", place)
            effects.names.add(ANY_SOURCE)
            effects.layers.append(Layer({}, Unknown(f"the file cannot be parsed: {said}", place)))
            return effects
        local = {found.name: found for found in facts.blocks[1:] if found.kind == "macro"}
        return effects_of(block or facts.blocks[0], path, self.scope, local)

    def expressions(self, items: list[Item | None]) -> Effects:
        """Return the effects of texts that are one `ref()` or `source()` each."""
        effects = Effects()
        for item in items:
            if isinstance(item, Scalar) and "(" in item.text:
                text = item.text if "{{" in item.text else f"{{{{ {item.text} }}}}"
                effects.add(effects_of_text(text, item.place, self.scope))
        return effects


def _columns(reader: columns_reader.Reader, body: Mapping | None, version: Version | None) -> tuple[Column, ...]:
    columns = reader.columns(body) if body is not None else ()
    return columns if version is None else version_columns(columns, version.body, reader.column)


def test_references(test: Test, builder: Builder) -> Effects:
    """Return the refs and sources in a generic test's arguments, such as `to: ref('customers')`."""
    texts = [value for value in test.arguments.values() if isinstance(value, str)]
    scalars = [Scalar(text, text, False, test.place.path, (test.place.line - 1, 0, 0, 0)) for text in texts]
    effects = builder.expressions([*scalars])
    definition = builder.test_definition(test.name, test.namespace)
    effects.refs.update(definition.refs)
    effects.sources.update(definition.sources)
    return effects


_defaults_only = project_variables([])


def _possible_names(stem: str) -> tuple[str, ...]:
    """Return the names by which an entry may speak of a file: its own, and for `m_v2` the versioned model's."""
    base, mark, version = stem.rpartition("_v")
    return (stem, base) if mark and base and version else (stem,)


def _remembered(layer: Layer) -> Layer:
    """Return what is left of a package's own settings when the root's properties patch its node.

    dbt then computes the configuration anew from the root: settings that have a default are forgotten, tags and those
    without a default stay, and so does `enabled`, because a disabled node is not there to be patched.
    """
    return Layer({key: fact for key, fact in layer.values.items() if key not in _WITH_DEFAULTS}, layer.rest)


def _own_tags(config: Config, itself: list[Layer]) -> Fact[frozenset[str]] | None:
    """Return the tags that a node has of its own, where it has any at all."""
    if "tags" not in config.keys():  # noqa: SIM118  (a Config is no mapping)
        return None
    tags = [Layer({"tags": layer.values["tags"]} if "tags" in layer.values else {}, layer.rest) for layer in itself]
    return cast("Fact[frozenset[str]]", merge(tags).get("tags", frozenset()))


def _untagged(layer: Layer) -> Layer:
    return Layer({key: fact for key, fact in layer.values.items() if key != "tags"}, layer.rest)


def _patched(base: Mapping, patch: Mapping) -> Mapping:
    """Return `base` with the keys of `patch` replacing its own."""
    merged = Mapping(base.place)
    merged.pairs = [*base.pairs, *(pair for pair in patch.pairs if pair[0].text not in ("name", "overrides", "tables"))]
    return merged


def _items(item: Item | None) -> list[Item | None]:
    return list(getattr(item, "items", []))


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _header(first: str | None, node: Node) -> Fact[tuple[str, ...]]:
    """Return the column names of a CSV file's first line."""
    import csv

    if first is None:
        return Unknown("the seed is a Git LFS pointer", Place(node.path))
    delimiter = node.config.get("delimiter", ",")
    if isinstance(delimiter, Unknown):
        return delimiter
    row = next(csv.reader([first], delimiter=str(delimiter.value)[:1] or ","), [])
    names = tuple(name.strip() for name in row)
    if not names or not all(names) or len(set(names)) < len(names) or first.count('"') % 2:
        # dbt's reader makes up names for such columns (https://agate.readthedocs.io/en/latest/api/table.html)
        return Unknown("the first line of the seed does not name every column once", Place(node.path))
    return Known(names, Place(node.path), "static")

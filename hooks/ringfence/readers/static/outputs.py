"""The columns that nodes produce, upstream first: shapes closed over the columns of what they read.

What was found is recorded with what was looked up for it. A node reads another's columns under the key `outputs:KEY`:
when they come out the same after a change, nothing further down is looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.node import Ref, SourceRef
from ringfence.domain.place import Place
from ringfence.readers.static.state import OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Node
    from ringfence.readers.static.project import StaticProject
    from ringfence.sql.shape import Output, Packed, Relation

_CIRCULAR = "models that read each other"
# Kind -> settings that columns rest on.
_SETTINGS = {
    "source": ("meta", "plugin", "external_location"),
    "seed": ("column_types", "delimiter"),
    "snapshot": ("strategy", "updated_at", "hard_deletes", "dbt_valid_to_current", "snapshot_meta_column_names"),
}
# What dbt makes of a query as it stands; another materialization may add columns or make something else.
_PLAIN = frozenset(
    {"table", "view", "incremental", "ephemeral", "materialized_view", "dynamic_table", "streaming_table", "external"}
)


class Outputs:
    """The columns of a project's nodes and of its packages'.

    What is read again from records needs none of the modules that work columns out: they are imported where they do.
    """

    def __init__(self, project: StaticProject) -> None:
        self._project, self._index = project, project.index
        self._open: list[str] = []
        self._circular: set[str] = set()
        self._unpacked: dict[str, tuple[object, Output]] = {}  # key -> a record's columns as lists, and as values
        self._typed: dict[str, tuple[Output, set[str]]] = {}
        self._typing: set[str] = set()

    def of(self, key: str) -> Output:
        """Return the columns that a node produces, gaps where others may stand."""
        from ringfence.sql.shape import Gap, unpack_output

        record = self._record(key)
        if record is None:
            return (Gap(_CIRCULAR),)
        packed, output = self._unpacked.get(key, (None, ()))
        if packed is not record["o"]:
            output = unpack_output(record["o"])
            self._unpacked[key] = record["o"], output
        return output

    def typed(self, key: str) -> Output:
        """Return the columns that a node produces, with the types that dbt infers from the values of seeds as well.

        The values are read for it: `of` gives the same names and all types that do not rest on them.
        """
        from ringfence.readers.static import seeds
        from ringfence.sql.shape import OutputColumn

        columns = self.of(key)
        if not any(isinstance(one, OutputColumn) and one.type is None and one.why in seeds.LATER for one in columns):
            return columns
        if key not in self._typed:
            self._index.begin()
            try:
                made = self._with_types(key, columns)
            finally:
                looked_up = self._index.end()
            self._typed[key] = made, looked_up
        made, looked_up = self._typed[key]
        self._index.note_all(looked_up)
        return made

    def _with_types(self, key: str, columns: Output) -> Output:
        from ringfence.readers.static import seeds

        node = self._project.node(key)
        if node is None or key in self._typing:
            return columns
        packages = self._project.packages
        if node.identity.kind == "seed":
            return seeds.typed(
                columns, node, packages[node.identity.package], self._project.package, self._project.adapter
            )
        self._typing.add(key)
        try:
            made = self.built(node, self._selected(node, self.typed))
        finally:
            self._typing.discard(key)
        # a chain that is too long to be followed at once tells less than what is on record
        return made if list(map(_name, made)) == list(map(_name, columns)) else columns

    def names(self, node: Node) -> Fact[tuple[str, ...]]:
        """Return the names of a node's columns, in order, where all of them are known."""
        record = self._record(node.key)
        told = _CIRCULAR if record is None else record["n"]
        return (
            Unknown(told, Place(node.path)) if isinstance(told, str) else Known(tuple(told), Place(node.path), "static")
        )

    def types(self, key: str) -> dict[str, Fact[str]]:
        """Return the types of a node's columns by their names in small letters, as far as they are seen."""
        from ringfence.sql.shape import OutputColumn

        columns = [one for one in self.of(key) if isinstance(one, OutputColumn)]
        return {one.name.lower(): one.data_type for one in columns if one.name is not None}

    def _record(self, key: str) -> Any:
        """Return what is recorded of a node's columns, after working them out; None in a circle of models."""
        self._index.note(f"outputs:{key}")
        record = self._index.state.record(OUTPUTS, key)
        if record is not None:
            return record
        if key in self._open:
            self._circular.update(self._open[self._open.index(key) :])
            return None
        self._open.append(key)
        self._circular.discard(key)
        self._index.begin()
        try:
            made, output, names = self._worked_out(key)
        finally:
            looked_up = self._index.end() - {f"node:{key}"}  # what it is itself says the stamp
            self._open.pop()
        record = {"w": sorted(looked_up), "s": made, "n": names, "o": output}
        self._index.state.put(OUTPUTS, key, record)
        return record

    def _worked_out(self, key: str) -> tuple[object, Packed, list[str] | str]:
        """Return what a node's columns rest on, the columns as lists, and the names of those that it selects."""
        from ringfence.sql.shape import Gap, pack

        node = self._project.node(key)
        if node is None:
            return None, *_packed((Gap("a node that does not exist"),))
        selected = self._selected(node, self.of)
        if key in self._circular:
            selected = (Gap(_CIRCULAR),)
        columns = self.built(node, selected)
        packed, names = _packed(selected)
        return stamp(self._project, node), packed if columns is selected else pack(columns), names

    def _selected(self, node: Node, of: Callable[[str], Output]) -> Output:
        """Return the columns that a node's own text gives, over those that `of` tells of other nodes by their keys."""
        from ringfence.readers.static import seeds, snapshots, sources
        from ringfence.sql.shape import Gap

        kind, materialized, adapter = node.identity.kind, node.materialized, self._project.adapter
        if kind == "seed":
            return seeds.named(node, self._project.packages[node.identity.package], adapter)
        if kind == "source":
            return sources.columns(node, adapter)
        made_by = kind if kind == "snapshot" else str(materialized.value) if isinstance(materialized, Known) else ""
        if kind in ("model", "snapshot") and self._project.package.materializes(made_by):
            return (Gap(f"the project's own materialization {made_by}"),)
        if kind == "snapshot":
            return snapshots.with_added(self._snapshot(node, of), node, self._project.package, adapter)
        if kind != "model" or node.language != "sql":
            return (Gap(f"a {kind}" if kind != "model" else "a Python model"),)
        if isinstance(materialized, Known) and str(materialized.value) not in _PLAIN:
            return (Gap(f"the materialization {materialized.value}"),)
        return self._resolved(node, of)

    def built(self, node: Node, selected: Output) -> Output:
        """Return the columns that others find, where a contract decides more about them than the text does."""
        from ringfence.readers.static import contracts

        adapter = self._project.adapter
        if node.identity.kind != "model" or not contracts.enforced(node, adapter):
            return selected
        return contracts.promised(selected, node, adapter)

    def _snapshot(self, node: Node, of: Callable[[str], Output]) -> Output:
        """Return what a snapshot selects: its block does, or the one relation that its entry names."""
        from ringfence.sql.shape import Gap, Relation

        if node.path.endswith(".sql"):
            return self._resolved(node, of, f"snapshot:{node.identity.name}")
        if isinstance(node.refs, Unknown) or isinstance(node.sources, Unknown):
            return (Gap("a snapshot of a relation that is not known"),)
        read = [Relation("ref", tuple(filter(None, ref[:2])), ref.version) for ref in node.refs.value]
        read += [Relation("source", tuple(source)) for source in node.sources.value]
        target = self.target(read[0], node.identity.package) if len(read) == 1 else None
        return (Gap("a snapshot of a relation that is not known"),) if target is None else of(target)

    def _resolved(self, node: Node, of: Callable[[str], Output], block: str = "") -> Output:
        """Return the columns of a file's query, or of a block of it."""
        from ringfence.sql.resolve import resolve
        from ringfence.sql.shape import Gap

        shape = self._project.shapes.of(self._project.builder_of(node).scope, node.path, block)

        def columns_of(relation: Relation) -> Output:
            target = self.target(relation, node.identity.package)
            return (Gap(relation.label),) if target is None else of(target)

        return resolve(shape, columns_of)

    def target(self, relation: Relation, package: str) -> str | None:
        """Return the key of the node that a relation is."""
        if relation.kind == "ref":
            *owner, name = relation.parts
            return self._project.target(Ref(owner[0] if owner else None, name, relation.version), package)
        if relation.kind != "source":
            return None
        found = self._project.find_source(SourceRef(*relation.parts), package)
        return found.value.key if isinstance(found, Known) and found.value is not None else None


def stamp(project: StaticProject, node: Node) -> object:
    """Return what a node's columns rest on besides what is looked up for them: its file and some settings."""
    package = project.packages[node.identity.package]
    if node.identity.kind == "source":
        return [_told(node.config.get(key)) for key in _SETTINGS["source"]]
    keys = _SETTINGS.get(node.identity.kind, ())
    told: list[object] = [package.blob(node.path), *map(_told, (node.materialized, *map(node.config.get, keys)))]
    if not isinstance(node.contract, Known) or node.contract.value:
        kinds = [[constraint.type for constraint in column.constraints] for column in node.columns]
        told.append([[one.name, _told(one.data_type), kind] for one, kind in zip(node.columns, kinds, strict=True)])
    return told


def _told(fact: Fact[Any]) -> str:
    return repr(fact.value if isinstance(fact, Known) else fact.reason)


def _name(column: object) -> object:
    return getattr(column, "name", None)


def _packed(output: Output) -> tuple[Packed, list[str] | str]:
    """Return columns as lists, and their names or why not all of them are known."""
    from ringfence.sql.shape import Gap, pack

    names: list[str] = []
    told = ""
    for column in output:
        if isinstance(column, Gap):
            told = told or column.why
        elif column.name is None:
            told = told or "a column without a name that is known"
        else:
            names.append(column.name)
    return pack(output), told or names


def flow(project: StaticProject, stale: Iterable[str]) -> set[str]:
    """Work out columns again that are stale, and what rests on those that come out otherwise.

    Returns the keys `outputs:KEY` of all that came out otherwise.
    """
    first: dict[str, object] = {}
    waiting = set(stale)
    while waiting:
        before = _worked_out_again(project, waiting)
        first = {**{key: _columns_of(record) for key, record in before.items()}, **first}
        circular = {key for key in waiting if _in_new_circle(project, key, before[key])}
        whole: set[str] = set()
        if circular:
            # what reads itself is told by working out the whole circle at once, as in a first reading
            whole = _all_resting_on(project, circular) | circular
            again = _worked_out_again(project, whole)
            first = {**{key: _columns_of(record) for key, record in again.items()}, **first}
            before = {**again, **before}
        moved = [key for key, record in before.items() if _recorded(project, key) != _columns_of(record)]
        waiting = _resting_on(project, moved) - whole
    return {f"outputs:{key}" for key, output in first.items() if _recorded(project, key) != output}


def _worked_out_again(project: StaticProject, keys: Collection[str]) -> dict[str, Any]:
    """Work out the columns of nodes anew, all of them together. Returns what was recorded before, by key."""
    state = project.index.state
    before = {key: state.record(OUTPUTS, key) for key in keys}
    for key in keys:
        state.put(OUTPUTS, key, None)
    for key in sorted(keys):
        if project.has(key):
            project.outputs.of(key)
    return before


def _in_new_circle(project: StaticProject, key: str, before: Any) -> bool:
    """Return whether a node reads itself in the end, where it reads something new or did so before."""
    record = project.index.state.record(OUTPUTS, key)
    if record is None or (before is not None and before["n"] != _CIRCULAR and _read(record) <= _read(before)):
        return False
    met: set[str] = set()
    waiting = _read(record)
    while waiting:
        met |= waiting
        records = [project.index.state.record(OUTPUTS, one) for one in waiting]
        waiting = {one for found in records if found is not None for one in _read(found)} - met
    return key in met


def _read(record: Any) -> set[str]:
    return {key.removeprefix("outputs:") for key in record["w"] if key.startswith("outputs:")}


def _columns_of(record: Any) -> object:
    return None if record is None else record["o"]


def _all_resting_on(project: StaticProject, keys: Iterable[str]) -> set[str]:
    met: set[str] = set()
    waiting = _resting_on(project, keys)
    while waiting:
        met |= waiting
        waiting = _resting_on(project, waiting) - met
    return met


def drop(project: StaticProject, stale: Iterable[str]) -> None:
    """Forget columns that are stale and all that rest on them: who asks for them works them out anew."""
    keys = set(stale)
    for key in keys | _all_resting_on(project, keys):
        project.index.state.put(OUTPUTS, key, None)


def _recorded(project: StaticProject, key: str) -> object:
    return _columns_of(project.index.state.record(OUTPUTS, key))


def _resting_on(project: StaticProject, keys: Iterable[str]) -> set[str]:
    return {owner for key in keys for owner in project.index.state.owners("w", f"outputs:{key}")}

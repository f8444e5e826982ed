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
    from collections.abc import Iterable

    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Node
    from ringfence.readers.static.project import StaticProject
    from ringfence.sql.shape import Output, Packed, Relation

_CIRCULAR = "models that read each other"
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

    def of(self, key: str) -> Output:
        """Return the columns that a node produces, gaps where others may stand."""
        from ringfence.sql.shape import Gap, unpack_output

        record = self._record(key)
        return (Gap(_CIRCULAR),) if record is None else unpack_output(record["o"])

    def names(self, node: Node) -> Fact[tuple[str, ...]]:
        """Return the names of a node's columns, in order, where all of them are known."""
        record = self._record(node.key)
        told = _CIRCULAR if record is None else record["n"]
        return (
            Unknown(told, Place(node.path)) if isinstance(told, str) else Known(tuple(told), Place(node.path), "static")
        )

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
        self._index.begin()
        try:
            made, output = self._worked_out(key)
        finally:
            looked_up = self._index.end()
            self._open.pop()
        record = {"w": sorted(looked_up), "s": made, "n": _names(output), "o": output}
        self._index.state.put(OUTPUTS, key, record)
        return record

    def _worked_out(self, key: str) -> tuple[object, Packed]:
        """Return what a node's columns rest on, and the columns as lists."""
        from ringfence.sql.shape import Gap, pack

        node = self._project.node(key)
        if node is None:
            return None, pack((Gap("a node that does not exist"),))
        output = self._columns(node)
        return stamp(self._project, node), pack((Gap(_CIRCULAR),) if key in self._circular else output)

    def _columns(self, node: Node) -> Output:
        from ringfence.sql.resolve import resolve
        from ringfence.sql.shape import Gap

        kind, materialized = node.identity.kind, node.materialized
        if kind == "seed":
            return _seed(node)
        if kind == "source":
            return _source(node)
        if kind != "model" or node.language != "sql":
            return (Gap(f"a {kind}" if kind != "model" else "a Python model"),)
        if isinstance(materialized, Known) and materialized.value not in _PLAIN:
            return (Gap(f"the materialization {materialized.value}"),)
        shape = self._project.shapes.of(self._project.builder_of(node).scope, node.path)

        def columns_of(relation: Relation) -> Output:
            target = self._target(relation, node.identity.package)
            return (Gap(relation.label),) if target is None else self.of(target)

        return resolve(shape, columns_of)

    def _target(self, relation: Relation, package: str) -> str | None:
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
    entry = project.packages[node.identity.package].tree.entry(node.path)
    if node.identity.kind == "source":
        return [[column.name, repr(column.data_type)] for column in node.columns]
    settings = [node.config.get(key) for key in ("column_types", "delimiter")] if node.identity.kind == "seed" else []
    return [None if entry is None else entry.blob, *map(_told, (node.materialized, *settings))]


def _told(fact: Fact[Any]) -> str:
    return repr(fact.value if isinstance(fact, Known) else fact.reason)


def _names(output: Packed) -> list[str] | str:
    """Return the names of columns, or why not all of them are known."""
    from ringfence.sql.shape import Gap, unpack_output

    names: list[str] = []
    for column in unpack_output(output):
        if isinstance(column, Gap):
            return column.why
        if column.name is None:
            return "a column without a name that is known"
        names.append(column.name)
    return names


def _seed(node: Node) -> Output:
    from ringfence.sql.shape import Gap, OutputColumn

    header = node.outputs
    if isinstance(header, Unknown):
        return (Gap(header.reason),)
    types = node.config.get("column_types")
    declared = types.value if isinstance(types, Known) and isinstance(types.value, dict) else {}
    folded = {str(name).lower(): str(kind) for name, kind in declared.items()}
    why = "a seed whose column_types are not known" if isinstance(types, Unknown) else "a seed without column_types"
    return tuple(OutputColumn(name, folded.get(name.lower()), None, (), why) for name in header.value)


def _source(node: Node) -> Output:
    """Return what YAML says of a table: each column is there, and any number of others."""
    from ringfence.sql.shape import Gap, OutputColumn

    gap = Gap("a source, of which YAML need not name every column")
    columns: list[OutputColumn | Gap] = [gap]
    for column in node.columns:
        kind = column.data_type
        declared = kind.value if isinstance(kind, Known) else None
        columns += [OutputColumn(column.name, declared, None, (), "a column of a source without data_type"), gap]
    return tuple(columns)


def flow(project: StaticProject, stale: Iterable[str]) -> set[str]:
    """Work out columns again that are stale, and what rests on those that come out otherwise.

    Returns the keys `outputs:KEY` of all that came out otherwise.
    """
    state = project.index.state
    first: dict[str, object] = {}
    waiting = set(stale)
    while waiting:
        before = {key: _recorded(project, key) for key in waiting}
        first = {**before, **first}
        for key in waiting:
            state.put(OUTPUTS, key, None)
        for key in sorted(waiting):
            if project.has(key):
                project.outputs.of(key)
        waiting = _resting_on(project, (key for key in waiting if _recorded(project, key) != before[key]))
    return {f"outputs:{key}" for key, output in first.items() if _recorded(project, key) != output}


def drop(project: StaticProject, stale: Iterable[str]) -> None:
    """Forget columns that are stale and all that rest on them: who asks for them works them out anew."""
    waiting = set(stale)
    while waiting:
        for key in waiting:
            project.index.state.put(OUTPUTS, key, None)
        waiting = _resting_on(project, waiting)


def _recorded(project: StaticProject, key: str) -> object:
    record = project.index.state.record(OUTPUTS, key)
    return None if record is None else record["o"]


def _resting_on(project: StaticProject, keys: Iterable[str]) -> set[str]:
    return {owner for key in keys for owner in project.index.state.owners("w", f"outputs:{key}")}

"""What a node makes of columns that it reads: which of its own take their value from them, what else it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.impact import NO_USE, Usage
from ringfence.sql.shape import Gap, OutputColumn

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.domain.impact import Columns
    from ringfence.domain.node import Node
    from ringfence.readers.static.project import StaticProject
    from ringfence.sql.shape import Origin, Output, Relation
    from ringfence.sql.uses import Used, Uses


class Usages:
    """What the nodes of a project name; a file's text is read once."""

    def __init__(self, project: StaticProject) -> None:
        self._project = project
        self._read: dict[str, tuple[Uses | str, set[str]]] = {}

    def of(self, key: str, columns: Columns) -> Usage:
        """Return what a node makes of columns of what it reads."""
        node = self._project.whole(key)
        if node is None:
            return NO_USE
        if node.identity.kind == "snapshot" and not node.path.endswith(".sql"):
            return self._copied(node, columns)
        uses = self._uses(node)
        if isinstance(uses, str):
            return Usage(doubts=(uses,))
        from ringfence.sql.uses import ELSEWHERE, used

        targets: dict[Relation, str | None] = {}

        def columns_of(relation: Relation) -> Output:
            if relation.kind == "this":
                return self._project.outputs.of(key)
            targets[relation] = target = self._project.outputs.target(relation, node.identity.package)
            return (Gap(ELSEWHERE),) if target is None else self._seen(target, columns.get(target, frozenset()))

        def is_meant(origin: Origin) -> bool:
            target = targets.get(origin.relation)
            return target is not None and origin.column.lower() in columns.get(target, ())

        try:
            found = used(uses, columns_of)
        except RecursionError:
            return Usage(doubts=("queries that nest too deeply",))
        return _usage(found, uses.doubts, is_meant)

    def _uses(self, node: Node) -> Uses | str:
        """Return what a node's file names, or why that is not known."""
        if node.identity.kind not in ("model", "snapshot"):
            return f"no query: {node.identity.kind.replace('_', ' ')}"
        if node.language != "sql":
            return "a Python model"
        if node.key not in self._read:
            block = f"snapshot:{node.identity.name}" if node.identity.kind == "snapshot" else ""
            self._project.index.begin()
            made = self._project.shapes.uses(self._project.builder_of(node).scope, node.path, block)
            self._read[node.key] = made, self._project.index.end()
        uses, looked_up = self._read[node.key]
        self._project.index.note_all(looked_up)
        return uses

    def _copied(self, node: Node, columns: Columns) -> Usage:
        """Return what a snapshot has of the one relation that its entry names: every column."""
        if isinstance(node.refs, Unknown) or isinstance(node.sources, Unknown):
            return Usage(doubts=("a snapshot of a relation that is not known",))
        read = [self._project.find(ref) for ref in node.refs.value]
        read += [self._project.find_source(source) for source in node.sources.value]
        found = [fact.value for fact in read if isinstance(fact, Known) and fact.value is not None]
        return Usage(tuple(sorted({name for target in found for name in columns.get(target.key, ())})))

    def _seen(self, key: str, meant: frozenset[str]) -> Output:
        """Return the columns of a node, those that are meant among them, and one gap for whatever else it may have."""
        from ringfence.sql.uses import ELSEWHERE

        known = self._project.outputs.of(key)
        names = {one.name.lower() for one in known if isinstance(one, OutputColumn) and one.name is not None}
        made = [one for one in known if isinstance(one, OutputColumn)]
        gaps = [Gap(ELSEWHERE)] if len(made) < len(known) else []
        return (*made, *(OutputColumn(name) for name in sorted(meant - names)), *gaps)


def _usage(found: Used, doubts: tuple[str, ...], is_meant: Callable[[Origin], bool]) -> Usage:
    """Return what becomes of the columns that are meant."""
    values = [(name, origin) for name, origin in found.values if is_meant(origin)]
    elsewhere = {origin for _, origin in values} | {origin for clause, origin in found.clauses if clause != "select"}
    named = [(clause, origin) for clause, origin in found.clauses if is_meant(origin)]
    clauses = {clause for clause, origin in named if clause != "select" or origin not in elsewhere}
    hidden = ["a column whose name is not known"] if any(name is None for name, _ in values) else []
    return Usage(
        tuple(dict.fromkeys(name for name, _ in values if name is not None)),
        tuple(sorted(clauses)),
        tuple(dict.fromkeys([*doubts, *found.unresolved, *hidden])),
    )

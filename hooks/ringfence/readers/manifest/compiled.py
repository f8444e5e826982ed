"""Columns by what dbt compiled, for nodes of which the sources do not tell all, where the manifest is proven for them.

What dbt compiles of a text rests on the text, on the macros it reaches, on the target, and on no more, unless one of
them asks the warehouse or a variable. So a node counts as proven where text and macros are those of the tree and none
of them reads what a manifest does not hold; where one asks the warehouse, everything upstream has to be unchanged too.
It is evidence for the target that the manifest was made for, and for what its warehouse held then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.place import Place
from ringfence.readers.manifest.deciding import dispatched, restless
from ringfence.readers.manifest.parts import plain_text

if TYPE_CHECKING:
    from ringfence.domain.evidence import Difference
    from ringfence.domain.node import Node
    from ringfence.readers.manifest.freshness import Comparison
    from ringfence.sql.shape import Output, Relation, Shape

TIER = "compiled"
# Fields of a node that have a part in its text or in what its references mean.
_DECIDING = frozenset({"path", "enabled", "latest version", "refs", "sources", "macros called"})
# A model that may be compiled in two ways, of which the manifest holds one.
_TWO_WAYS = "macro.dbt.is_incremental"
_ASKING = re.compile(
    r"\b(?:run_query|statement|load_result|get_columns_in_query|get_columns_in_relation|get_relation|load_relation)\b"
    r"|\badapter\s*\.\s*(?!dispatch\b|quote\b|type\b)\w+"
)
_KIND = "compiled"
_LONGEST = 1_000_000  # characters of a statement that is read


class CompiledColumns:
    """Works out columns from compiled SQL, upstream first; the sources' own answer counts where it is whole."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison, self._project = comparison, comparison.project
        self._columns: dict[str, Output] = {}
        self._open: set[str] = set()
        self._proven: dict[str, tuple[Difference, ...] | None] = {}
        self._keys: dict[tuple[str, ...], str] | None = None

    def names(self, node: Node, hidden: Unknown) -> Fact[tuple[str, ...]]:
        """Return the names of a node's columns, in order, or `hidden`."""
        from ringfence.sql.shape import OutputColumn

        selected = self._selected(node)
        names = [one.name for one in selected if isinstance(one, OutputColumn) and one.name is not None]
        return Known(tuple(names), Place(node.path), TIER) if len(names) == len(selected) else hidden

    def of(self, key: str) -> Output:
        """Return the columns of the relation that a node is, with what compiled SQL adds to what the sources tell."""
        if key not in self._columns:
            node = self._project.node(key)
            stands = self._project.outputs.typed(key)
            if node is None or key in self._open:
                return stands
            self._open.add(key)
            self._columns[key] = stands if _whole(stands) else self._project.outputs.built(node, self._selected(node))
            self._open.discard(key)
        return self._columns[key]

    def against(self, node: Node) -> tuple[Difference, ...] | None:
        """Return what differs between tree and manifest in what a node's compiled text rests on.

        None where something has a part in it that no manifest holds.
        """
        if node.key not in self._proven:
            self._proven[node.key] = None  # of models that read each other nothing is proven
            self._proven[node.key] = self._compared(node)
        return self._proven[node.key]

    def _selected(self, node: Node) -> Output:
        """Return what a node's text selects: the compiled one, where it is proven and tells more."""
        from ringfence.sql.resolve import resolve

        stands = self._project.outputs.typed(node.key)
        code = self.code(node)
        if _whole(stands) or code is None or self.against(node) != ():
            return stands
        made = resolve(self._shape(code), self._of_table)
        return _filled(made, stands) if _named(made) or not _named(stands) else _filled(stands, made)

    # proof

    def _compared(self, node: Node) -> tuple[Difference, ...] | None:
        comparison = self._comparison
        resource = comparison.resource(node)
        own = node.identity.package == self._project.name and len(self._project.all_of(node.key)) == 1
        if comparison.foreign is not None or not own:
            return None
        if resource is None:
            return (comparison.added(node),)
        macros = comparison.macros.called(node, resource.resource)
        texts = [comparison.text(node.path) or "", *map(comparison.macros.text, macros)] if _is_text(node) else []
        if not resource.enabled or _TWO_WAYS in macros or self._moves(texts):
            return None
        deciding = {f"{field} changed" for field in _DECIDING}
        found = [one for one in comparison.text_of(node) if one.touches]
        found += [one for one in comparison.fields_of(node) if one.reason in deciding]
        found += [one for key in sorted(macros) for one in comparison.of_macro(key) if one.touches]
        if any(_ASKING.search(text) for text in texts):
            return self._with_upstream(found, resource.resource.depends_on)
        return tuple(found)

    def _moves(self, texts: list[str]) -> bool:
        """Return whether one of the texts reads what no manifest holds."""
        macros = self._comparison.macros
        return any(map(restless, texts)) or any(macros.implementing(name) > 1 for name in dispatched(texts))

    def _with_upstream(self, found: list[Difference], depends_on: object) -> tuple[Difference, ...] | None:
        """Return the differences with those of everything upstream, None where one of them cannot be compared."""
        for key in getattr(depends_on, "nodes", None) or ():
            if key is None or key.startswith("source."):
                continue  # what a warehouse held of it then is part of the evidence
            node = self._project.node(key)
            beside = None if node is None else self.against(node)
            if beside is None:
                return None
            found += beside
        return tuple(found)

    # compiled SQL

    def code(self, node: Node) -> str | None:
        """Return what dbt compiled of a node, as the manifest has it; None where it has nothing, or far too much."""
        resource = self._comparison.resource(node)
        if node.identity.kind not in ("model", "snapshot") or node.language != "sql" or resource is None:
            return None
        code = plain_text(resource.resource.compiled_code)
        return None if code is None or len(code) > _LONGEST else code

    def _shape(self, code: str) -> Shape:
        """Return the shape of compiled SQL, kept by its content."""
        import hashlib
        import json

        from ringfence.sql.compiled import read_compiled
        from ringfence.sql.shape import Relation, pack, unpack_shape

        adapter, shelf = self._project.adapter or "", self._project.package.contents.shelf
        key = f"{adapter}:{hashlib.sha256(code.encode(errors='replace')).hexdigest()}"
        kept = shelf.get(_KIND, [key]).get(key)
        if kept is not None:
            return unpack_shape(json.loads(kept))
        shape = read_compiled(code, adapter, lambda parts: Relation("table", parts))
        shelf.put(_KIND, key, json.dumps(pack(shape), separators=(",", ":")))
        return shape

    def _of_table(self, relation: Relation) -> Output:
        """Return the columns of a relation by its name as compiled SQL has it."""
        from ringfence.sql.shape import Gap

        if self._keys is None:
            named = self._comparison.relations()
            self._keys = {tuple(part.lower() for part in parts): key for parts, key in named}
        key = self._keys.get(tuple(part.lower() for part in relation.parts))
        return (Gap(f"the table {'.'.join(relation.parts)}, which no node is"),) if key is None else self.of(key)


def _is_text(node: Node) -> bool:
    return node.identity.kind != "seed"  # nothing in it is a template


def _whole(columns: Output) -> bool:
    from ringfence.sql.shape import OutputColumn

    return all(isinstance(one, OutputColumn) and one.name is not None and one.type is not None for one in columns)


def _named(columns: Output) -> bool:
    from ringfence.sql.shape import OutputColumn

    return all(isinstance(one, OutputColumn) and one.name is not None for one in columns)


def _filled(columns: Output, others: Output) -> Output:
    """Return columns with the types that another answer about the same relation has and they lack."""
    from ringfence.sql.shape import OutputColumn

    kinds = {one.name: one for one in others if isinstance(one, OutputColumn) and one.type is not None}
    return tuple(
        kinds[one.name]._replace(origins=one.origins)
        if isinstance(one, OutputColumn) and one.type is None and one.name in kinds
        else one
        for one in columns
    )

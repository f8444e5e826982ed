"""What a node's compiled SQL means, as a fingerprint that two states can be compared by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.readers.manifest.compiled import CompiledColumns
from ringfence.readers.manifest.nodes import held
from ringfence.readers.manifest.parts import plain_text
from ringfence.readers.manifest.project import resource_sections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfence.domain.node import Node
    from ringfence.readers.manifest.freshness import Comparison


class Meanings:
    """The meanings of nodes by the manifest of one state."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison, self._compiled = comparison, CompiledColumns(comparison)
        self._relations: re.Pattern[str] | None = None
        self._keys: Mapping[str, str] = {}

    def of(self, node: Node) -> tuple[str, frozenset[str]] | None:
        """Return the fingerprint of a node's compiled tree, and the keys of the macros that its text reaches.

        None where the manifest is not proven for the node, or its SQL cannot be read. Relations count by the nodes that
        they are: two states may have been compiled for different databases and schemas.
        """
        from ringfence.sql.fingerprint import tree_fingerprint
        from ringfence.sql.sqltree import SqlError

        code, resource = self._compiled.code(node), self._comparison.resource(node)
        if code is None or resource is None or self._compiled.against(node) != ():
            return None
        try:
            tree = tree_fingerprint(self._named(code), self._comparison.project.adapter)
        except SqlError:
            return None
        return tree, self._comparison.macros.called(node, resource.resource)

    def _named(self, code: str) -> str:
        """Return compiled SQL with the names of relations replaced by the keys of their nodes."""
        if self._relations is None:
            sections = resource_sections(self._comparison.manifest.manifest)
            self._keys = {
                written: held(unique_id, one, enabled=True).key
                for section in sections
                for unique_id, one in section.items()
                if (written := plain_text(one.relation_name)) is not None
            }
            longest_first = sorted(self._keys, key=len, reverse=True)
            self._relations = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest_first)) or chr(0)})(?![\w.])")
        return self._relations.sub(lambda found: f'"{self._keys[found[0]]}"', code)

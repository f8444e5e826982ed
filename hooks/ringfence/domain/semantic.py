"""What rests on measures and metrics: metrics, saved queries and exposures name them, and no `ref()` does.

https://docs.getdbt.com/docs/build/metrics-overview, https://docs.getdbt.com/docs/build/saved-queries
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar, Sequence, mappings_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project

_MEASURES = ("measure", "base_measure", "conversion_measure", "input_measures")
_METRICS = ("metrics", "metric", "numerator", "denominator")
_METRIC_CALL = re.compile(r"""\bmetric\(\s*['"](\w+)['"]\s*\)""")


def resting_on(node: Node, project: Project) -> Iterator[Node]:
    """Yield what names a measure of a semantic model, or a metric, in order of keys; nothing for other nodes."""
    kind, name = node.identity.kind, node.identity.name
    if kind == "semantic_model":
        measures = {text_of(one.get("name")) for one in mappings_of(_body(node, project).get("measures"))}
        for metric in project.nodes("metric"):
            if measures.intersection(_named(_body(metric, project), _MEASURES)):
                yield metric
    elif kind == "metric":
        for other in project.nodes("exposure", "metric", "saved_query"):
            if other.key != node.key and name in _metrics_of(other, project):
                yield other


def _metrics_of(node: Node, project: Project) -> set[str]:
    body = _body(node, project)
    if node.identity.kind == "exposure":
        held = body.get("depends_on")
        texts = [text_of(item) or "" for item in held.items] if isinstance(held, Sequence) else []
        return {found for text in texts for found in _METRIC_CALL.findall(text)}
    return set(_named(body, _METRICS))


def _body(node: Node, project: Project) -> Mapping:
    """Return the entry of a node as it is written; an empty one where there is none."""
    entries = project.declared(node.identity.kind, node.identity.name)
    return next((entry.body for entry in entries if entry.place == node.entry), Mapping(node.place))


def _named(body: Mapping, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the names that stand below these keys of an entry's settings, as texts or under `name`."""
    for part in ("type_params", "query_params"):
        settings = body.get(part)
        inner = [settings] if isinstance(settings, Mapping) else []
        inner += [one for held in inner if isinstance(one := held.get("conversion_type_params"), Mapping)]
        for held in inner:
            for key in keys:
                yield from _texts(held.get(key))


def _texts(item: Item | None) -> Iterator[str]:
    if isinstance(item, Sequence):
        for one in item.items:
            yield from _texts(one)
    elif isinstance(item, Mapping):
        yield from _texts(item.get("name"))
    elif isinstance(item, Scalar) and item.value is not None:
        yield item.text

"""A configuration that names a column which is not there: the build fails, or keys and partitions do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.columnnames import produced
from ringfence.domain.fact import Known
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node, Value
    from ringfence.domain.project import Project

# Keys that name one column or several: https://docs.getdbt.com/reference/model-configs and the pages of adapters.
_KEYS = (
    *("unique_key", "partition_by", "cluster_by", "updated_at", "check_cols", "partitioned_by", "sort", "dist"),
    *("merge_update_columns", "merge_exclude_columns", "liquid_clustered_by", "zorder", "column_types", "indexes"),
)
# Words that stand in these places and name no column.
_WORDS = frozenset({"all", "even", "auto", "none"})


def check(node: Node, _project: Project) -> Iterator[Finding]:
    """Report the columns that a node's configuration names and the node does not produce."""
    columns = produced(node)
    if columns is None:
        return
    for key in _KEYS:
        fact = node.config.get(key)
        if not isinstance(fact, Known):
            continue
        for name in _names(key, fact.value):
            if name.lower() not in _WORDS and columns.lacks(name):
                near = columns.meant(name)
                yield Finding(
                    f"{named(node)}: {key} names {name}, which {node.identity.label} does not produce"
                    f"{f', did you mean {near}?' if near else ''}",
                    fact.place or node.place,
                    subject_of(node, name),
                    f"write {near}" if near else f"name one of: {', '.join(columns.names)}",
                    new=f"{key} {name}",
                    evidence="static",
                )


def _names(key: str, value: Value) -> Iterator[str]:
    """Yield the columns that a setting names: texts, lists of them, and what mappings of its kind hold."""
    if key == "column_types":
        yield from (str(name) for name in (value if isinstance(value, dict) else ()))
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict) and key == "indexes":
            columns = item.get("columns")
            yield from (name for name in (columns if isinstance(columns, list) else ()) if isinstance(name, str))
        elif isinstance(item, dict) and not item.get("time_ingestion_partitioning"):
            yield from (str(field) for field in [item.get("field")] if field is not None)


RULE = Rule(
    code="RF339",
    name="config-unknown-column",
    level="node",
    summary="unique_key, partition_by, an index or the like names a column that the model does not produce",
    severity="warning",
    kinds=("model", "seed", "snapshot"),
    check=check,
)

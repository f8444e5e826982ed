"""The columns of sources: what dbt does not make, its warehouse alone knows; a file may be read in one way only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known
from ringfence.sql.csvfile import reads_texts
from ringfence.sql.shape import Gap

if TYPE_CHECKING:
    from ringfence.domain.node import Node
    from ringfence.sql.shape import Output


def columns(node: Node, adapter: str | None) -> Output:
    """Return what is known of a table that dbt does not make: at most that all of its columns are of one type.

    What YAML declares of it is a claim. Real projects declare columns that are not there and leave out others, and
    nothing compares `data_type` with the warehouse: neither counts as a fact here, both stay in `Node.columns`.
    """
    kind = "VARCHAR" if adapter == "duckdb" and _all_texts(node) else ""
    return (Gap("a source, whose columns only its warehouse knows", kind),)


def _all_texts(node: Node) -> bool:
    """Return whether dbt-duckdb reads a source from a CSV file with every column as text.

    https://github.com/duckdb/dbt-duckdb#reading-from-external-files
    """
    meta, plugin = node.config.get("meta"), _setting(node, "plugin")
    if not isinstance(meta, Known) or plugin is not None:
        return False
    location = _setting(node, "external_location")
    return isinstance(location, str) and reads_texts(location)


def _setting(node: Node, key: str) -> object:
    """Return a setting that dbt-duckdb looks for in `config` and, weaker, in `meta`; `...` where it is not known."""
    found = node.config.get(key)
    if not isinstance(found, Known):
        return ...
    meta = node.config.get("meta")
    inside = meta.value if isinstance(meta, Known) and isinstance(meta.value, dict) else {}
    return inside.get(key) if found.value is None else found.value

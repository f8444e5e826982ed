"""The columns that dbt adds to what a snapshot selects.

https://docs.getdbt.com/docs/build/snapshots#snapshot-meta-fields
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.sql.shape import Gap, OutputColumn

if TYPE_CHECKING:
    from ringfence.domain.node import Node
    from ringfence.readers.static.package import Package
    from ringfence.sql.shape import Output

_ADDED = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")
_DELETED = "dbt_is_deleted"
_STRATEGIES = ("timestamp", "check")
# Macros by which a project can make its snapshots in a way of its own.
_MAKING = (
    *("snapshot_timestamp_strategy", "snapshot_check_strategy", "snapshot_hash_arguments", "snapshot_get_time"),
    *("build_snapshot_table", "get_dbt_valid_to_current", "get_snapshot_table_column_names"),
)


def with_added(selected: Output, node: Node, root: Package, adapter: str | None) -> Output:
    """Return what a snapshot selects and the columns that dbt adds behind, with types where the adapter is DuckDB's.

    Others may follow: the table keeps a column that the query selects no more.
    """
    names, deletes, strategy = (
        node.config.get(key) for key in ("snapshot_meta_column_names", "hard_deletes", "strategy")
    )
    unknown = next((fact for fact in (names, deletes, strategy) if isinstance(fact, Unknown)), None)
    if unknown is not None:
        return (*selected, Gap(f"a snapshot whose settings are not known: {unknown.reason}"))
    if any(
        root.macro(f"{prefix}{name}") is not None for name in _MAKING for prefix in ("", "default__", f"{adapter}__")
    ):
        return (*selected, Gap("a snapshot that the project makes in a way of its own"))
    known = [fact.value for fact in (names, deletes, strategy) if isinstance(fact, Known)]
    if known[2] not in _STRATEGIES:
        return (*selected, Gap(f"the snapshot strategy {known[2]}"))
    renamed = known[0] if isinstance(known[0], dict) else {}
    added = [*_ADDED, *([_DELETED] if known[1] == "new_record" else [])]
    kinds = _types(selected, node) if adapter == "duckdb" else {}
    why = "the time of a snapshot's change"
    return (
        *selected,
        *(
            OutputColumn(str(renamed.get(name, name)), kinds.get(name), None, (), "" if name in kinds else why)
            for name in added
        ),
        Gap("a snapshot, which keeps what its query no longer selects"),
    )


def _types(selected: Output, node: Node) -> dict[str, str]:
    """Return the types of the added columns in DuckDB, as far as they are known."""
    kinds = {"dbt_scd_id": "VARCHAR", _DELETED: "VARCHAR"}
    changed, until = node.config.get("updated_at"), node.config.get("dbt_valid_to_current")
    time = _time(selected, node, changed.value) if isinstance(changed, Known) else None
    if time is None:
        return kinds
    kinds.update(dbt_updated_at=time, dbt_valid_from=time)
    if isinstance(until, Known) and until.value is None:
        kinds["dbt_valid_to"] = time
    return kinds


def _time(selected: Output, node: Node, updated_at: object) -> str | None:
    """Return the type of what tells when a row changed: a column of the snapshot, or the time of the run."""
    strategy = node.config.get("strategy")
    if updated_at is None and isinstance(strategy, Known) and strategy.value == "check":
        return "TIMESTAMP"
    named = [one for one in selected if isinstance(one, OutputColumn) and one.name is not None]
    found = [one for one in named if str(one.name).lower() == str(updated_at).strip('"').lower()]
    hidden = len(named) < len(selected)
    return found[0].type if len(found) == 1 and not hidden else None

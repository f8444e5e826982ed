"""What an enforced contract makes true of a relation: dbt refuses to build it otherwise.

https://docs.getdbt.com/docs/mesh/govern/model-contracts
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known
from ringfence.sql.declared import stored_type
from ringfence.sql.shape import OutputColumn

if TYPE_CHECKING:
    from ringfence.domain.node import Column, Node
    from ringfence.sql.shape import Output

# Materializations that dbt-duckdb makes from the columns of the contract, in its order.
_IN_ITS_ORDER = frozenset({"table", "incremental"})


def enforced(node: Node, adapter: str | None) -> bool:
    """Return whether a model's declared columns are true of what is built.

    Tried on dbt-duckdb alone, which compares names and exact types before it makes a table or a view.
    """
    contract, materialized = node.contract, node.materialized
    return (
        adapter == "duckdb"
        and isinstance(contract, Known)
        and contract.value
        and isinstance(materialized, Known)
        and (materialized.value in _IN_ITS_ORDER or materialized.value == "view")
        and bool(node.columns)
    )


def promised(selected: Output, node: Node, adapter: str | None) -> Output:
    """Return the columns of what is built, by the contract and by what the query selects.

    A table has the columns of the contract in its order, a view those of the query; the types are the contract's.
    """
    seen = {one.name: one for one in selected if isinstance(one, OutputColumn) and one.name is not None}
    declared = {column.name: _declared(column, seen.get(column.name), adapter) for column in node.columns}
    materialized = node.materialized
    if isinstance(materialized, Known) and materialized.value in _IN_ITS_ORDER:
        return tuple(declared.values())
    return tuple(declared.get(one.name or "", one) if isinstance(one, OutputColumn) else one for one in selected)


def _declared(column: Column, seen: OutputColumn | None, adapter: str | None) -> OutputColumn:
    """Return a column with the type that is declared, else with that of the query."""
    found = (
        OutputColumn(column.name, None, None, (), "a column of a contract without data_type") if seen is None else seen
    )
    kind = column.data_type
    stored = stored_type(kind.value, adapter) if isinstance(kind, Known) and kind.value else None
    never = True in {constraint.type == "not_null" for constraint in column.constraints}
    found = found._replace(nullable=False) if never else found
    return found if stored is None else found._replace(type=stored, why="")

"""A column that is described and not produced: its tests fail, its contract cannot be built, its description lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.columnnames import plain_name, produced, spelled
from ringfence.domain.edit import Edit
from ringfence.domain.fact import Unknown
from ringfence.domain.finding import Finding
from ringfence.domain.names import nearest
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.columnnames import Produced
    from ringfence.domain.node import Column, Node
    from ringfence.domain.project import Project


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report every declared column that the node's SQL, or a seed's first line, does not produce."""
    columns = produced(node)
    if columns is None:
        return
    declared = {column.name.lower() for column in node.columns}
    free = [spelled(name, node, project.adapter) for name in columns.names if name.lower() not in declared]
    ghosts = [column for column in node.columns if _ghost(column, columns, node)]
    meant_by = [nearest(column.name, free) for column in ghosts]
    for column in node.columns:
        if column in ghosts:
            near = nearest(column.name, free)
            alone = near is not None and meant_by.count(near) == 1 and not _others(column.name, free, near)
            meant = f", did you mean {near}?" if near else ""
            reason = f"is described, and {node.identity.label} does not produce it{meant}"
            fix = f"rename it to {near}, or remove it" if near else f"remove it, or add it to {node.path}"
            yield _finding(node, column, reason, fix, near if alone else None)
        elif column.quote and (other := columns.quoted_otherwise(column.name, project.adapter)) is not None:
            reason = f"is written with quote: true, and {node.identity.label} produces {other}: in quotes case counts"
            yield _finding(node, column, reason, f"rename it to {other}, or remove quote: true", other)


def _others(name: str, free: list[str], near: str) -> bool:
    return nearest(name, (one for one in free if one != near)) is not None


def _ghost(column: Column, columns: Produced, node: Node) -> bool:
    # an expression in the place of a name is a trick by which tests are run over it, and no column
    name = column.name if column.quote else plain_name(column.name.partition(".")[0])
    if name is None or columns.has(column.name) or columns.has(name):
        return False
    return node.identity.kind != "snapshot" or not _added_by_dbt(name, node)


def _added_by_dbt(name: str, node: Node) -> bool:
    """Return whether a snapshot may have this column from dbt itself (snapshot_meta_column_names renames them)."""
    renamed = node.config.get("snapshot_meta_column_names")
    if isinstance(renamed, Unknown):
        return True
    names = renamed.value.values() if isinstance(renamed.value, dict) else ()
    return name.lower().startswith("dbt_") or name.lower() in {str(one).lower() for one in names}


def _finding(node: Node, column: Column, reason: str, fix: str, meant: str | None) -> Finding:
    shared = node.identity.version is not None  # its columns may be those of other versions too
    edit = None if meant is None or shared else Edit("respell", column.place, meant, column.name, safe=False)
    return Finding(
        f"{named(node, column.name)} {reason}",
        column.place,
        subject_of(node, column.name),
        fix,
        new=column.name,
        evidence="static",
        edits=() if edit is None else (edit,),
    )


RULE = Rule(
    code="RF308",
    name="ghost-column",
    level="node",
    summary="A properties entry describes a column that the model, seed or snapshot does not produce",
    severity="error",
    fixable=True,
    kinds=("model", "seed", "snapshot"),
    check=check,
)

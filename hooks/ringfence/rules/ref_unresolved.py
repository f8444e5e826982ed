"""A ref() or source() that nothing answers to: dbt stops at the next parse, and so does everybody else's work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import known
from ringfence.domain.finding import Finding
from ringfence.domain.names import did_you_mean
from ringfence.domain.rule import Rule
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report every ref of a missing or disabled node and every source that is not declared."""
    for ref in sorted(known(node.refs), key=lambda one: (one.name, one.version or "", one.package or "")):
        target = known(project.find(ref))
        written = f"ref('{ref.name}'{f', v={ref.version}' if ref.version else ''})"
        if target is None:
            near = did_you_mean(ref.name, (found.identity.name for found in project.nodes("model", "seed", "snapshot")))
            yield _finding(
                node,
                node.refs_at[ref],
                written,
                f"{ref.name} does not exist{near}",
                f"restore {ref.name}, or read something else",
            )
        elif not known(target.enabled):
            yield _finding(
                node,
                node.refs_at[ref],
                written,
                f"{ref.name} is disabled",
                f"enable {ref.name}, or read something else",
            )
    for source in sorted(known(node.sources)):
        key = f"{source.source}.{source.table}"
        if project.node(f"source.{project.name}.{key}") is None and not project.missing_packages:
            written = f"source('{source.source}', '{source.table}')"
            fix = f"declare {source.table} under sources: - name: {source.source}"
            yield _finding(node, node.sources_at[source], written, f"{key} is not declared", fix)


def _finding(node: Node, place: Place, written: str, reason: str, fix: str) -> Finding:
    message = f"{node.identity.kind} {node.identity.label} reads {written}, but {reason}"
    return Finding(message, place, subject_of(node), fix, new=written, evidence="static")


RULE = Rule(
    code="RF601",
    name="ref-unresolved",
    level="node",
    summary="A node reads a model or source that does not exist or is disabled",
    severity="error",
    kinds=("model", "snapshot", "exposure", "test", "unit_test", "semantic_model"),
    check=check,
)

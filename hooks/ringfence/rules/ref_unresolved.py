"""A ref() or source() that nothing answers to: dbt stops at the next parse, and so does everybody else's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ringfence.domain.fact import Known, Unknown, known
from ringfence.domain.finding import Finding
from ringfence.domain.names import did_you_mean
from ringfence.domain.node import Ref
from ringfence.domain.rule import Rule
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Node, SourceRef
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project

    Named = TypeVar("Named", Ref, SourceRef)


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report every ref of a missing or disabled node and every source that is not declared or disabled."""
    if node.identity.kind == "unit_test" and _tests_what_is_disabled(node, project):
        return  # dbt switches such a test off
    refs = sorted(known(node.refs), key=lambda one: (one.name, one.version or "", one.package or ""))
    for ref, found in _certain_first([(ref, project.find(ref)) for ref in refs]):
        target = known(found)
        name = ref.name if ref.version is None else f"{ref.name}.v{ref.version}"
        if target is None:
            reason, fix = _missing(ref, name, node, project)
            yield _finding(node, node.refs_at[ref], _call(ref), reason, fix)
        elif node.identity.kind != "test" and not known(target.enabled):  # dbt switches such a test off
            fix = f"enable {name}, or read something else"
            yield _finding(node, node.refs_at[ref], _call(ref), f"{name} is disabled", fix)
    sources = sorted(known(node.sources))
    for source, found in _certain_first([(source, project.find_source(source)) for source in sources]):
        table = known(found)
        key, call = f"{source.source}.{source.table}", f"source('{source.source}', '{source.table}')"
        if table is None:
            fix = f"declare {source.table} under sources: - name: {source.source}"
            yield _finding(node, node.sources_at[source], call, f"{key} is not declared", fix)
        elif node.identity.kind != "test" and not known(table.enabled):
            fix = f"enable {key}, or read something else"
            yield _finding(node, node.sources_at[source], call, f"{key} is disabled", fix)


def _tests_what_is_disabled(node: Node, project: Project) -> bool:
    """Return whether the model that a unit test is of is there and disabled for certain."""
    found = [project.find(ref) for ref in known(node.refs) if node.identity.name.startswith(f"{ref.name}.")]
    tested = [one.value for one in found if isinstance(one, Known) and one.value is not None]
    return any(model.enabled == Known(False) for model in tested)


def _certain_first(found: list[tuple[Named, Fact[Node | None]]]) -> list[tuple[Named, Fact[Node | None]]]:
    """Return what is known before what is not: the first unknown one ends the judgement."""
    return sorted(found, key=lambda one: isinstance(one[1], Unknown))


def _missing(ref: Ref, name: str, node: Node, project: Project) -> tuple[str, str]:
    """Return why nothing answers to a ref, and what to do."""
    if ref.version is not None and known(project.find(Ref(ref.package, ref.name, None))) is not None:
        return f"{ref.name} has no version {ref.version}", f"add version {ref.version}, or read another version"
    others = {*project.names("model", "seed", "snapshot")} - {node.identity.name}
    near = did_you_mean(ref.name, sorted(others))
    return f"{name} does not exist{near}", f"restore {name}, or read something else"


def _call(ref: Ref) -> str:
    package = f"'{ref.package}', " if ref.package else ""
    return f"ref({package}'{ref.name}'{f', v={ref.version}' if ref.version is not None else ''})"


def _finding(node: Node, place: Place, written: str, reason: str, fix: str) -> Finding:
    message = f"{node.identity.kind.replace('_', ' ')} {node.identity.label} reads {written}, but {reason}"
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

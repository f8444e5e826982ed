"""An entry for a model that does not exist: its tests check nothing and dbt only warns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Scalar, mappings_of, text_of
from ringfence.domain.fact import known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.names import did_you_mean
from ringfence.domain.node import Ref
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project, PropertiesEntry

_FOLDERS = {"model": "models", "seed": "seeds", "snapshot": "snapshots"}


def check(entry: PropertiesEntry, project: Project) -> Iterator[Finding]:
    """Report an entry, or one of its versions, that no file answers to. A package's model may be patched legally."""
    versions = list(mappings_of(entry.body.get("versions"))) if entry.kind == "model" else []
    if not versions:
        if project.has(f"{entry.kind}.{project.name}.{entry.name}"):
            return
        node = known(project.find(Ref(None, entry.name, None)))
        if node is None:
            near = did_you_mean(entry.name, project.names(entry.kind))
            yield _finding(entry, entry.name, entry.place, f"there is no such {entry.kind}{near}", near)
        elif node.identity.kind != entry.kind:
            yield _misplaced(entry, node)
        return
    for version in versions:
        label = version.get("v")
        # by its value, as dbt names versions: 1.10 is 1.1
        text = str(label.value) if isinstance(label, Scalar) and label.value is not None else None
        if label is not None and text is not None and known(project.find(Ref(None, entry.name, text))) is None:
            file = text_of(version.get("defined_in")) or f"{entry.name}_v{text}"
            yield _finding(entry, f"{entry.name}.v{text}", label.place, f"there is no file {file}.sql or {file}.py", "")


def _finding(entry: PropertiesEntry, name: str, place: Place, reason: str, near: str) -> Finding:
    fix = (
        f"rename it to {near.removeprefix(', did you mean ').rstrip('?')}, or remove the entry"
        if near
        else "add the file, or remove the entry"
    )
    subject = Subject(entry.kind, name, key=f"{entry.kind}.{entry.package}.{name}")
    return Finding(
        f"the entry of {entry.kind} {name} describes nothing: {reason}", place, subject, fix, old=None, new=name
    )


def _misplaced(entry: PropertiesEntry, node: Node) -> Finding:
    wrong, right = _FOLDERS[entry.kind], _FOLDERS[node.identity.kind]
    return Finding(
        f"{entry.name} stands under {wrong}: and is a {node.identity.kind}, so dbt ignores the entry",
        entry.place,
        Subject(entry.kind, entry.name, key=f"{entry.kind}.{entry.package}.{entry.name}"),
        f"move it under {right}:",
        old=wrong,
        new=right,
    )


RULE = Rule(
    code="RF301",
    name="ghost-model",
    level="entry",
    summary="A properties entry stands for a model, seed, snapshot or version that does not exist",
    severity="error",
    kinds=("model", "seed", "snapshot"),
    check=check,
)

"""Imports that climb: a lower layer that knows a higher one can no longer be changed, tested or read alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.layers import Module, broken_imports
from ringfence.domain.place import Place
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project


def check(module: Module, _project: Project | None) -> Iterator[Finding]:
    """Report imports of a neighbour or of a higher floor, and a top-level module that has no floor."""
    subject = Subject("module", module.name, key=f"module.{module.name}")
    if module.room and module.contract.floor(module.room) is None:
        yield Finding(
            f"module {module.name} has no layer",
            Place(module.path),
            subject,
            f"give {module.room} a floor under layers: in ringfence.yml",
            new=module.room,
        )
    for item, reason in broken_imports(module):
        yield Finding(
            f"module {module.name} imports {item.module}, but {reason}",
            item.place,
            subject,
            "move what both need to a lower layer, or hand it in as an argument",
            new=item.module,
        )


RULE = Rule(
    code="RF901",
    name="import-layers",
    level="module",
    summary="A Python module of this repository imports a neighbour or a layer above its own",
    severity="error",
    check=check,
)

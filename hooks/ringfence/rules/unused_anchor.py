"""An anchor that no alias names: what was to be shared is written out elsewhere, or nobody needs it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesFile


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report every anchor that no alias of the file names; none reaches into another file."""
    for anchor in file.anchors:
        yield Finding(
            f"no alias names the anchor &{anchor.name}",
            anchor.place,
            Subject("file", file.path, key=f"{file.path}#&{anchor.name}"),
            f"remove &{anchor.name}, or write *{anchor.name} where the same is meant",
            new=anchor.name,
            edits=(Edit("unanchor", anchor.place),),
        )


RULE = Rule(
    code="RF320",
    name="unused-anchor",
    level="file",
    summary="No alias of the file names an anchor",
    severity="info",
    fixable=True,
    enabled=False,
    check=check,
)

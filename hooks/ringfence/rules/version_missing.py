"""A properties file without `version: 2`: dbt before 1.5 refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from ringfence.domain.propertykeys import ENTRIES
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesFile


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report a file that holds entries and does not say of which version it is."""
    root = file.root
    if isinstance(root, Mapping) and root.get("version") is None and root.key("version") is None:
        first = next((key for key, _ in root.pairs if key.text in ENTRIES), None)
        if first is not None:
            yield Finding(
                f"file {file.path} does not say of which version it is: dbt before 1.5 stops at it",
                Place(file.path, *first.place[1:]),
                Subject("file", file.path, key=file.path),
                "add at the top: version: 2",
                new="no version",
                edits=(Edit("prepend", root.pairs[0][0].place, "version: 2"),),
            )


RULE = Rule(
    code="RF317",
    name="version-missing",
    level="file",
    summary="A properties file does not say that it is of version 2",
    severity="info",
    fixable=True,
    enabled=False,
    check=check,
)

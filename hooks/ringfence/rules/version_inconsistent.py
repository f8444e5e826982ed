"""A properties file of another version than 2, the only one there is: dbt from 1.5 on does not look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.propertykeys import ENTRIES
from ringfence.domain.rule import Rule
from ringfence.domain.yamlkinds import is_template, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesFile


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report a `version:` that does not say 2."""
    root = file.root
    if not isinstance(root, Mapping) or not any(key in ENTRIES for key in root.entries()):
        return
    version = root.get("version")
    if version is None or is_template(version) or (isinstance(version, Scalar) and version.text in ("2", "2.0")):
        return
    yield Finding(
        f"version of file {file.path} is {said(version)}: dbt takes it for 2, the only version there is",
        version.place,
        Subject("file", file.path, key=file.path),
        "write version: 2",
        old="2",
        new=said(version),
    )


RULE = Rule(
    code="RF318",
    name="version-inconsistent",
    level="file",
    summary="A properties file says that it is of another version than 2",
    severity="warning",
    check=check,
)

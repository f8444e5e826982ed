"""A key written twice in one YAML mapping: the first value is lost without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, plain, walk
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesFile


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report every repeated key with the place of the first."""
    for item in walk(file.root) if file.root is not None else ():
        if not isinstance(item, Mapping):
            continue
        for first, again in item.repeated():
            values = {key.place: value for key, value in item.pairs}
            same = plain(values[first.place]) == plain(values[again.place])
            yield Finding(
                f"the key {again.text} is written again, first at line {first.place.line}: the first value is lost",
                again.place,
                Subject("file", file.path, key=f"{file.path}#{again.text}"),
                f"merge both under one {again.text}:, or add the - name: line that is missing between them",
                new=again.text,
                edits=(Edit("remove", again.place),) if same else (),
            )


RULE = Rule(
    code="RF307",
    name="repeated-key",
    level="file",
    summary="A YAML mapping holds the same key twice",
    severity="error",
    fixable=True,
    check=check,
)

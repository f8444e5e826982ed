"""Two entries for one resource: dbt refuses some and silently keeps one of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import mappings_of, text_of
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.place import Place
    from ringfence.domain.project import Project, PropertiesEntry


def check(entry: PropertiesEntry, project: Project) -> Iterator[Finding]:
    """Report what another entry, earlier in the project's files, has claimed already."""
    for name, place in _claims(entry):
        places = [
            found
            for other in project.declared(entry.kind, name)
            for claimed, found in _claims(other)
            if claimed == name
        ]
        first = places[0]
        if first != place:
            yield Finding(
                f"{entry.kind.replace('_', ' ')} {name} has an entry already, at {first.path}:{first.line}",
                place,
                Subject(entry.kind, name, key=f"{entry.kind}.{entry.package}.{name}"),
                f"merge it into {first.path}:{first.line} and remove this one",
                new="declared again",
            )


def _claims(entry: PropertiesEntry) -> Iterator[tuple[str, Place]]:
    """Yield what the entry declares; a source may be spread over files, its tables may not."""
    if entry.kind == "unit_test":
        yield f"{text_of(entry.body.get('model'))}.{entry.name}", entry.place
    elif entry.kind != "source":
        yield entry.name, entry.place
    else:
        overrides = text_of(entry.body.get("overrides"))
        source = entry.name if overrides is None else f"{overrides}.{entry.name}"
        for table in mappings_of(entry.body.get("tables")):
            name = table.get("name")
            if name is not None and text_of(name):
                yield f"{source}.{text_of(name)}", name.place


RULE = Rule(
    code="RF302",
    name="duplicate-entry",
    level="entry",
    summary="One model, source table or other resource has two entries in properties files",
    severity="error",
    kinds=(),
    check=check,
)

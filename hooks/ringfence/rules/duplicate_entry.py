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


def check(project: Project, _project: Project) -> Iterator[Finding]:
    """Report the second and every later entry of one name and kind, across all files."""
    seen: dict[tuple[str, str], Place] = {}
    for file in project.files():
        for entry in file.entries:
            for name, place in _resources(entry):
                first = seen.setdefault((entry.kind, name), place)
                if first != place:
                    yield Finding(
                        f"{entry.kind.replace('_', ' ')} {name} has an entry already, at {first.path}:{first.line}",
                        place,
                        Subject(entry.kind, name, key=f"{entry.kind}.{entry.package}.{name}"),
                        f"merge it into {first.path}:{first.line} and remove this one",
                        new="declared again",
                    )


def _resources(entry: PropertiesEntry) -> Iterator[tuple[str, Place]]:
    """Yield what the entry declares; a source may be spread over files, its tables may not."""
    if entry.kind != "source":
        yield (
            (f"{text_of(entry.body.get('model'))}.{entry.name}" if entry.kind == "unit_test" else entry.name),
            entry.place,
        )
        return
    overrides = text_of(entry.body.get("overrides"))
    source = entry.name if overrides is None else f"{overrides}.{entry.name}"
    for table in mappings_of(entry.body.get("tables")):
        name = table.get("name")
        if name is not None and text_of(name):
            yield f"{source}.{text_of(name)}", name.place


RULE = Rule(
    code="RF302",
    name="duplicate-entry",
    level="project",
    summary="One model, source table or other resource has two entries in properties files",
    severity="error",
    check=check,
)

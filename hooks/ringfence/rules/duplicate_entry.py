"""Two entries for one resource: dbt refuses some and silently keeps one of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, mappings_of, plain, text_of
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.place import Place
    from ringfence.domain.project import Project, PropertiesEntry


def check(entry: PropertiesEntry, project: Project) -> Iterator[Finding]:
    """Report what another entry, earlier in the project's files, has claimed already."""
    for name, place, body in _claims(entry):
        first, other, before = next(
            (found, other, held)
            for other in project.declared(entry.kind, name)
            for claimed, found, held in _claims(other)
            if claimed == name
        )
        if first != place:
            yield Finding(
                f"{entry.kind.replace('_', ' ')} {name} has an entry already, at {first.path}:{first.line}",
                place,
                Subject(entry.kind, name, key=f"{entry.kind}.{entry.package}.{name}"),
                f"merge it into {first.path}:{first.line} and remove this one",
                new="declared again",
                edits=_edits(other, entry, before, body),
            )


def _edits(first: PropertiesEntry, again: PropertiesEntry, before: Mapping, body: Mapping) -> tuple[Edit, ...]:
    """Return what takes an exact second copy away: the whole entry, or one table of a source that is else the same."""
    if plain(first.body) == plain(again.body):
        return (Edit("drop", again.body.place),)
    alike = again.kind == "source" and first is not again and _around(first.body) == _around(again.body)
    return (Edit("drop", body.place),) if (alike or first is again) and plain(before) == plain(body) else ()


def _around(body: Mapping) -> dict[str, object]:
    return {key: plain(value) for key, (_, value) in body.entries().items() if key != "tables"}


def _claims(entry: PropertiesEntry) -> Iterator[tuple[str, Place, Mapping]]:
    """Yield what the entry declares; a source may be spread over files, its tables may not."""
    if entry.kind == "unit_test":
        yield f"{text_of(entry.body.get('model'))}.{entry.name}", entry.place, entry.body
    elif entry.kind != "source":
        yield entry.name, entry.place, entry.body
    else:
        overrides = text_of(entry.body.get("overrides"))
        source = entry.name if overrides is None else f"{overrides}.{entry.name}"
        for table in mappings_of(entry.body.get("tables")):
            name = table.get("name")
            if name is not None and text_of(name):
                yield f"{source}.{text_of(name)}", name.place, table


RULE = Rule(
    code="RF302",
    name="duplicate-entry",
    level="entry",
    summary="One model, source table or other resource has two entries in properties files",
    severity="error",
    fixable=True,
    kinds=(),
    check=check,
)

"""dbt keeps the last of two entries for one column and forgets the type and description of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar, mappings_of, plain, text_of
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesEntry


def check(entry: PropertiesEntry, _project: Project) -> Iterator[Finding]:
    """Report every column of a model, seed, snapshot or source table that is written more than once."""
    if entry.kind == "source":
        for table in mappings_of(entry.body.get("tables")):
            yield from _in_list(table, entry, f"{entry.name}.{text_of(table.get('name')) or ''}")
        return
    yield from _in_list(entry.body, entry, entry.name)
    for version in mappings_of(entry.body.get("versions")):
        label = text_of(version.get("v")) or ""
        yield from _in_list(version, entry, f"{entry.name}.v{label}")


def _in_list(body: Mapping, entry: PropertiesEntry, label: str) -> Iterator[Finding]:
    exact: dict[str, Scalar] = {}
    bodies: dict[Scalar, Mapping] = {}
    folded: dict[str, Scalar] = {}
    for column in mappings_of(body.get("columns")):
        name = column.get("name")
        if not isinstance(name, Scalar) or name.value is None:
            continue
        bodies[name] = column
        quote = column.get("quote")
        quoted = isinstance(quote, Scalar) and quote.value is True
        first = exact.setdefault(name.text, name)
        if not quoted:
            first = folded.setdefault(name.text.lower(), first)
        if first is not name:
            alike = first.text == name.text
            yield Finding(
                f"column {name.text} of {entry.kind} {label} is declared again, first at line {first.place.line}"
                + ("; dbt keeps the last one only" if alike else f" as {first.text}: most warehouses know only one"),
                name.place,
                Subject(entry.kind, label, name.text, f"{entry.kind}.{entry.package}.{label}"),
                f"merge it into the entry at line {first.place.line} and remove this one",
                old=first.text,
                new=name.text,
                edits=(Edit("drop", column.place),) if alike and plain(bodies[first]) == plain(column) else (),
            )


RULE = Rule(
    code="RF303",
    name="duplicate-column",
    level="entry",
    summary="A column is declared twice in one entry",
    severity="error",
    fixable=True,
    kinds=("model", "seed", "snapshot", "source"),
    check=check,
)

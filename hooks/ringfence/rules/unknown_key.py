"""A key that dbt does not know: most are typing mistakes, and what stands below them never takes effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Sequence, mappings_of, text_of
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.names import nearest
from ringfence.domain.propertykeys import ENTRIES, KEYS, LISTS, OPEN
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesFile


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report unknown keys of the file and of everything below it, with the key that was probably meant."""
    if not isinstance(file.root, Mapping):
        return
    yield from _keys(file.root, "file", Subject("file", file.path, key=file.path))
    for key, place in ENTRIES.items():
        for entry in mappings_of(file.root.get(key)):
            yield from _below(entry, place, Subject(place, text_of(entry.get("name")) or "(unnamed)"))


def _below(body: Mapping, place: str, subject: Subject) -> Iterator[Finding]:
    yield from _keys(body, place, subject)
    config = body.get("config")
    if isinstance(config, Mapping):
        yield from _keys(config, "config", subject)
        yield from _contract(config.get("contract"), subject)
    yield from _contract(body.get("contract"), subject)
    for key, inner in LISTS.get(place, {}).items():
        for item in mappings_of(body.get(key)):
            yield from _below(item, inner, _inner(subject, inner, item))


def _contract(item: Item | None, subject: Subject) -> Iterator[Finding]:
    if isinstance(item, Mapping):
        yield from _keys(item, "contract", subject)


def _inner(subject: Subject, place: str, item: Mapping) -> Subject:
    name = text_of(item.get("name")) or ""
    if place == "column":
        return subject._replace(column=name)
    if place == "table":
        return Subject("source", f"{subject.name}.{name}")
    if place == "version":
        return subject._replace(name=f"{subject.name}.v{text_of(item.get('v')) or ''}")
    return subject


def _keys(body: Mapping, place: str, subject: Subject) -> Iterator[Finding]:
    known_keys = KEYS[place]
    for key, value in body.entries().values():
        if key.text in known_keys or key.text.startswith("+"):
            continue
        near = nearest(key.text, (name for name in known_keys if body.get(name) is None))
        if near is None and (place in OPEN or (place == "file" and _anchors_only(value))):
            continue
        meant = f", did you mean {near}?" if near else ""
        at = (
            f"column {subject.column} of {subject.kind} {subject.name}"
            if subject.column
            else f"{subject.kind.replace('_', ' ')} {subject.name}"
        )
        where = f"in {place}: of" if place in ("config", "contract") else "in"
        yield Finding(
            f"{key.text} is not a key that dbt knows {where} {at}{meant}",
            key.place,
            subject._replace(key=f"{subject.kind}.{subject.name}#{place}.{key.text}"),
            f"rename it to {near}" if near else f"remove it{_elsewhere(key.text, known_keys)}",
            old=near,
            new=key.text,
        )


def _elsewhere(key: str, known_keys: frozenset[str]) -> str:
    """Return where the key may have been meant to stand."""
    if "config" in known_keys and key in KEYS["config"]:
        return ", or move it under config:"
    return ", or move it under meta:" if "meta" in known_keys else ""


def _anchors_only(value: Item) -> bool:
    """Return whether a top-level value only holds anchors for the rest of the file, as teams do."""
    return isinstance(value, Mapping | Sequence)


RULE = Rule(
    code="RF304",
    name="unknown-key",
    level="file",
    summary="A properties file holds a key that dbt does not know where it stands",
    severity="error",
    check=check,
)

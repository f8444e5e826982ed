"""Tests written as a mapping: at the top of a file dbt ignores them, elsewhere it stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, mappings_of, text_of
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesFile

_KEYS = ("data_tests", "tests")
_LISTS = ("models", "seeds", "snapshots", "sources")


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report `data_tests:` or `tests:` that holds a mapping where a list belongs."""
    if not isinstance(file.root, Mapping):
        return
    for key in _KEYS:
        if isinstance(file.root.get(key), Mapping):
            yield _finding(
                file.root,
                key,
                Subject("file", file.path, key=file.path),
                "a top-level mapping, which dbt ignores with exit code 0: these settings never apply",
                f"set test defaults in dbt_project.yml, under {key}: with a + before each key",
            )
    for name in _LISTS:
        for entry in mappings_of(file.root.get(name)):
            yield from _inside(entry, Subject(name.removesuffix("s"), text_of(entry.get("name")) or ""))


def _inside(body: Mapping, subject: Subject) -> Iterator[Finding]:
    for key in _KEYS:
        value = body.get(key)
        if isinstance(value, Mapping):
            listed = "  ".join(f"- {name}" for name in value.entries()) or "- not_null"
            fix = f"write a list, each test behind a dash: {listed}"
            yield _finding(body, key, subject, "a mapping, at which dbt stops", fix)
    for key, label, join in (("tables", "name", "."), ("versions", "v", ".v")):
        for inner in mappings_of(body.get(key)):
            yield from _inside(inner, subject._replace(name=f"{subject.name}{join}{text_of(inner.get(label)) or ''}"))
    for column in mappings_of(body.get("columns")):
        yield from _inside(column, subject._replace(column=text_of(column.get("name"))))


def _finding(body: Mapping, key: str, subject: Subject, problem: str, fix: str) -> Finding:
    at = body.key(key)
    place = at.place if at is not None else body.place
    keyed = subject._replace(key=f"{subject.key or f'{subject.kind}.{subject.name}'}#{key}")
    named = (
        f"{subject.kind} {subject.name}"
        if subject.column is None
        else f"column {subject.column} of {subject.kind} {subject.name}"
    )
    return Finding(f"{key}: of {named} is {problem}", place, keyed, fix, old="list", new="mapping")


RULE = Rule(
    code="RF305",
    name="data-tests-mapping",
    level="file",
    summary="data_tests: or tests: holds a mapping: ignored at the top of a file, fatal below an entry",
    severity="error",
    check=check,
)

"""The tags that files write out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar
from ringfence.domain.tags import tags_under

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.readers.static.package import Package
    from ringfence.sql.terms import Term


def tags_in(package: Package, path: str) -> set[str]:
    """Return the tags of a file's entries, or of its config() calls; templates and what SQL computes are left out.

    Those of columns and tests are not looked for: it would take walking through all of every file.
    """
    roles = package.roles(path)
    if "properties" in roles:
        return {token.text for entry in package.file(path).entries for token in _of_entry(entry.body)}
    if {"model", "snapshot", "test"}.intersection(roles):
        calls = (call for block in package.facts(path).blocks for call in block.calls if call.name == "config")
        terms = (term for call in calls for name, term in call.keywords if name == "tags")
        return {text for term in terms for text in _texts(term)}
    return set()


def _of_entry(body: Mapping) -> Iterator[Scalar]:
    config = body.get("config")
    for value in (body.get("tags"), config.get("tags") if isinstance(config, Mapping) else None):
        if value is not None:
            yield from tags_under(value)


def tags_of_settings(document: Mapping) -> set[str]:
    """Return the tags that a dbt_project.yml writes."""
    return {token.text for _, value in _settings(document) for token in tags_under(value)}


def spellings(tag: str) -> list[str]:
    """Return how a tag is likely to be spelt, letter case left aside: as it is, small, large, with capitals."""
    return list(dict.fromkeys((tag, tag.lower(), tag.upper(), tag.capitalize(), tag.title())))


def _settings(item: Item) -> Iterator[tuple[Scalar, Item]]:
    for key, value in item.entries().values() if isinstance(item, Mapping) else ():
        if key.text in ("tags", "+tags") and not isinstance(value, Mapping):
            yield key, value
        yield from _settings(value)


def _texts(term: Term) -> Iterator[str]:
    from ringfence.sql.terms import Const, Op

    if isinstance(term, Op) and term.op == "list":
        for inner in term.args:
            yield from _texts(inner)
    elif isinstance(term, Const):
        values = term.value if isinstance(term.value, list | tuple) else [term.value]
        yield from (value for value in values if isinstance(value, str))

"""The tags that files write out, by what they are when letter case is left aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar
from ringfence.domain.tags import tag_tokens, tags_under

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.domain.document import Item
    from ringfence.readers.static.package import Package
    from ringfence.sql.terms import Term


def tags_in(package: Package, path: str) -> dict[str, list[str]]:
    """Return folded tag -> its spellings in a file, sorted; templates and what SQL computes are left out."""
    roles = package.roles(path)
    if "properties" in roles:
        return _folded(token.text for _, token in tag_tokens(package.file(path).spots))
    if {"model", "snapshot", "test"}.intersection(roles):
        calls = (call for block in package.facts(path).blocks for call in block.calls if call.name == "config")
        terms = (term for call in calls for name, term in call.keywords if name == "tags")
        return _folded(text for term in terms for text in _texts(term))
    return {}


def tags_of_settings(document: Mapping) -> dict[str, list[str]]:
    """Return folded tag -> its spellings in a dbt_project.yml."""
    return _folded(token.text for _, value in _settings(document) for token in tags_under(value))


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


def _folded(texts: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for text in texts:
        found.setdefault(text.casefold(), set()).add(text)
    return {folded: sorted(spellings) for folded, spellings in found.items()}

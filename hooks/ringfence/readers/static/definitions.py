"""What one file defines, by the keys under which others look it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.document import text_of
from ringfence.domain.flagnames import macro_of
from ringfence.readers.static.entries import possible_stems
from ringfence.readers.static.package import declared_names
from ringfence.readers.static.tags import tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import PropertiesEntry
    from ringfence.readers.static.package import Package


def definitions(package: Package, path: str) -> dict[str, Any]:
    """Return key -> what stands under it: a block, entries in their order, or None where only being there counts."""
    roles = package.roles(path)
    found: dict[str, Any] = {}
    for role in ("model", "seed"):
        if role in roles:
            found[package.key(role, roles[role].stem)] = None
            found[package.key("name", roles[role].stem)] = None
    found.update(_in_template(package, path))
    ignores = package.ignores_in(path)
    if ignores:
        found[package.key("ignores", "")] = ignores
    if _asks_for_flags(package, path):
        found[package.key("flags", "")] = None
    found.update(_texts(package, path))
    if "properties" in roles:
        file = package.file(path)
        if file.root is None and package.problems_in(path):
            found[package.key("unreadable", "")] = None
        for entry in file.entries:
            for key in _keys(package, entry):
                found.setdefault(key, []).append(entry.body)
    return found


def _in_template(package: Package, path: str) -> Iterator[tuple[str, Any]]:
    for block in package.snapshots_in(path):
        yield package.key("name", block.name), None
    for name, block in package.macros_in(path).items():
        yield package.key("macro", name), block
    if "macro" in package.roles(path):
        for block in package.facts(path).blocks:
            if block.kind == "materialization":
                yield package.key("materialization", block.name), None
    if {"snapshot", "macro", "generic"}.intersection(package.roles(path)) and package.facts(path).error is not None:
        yield package.key("unreadable", ""), None


def _asks_for_flags(package: Package, path: str) -> bool:
    """Return whether a file asks for a feature flag, or takes the truth of a variable as it is."""
    roles = package.roles(path)
    if "properties" in roles:
        return bool(package.flags_in(path))
    if not roles.keys() - {"seed", "docs"}:
        return False
    facts = package.facts(path)
    return bool(facts.conditions) or any(
        "ringfence" in call.name and macro_of(call.name) is not None for block in facts.blocks for call in block.calls
    )


def _texts(package: Package, path: str) -> Iterator[tuple[str, Any]]:
    """Yield what is looked up by texts that files write: docs blocks and tags."""
    names = package.docs_in(path) if "docs" in package.roles(path) else ()
    if names != ():
        yield package.key("docs", ""), names or ()  # whoever misses one block is told the nearest of all
    for tag in tags_in(package, path):
        yield package.key("tag", tag), None


def _keys(package: Package, entry: PropertiesEntry) -> Iterator[str]:
    yield package.key(f"entry:{entry.kind}", entry.name)
    for name in declared_names(entry):
        yield package.key(f"declared:{entry.kind}", name)
    if entry.kind == "model":
        stems = sorted(possible_stems(entry))
        for stem in stems:
            yield package.key("stem", stem)
        if stems:
            yield package.key("versions", entry.name)
    elif entry.kind == "snapshot":
        yield package.key("name", entry.name)
    elif entry.kind == "source" and (owner := text_of(entry.body.get("overrides"))) is not None:
        yield package.key(f"override:{owner}", entry.name)

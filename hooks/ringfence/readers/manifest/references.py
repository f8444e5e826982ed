"""What nodes read: `ref()` and `source()` in every way that a manifest writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.node import Ref, SourceRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.readers.manifest.schema import Resource, Version

_CALL = re.compile(r"\b(ref|source)\s*\(([^()]*)\)")
_ARGUMENT = re.compile(r"""(?:(\w+)\s*=\s*)?(?:'([^']*)'|"([^"]*)"|([\w.]+))""")


def text_of(version: Version) -> str | None:
    """Return a version as text: dbt writes 1 and "1" for the same one."""
    return None if version is None else str(version)


def refs_of(resource: Resource, kind: str) -> Iterator[Ref]:
    """Yield what a node reads by `ref()`, a unit test's model and inputs included."""
    for ref in resource.refs or ():
        yield Ref(ref.package or None, ref.name, text_of(ref.version))
    if kind == "unit_test":
        if resource.model:
            yield Ref(None, resource.model, text_of(resource.version))
        yield from (found for found in _given(resource) if isinstance(found, Ref))


def sources_of(resource: Resource, kind: str) -> Iterator[SourceRef]:
    """Yield what a node reads by `source()`."""
    for source in resource.sources or ():
        if len(source) == 2:
            yield SourceRef(*source)
    if kind == "unit_test":
        yield from (found for found in _given(resource) if isinstance(found, SourceRef))


def called(text: str) -> Ref | SourceRef | None:
    """Return the first `ref()` or `source()` that a text such as `{{ get_where_subquery(ref('orders')) }}` calls."""
    call = _CALL.search(text)
    if call is None:
        return None
    names: list[str] = []
    version = None
    for keyword, *forms in _ARGUMENT.findall(call[2]):
        value = next((form for form in forms if form), "")
        if not keyword:
            names.append(value)
        elif keyword in ("v", "version"):
            version = value
    if call[1] == "source":
        return SourceRef(names[0], names[1]) if len(names) == 2 else None
    return Ref(names[-2] if len(names) > 1 else None, names[-1], version) if names else None


def _given(resource: Resource) -> Iterator[Ref | SourceRef]:
    for given in resource.given or ():
        found = called(given.input or "")
        if found is not None:
            yield found

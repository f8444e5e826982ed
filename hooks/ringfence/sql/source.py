"""A model's source to its shape: the way in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.sql import marker
from ringfence.sql.shape import Gap, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.sql.openvalues import Jinja

# A marker that stands where only a query can: alone in brackets after AS or FROM, or alone in the file.
_AS_QUERY = re.compile(
    rf"(?P<before>\b(?:as|from|join|materialized)\s*\(\s*)(?P<mark>{marker.PATTERN.pattern})(?P<after>\s*\))",
    re.IGNORECASE,
)
_AS_TYPE = re.compile(rf"(?P<sign>::\s*|\bas\s+)(?P<mark>{marker.PATTERN.pattern})", re.IGNORECASE)
_CAST = re.compile(r"\b(?:try_|safe_)?cast\s*$", re.IGNORECASE)
_ANY_TYPE = "variant"  # a type that no table knows: what a cast to it gives stays unknown


def _with_types(text: str) -> str:
    """Return the text with a type in place of each marker that stands where only a type can: no parser reads a name."""

    def replaced(found: re.Match[str]) -> str:
        is_type = found["sign"].startswith(":") or _in_cast(text[: found.start()])
        return f"{found['sign']}{_ANY_TYPE}" if is_type else found[0]

    return _AS_TYPE.sub(replaced, text)


def _in_cast(before: str) -> bool:
    """Return whether the last bracket that a text leaves open is that of a cast."""
    depth = 0
    for place in range(len(before) - 1, max(len(before) - 10_000, -1), -1):
        depth += {")": 1, "(": -1}.get(before[place], 0)
        if depth < 0:
            return _CAST.search(before[max(place - 40, 0) : place]) is not None
    return False


def read_shape(
    source: str,
    adapter: str | None,
    macro: Callable[[str], str | None],
    variable: Callable[[str], Jinja],
) -> Shape:
    """Return the shape of a model from its source alone.

    `macro` gives the source of the file that defines a macro, by `name` or `package.name`, None where there is none.
    `variable` gives what `vars:` says of a name: a plain value, an `Open` one, or UNDEFINED for a name not declared.
    """
    from ringfence.sql.compiled import queries_of
    from ringfence.sql.reading import Reading
    from ringfence.sql.skeleton import variants

    reading = Reading(adapter, macro, variable)
    texts, asked, gap = variants(source, reading)
    texts = [_AS_QUERY.sub(r"\g<before>select * from \g<mark>\g<after>", _with_types(text)) for text in texts]
    texts = list(dict.fromkeys(texts))
    made = queries_of([] if gap is not None else texts, adapter, reading.markers, lambda _: None)
    queries = made.queries if gap is None else (gap,)
    return Shape(
        dialect=adapter or "",
        queries=queries,
        tops=made.tops if gap is None else (0,),
        choices=tuple(asked),
        relations=tuple(reading.relations),
        incremental=reading.incremental,
        macros=tuple(reading.macros),
        variables=tuple(reading.variables),
        env_vars=tuple(reading.env_vars),
        ctes=made.ctes,
        hidden=(*reading.hidden, *((query.why, 1) for query in queries if isinstance(query, Gap))),
    )

"""A model's source to its shape: the way in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.sql import marker, plain, quick
from ringfence.sql.shape import Gap, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ringfence.sql.marker import Marked
    from ringfence.sql.openvalues import Jinja
    from ringfence.sql.reading import Reading
    from ringfence.sql.shape import Query, Relation

# Words before the bracket in which a marker that stands alone can only be a query; the longest has 12 letters.
_OPENS_QUERY = re.compile(r"(?<!\w)(?:as|from|join|materialized)\Z", re.IGNORECASE)
_AS = re.compile(r"(?<!\w)as\Z", re.IGNORECASE)
_CAST = re.compile(r"\b(?:try_|safe_)?cast\s*$", re.IGNORECASE)
_ANY_TYPE = "variant"  # a type that no table knows: what a cast to it gives stays unknown


class Written(NamedTuple):
    """The SQL texts that a model can become, what their markers stand for, and what else was met on the way.

    `gap` says why some of the texts are missing; `reading` is None for a template that only says what it reads.
    """

    texts: tuple[str, ...]
    markers: Sequence[Marked]
    relations: tuple[Relation, ...]
    choices: tuple[str, ...] = ()
    gap: Gap | None = None
    reading: Reading | None = None


def _parsable(text: str) -> str:
    """Return the text so that a parser reads every marker: some stand where only a type can, or only a query."""
    made: list[str] = []
    at = 0
    for found in marker.PATTERN.finditer(text):
        before = text[: found.start()].rstrip()
        if _is_type(before, spaced=len(before) < found.start()):
            made += [text[at : found.start()], _ANY_TYPE]
            at = found.end()
        elif _is_query(before, text[found.end() :]):
            made += [text[at : found.start()], "select * from "]
            at = found.start()
    return "".join([*made, text[at:]])


def _is_type(before: str, *, spaced: bool) -> bool:
    return before.endswith("::") or (spaced and _AS.search(before[-3:]) is not None and _in_cast(before[:-2]))


def _is_query(before: str, after: str) -> bool:
    alone = before.endswith("(") and after.lstrip().startswith(")")
    return alone and _OPENS_QUERY.search(before[:-1].rstrip()[-13:]) is not None


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
    block: str = "",
) -> Shape:
    """Return the shape of a model from its source alone, or of one block of it: `snapshot:orders`.

    `macro` gives the source of the file that defines a macro, by `name` or `package.name`, None where there is none.
    `variable` gives what `vars:` says of a name: a plain value, an `Open` one, or UNDEFINED for a name not declared.
    """
    from ringfence.sql.compiled import queries_of

    made_of = written(source, adapter, macro, variable, block)
    gap, reading = made_of.gap, made_of.reading
    made = queries_of([] if gap is not None else made_of.texts, adapter, made_of.markers, lambda _: None)
    queries = made.queries if gap is None else (gap,)
    shape = Shape(
        dialect=adapter or "",
        queries=queries,
        tops=made.tops if gap is None else (0,),
        choices=made_of.choices,
        relations=made_of.relations,
        ctes=made.ctes,
        hidden=_gaps(queries),
    )
    if reading is None:
        return shape
    return shape._replace(
        incremental=reading.incremental,
        macros=tuple(reading.macros),
        variables=tuple(reading.variables),
        env_vars=tuple(reading.env_vars),
        hidden=(*reading.hidden, *shape.hidden),
    )


def written(
    source: str,
    adapter: str | None,
    macro: Callable[[str], str | None],
    variable: Callable[[str], Jinja],
    block: str = "",
    *,
    apart: bool = False,
) -> Written:
    """Return the texts that a model's source can become; the arguments are those of `read_shape`.

    With `apart` every way through an open condition has a text of its own, also where all give the same columns.
    """
    parts = None if block else quick.parts(source)
    found = None if parts is None else plain.written(parts)
    if found is not None:
        return Written((_parsable(found.text),), found.relations, found.relations)
    from ringfence.sql.reading import Reading
    from ringfence.sql.skeleton import variants

    reading = Reading(adapter, macro, variable, apart=apart)
    texts, asked, gap = variants(source, reading, block, parts)
    made = tuple(dict.fromkeys(map(_parsable, texts)))
    return Written(made, reading.markers, tuple(reading.relations), tuple(asked), gap, reading)


def _gaps(queries: Iterable[Query]) -> tuple[tuple[str, int], ...]:
    return tuple((query.why, 1) for query in queries if isinstance(query, Gap))

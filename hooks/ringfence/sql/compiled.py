"""SQL without Jinja to a shape: what dbt compiled, or a text whose Jinja has been replaced by markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.sql import sqltree
from ringfence.sql.columns import Columns
from ringfence.sql.shape import Gap, Query, Relation, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ringfence.sql.marker import Marked


class Queries(NamedTuple):
    """The queries of one or more texts, the position of each text's own, the CTEs that they name."""

    queries: tuple[Query, ...]
    tops: tuple[int, ...]
    ctes: tuple[str, ...]


def read_compiled(sql: str, adapter: str, relation: Callable[[tuple[str, ...]], Relation | None]) -> Shape:
    """Return the shape of a statement without Jinja.

    `relation` says which upstream relation a table is, by the parts of its name as written: database, schema, name.
    """
    found: dict[Relation, None] = {}

    def known(parts: tuple[str, ...]) -> Relation | None:
        made = relation(parts)
        if made is not None:
            found[made] = None
        return made

    made = queries_of([sql], adapter, (), known)
    gaps = dict.fromkeys((query.why, 1) for query in made.queries if isinstance(query, Gap))
    return Shape(adapter, made.queries, made.tops, relations=tuple(found), ctes=made.ctes, hidden=tuple(gaps))


def queries_of(
    texts: Sequence[str],
    adapter: str | None,
    markers: Sequence[Marked],
    relation: Callable[[tuple[str, ...]], Relation | None],
) -> Queries:
    """Return the queries of texts that differ in what only a run decides; a text that is no SQL becomes a gap."""
    columns = Columns(adapter, markers, relation)
    tops = []
    for text in texts:
        before = len(columns.queries)
        try:
            tree = sqltree.parse(text, adapter)
            tops.append(columns.statement(tree, text))
            sqltree.release(tree)
        except sqltree.SqlError as error:
            tops.append(columns.add(Gap(f"SQL that {error}")))
        except RecursionError:
            del columns.queries[before:]
            tops.append(columns.add(Gap("SQL that nests too deeply")))
    return Queries(tuple(columns.queries), tuple(tops), tuple(columns.ctes))

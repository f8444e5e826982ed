"""Where a query names the columns of what it reads besides the values that it gives on: conditions, joins, grouping.

A shape holds what becomes of a select list, which is all that the columns of a relation need. What else a query does
with a column is read here, for who asks what a change of that column reaches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.sql import marker, sqltree
from ringfence.sql.columns import Columns
from ringfence.sql.expressions import Terms
from ringfence.sql.resolve import Closing
from ringfence.sql.scope import MERGED_UNSEEN, NOT_THERE, lookup
from ringfence.sql.shape import (
    Cast,
    Column,
    Function,
    Gap,
    Hidden,
    Item,
    OutputColumn,
    Relation,
    Select,
    Shape,
    Star,
    Turned,
)
from ringfence.sql.source import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlglot.expressions import Expr as Expression

    from ringfence.sql.marker import Marked
    from ringfence.sql.openvalues import Jinja
    from ringfence.sql.shape import Origin, Output, Source, Term

# Named, and nothing that others see comes of it.
SELECT, ORDER = "select", "order"
# Parts of a SELECT -> what columns are named for there.
_CLAUSES = {
    "from_": "join", "joins": "join", "laterals": "join", "where": "filter", "having": "filter", "qualify": "filter",
    "prewhere": "filter", "group": "group", "windows": "window", "order": ORDER, "sort": ORDER, "cluster": ORDER,
    "distribute": ORDER, "expressions": SELECT, "distinct": "distinct",
}  # fmt: skip
# Why columns are not known that no relation has which a node reads: whatever they are, they are not those asked about.
ELSEWHERE = "columns of something else"
_QUERIES = frozenset({"select", "union", "except", "intersect", "subquery"})


class Named(NamedTuple):
    """What a query names for a clause: a column, one of its own by its `position` from 1, or (neither) all its own."""

    query: int
    clause: str
    column: Column | None = None
    position: int = 0


class _Part(NamedTuple):
    """A node of a query, what columns below it are named for, and whether Columns passes over subqueries there."""

    node: Expression
    clause: str
    unseen: bool


class Uses(NamedTuple):
    """The queries of a file, every column that they name, and what hides further ones."""

    shape: Shape
    named: tuple[Named, ...]
    doubts: tuple[str, ...] = ()


class Used(NamedTuple):
    """What becomes of the columns that a file reads: by output column, by clause, and why others were not resolved.

    An output column whose name is not known is called None.
    """

    values: tuple[tuple[str | None, Origin], ...]
    clauses: tuple[tuple[str, Origin], ...]
    unresolved: tuple[str, ...]


def read_uses(
    source: str,
    adapter: str | None,
    macro: Callable[[str], str | None],
    variable: Callable[[str], Jinja],
    block: str = "",
) -> Uses:
    """Return what a file names of what it reads; the arguments are those of `read_shape`.

    Every way through an open condition counts, so that a filter of incremental runs is seen as well.
    """
    made = written(source, adapter, macro, variable, block, apart=True)
    if made.gap is not None:
        return Uses(Shape(adapter or "", (made.gap,), (0,)), (), (made.gap.why,))
    reading = _Naming(adapter, made.markers)
    tops = tuple(reading.text_of(text) for text in made.texts)
    shape = Shape(adapter or "", tuple(reading.queries), tops)
    return Uses(shape, tuple(reading.named), tuple(dict.fromkeys([*reading.doubts, *_gaps(reading)])))


def _gaps(reading: _Naming) -> Iterator[str]:
    """Yield what hides columns or relations that a file may name."""
    for query in reading.queries:
        if isinstance(query, Gap):
            yield query.why
        elif isinstance(query, Select):
            yield from (item.why for item in query.items if isinstance(item, Gap))
            if query.open_end:
                yield query.open_end


class _Naming(Columns):
    """Builds the queries of texts as `Columns` does, and remembers every column that is named in them."""

    def __init__(self, adapter: str | None, markers: Sequence[Marked]) -> None:
        super().__init__(adapter, markers, lambda parts: Relation("table", parts))
        self.named: dict[Named, None] = {}
        self.doubts: dict[str, None] = {}

    def text_of(self, text: str) -> int:
        """Return the position of the query that a text is; one that is no SQL becomes a gap."""
        try:
            tree = sqltree.parse(text, self.adapter)
            self._doubt(tree)
            made = self.statement(tree, text)
            sqltree.release(tree)
        except sqltree.SqlError as error:
            return self.add(Gap(f"SQL that {error}"))
        except RecursionError:
            return self.add(Gap("SQL that nests too deeply"))
        return made

    def _doubt(self, tree: Expression) -> None:
        """Remember what only a run decides and what may name a column: text of a literal cannot."""
        for node in tree.walk():
            name = node.this if node.key in ("identifier", "anonymous") else None
            if node.arg_key in ("db", "catalog"):
                continue  # of a relation that is none of ours: whatever it is called, it is not what is asked about
            if isinstance(name, str) and marker.PATTERN.search(name) is not None:
                number = marker.number(name)
                gap = self.holds(name) if number is None else self.meant(number)
                if isinstance(gap, Gap):
                    self.doubts[gap.why] = None

    def query(self, node: Expression, scope: Mapping[str, int], outer: int | None) -> int:
        """Return the position of the query that a node is."""
        made = super().query(node, scope, outer)
        if node.key == "subquery" and _is_cut(node):
            self.named[Named(made, "limit")] = None
        return made

    def _select(self, node: Expression, scope: Mapping[str, int], outer: int | None) -> int:
        here = super()._select(node, scope, outer)
        named: dict[Named, None] = {}
        decides = _is_cut(node) or _keeps_firsts(node)  # the order says then which rows there are
        for name, one in _parts(node):
            if name == "distinct" and one.args.get("on") is None:
                named[Named(here, "distinct")] = None
            elif name != "with_":
                clause = _CLAUSES.get(name, "expression")
                clause = "limit" if clause == ORDER and decides else clause
                self._name(_Part(one, clause, clause not in (SELECT, "join")), here, scope, named)
        self._left_out(here, named)
        self.named.update(named)
        return here

    def _source(self, node: Expression, join: str, scope: Mapping[str, int], here: int) -> Source:
        made = super()._source(node, join, scope, here)
        # a marker is in doubt by itself, and a function over columns of the query names these
        return made._replace(of=Gap(ELSEWHERE)) if isinstance(made.of, Gap) else made

    def _set_operation(self, node: Expression, scope: Mapping[str, int], outer: int | None) -> int:
        made = super()._set_operation(node, scope, outer)
        if node.key != "union" or node.args.get("distinct"):
            self.named[Named(made, "set operation")] = None
        if _is_cut(node):
            self.named[Named(made, "limit")] = None
        return made

    def _name(self, start: _Part, here: int, scope: Mapping[str, int], named: dict[Named, None]) -> None:
        """Remember the columns below a node, those of subqueries with the subquery: Columns leaves conditions out."""
        terms = Terms(self, scope, here)
        waiting = [start]
        while waiting:
            part = waiting.pop()
            node = part.node
            if node.key == "column" and node.this.key != "star":
                term = terms.term(node)
                found = [term] if isinstance(term, Column) else term.args if isinstance(term, Hidden) else ()
                named.update((Named(here, part.clause, one), None) for one in found if isinstance(one, Column))
            elif node.key in _QUERIES and not _is_join(node):
                if part.unseen:
                    named[Named(self.query(node, scope, here), part.clause)] = None
            else:
                named.update((one, None) for one in _unnamed(node, here, part.clause))
                waiting += _inside(part)

    def _left_out(self, here: int, named: dict[Named, None]) -> None:
        """Call those columns of a select list `expression` that no term of it shows: what comes of them is not seen."""
        query = self.queries[here]
        items = query.items if isinstance(query, Select) else ()
        shown = {column for item in items for column in _columns_in(item)}
        for one in [one for one in named if one.clause == SELECT and one.column not in shown]:
            del named[one]
            named[one._replace(clause="expression")] = None
        for item in items:
            if isinstance(item, Star):
                names = [*item.without, *(name for name, _ in item.renamed)]
                named.update((Named(here, SELECT, Column(name, item.table)), None) for name in names)


def _is_cut(node: Expression) -> bool:
    """Return whether a query gives some of its rows only."""
    return any(node.args.get(name) is not None for name in ("limit", "offset", "fetch"))


def _keeps_firsts(node: Expression) -> bool:
    """Return whether a query has DISTINCT ON, which keeps the first row of each key."""
    distinct = node.args.get("distinct")
    return distinct is not None and distinct.args.get("on") is not None


def _unnamed(node: Expression, here: int, clause: str) -> Iterator[Named]:
    """Yield what is meant without a name: `group by 1`, `order by 2`, `group by all`."""
    if node.key == "group" and node.args.get("all"):
        yield Named(here, clause)
    listed = node.expressions if node.key == "group" else [node.this] if node.key == "ordered" else []
    for one in listed:
        if one.key == "literal" and not one.args.get("is_string") and one.this.isdigit():
            yield Named(here, clause, None, int(one.this))


def _is_join(node: Expression) -> bool:
    """Return whether a node is a join in brackets, which reads as a subquery: its relations stand where it does."""
    return node.key == "subquery" and node.this.key in ("table", "subquery")


def _inside(part: _Part) -> Iterator[_Part]:
    """Yield what stands directly inside a part."""
    for name, node in _parts(part.node):
        if part.node.key == "star" and name in ("except_", "rename"):
            continue  # names that the star's item holds
        if part.node.key == "window" and name != "this":
            yield _Part(node, "window", unseen=True)
        elif part.node.key == "filter" and name == "expression":
            yield _Part(node, "filter", unseen=True)
        else:
            yield _Part(node, part.clause, part.unseen or (part.node.key == "join" and name == "on"))


def _parts(node: Expression) -> Iterator[tuple[str, Expression]]:
    """Yield the nodes directly below one, each with the name of its argument."""
    for name, part in node.args.items():
        for one in part if isinstance(part, list) else (part,):
            if hasattr(one, "args"):
                yield name, one


def _columns_in(item: object) -> Iterator[Column]:
    """Yield the columns that the terms of an item of a select list are made of."""
    terms: list[Term] = [item.term] if isinstance(item, Item) else []
    terms += [term for _, term in item.replaced] if isinstance(item, Star) else []
    while terms:
        term = terms.pop()
        if isinstance(term, Column):
            yield term
        elif isinstance(term, Function | Hidden):
            terms += term.args
        elif isinstance(term, Cast):
            terms.append(term.of)


def used(uses: Uses, columns_of: Callable[[Relation], Output]) -> Used:
    """Return what becomes of the columns that a file reads; `columns_of` gives those of an upstream relation."""
    closing = Closing(uses.shape, columns_of)
    for position in range(len(uses.shape.queries)):
        closing.output(position)  # those around others first: the inner ones look into their relations
    values: dict[tuple[str | None, Origin], None] = {}
    clauses: dict[tuple[str, Origin], None] = {}
    unresolved: dict[str, None] = {}
    for top in uses.shape.tops:
        for column in closing.final(top):
            if isinstance(column, OutputColumn):
                values.update(((column.name, origin), None) for origin in column.origins)
    for named in uses.named:
        meant = _meant(named, closing, uses.shape)
        if meant.why:
            unresolved[meant.why] = None
        clause = "expression" if meant.field and named.clause == SELECT else named.clause
        clauses.update(((clause, origin), None) for origin in meant.origins)
    for query in uses.shape.queries:
        if isinstance(query, Select):
            joined, hidden = _merged(query, closing)
            clauses.update((("join", origin), None) for origin in joined)
            unresolved.update(dict.fromkeys(hidden))
        elif isinstance(query, Turned):
            gone = {name.lower() for name in query.gone}
            turned = [one for one in closing.columns(query.source) if isinstance(one, OutputColumn)]
            clauses.update(
                (("group", origin), None)
                for one in turned
                if (one.name or "").lower() in gone
                for origin in one.origins
            )
    return Used(tuple(values), tuple(clauses), tuple(unresolved))


class _Meant(NamedTuple):
    """The columns of relations that a query means, or why they are not seen; whether it is a field of one of them."""

    origins: tuple[Origin, ...]
    why: str = ""
    field: bool = False


def _meant(named: Named, closing: Closing, shape: Shape) -> _Meant:
    """Return what a query means: a column of a relation, an alias of its select list, or a field of a column."""
    query, column = shape.queries[named.query], named.column
    columns = closing.output(named.query)
    if column is None or not isinstance(query, Select):
        chosen = columns[named.position - 1 : named.position] if named.position else columns
        return _Meant(tuple(origin for one in chosen if isinstance(one, OutputColumn) for origin in one.origins))
    scope = closing.scope(query)
    own = [one for one in columns if isinstance(one, OutputColumn) and (one.name or "").lower() == column.name.lower()]
    if named.clause in (ORDER, "limit") and not column.table and own:
        return _Meant(own[0].origins)  # there an alias comes before a column
    found = lookup(column, scope, columns)
    if not found.origins and found.why and column.table:
        field_of = lookup(Column(column.table), scope, ())
        if field_of.name:
            return _Meant(field_of.origins, "", field=True)
    hidden = not found.origins and not found.name and not found.why.endswith((ELSEWHERE, NOT_THERE, MERGED_UNSEEN))
    if hidden and own and not column.table:
        return _Meant(own[0].origins)  # a name that no relation decides can only be that of the select list
    return _Meant(found.origins, found.why if hidden else "")


def _merged(query: Select, closing: Closing) -> tuple[list[Origin], list[str]]:
    """Return what USING and NATURAL join by, and why it is not seen what a natural join does."""
    merged = closing.scope(query).merged
    joined: list[Origin] = []
    hidden: list[str] = []
    for source in query.sources if merged or any(source.natural for source in query.sources) else ():
        for one in closing.columns(source):
            if isinstance(one, Gap):
                hidden += ["a natural join over columns that are not known"] if source.natural else []
            elif (one.name or "").lower() in merged:
                joined += one.origins
    return joined, hidden

"""A shape closed over the columns of what it reads: names, order, types, nullability and lineage.

Knows neither Jinja nor a SQL parser, so that columns move through a project without importing either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.sql.scope import Scope, lookup, shadowed
from ringfence.sql.shape import (
    Column,
    Gap,
    Item,
    Merged,
    Origin,
    OutputColumn,
    Recursion,
    Rows,
    Select,
    Spread,
    Star,
    Turned,
    Union,
)
from ringfence.sql.values import ANY, Typed, stacked, value_of
from ringfence.sql.variants import agreed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.sql.shape import Output, Query, Relation, Shape, Source

_NUMBERED = re.compile(r".*_\d+", re.DOTALL)
_MAX_COLUMNS = 20_000  # of one query: stars of stars double with every line


def resolve(shape: Shape, columns_of: Callable[[Relation], Output]) -> Output:
    """Return the output columns of a shape; `columns_of` gives those of an upstream relation, a gap where unknown."""
    closing = Closing(shape, columns_of)
    try:
        outputs = [closing.final(top) for top in shape.tops]
    except RecursionError:
        return (Gap("queries that nest too deeply"),)
    if not outputs:
        return (Gap("nothing that dbt would run"),)
    return agreed(outputs, shape.choices)


class Closing:
    """The queries of one shape over the columns of what they read, each closed once."""

    def __init__(self, shape: Shape, columns_of: Callable[[Relation], Output]) -> None:
        self._shape, self._columns_of = shape, columns_of
        self._outputs: dict[int, Output] = {}
        self._scopes: dict[int, Scope] = {}
        self._duckdb = shape.dialect == "duckdb"

    def final(self, position: int) -> Output:
        """Return the columns of the relation that is made of a query."""
        return self._stored(self.output(position))

    def output(self, position: int) -> Output:
        """Return the columns of a query as it stands, closed once."""
        found = self._outputs.get(position)
        if found is None:
            self._outputs[position] = (Gap("a query that reads itself"),)
            found = _joined_gaps(self._closed(self._shape.queries[position]))
            if len(found) > _MAX_COLUMNS:
                found = (Gap("too many columns to follow"),)
            self._outputs[position] = found
        return found

    def _closed(self, query: Query) -> Output:
        if isinstance(query, Select):
            return self._select(query)
        if isinstance(query, Union):
            return self._union(query)
        if isinstance(query, Rows):
            return self._rows(query)
        if isinstance(query, Recursion):
            return self._recursion(self.output(query.first))
        if isinstance(query, Merged):
            return self._merged(query)
        if isinstance(query, Turned):
            return self._turned(query)
        return (query,)

    def _stored(self, columns: Output) -> Output:
        """Return the columns as a relation or subquery shows them: names made unique, NULL without a type.

        DuckDB numbers a name that repeats an earlier one, its versions in different ways: its name is not known.
        """
        names = [one.name.lower() for one in columns if isinstance(one, OutputColumn) and one.name is not None]
        repeats = (
            {name for name in names if names.count(name) > 1}
            if self._duckdb and len(set(names)) < len(names)
            else set()
        )
        seen: set[str] = set()
        made: list[OutputColumn | Gap] = []
        for column in columns:
            kept = column
            if isinstance(kept, OutputColumn):
                if kept.type == "NULL":
                    why = "NULL without a cast: versions of the engine give it different types"
                    kept = kept._replace(type=None, why=why)
                key = (kept.name or "").lower()
                if key in seen or (repeats and _NUMBERED.fullmatch(key)):
                    kept = kept._replace(name=None)
                elif key in repeats:
                    seen.add(key)
            made.append(kept)
        return tuple(made)

    def _recursion(self, first: Output) -> Output:
        """Return the columns of a CTE that reads itself: DuckDB gives them the types of the first part."""
        if self._duckdb:
            return tuple(one if isinstance(one, Gap) else one._replace(nullable=None) for one in self._stored(first))
        return tuple(one if isinstance(one, Gap) else _untyped(one, "a CTE that reads itself") for one in first)

    # queries

    def _select(self, query: Select) -> Output:
        scope = self.scope(query)
        made: list[OutputColumn | Gap] = []
        stars: list[tuple[Star, Output]] = []
        for item in query.items:
            found = self._item(item, scope, made)
            made += found if not stars else [_beside(one, stars) for one in found]
            if self._duckdb and isinstance(item, Star) and _gapped(found):
                stars.append((item, found))
        if query.open_end:
            made = [one if isinstance(one, Gap) else _untyped(one, query.open_end) for one in made]
            made.append(Gap(query.open_end))
        return tuple(made)

    def scope(self, query: Select) -> Scope:
        """Return what the columns of a SELECT are found in, made once."""
        key = id(query)
        if key not in self._scopes:
            outer = None if query.outer is None else self._shape.queries[query.outer]
            around = self.scope(outer) if isinstance(outer, Select) and outer is not query else None
            self._scopes[key] = scope = Scope(around, self._duckdb)
            for source in query.sources:
                scope.add(source, self.columns(source))
            if query.open_end:
                scope.add_unknown(query.open_end)
        return self._scopes[key]

    def columns(self, source: Source) -> Output:
        """Return the columns of one relation of a FROM clause."""
        if isinstance(source.of, Gap):
            columns: Output = (source.of,)
        elif isinstance(source.of, int):
            columns = self._stored(self.output(source.of))
        else:
            relation = source.of
            columns = tuple(
                column
                if isinstance(column, Gap) or column.name is None
                else column._replace(origins=(Origin(relation, column.name),))
                for column in self._columns_of(relation)
            )
        return _renamed(columns, source.columns) if source.columns else columns

    def _item(self, item: Item | Star | Spread | Gap, scope: Scope, before: list[OutputColumn | Gap]) -> Output:
        if isinstance(item, Gap):
            return (item,)
        if isinstance(item, Item):
            value = self._value(item, scope, before)
            name = item.name
            if name == "" and isinstance(item.term, Column):  # shown by the letters of the relation it comes from
                name = value.name if self._duckdb else item.term.name
            return (OutputColumn(name, value.type, value.nullable, value.origins, value.why),)
        if isinstance(item, Spread):
            return self._spread(item, scope)
        return self._star(item, scope, before)

    def _value(self, item: Item, scope: Scope, before: list[OutputColumn | Gap]) -> Typed:
        return value_of(item.term, lambda column: lookup(column, scope, before), self._scalar, self._shape.dialect)

    def _scalar(self, position: int) -> Typed:
        columns = self.output(position)
        if len(columns) != 1 or isinstance(columns[0], Gap):
            return Typed(None, None, (), "a subquery whose column is not known")
        column = columns[0]
        return Typed(column.type, True, column.origins, column.why)

    def _star(self, star: Star, scope: Scope, before: list[OutputColumn | Gap]) -> Output:
        made: list[OutputColumn | Gap] = []
        replaced = {name.lower(): (name, term) for name, term in star.replaced}
        renamed = {name.lower(): new for name, new in star.renamed}
        without = {name.lower() for name in star.without}
        columns = scope.star(star.table)
        names = [one.name.lower() for one in columns if isinstance(one, OutputColumn) and one.name is not None]
        if any(names.count(name) > 1 or name in scope.merged for name in (*replaced, *renamed)):
            return (Gap("a star that changes a column that is there twice, or that USING merges"),)
        for column in columns:
            if isinstance(column, Gap) or column.name is None:
                made.append(Gap(column.why) if isinstance(column, Gap) and replaced else column)
                continue
            key = column.name.lower()
            if key in without:
                continue
            kept = column
            if key in replaced:
                name, term = replaced[key]
                value = self._value(Item(name, term), scope, before)
                kept = OutputColumn(name, value.type, value.nullable, value.origins, value.why)
            made.append(kept._replace(name=renamed.get(key, kept.name)))
        return tuple(made)

    def _spread(self, item: Spread, scope: Scope) -> Output:
        made: list[OutputColumn | Gap] = []
        without = {name.lower() for name in item.without}
        for column in self._columns_of(item.relation):
            if isinstance(column, Gap):
                made.append(Gap(column.why))
            elif column.name is None:
                made.append(Gap(f"a column of {item.relation.label} whose name is not known"))
            elif column.name.lower() not in without:
                found = scope.find(column.name, item.table)
                made.append(
                    OutputColumn(
                        f"{item.prefix}{column.name}{item.suffix}", found.type, found.nullable, found.origins, found.why
                    )
                )
        return tuple(made)

    def _union(self, query: Union) -> Output:
        left, right = self.output(query.left), self.output(query.right)
        if query.mode == "name":
            return self._by_name(self._stored(left), self._stored(right))
        closed = not _gapped(left) and not _gapped(right)
        if not closed or len(left) != len(right):
            why = next((one.why for one in (*left, *right) if isinstance(one, Gap)), "sides of different lengths")
            return tuple(Gap(one.why) if isinstance(one, Gap) else _untyped(one, why) for one in left)
        pairs = zip(_closed(left), _closed(right), strict=True)
        return tuple(_stacked(one, other, self._shape.dialect) for one, other in pairs)

    def _by_name(self, left: Output, right: Output) -> Output:
        if (
            _gapped(left)
            or _gapped(right)
            or any(isinstance(one, OutputColumn) and one.name is None for one in (*left, *right))
        ):
            why = next((one.why for one in (*left, *right) if isinstance(one, Gap)), "columns without a known name")
            return (*(Gap(one.why) if isinstance(one, Gap) else _untyped(one, why) for one in left), Gap(why))
        others = {str(one.name).lower(): one for one in _closed(right)}
        made = []
        for one in _closed(left):
            other = others.pop(str(one.name).lower(), None)
            made.append(one._replace(nullable=True) if other is None else _stacked(one, other, self._shape.dialect))
        return (*made, *(one._replace(nullable=True) for one in others.values()))

    def _rows(self, query: Rows) -> Output:
        columns: list[OutputColumn] = []
        for position, name in enumerate(query.names):
            column: OutputColumn | None = None
            for row in query.rows:
                value = value_of(row[position], lambda _: ANY, self._scalar, self._shape.dialect)
                made = OutputColumn(name, value.type, value.nullable, value.origins, value.why)
                column = made if column is None else _stacked(column, made, self._shape.dialect)
            columns.append(column if column is not None else OutputColumn(name))
        return tuple(columns)

    def _merged(self, query: Merged) -> Output:
        casts = {name.lower(): kind for name, kind in query.casts}
        include, exclude = ({name.lower() for name in names} for names in (query.include, query.exclude))
        made: dict[str, OutputColumn] = {}
        if query.tag:
            made[""] = OutputColumn(query.tag, query.tag_type or None, False, (), "the type of a text in this dialect")
        counts: dict[str, int] = {}
        for relation in query.relations:
            for column in self._columns_of(relation):
                if isinstance(column, Gap) or column.name is None:
                    why = column.why if isinstance(column, Gap) else "a column whose name is not known"
                    return (Gap(why),)
                key = column.name.lower()
                if key in exclude or (include and key not in include):
                    continue
                counts[key] = counts.get(key, 0) + 1
                origins = (Origin(relation, column.name),)
                earlier = made.get(key)
                if earlier is None:
                    made[key] = column._replace(origins=origins, type=casts.get(key, column.type))
                else:
                    made[key] = _merged_column(earlier, column, origins)
        missing = {key for key, count in counts.items() if count < len(query.relations)}
        return tuple(one._replace(nullable=True) if key in missing else one for key, one in made.items())

    def _turned(self, query: Turned) -> Output:
        scope = Scope(None, self._duckdb)
        scope.add(query.source, self.columns(query.source))
        gone = {name.lower() for name in query.gone}
        kept = [one for one in scope.star("") if isinstance(one, Gap) or str(one.name).lower() not in gone]
        for item in query.added:
            value = self._value(item, scope, [])
            kept.append(OutputColumn(item.name, value.type, None, value.origins, value.why))
        return tuple(kept)


def _merged_column(earlier: OutputColumn, column: OutputColumn, origins: tuple[Origin, ...]) -> OutputColumn:
    """Return a column of two relations; the macro casts both to the type of the first."""
    nullable = True if True in (earlier.nullable, column.nullable) else earlier.nullable and column.nullable
    return earlier._replace(nullable=nullable, origins=tuple(sorted({*earlier.origins, *origins})))


def _stacked(one: OutputColumn, other: OutputColumn, dialect: str) -> OutputColumn:
    kind = stacked(one.type, other.type, dialect)
    nullable = True if True in (one.nullable, other.nullable) else one.nullable and other.nullable
    origins = one.origins if one.origins == other.origins else tuple(sorted({*one.origins, *other.origins}))
    why = "" if kind is not None else one.why or other.why or f"a set operation over {one.type} and {other.type}"
    return OutputColumn(one.name, kind, nullable, origins, why)


def _beside(column: OutputColumn | Gap, stars: list[tuple[Star, Output]]) -> OutputColumn | Gap:
    """Return a column after stars that hide columns: DuckDB gives the first of one name that name, whatever its type.

    A name that a star leaves out is not hidden in it.
    """
    if isinstance(column, Gap):
        return column
    name = (column.name or "").lower()
    hiding = [columns for star, columns in stars if name not in {one.lower() for one in star.without}]
    return shadowed(column, [one for columns in hiding for one in columns])


def _renamed(columns: Output, names: tuple[str, ...]) -> Output:
    """Return the columns under the names of `alias(a, b)`: the first ones, where no gap stands before them."""
    made: list[OutputColumn | Gap] = []
    for position, column in enumerate(columns):
        if isinstance(column, Gap):
            rest = [OutputColumn(name, None, None, (), column.why) for name in names[position:]]
            return (*made, *rest, column, *(one for one in columns[position + 1 :] if isinstance(one, Gap)))
        made.append(column._replace(name=names[position]) if position < len(names) else column)
    return tuple(made)


def _untyped(column: OutputColumn, why: str) -> OutputColumn:
    return column._replace(type=None, nullable=None, why=why)


def _joined_gaps(columns: Output) -> Output:
    """Return the columns with one gap where several stand side by side."""
    made: list[OutputColumn | Gap] = []
    for one in columns:
        before = made[-1] if made else None
        if isinstance(one, Gap) and isinstance(before, Gap):
            made[-1] = before if one.type == before.type else Gap(before.why)
        else:
            made.append(one)
    return tuple(made)


def _closed(columns: Output) -> list[OutputColumn]:
    """Return the columns of an output without gaps."""
    return [column for column in columns if isinstance(column, OutputColumn)]


def _gapped(columns: Output) -> bool:
    return any(isinstance(column, Gap) for column in columns)

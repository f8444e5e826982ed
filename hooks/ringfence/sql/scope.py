"""What the names in one query mean: the relations of its FROM clause, their columns, and what joins do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.sql.duckdb_types import Operand, united
from ringfence.sql.shape import Gap, OutputColumn, Relation
from ringfence.sql.values import Typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringfence.sql.shape import Column, Output, Source

# Why a column is not known: no relation has it; one side of a USING may have it.
NOT_THERE = "which is not there"
MERGED_UNSEEN = "which USING merges with a column that is not seen"
_OUTER_LEFT = frozenset({"left", "full"})  # joins whose right side may be missing
_OUTER_RIGHT = frozenset({"right", "full"})


class _Entry(NamedTuple):
    names: tuple[str, ...]
    columns: Output


class Scope:
    """The relations of one query in the order of their joins; `outer` is the query around it."""

    def __init__(self, outer: Scope | None, duckdb: bool) -> None:  # noqa: FBT001  (what the dialect is)
        self.outer, self._duckdb = outer, duckdb
        self._entries: list[_Entry] = []
        self._all: list[OutputColumn | Gap] = []
        self._named: dict[int, tuple[object, dict[str, list[OutputColumn]]]] = {}  # by identity of the columns
        self._behind_using: set[str] = set()
        self._late: set[int] = set()  # positions of columns before which another relation hides columns
        self._unordered = ""
        self.merged: set[str] = set()  # folded names of the columns that USING made one

    def add(self, source: Source, columns: Output) -> None:
        """Join one more relation to those that stand here."""
        names = (source.alias,) if source.alias else _own_names(source)
        if source.join in _OUTER_RIGHT:
            self._entries = [entry._replace(columns=_nullable(entry.columns)) for entry in self._entries]
        right = _nullable(columns) if source.join in _OUTER_LEFT else columns
        if source.join not in ("semi", "anti"):
            self._entries.append(_Entry(tuple(name.lower() for name in names), right))
            self._join(source, right)

    def add_unknown(self, why: str) -> None:
        """Add a place where more relations may be joined."""
        self._all.append(Gap(why))

    def _join(self, source: Source, right: Output) -> None:
        left = list(_nullable(tuple(self._all))) if source.join in _OUTER_RIGHT else self._all
        using = [name.lower() for name in source.using]
        if source.natural:
            gap = next((one for one in (*left, *right) if isinstance(one, Gap) or one.name is None), None)
            if gap is not None:
                why = gap.why if isinstance(gap, Gap) else "a column without a known name"
                self._all = [*left, Gap(why)]
                return
            here = {str(one.name).lower() for one in left if isinstance(one, OutputColumn)}
            using = [str(one.name).lower() for one in right if isinstance(one, OutputColumn)]
            using = [name for name in using if name in here]
        self.merged.update(using)
        seen = {str(one.name).lower() for one in left if isinstance(one, OutputColumn)}
        if using and any(isinstance(one, Gap) for one in left):
            # what USING merges may be hidden, of either side's type, and comes before all others of its name
            self._behind_using.update(name for name in using if name not in seen)
            left = [Gap(one.why) if isinstance(one, Gap) else one for one in left]
        if using and not self._duckdb:
            self._unordered = "the order of the columns that USING merges"
        others = {str(one.name).lower(): one for one in right if isinstance(one, OutputColumn)}
        merged = [
            _merged(one, others.get(str(one.name).lower()), source.join, self._duckdb)
            if isinstance(one, OutputColumn) and str(one.name).lower() in using
            else one
            for one in left
        ]
        self._all = [*merged, *(one for one in right if isinstance(one, Gap) or str(one.name).lower() not in using)]
        if any(isinstance(one, Gap) for one in left):
            self._late.update(range(len(left), len(self._all)))

    def star(self, table: str) -> Output:
        """Return the columns of `*`, or of `table.*`."""
        if not table:
            if self._unordered:
                return (Gap(self._unordered),)
            return tuple(
                shadowed(one, self._all[:position])
                if self._duckdb and position in self._late and isinstance(one, OutputColumn)
                else one
                for position, one in enumerate(self._all)
            )
        found = [entry for entry in self._entries if table.lower() in entry.names]
        if len(found) == 1:
            return found[0].columns
        return (Gap(f"{table}.*, whose relation is not seen"),)

    def find(self, name: str, table: str) -> Typed:
        """Return what a column is worth; of no known type where the scope does not decide it."""
        if not table:
            return self._unqualified(name)
        found = [entry for entry in self._entries if table.lower() in entry.names]
        if len(found) > 1:
            return _hidden(f"{table}, which names two relations")
        if not found:
            return (
                self.outer.find(name, table)
                if self.outer is not None
                else _hidden(f"{table}.{name}, whose relation is not seen")
            )
        columns = found[0].columns
        if len(columns) == 1 and isinstance(columns[0], OutputColumn) and columns[0].name is None:
            columns = (columns[0]._replace(name=name),)  # the only column that can be meant
        return self._one(name, columns) or _behind(columns) or _hidden(_gap(columns) or f"{table}.{name}, {NOT_THERE}")

    def _unqualified(self, name: str) -> Typed:
        if name.lower() in self._behind_using:
            return _hidden(f"{name}, {MERGED_UNSEEN}")
        found = self._one(name, self._all)
        if found is not None:
            return found
        gap = _gap(self._all)
        if gap:
            return (_behind(self._all) if self.outer is None else None) or _hidden(gap)
        return self.outer.find(name, "") if self.outer is not None else _hidden(f"{name}, {NOT_THERE}")

    def closed(self, name: str) -> bool:
        """Return whether it is certain that no relation here, or around, has a column of this name."""
        around = self.outer is None or self.outer.closed(name)
        return around and not _gap(self._all) and not self.has(name)

    def has(self, name: str) -> bool:
        """Return whether a relation here is seen to have a column of this name."""
        return self._one(name, self._all) is not None

    def _one(self, name: str, columns: Sequence[OutputColumn | Gap]) -> Typed | None:
        """Return the one column of this name, None where there is none; two are not told apart."""
        held, named = self._named.get(id(columns), (None, {}))
        if held is not columns:
            for one in columns:
                if isinstance(one, OutputColumn) and one.name is not None:
                    named.setdefault(one.name.lower(), []).append(one)
            self._named[id(columns)] = columns, named
        found = named.get(name.lower(), ())
        if len(found) > 1:
            return _hidden(f"{name}, which stands for two columns")
        if not found:
            return None
        one = found[0]
        return Typed(one.type, one.nullable, one.origins, one.why, "", one.name or "")


def lookup(column: Column, scope: Scope, before: Sequence[OutputColumn | Gap]) -> Typed:
    """Return what a column in a select list is worth; `before` are the items that stand before it.

    A column of the relations comes before an alias of the same list.
    https://duckdb.org/docs/stable/sql/dialect/friendly_sql
    """
    found = scope.find(column.name, column.table)
    if column.table or not before or scope.has(column.name):
        return found
    name = column.name.lower()
    aliases = [
        one for one in before if isinstance(one, OutputColumn) and one.name is not None and one.name.lower() == name
    ]
    if not aliases:
        return found
    if len(aliases) == 1 and scope.closed(column.name):
        one = aliases[0]
        return Typed(one.type, one.nullable, one.origins, one.why, "", one.name or "")
    if any(one.type != found.type for one in aliases) and found.type is not None:
        return _hidden(f"{column.name}, which may be a column or an alias")
    return found


def _hidden(why: str) -> Typed:
    return Typed(None, None, (), why)


def _gap(columns: Sequence[OutputColumn | Gap]) -> str:
    """Return what hides further columns, empty where nothing does."""
    for one in columns:
        if isinstance(one, Gap):
            return one.why
        if one.name is None:
            return "a column whose name is not known"
    return ""


def _behind(columns: Sequence[OutputColumn | Gap]) -> Typed | None:
    """Return what a column is worth that only a gap can hold, where all gaps hold columns of one type."""
    kinds = {one.type for one in columns if isinstance(one, Gap)}
    kinds |= {"" for one in columns if isinstance(one, OutputColumn) and one.name is None}
    return Typed(kinds.pop(), None) if len(kinds) == 1 and "" not in kinds else None


def shadowed(column: OutputColumn, before: Sequence[OutputColumn | Gap]) -> OutputColumn:
    """Return a column of no known type where gaps before it may hide one of its name and of another type."""
    gap = next((one for one in before if isinstance(one, Gap) and one.type != column.type), None)
    return column if gap is None or column.type is None else column._replace(type=None, why=gap.why)


def _own_names(source: Source) -> tuple[str, ...]:
    """Return the names by which a relation without alias can be meant."""
    if not isinstance(source.of, Relation) or not source.of.parts:
        return ()
    name = source.of.parts[-1]
    return (name,) if source.of.version is None else (name, f"{name}_v{source.of.version}")


def _nullable(columns: Output) -> Output:
    return tuple(one if isinstance(one, Gap) else one._replace(nullable=True) for one in columns)


def _merged(left: OutputColumn, right: OutputColumn | None, join: str, duckdb: bool) -> OutputColumn:  # noqa: FBT001
    """Return the one column that USING makes of two; in a right join it is the right one's, in a full join of both."""
    if right is None:
        return left._replace(type=None, nullable=None, why="a column of USING that is not seen on the other side")
    origins = tuple(sorted({*left.origins, *right.origins}))
    kind: str | None = left.type
    if join == "right":
        kind = right.type
    elif join == "full" and left.type != right.type:
        kind = united([Operand(left.type), Operand(right.type)]) if duckdb else None
    nullable = right.nullable if join == "right" else None if join == "full" else left.nullable
    name = right.name if join == "right" else left.name
    return OutputColumn(name, kind, nullable, origins, "" if kind else left.why or right.why or "a column of USING")

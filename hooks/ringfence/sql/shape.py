"""The shape of a query: its output columns as open terms over upstream relations, and what they become when closed.

A shape is what one file says alone, so it can be kept by content. Queries (the statement itself, its CTEs, subqueries)
stand in one list and name each other by their position in it; `resolve` closes them over the columns of upstream
relations and needs neither Jinja nor a SQL parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Relation(NamedTuple):
    """An upstream relation: `ref` (name, or package and name), `source` (source, table), `this`, `table` (its name)."""

    kind: str
    parts: tuple[str, ...]
    version: str | None = None

    @property
    def label(self) -> str:
        """The relation as a person writes it: `ref orders`, `source shop.orders`."""
        return f"{self.kind} {'.'.join(self.parts)}".rstrip() + (f" v{self.version}" if self.version else "")


# What a select item is worth.


class Column(NamedTuple):
    """A column by its name; `table` is the alias that qualifies it, empty where none does."""

    name: str
    table: str = ""


class Value(NamedTuple):
    """A literal: its type in the dialect (empty: not known), whether it is NULL, and what other types it fits.

    `literal` is the text of a whole number, `'` for a text, else empty.
    """

    type: str
    null: bool = False
    literal: str = ""


class Cast(NamedTuple):
    """`cast(of as type)`; `attempt` is a cast that gives NULL where it fails."""

    of: Term
    type: str
    attempt: bool = False


class Function(NamedTuple):
    """A function, operator or CASE over its arguments, by the name that the type tables know; `options` are words."""

    name: str
    args: tuple[Term, ...] = ()
    options: tuple[str, ...] = ()


class Scalar(NamedTuple):
    """The one column of a subquery used as a value."""

    query: int


class Hidden(NamedTuple):
    """A value whose type no table tells, and why; `args` is what it is made of, as far as that is seen."""

    why: str
    args: tuple[Term, ...] = ()


Term: TypeAlias = Column | Value | Cast | Function | Scalar | Hidden

# What a select list holds.


class Item(NamedTuple):
    """One output column: its alias, empty where it is called as the column it is, None where its name is not known."""

    name: str | None
    term: Term


class Star(NamedTuple):
    """`*` or `table.*` with what EXCEPT, REPLACE and RENAME say."""

    table: str = ""
    without: tuple[str, ...] = ()
    replaced: tuple[tuple[str, Term], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class Spread(NamedTuple):
    """The columns of a relation written out one by one: `dbt_utils.star`. `table` qualifies each of them."""

    relation: Relation
    table: str = ""
    without: tuple[str, ...] = ()
    prefix: str = ""
    suffix: str = ""


class Gap(NamedTuple):
    """A place where further columns may stand that nobody knows, and what hides them.

    `type` is what each of them is of, where that is certain: a file may be read as nothing but text.
    """

    why: str
    type: str = ""


class Source(NamedTuple):
    """One relation of a FROM clause.

    `of` is a query's position, an upstream relation, or a gap. `columns` are the names of `alias(a, b)`. `join` is how
    it joins what stands before it: empty for the first, comma, inner, left, right, full, cross, semi, anti.
    """

    alias: str
    of: int | Relation | Gap
    columns: tuple[str, ...] = ()
    join: str = ""
    using: tuple[str, ...] = ()
    natural: bool = False


class Select(NamedTuple):
    """A SELECT. `outer` is the query around it whose columns it may use; `open_end` names text that may add to it."""

    items: tuple[Item | Star | Spread | Gap, ...]
    sources: tuple[Source, ...] = ()
    outer: int | None = None
    open_end: str = ""


class Union(NamedTuple):
    """A set operation; `mode` is how columns meet: by `position`, by `name`, or `left` where only the left counts."""

    left: int
    right: int
    mode: str = "position"


class Rows(NamedTuple):
    """VALUES: a term per row and column; `names` are those the engine gives."""

    rows: tuple[tuple[Term, ...], ...]
    names: tuple[str | None, ...]


class Recursion(NamedTuple):
    """A CTE that reads itself: named by its first part, of unknown types."""

    first: int


class Merged(NamedTuple):
    """`dbt_utils.union_relations`: every column of every relation, in order of appearance.

    `tag` names the column, of type `tag_type`, that says where a row comes from (empty: none).
    """

    relations: tuple[Relation, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    casts: tuple[tuple[str, str], ...] = ()
    tag: str = ""
    tag_type: str = ""


class Turned(NamedTuple):
    """UNPIVOT or PIVOT of a source: `gone` are the columns it takes, `added` those it gives."""

    source: Source
    gone: tuple[str, ...]
    added: tuple[Item, ...]


Query: TypeAlias = Select | Union | Rows | Recursion | Merged | Turned | Gap


class Shape(NamedTuple):
    """What one file says of its output columns.

    `tops` are the queries that the file can be, one per variant of what only a run decides, and `choices` the
    conditions that tell them apart. `relations` is all that is read, `macros` and `variables` every name that was
    looked up, found or not: together with the text they decide the shape. `hidden` are the constructs that hide
    something, with their lines.
    """

    dialect: str
    queries: tuple[Query, ...]
    tops: tuple[int, ...]
    choices: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    incremental: bool = False
    macros: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    env_vars: tuple[str, ...] = ()
    ctes: tuple[str, ...] = ()
    hidden: tuple[tuple[str, int], ...] = ()


class Origin(NamedTuple):
    """A column of an upstream relation that a value is made from."""

    relation: Relation
    column: str


class OutputColumn(NamedTuple):
    """One column of a relation; None stands for what is not known, `why` says why the type is not.

    `nullable` False means that no row can hold NULL; `origins` are sorted and never None: what is seen of the lineage.
    """

    name: str | None
    type: str | None = None
    nullable: bool | None = None
    origins: tuple[Origin, ...] = ()
    why: str = ""

    @property
    def data_type(self) -> Fact[str]:
        """The type in the dialect's spelling, or what hides it."""
        return Unknown(self.why) if self.type is None else Known(self.type, None, "static")


# The columns of a relation in order; a gap stands where others may be.
Output: TypeAlias = tuple[OutputColumn | Gap, ...]

Packed: TypeAlias = "str | int | bool | list[Packed] | None"  # what JSON holds

_CLASSES: tuple[Callable[..., object], ...] = (
    Relation, Column, Value, Cast, Function, Scalar, Hidden, Item, Star, Spread, Gap, Source, Select, Union, Rows,
    Recursion, Merged, Turned, Shape, Origin, OutputColumn,
)  # fmt: skip
_CODES = {made: code for code, made in enumerate(_CLASSES)}


def pack(value: object) -> Packed:
    """Return a shape, an output or a part of one as lists that JSON holds."""
    if isinstance(value, tuple):
        return [_CODES.get(type(value), -1), *map(pack, value)]
    return cast("Packed", value)


def unpack_shape(packed: Packed) -> Shape:
    """Return the shape that `pack` made lists of."""
    return cast("Shape", _unpack(packed))


def unpack_output(packed: Packed) -> Output:
    """Return the output columns that `pack` made lists of."""
    return cast("Output", _unpack(packed))


def _unpack(packed: Packed) -> object:
    if not isinstance(packed, list):
        return packed
    code, *parts = packed
    values = map(_unpack, parts)
    return tuple(values) if code == -1 else _CLASSES[code](*values)  # type: ignore[index]  # a number, as pack wrote it

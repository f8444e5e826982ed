"""Terms to what is known of a value: type, nullability, lineage; here the tables of an adapter's types are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.sql import duckdb_types
from ringfence.sql.duckdb_types import Operand
from ringfence.sql.shape import Cast, Column, Function, Hidden, Scalar, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ringfence.sql.shape import Origin, Term


class Typed(NamedTuple):
    """What is known of a value; None is not known, `why` says what hides the type.

    `literal` is that of `Value`; `name` how the column is called that the value is.
    """

    type: str | None
    nullable: bool | None
    origins: tuple[Origin, ...] = ()
    why: str = ""
    literal: str = ""
    name: str = ""


ANY = Typed(None, None, (), "a column where none can be")

# Never NULL, whatever they are given.
_NEVER_NULL = frozenset({"count", "rownumber", "rank", "denserank", "percentrank", "cumedist", "currentdate",
    "currenttimestamp", "approxdistinct", "row_number()", "rank()", "dense_rank()"})  # fmt: skip
# NULL only where one of their arguments is.
_STRICT = frozenset(
    {"add", "sub", "mul", "neg", "dpipe", "upper", "lower", "trim", "length", "abs", "md5", "replace", "round"}
)
_STRICT_TESTS = frozenset({"eq", "neq", "gt", "gte", "lt", "lte", "and", "or", "not", "between", "like", "ilike"})
_TESTS_OF_NULL = frozenset({"is", "exists", "nullsafeeq", "nullsafeneq"})


def value_of(term: Term, column: Callable[[Column], Typed], scalar: Callable[[int], Typed], dialect: str) -> Typed:
    """Return what is known of a term; `column` and `scalar` tell of columns and of subqueries used as values."""
    if isinstance(term, Column):
        found = column(term)
        return found if found.name else found._replace(name=term.name)
    if isinstance(term, Value):
        why = "" if term.type else "a literal whose type is not known in this dialect"
        return Typed(term.type or None, term.null, (), why, term.literal)
    if isinstance(term, Scalar):
        return scalar(term.query)
    if isinstance(term, Cast):
        inner = value_of(term.of, column, scalar, dialect)
        nullable = True if term.attempt else inner.nullable
        why = "" if term.type else "a cast to a type that is not known in this dialect"
        return Typed(term.type or None, nullable, inner.origins, why)
    args = [value_of(arg, column, scalar, dialect) for arg in term.args]
    origins = _origins(args)
    if isinstance(term, Hidden):
        return Typed(None, None, origins, term.why)
    kind = type_of(term, args, dialect)
    if kind is not None:
        return Typed(kind, _nullable(term, args), origins)
    return Typed(None, _nullable(term, args), origins, _why(term, args, dialect))


def type_of(term: Function, args: Sequence[Typed], dialect: str) -> str | None:
    """Return the type that a function gives in a dialect, None where no table tells."""
    if term.name == "either":
        return args[0].type if args[0].type == args[1].type else None
    if dialect == "duckdb":
        return duckdb_types.type_of(term.name, [Operand(arg.type, arg.literal) for arg in args], term.options)
    return "BOOLEAN" if term.name == "boolean" else None


def stacked(left: str | None, right: str | None, dialect: str) -> str | None:
    """Return the type of a column of a set operation."""
    if dialect == "duckdb":
        return duckdb_types.stacked(left, right)
    return left if left == right else None


def _why(term: Function, args: Sequence[Typed], dialect: str) -> str:
    hidden = next((arg.why for arg in args if arg.type is None and arg.why), "")
    if hidden:
        return hidden
    kinds = ", ".join(str(arg.type) for arg in args[:4])
    name = term.name.removesuffix("()")
    return (
        f"{name} of {kinds} in {dialect or 'an unknown dialect'}"
        if dialect == "duckdb"
        else f"{name} in {dialect or 'an unknown dialect'}"
    )


def _nullable(term: Function, args: Sequence[Typed]) -> bool | None:
    if term.name in _NEVER_NULL:
        return False
    if term.name == "boolean" and term.options[0] in _TESTS_OF_NULL:
        return False
    if term.name == "coalesce":
        found = {arg.nullable for arg in args}
        return False if False in found else True if found == {True} else None
    if term.name == "case":
        return _any_null(args[:-1])
    if term.name == "either":
        return _any_null(args)
    if term.name == "nullif":
        return True
    if term.name in _STRICT or (term.name == "boolean" and term.options[0] in _STRICT_TESTS):
        return _any_null(args)
    return None


def _any_null(args: Sequence[Typed]) -> bool | None:
    """Return True where one may be NULL, False where none can be, None where it is not known."""
    found = {arg.nullable for arg in args}
    return True if True in found else None if None in found else False


def _origins(args: Sequence[Typed]) -> tuple[Origin, ...]:
    found = {origin for arg in args for origin in arg.origins}
    return tuple(sorted(found)) if len(found) > 1 else tuple(found)

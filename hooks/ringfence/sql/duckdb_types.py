"""What DuckDB's functions and operators give: the types that its binder derives, where all versions tried agree.

Every rule here is held against DuckDB itself by the tests; a function that is not listed has no known type.
https://duckdb.org/docs/stable/sql/data_types/overview
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Operand(NamedTuple):
    """A value's type (None: not known) and, where it is a literal, what it reads: a whole number, `'` for a text."""

    type: str | None
    literal: str = ""


# Whole numbers: bits of a signed one, and the digits that it needs as a decimal.
_SIGNED = {"TINYINT": (7, 3), "SMALLINT": (15, 5), "INTEGER": (31, 10), "BIGINT": (63, 19), "HUGEINT": (127, 38)}
_UNSIGNED = frozenset({"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"})
_FLOATS = ("FLOAT", "DOUBLE")
_TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_WIDEST = 38
_WIDEST_IN_64_BITS = 18

_FIXED = {
    "BIGINT": (
        "count", "approxdistinct", "rownumber", "rank", "denserank", "ntile", "length", "datediff", "year", "month",
        "day", "week", "quarter", "dayofweek", "dayofmonth", "dayofyear", "strposition", "rank()", "dense_rank()",
        "ntile()", "row_number()", "strlen()", "hour", "minute", "second", "dayofweekiso", "weekofyear",
        "instr()", "epoch_ms()",
    ),
    "DOUBLE": (
        "stddev", "stddevsamp", "stddevpop", "variance", "variancepop", "varsamp", "sqrt", "ln", "exp", "pow",
        "percentrank", "cumedist", "percent_rank()", "cume_dist()", "corr", "rand", "log", "cbrt", "radians()",
        "degrees()", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "pi()", "covarsamp", "covarpop",
        "timetounix",
    ),
    "VARCHAR": (
        "upper", "lower", "trim", "substring", "left", "right", "replace", "md5", "regexpreplace", "splitpart",
        "groupconcat", "timetostr", "concatws", "reverse", "repeat", "pad", "dayname", "monthname", "regexpextract",
        "chr", "translate", "typeof", "sha2", "reverse()", "dayname()", "monthname()", "string_agg()", "printf()",
        "format()", "ltrim()", "rtrim()", "concat_ws()", "version()", "sha256()",
    ),
    "BOOLEAN": (
        "boolean", "logicaland", "logicalor", "isnan", "isinf", "contains", "when", "starts_with()", "ends_with()",
    ),
    "VARCHAR[]": ("split", "string_split()", "regexpextractall"),
    "DATE": ("currentdate", "lastday", "datefromparts", "today()", "tsordstodate"),
    "TIMESTAMP": ("strtotime", "currentlocaltimestamp()", "localtimestamp"),
    "TIMESTAMP WITH TIME ZONE": ("currenttimestamp", "now()", "get_current_timestamp()", "to_timestamp()"),
    "INTERVAL": ("interval", "age()", "to_days()", "to_months()", "to_hours()", "to_years()", "todays"),
    "UUID": ("uuid", "gen_random_uuid()"),
    "UBIGINT": ("hash()",),
    "TINYINT": ("sign",),
}  # fmt: skip
_FIXED_TYPES = {name: kind for kind, names in _FIXED.items() for name in names}
_SAME_AS_FIRST = frozenset(
    {
        "min", "max", "anyvalue", "first", "last", "firstvalue", "lastvalue", "nthvalue", "mode", "argmax", "argmin",
        "arbitrary()", "any_value()", "max_by()", "min_by()", "arg_max()", "arg_min()", "nullif", "percentiledisc",
    }
)  # fmt: skip
_UNITED = frozenset({"coalesce", "greatest", "least"})
_PARTS_OF_SECONDS = frozenset({"epoch", "julian"})
# Units below a day: from a day upwards DuckDB 1 gives a date and DuckDB 2 a timestamp.
_SMALL_UNITS = frozenset({"hour", "minute", "second", "millisecond", "microsecond"})


def type_of(name: str, args: Sequence[Operand], options: Sequence[str]) -> str | None:
    """Return the type that a function or operator gives, or None where it is not known."""
    fixed = _FIXED_TYPES.get(name)
    if fixed is not None:
        return fixed
    if name in _SAME_AS_FIRST:
        return _first(args)
    if name in _UNITED:
        return united(args)
    if name == "case":
        return united(args[:-1])
    rule = _RULES.get(name)
    if rule is not None and args and all(arg.type is not None and arg.type != "NULL" for arg in args):
        return rule(args)
    with_options = _WITH_OPTIONS.get(name)
    return with_options(args, options) if with_options is not None and args else None


def united(args: Sequence[Operand]) -> str | None:
    """Return the one type of CASE, COALESCE and their kin: literals adapt to what they stand beside."""
    made = args[0]
    for arg in args[1:]:
        both = _unite(made, arg)
        if both is None:
            return None
        made = both
    return made.type


def stacked(left: str | None, right: str | None) -> str | None:
    """Return the type of a column of a set operation over columns of two types."""
    if left is None or right is None:
        return None
    both = _unite(Operand(left), Operand(right))
    if both is not None:
        return both.type
    plain = all(kind in _PLAIN or _DECIMAL.fullmatch(kind) for kind in (left, right))
    return "VARCHAR" if "VARCHAR" in (left, right) and plain else None


_PLAIN = frozenset({*_SIGNED, *_FLOATS, *_TIMES, "VARCHAR", "BOOLEAN", "TIME", "INTERVAL"})


def _first(args: Sequence[Operand]) -> str | None:
    return args[0].type if args else None


def _unite(left: Operand, right: Operand, *, fitted: bool = True) -> Operand | None:
    if left.type is None or right.type is None:
        return None
    if left.type == "NULL" or right.type == "NULL":
        return right if left.type == "NULL" else left
    if left.literal == right.literal == "'":
        return Operand("VARCHAR")
    if left.literal == "'" or right.literal == "'":
        return Operand(right.type if left.literal == "'" else left.type)
    if left.literal and right.literal:
        return max(left, right, key=lambda one: abs(int(one.literal)))
    for literal, other in ((left, right), (right, left)):
        if literal.literal and other.type in _SIGNED:
            fits = -(2 ** _SIGNED[other.type][0]) <= int(literal.literal) < 2 ** _SIGNED[other.type][0]
            return other if fits else Operand(_larger(left.type, right.type))
    if left.type == right.type:
        return Operand(left.type)
    made = _larger(left.type, right.type)
    if made is not None and fitted:
        made = _fitted(left.type, right.type, made)
    return None if made is None else Operand(made)


def _fitted(left: str, right: str, made: str) -> str:
    """Return what two decimals become in one column, where both do not fit: the digits before the point are kept."""
    sizes = [
        (int(found[1]), int(found[2])) for kind in (left, right) if (found := _DECIMAL.fullmatch(kind)) is not None
    ]
    if len(sizes) < 2:
        return made
    whole = max(width - scale for width, scale in sizes)
    scale = min(max(scale for _, scale in sizes), _WIDEST - whole)
    return _as_decimal(whole + scale, scale)


def _larger(left: str, right: str) -> str | None:
    """Return the smallest type that holds both, without regard to literals."""
    if left == right:
        return left
    for chain in (tuple(_SIGNED), _TIMES, _FLOATS):
        if left in chain and right in chain:
            return max(left, right, key=chain.index)
    kinds = {left, right}
    if kinds & {*_FLOATS}:
        return next(kind for kind in ("DOUBLE", "FLOAT") if kind in kinds) if all(map(_numeric, kinds)) else None
    sizes = [_decimal(left), _decimal(right)]
    if None in sizes:
        return None
    (width, scale), (other_width, other_scale) = (size for size in sizes if size is not None)
    whole = max(width - scale, other_width - other_scale)
    larger = max(scale, other_scale)
    return _as_decimal(whole + larger, larger)


def _numeric(kind: str) -> bool:
    return kind in _FLOATS or _decimal(kind) is not None


def _decimal(kind: str | None) -> tuple[int, int] | None:
    """Return width and scale of a decimal, or of a whole number read as one."""
    if kind in _SIGNED:
        return _SIGNED[kind][1], 0
    found = _DECIMAL.fullmatch(kind or "")
    return None if found is None else (int(found[1]), int(found[2]))


def _as_decimal(width: int, scale: int) -> str:
    return f"DECIMAL({min(width, _WIDEST)},{scale})"


# operators


def _sum_of_two(args: Sequence[Operand], *, minus: bool) -> str | None:
    left, right = args
    timed = _time_arithmetic(str(left.type), str(right.type), minus=minus)
    if timed is not None:
        return timed
    kind = _number_of(left, right)
    found = _DECIMAL.fullmatch(kind or "")
    if found is None:
        return kind
    width = int(found[1])
    # one digit more for the carry; at the width of 64 bits DuckDB 1 and DuckDB 2 differ
    return None if width == _WIDEST_IN_64_BITS else _as_decimal(width + 1, int(found[2]))


def _time_arithmetic(left: str, right: str, *, minus: bool) -> str | None:
    if minus and left == right:
        return "BIGINT" if left == "DATE" else "INTERVAL" if left in (*_TIMES, "INTERVAL") else None
    if not minus and left in ("INTERVAL", "INTEGER"):
        left, right = (right, left) if right in (*_TIMES, "TIME") else (left, right)
    if right == "INTERVAL":
        return {"DATE": "TIMESTAMP"}.get(left, left if left in (*_TIMES, "TIME", "INTERVAL") else None)
    return "DATE" if left == "DATE" and right in ("TINYINT", "SMALLINT", "INTEGER") else None


def _number_of(left: Operand, right: Operand) -> str | None:
    """Return the number type that two operands meet in."""
    if "'" in (left.literal, right.literal) or not (_numeric(str(left.type)) and _numeric(str(right.type))):
        return None
    if left.literal and right.literal:
        return _larger(str(left.type), str(right.type))
    both = _unite(left, right, fitted=False)
    return None if both is None else both.type


def _product(args: Sequence[Operand]) -> str | None:
    left, right = args
    kinds = {str(left.type), str(right.type)}
    if "INTERVAL" in kinds:
        return "INTERVAL" if any(map(_numeric, kinds)) else None
    kind = _number_of(left, right)
    if _DECIMAL.fullmatch(kind or "") is None:
        return kind
    sizes = [size for size in (_decimal(left.type), _decimal(right.type)) if size is not None]
    width, scale = (sum(size[part] for size in sizes) for part in (0, 1))
    if width > _WIDEST_IN_64_BITS >= max(size[0] for size in sizes) and scale <= _WIDEST_IN_64_BITS:
        width = _WIDEST_IN_64_BITS
    return _as_decimal(width, scale) if scale <= _WIDEST else None


def _quotient(args: Sequence[Operand]) -> str | None:
    kind = _number_of(*args)
    if kind is None:
        return "INTERVAL" if args[0].type == "INTERVAL" and _numeric(str(args[1].type)) else None
    return kind if kind in _FLOATS else "DOUBLE"


def _whole_quotient(args: Sequence[Operand]) -> str | None:
    kind = _number_of(*args)
    return "DOUBLE" if _DECIMAL.fullmatch(kind or "") else kind


def _remainder(args: Sequence[Operand]) -> str | None:
    kind = _number_of(*args)
    if kind is not None and "HUGEINT" in (args[0].type, args[1].type) and kind != "HUGEINT":
        return None
    found = [_DECIMAL.fullmatch(str(arg.type)) for arg in args]
    sizes = [(int(one[1]), int(one[2])) for one in found if one is not None]
    whole, scale = max((w - s for w, s in sizes), default=0), max((s for _, s in sizes), default=0)
    return None if len(sizes) > 1 and whole + scale > _WIDEST else kind  # what does not fit is not kept exactly


def _joined(args: Sequence[Operand]) -> str | None:
    return "VARCHAR" if all(arg.type in _PLAIN or _DECIMAL.fullmatch(str(arg.type)) for arg in args) else None


# functions


def _total(args: Sequence[Operand]) -> str | None:
    kind = str(args[0].type)
    if kind in _SIGNED or kind in _UNSIGNED or kind == "BOOLEAN":
        return "HUGEINT"
    found = _DECIMAL.fullmatch(kind)
    return f"DECIMAL(38,{found[2]})" if found else "DOUBLE" if kind in _FLOATS else None


def _mean(args: Sequence[Operand]) -> str | None:
    return "DOUBLE" if _numeric(str(args[0].type)) else None


def _middle(args: Sequence[Operand]) -> str | None:
    kind = str(args[0].type)
    if kind in _SIGNED:
        return "DOUBLE"
    return kind if _numeric(kind) or kind in _TIMES[1:] else None


def _whole_part(args: Sequence[Operand]) -> str | None:
    kind = str(args[0].type)
    if kind in _SIGNED:
        return "DOUBLE"
    found = _DECIMAL.fullmatch(kind)
    return f"DECIMAL({found[1]},0)" if found else kind if kind in _FLOATS else None


def _same_number(args: Sequence[Operand]) -> str | None:
    kind = str(args[0].type)
    return kind if _numeric(kind) or kind == "INTERVAL" else None


def _list_of(args: Sequence[Operand]) -> str | None:
    kind = str(args[0].type)
    return f"{kind}[]" if kind in _PLAIN or _DECIMAL.fullmatch(kind) else None


def _list_made(args: Sequence[Operand]) -> str | None:
    kind = united(args)
    return None if kind is None else _list_of([Operand(kind)])


def _element(args: Sequence[Operand]) -> str | None:
    kind = str(args[0].type)
    return "VARCHAR" if kind == "VARCHAR" else kind[:-2] if kind.endswith("[]") else None


def _slice(args: Sequence[Operand]) -> str | None:
    kind = str(args[0].type)
    return kind if kind == "VARCHAR" or kind.endswith("[]") else None


def _zoned(args: Sequence[Operand]) -> str | None:
    kinds = {"TIMESTAMP": "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE": "TIMESTAMP"}
    return kinds.get(str(args[0].type))


def _moved(args: Sequence[Operand]) -> str | None:
    """Return the type of a value of an earlier or later row, or of the default beside it."""
    return args[0].type if len(args) < 3 or args[2].type in (args[0].type, "NULL") or args[2].literal else None


def _series(args: Sequence[Operand]) -> str | None:
    if all(arg.type in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT") for arg in args):
        return "BIGINT"
    return "TIMESTAMP" if args[0].type in ("DATE", "TIMESTAMP") else None


def _unpivoted(args: Sequence[Operand]) -> str | None:
    kinds = {arg.type for arg in args}
    return args[0].type if len(kinds) == 1 else None


def _shifted(args: Sequence[Operand]) -> str | None:
    return _time_arithmetic(str(args[0].type), str(args[-1].type), minus=False)


_RULES: Mapping[str, Callable[[Sequence[Operand]], str | None]] = {
    "add": lambda args: _sum_of_two(args, minus=False),
    "sub": lambda args: _sum_of_two(args, minus=True),
    "mul": _product,
    "div": _quotient,
    "intdiv": _whole_quotient,
    "mod": _remainder,
    "neg": _same_number,
    "abs": _same_number,
    "dpipe": _joined,
    "concat": _joined,
    "sum": _total,
    "avg": _mean,
    "product()": _mean,
    "median": _middle,
    "percentilecont": _middle,
    "quantile": _first,
    "floor": _whole_part,
    "ceil": _whole_part,
    "arrayagg": _list_of,
    "array": _list_made,
    "element": _element,
    "slice": _slice,
    "explode": lambda args: _element(args) if args[0].type != "VARCHAR" else None,
    "attimezone": _zoned,
    "lag": _moved,
    "lead": _moved,
    "series": _series,
    "unpivot": _unpivoted,
    "dateadd": _shifted,
}


def _rounded(args: Sequence[Operand], options: Sequence[str]) -> str | None:
    kind = str(args[0].type)
    if kind in _FLOATS:
        return kind
    found = _DECIMAL.fullmatch(kind)
    places = options[0] if options else "0"
    if found is None or not places.isdecimal():
        return None
    return f"DECIMAL({found[1]},{min(int(places), int(found[2]))})"


def _part_of_time(_: Sequence[Operand], options: Sequence[str]) -> str | None:
    if not options or not options[0].isalpha():
        return None
    return "DOUBLE" if options[0] in _PARTS_OF_SECONDS else "BIGINT"


def _cut(args: Sequence[Operand], options: Sequence[str]) -> str | None:
    kind = args[0].type
    if kind == "TIMESTAMP WITH TIME ZONE":
        return kind
    return "TIMESTAMP" if options and options[0] in _SMALL_UNITS and kind in _TIMES else None


_WITH_OPTIONS: Mapping[str, Callable[[Sequence[Operand], Sequence[str]], str | None]] = {
    "round": _rounded,
    "extract": _part_of_time,
    "timestamptrunc": _cut,
    "datetrunc": _cut,
}

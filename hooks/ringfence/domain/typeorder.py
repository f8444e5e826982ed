"""The order of types: which holds every value of which. Two types are compared by what they can hold, never by name.

That makes the relation a partial order: what is wider from one side is narrower from the other, and two steps that
widen are one. Decisions that are not plain:

* `bigint` to `double` and `decimal` to `double` are no widening, because large and odd values come out rounded; as
  neither holds all of the other, they are other types. An integer of at most 53 bits widens into `double`.
* `decimal(18,2)` to `decimal(18,4)` gains digits behind the point and loses them before it: another type.
* `date` to `timestamp` widens, for the days that timestamps reach. What a time zone has a part in is another type.
* A struct with a field more is wider where the fields it had keep their order and types: who names a field still finds
  it. A field less, renamed or moved is not. An enum's values are ordered, so it is the same for them.
* An array of a fixed length widens into one of any length.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ringfence.domain.typefamilies import COMMON, ENDLESS, FAMILIES, OWN, Family
from ringfence.domain.typegrammar import Written, parse, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    # A kind and its dimensions.
    Meaning = tuple[Any, ...]

_STRUCTS = frozenset({"struct", "row", "record", "object", "union"})
_LISTS = frozenset({"array", "list"})
_SESSION = "timestamp of the session"
_DATED = frozenset({"date", "timestamp", "timestampltz", "timestamptz"})
_NUMBERS = frozenset({"integer", "decimal", "float"})
_MEASURED = frozenset({"text", "padded", "binary", "varbit", "timestamp", "timestampltz", "timestamptz"}) | {
    *("time", "timetz", _SESSION)
}
# Kinds of which one holds the other's values, when it is as long.
_INTO = {("padded", "text"), ("bit", "varbit")}
_DIGITS = 1000  # PostgreSQL's largest precision; nobody allows more


class _Types:
    """The types of one engine, by name."""

    def __init__(self, family: Family, own: Iterable[str]) -> None:
        self.family = family
        self.rows: dict[str, tuple[str, Any]] = dict.fromkeys(own, (OWN, None))
        for names, kind, dimension in family.rows:
            words, *phrases = names.split("|")
            self.rows.update(dict.fromkeys([*words.split(), *phrases], (kind, dimension)))
            if kind == OWN:
                # names of one row are one type
                self.rows.update(dict.fromkeys([*words.split(), *phrases], (OWN, words.split()[0])))

    def known(self, name: str) -> bool:
        """Return whether words name a type."""
        return name in self.rows or name in _STRUCTS or name in _LISTS or name in ("map", "enum")


@lru_cache(maxsize=8)
def _types(adapter: str | None) -> _Types:
    from ringfence.domain.datatypes import VOCABULARY

    return _Types(FAMILIES.get(adapter or "", COMMON), VOCABULARY.get(adapter or "", ()))


def compare(old: str, new: str, adapter: str | None) -> str | None:
    """Return same, widened, narrowed or other; None where it cannot be told."""
    before, after = _meaning_of(old, adapter), _meaning_of(new, adapter)
    grown, shrunk = _within(before, after), _within(after, before)
    if grown is None or shrunk is None:
        return None
    if grown:
        return "same" if shrunk else "widened"
    return "narrowed" if shrunk else "other"


def _meaning_of(text: str, adapter: str | None) -> Meaning:
    found = tokens(text)
    types = _types(adapter)
    written = parse(found, types.known) if found is not None else None
    unclear = ("unclear", found or " ".join(text.split()))
    return unclear if written is None else _meaning(written, types) or unclear


def _meaning(written: Written, types: _Types) -> Meaning | None:
    made = _base(written, types)
    arrays = written.arrays
    if arrays and types.family.arrays == "ignored":
        arrays = ("",)
    for size in arrays:
        if made is None or (size and types.family.arrays != "fixed"):
            return None
        made = ("list", int(size or 0), int(size) if size else ENDLESS, made)
    return made


def _base(written: Written, types: _Types) -> Meaning | None:
    """Return what a type means without its array brackets; None where that cannot be told."""
    name = written.name
    if written.parts:
        inner = [_meaning(part, types) or ("unclear", part) for _, part in written.parts]
        if name in _STRUCTS:
            fields = tuple((named, one) for (named, _), one in zip(written.parts, inner, strict=True))
            return ("union" if name == "union" else "struct", fields)
        if name == "map" and len(inner) == 2:
            return ("map", *inner)
        return ("list", 0, ENDLESS, inner[0]) if name in _LISTS and len(inner) == 1 else None
    if name == "enum" and all(one[0] == "'" for one in written.sizes) and written.sizes:
        return "enum", tuple(one[1:-1] for one in written.sizes)
    if name not in types.rows:
        return None
    kind, dimension = types.rows[name]
    if kind == OWN:
        return OWN, dimension or name, written.sizes
    if written.bare:
        return _plain(kind, dimension)
    sizes = _numbers(written.sizes, types.family.longest if kind == "text" else None)
    return None if sizes is None else _sized(kind, sizes, types.family)


def _numbers(sizes: tuple[str, ...], longest: float | None) -> tuple[Any, ...] | None:
    """Return sizes as numbers, one or two; None where they are none."""
    if sizes == ("max",) and longest is not None:
        return (longest,)
    digits = [one.removeprefix("-") for one in sizes]
    if not 1 <= len(sizes) <= 2 or not all(one.isdecimal() and len(one) < 10 for one in digits):
        return None
    return tuple(int(one) for one in sizes)


def _plain(kind: str, dimension: Any) -> Meaning:
    """Return what a type means of which no size is written."""
    if kind in ("decimal", "number"):
        return _decimal(*(dimension or (None, None)))
    if kind == "integer":
        return kind, *dimension
    if kind == "bit":
        return kind, dimension, dimension
    return {"floats": "float", "texts": "text", "timestamps": "timestamp"}.get(kind, kind), dimension


def _sized(kind: str, sizes: tuple[Any, ...], family: Family) -> Meaning | None:
    """Return what a type with sizes means; None where it takes none such."""
    first = sizes[0]
    if kind == "decimal":
        scale = sizes[1] if len(sizes) == 2 else 0
        return _decimal(first, scale) if 0 < first <= _DIGITS and abs(scale) <= _DIGITS else None
    if len(sizes) != 1 or first < 0:
        return None
    if kind == "texts":
        return "text", ENDLESS
    if kind == "bit":
        return kind, first, first
    if kind in ("text", "padded", "binary", "varbit"):
        return kind, first
    return _stepped(kind, first, family)


def _stepped(kind: str, size: int, family: Family) -> Meaning | None:
    """Return a number or a time whose size chooses one of few types."""
    if kind == "floats" and 0 < size <= 53:
        return "float", 24 if size <= 24 else 53
    if kind == "timestamps" and size <= 9:
        return ("timestamp_ns", 9) if size > 6 else ("timestamp", next(one for one in (0, 3, 6) if size <= one))
    if (kind in _MEASURED or kind == _SESSION) and size <= family.finest:
        return kind, size
    return None


def _decimal(precision: Any, scale: Any) -> Meaning:
    """Return a decimal by its digits before and behind the point."""
    return ("decimal", None if precision is None else precision if precision == ENDLESS else precision - scale, scale)


def _within(left: Meaning, right: Meaning) -> bool | None:
    """Return whether every value of one type is one of the other; None where it cannot be told."""
    one, other = left[0], right[0]
    if left == right:
        return True
    if "unclear" in (one, other):
        return None
    if one in _NUMBERS and other in _NUMBERS:
        return _number_within(left, right)
    if _SESSION in (one, other) and one != other:
        return None if {one, other} <= {_SESSION, *_DATED} else False
    if one == other:
        return _ALIKE[one](left, right) if one in _ALIKE else False
    if (one, other) in _INTO:
        return _at_most(left[-1], right[-1])
    if (one, other) == ("enum", "text"):
        return _at_most(max(map(len, left[1])), right[1])
    return (one, other) == ("date", "timestamp")


def _at_most(left: float | None, right: float | None) -> bool | None:
    if left == right:
        return True
    return None if left is None or right is None else left <= right


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    if False in found:
        return False
    return None if None in found else True


def _measured(left: Meaning, right: Meaning) -> bool | None:
    return _at_most(left[1], right[1])


def _listed(left: Meaning, right: Meaning) -> bool | None:
    return _all([right[1] <= left[1], left[2] <= right[2], _within(left[3], right[3])])


def _mapped(left: Meaning, right: Meaning) -> bool | None:
    return _all([_within(left[1], right[1]), _within(left[2], right[2])])


def _fields(left: Meaning, right: Meaning) -> bool | None:
    """Return whether the fields of one stand in the other, by name (or place, without names), in the same order."""
    answers: list[bool | None] = []
    rest = list(right[1])
    for name, kind in left[1]:
        while rest and rest[0][0] != name:
            rest.pop(0)
        if not rest:
            return False
        answers.append(_within(kind, rest.pop(0)[1]))
    return _all(answers)


def _values(left: Meaning, right: Meaning) -> bool:
    rest = iter(right[1])
    return all(value in rest for value in left[1])


_ALIKE: dict[str, Callable[[Meaning, Meaning], bool | None]] = {
    **dict.fromkeys(_MEASURED, _measured),
    "list": _listed,
    "map": _mapped,
    "struct": _fields,
    "union": _fields,
    "enum": _values,
}


def _number_within(left: Meaning, right: Meaning) -> bool | None:
    pair = (left[0], right[0])
    if pair == ("integer", "integer"):
        return bool(right[1] <= left[1] and left[2] <= right[2])
    if pair == ("decimal", "decimal"):
        return _all([_at_most(left[1], right[1]), _at_most(left[2], right[2])])
    if pair == ("float", "float"):
        return _at_most(left[1], right[1])
    if pair[0] == "float":
        return False
    return _integer_within(left, right) if pair[0] == "integer" else _decimal_within(left, right)


def _integer_within(left: Meaning, right: Meaning) -> bool | None:
    largest = max(-left[1], left[2])
    if right[1] is None:
        return None
    if right[0] == "float":
        return bool(largest <= 2 ** right[1])
    return bool(right[2] >= 0 and largest < 10 ** right[1])


def _decimal_within(left: Meaning, right: Meaning) -> bool | None:
    """Return whether a decimal's values are whole numbers, and small enough for an integer or a float."""
    digits, scale = left[1], left[2]
    if digits is None or right[1] is None:
        return None
    if scale > 0:
        return False
    largest = 10**digits - 10**-scale
    if right[0] == "float":
        return bool(largest <= 2 ** right[1])
    return bool(largest <= right[2] and largest <= -right[1])

"""Jinja's filters and tests and the methods of plain values that sources may call: pure ones, of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ringfence.sql.openvalues import MAX_ITEMS, MAX_TEXT, UNDEFINED, Jinja, Open, first_open, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TEXT_METHODS = frozenset(
    {
        "upper", "lower", "strip", "lstrip", "rstrip", "split", "rsplit", "startswith", "endswith", "title",
        "capitalize", "splitlines", "find", "count", "isdigit", "isnumeric", "isalpha", "index", "removeprefix",
        "removesuffix", "replace", "join",
    }
)  # fmt: skip
_LIST_METHODS = frozenset({"append", "extend", "insert", "pop", "remove", "index", "count", "copy", "clear"})
_DICT_METHODS = frozenset({"get", "items", "keys", "values", "update", "pop", "setdefault", "copy"})


def method(value: Jinja, name: str) -> Callable[..., Jinja] | None:
    """Return a method of a plain value that may be called, None for any other."""
    if isinstance(value, str) and name in _TEXT_METHODS:
        return cast("Callable[..., Jinja]", getattr(value, name))
    if isinstance(value, list) and name in _LIST_METHODS and hasattr(value, name):
        return cast("Callable[..., Jinja]", getattr(value, name))
    if isinstance(value, dict) and name in _DICT_METHODS:
        made = getattr(value, name)
        if name == "items":
            return lambda: [list(pair) for pair in value.items()]
        return (lambda: list(made())) if name in ("keys", "values") else cast("Callable[..., Jinja]", made)
    return None


def fits(value: Jinja) -> bool:
    """Return whether a value is small enough to be followed."""
    if isinstance(value, str):
        return len(value) <= MAX_TEXT
    if isinstance(value, int) and not isinstance(value, bool):
        return value.bit_length() <= 1000
    return len(value) <= MAX_ITEMS if isinstance(value, list | dict) else True


def apply_filter(name: str, args: list[Jinja], keywords: dict[str, Jinja]) -> Jinja:
    """Return what a filter gives of plain values; an open value for a filter or arguments that are not known."""
    rule = _FILTERS.get(name)
    hidden = first_open([*args, *keywords.values()])
    if name in ("list", "length", "count", "last", "first", "reverse") and not isinstance(args[0], Open):
        hidden = None  # asks for places in a list, not for what stands there
    if hidden is not None:
        return hidden
    if rule is None:
        return Open(f"the filter {name}")
    try:
        value = rule(*args, **keywords)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        return Open(f"the filter {name} of such a value")
    return value if fits(value) else Open("a value too large to follow")


def apply_test(name: str, args: list[Jinja]) -> Jinja:
    """Return what a test says of values, open where they are."""
    value = args[0]
    if name in ("defined", "undefined") and not isinstance(value, Open):
        return (value is not UNDEFINED) is (name == "defined")
    if isinstance(value, Open):
        return value
    rule = _TESTS.get(name)
    if rule is None or first_open(args[1:]) is not None:
        return Open(f"the test {name}")
    try:
        return rule(*args)
    except (TypeError, ValueError, ZeroDivisionError):
        return Open(f"the test {name} of such a value")


def _default(value: Jinja, fallback: Jinja = "", boolean: Jinja = False) -> Jinja:
    missing = value is UNDEFINED or (truth(boolean) and not truth(value))
    return fallback if missing else value


def _join(value: list[Jinja], by: str = "", attribute: str | None = None) -> str:
    parts = value if attribute is None else _map(value, attribute=attribute)
    return by.join(map(str, parts))


def _map(value: list[Jinja], name: str = "", *args: Jinja, attribute: str | None = None) -> list[Jinja]:
    if attribute is not None:
        return [cast("dict[str, Jinja]", item)[attribute] for item in value]
    made = [apply_filter(name, [item, *args], {}) for item in value]
    if first_open(made) is not None:
        raise ValueError
    return made


def _chosen(*, wanted: bool) -> Callable[..., list[Jinja]]:
    def choose(value: list[Jinja], test: str | None = None, *args: Jinja) -> list[Jinja]:
        results = [truth(item) if test is None else apply_test(test, [item, *args]) for item in value]
        if first_open(results) is not None:
            raise ValueError
        return [item for item, result in zip(value, results, strict=True) if bool(result) is wanted]

    return choose


def _chosen_by(*, wanted: bool) -> Callable[..., list[Jinja]]:
    def choose(value: list[dict[str, Jinja]], attribute: str, test: str | None = None, *args: Jinja) -> list[Jinja]:
        held = [item[attribute] for item in value]
        results = [truth(item) if test is None else apply_test(test, [item, *args]) for item in held]
        if first_open(results) is not None:
            raise ValueError
        return [item for item, result in zip(value, results, strict=True) if bool(result) is wanted]

    return choose


def _unique(value: list[Jinja]) -> list[Jinja]:
    found: dict[Jinja, Jinja] = {}
    for item in value:
        found.setdefault(item.lower() if isinstance(item, str) else item, item)
    return list(found.values())


def _whole(value: Jinja, default: int = 0) -> int:
    try:
        return int(cast("str", value))
    except (TypeError, ValueError):
        return default


def _sort(value: list[Any]) -> list[Any]:
    return sorted(value, key=lambda item: item.lower() if isinstance(item, str) else item)


_FILTERS: Mapping[str, Callable[..., Jinja]] = {
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "trim": lambda value: str(value).strip(),
    "title": lambda value: str(value).title(),
    "capitalize": lambda value: str(value).capitalize(),
    "replace": lambda value, old, new: str(value).replace(old, new),
    "string": str,
    "int": _whole,
    "float": float,
    "abs": abs,
    "length": len,
    "count": len,
    "list": list,
    "first": lambda value: value[0],
    "last": lambda value: value[-1],
    "join": _join,
    "map": _map,
    "select": _chosen(wanted=True),
    "reject": _chosen(wanted=False),
    "selectattr": _chosen_by(wanted=True),
    "rejectattr": _chosen_by(wanted=False),
    "unique": _unique,
    "sort": _sort,
    "reverse": lambda value: value[::-1],
    "default": _default,
    "d": _default,
    "as_bool": lambda value: value,
    "as_native": lambda value: value,
    "as_number": lambda value: value,
    "as_text": str,
    "safe": lambda value: value,
    "items": lambda value: [list(pair) for pair in value.items()],
}
_TESTS: Mapping[str, Callable[..., bool]] = {
    "none": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "mapping": lambda value: isinstance(value, dict),
    "sequence": lambda value: isinstance(value, str | list | dict),
    "iterable": lambda value: isinstance(value, str | list | dict),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "odd": lambda value: value % 2 == 1,
    "even": lambda value: value % 2 == 0,
    "divisibleby": lambda value, number: value % number == 0,
    "equalto": lambda value, other: value == other,
    "eq": lambda value, other: value == other,
    "==": lambda value, other: value == other,
    "ne": lambda value, other: value != other,
    "in": lambda value, other: value in other,
    "gt": lambda value, other: value > other,
    "lt": lambda value, other: value < other,
}

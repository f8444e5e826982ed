"""A value or key without quotes that YAML reads as something else than what is seen: `no`, `012`, `12:30`, `1.10`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar, Sequence, walk
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.propertytypes import items_of, kinds_of
from ringfence.domain.rule import Rule
from ringfence.domain.yamlkinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot

# Keys whose mappings hold names of one's own, which dbt wants as texts.
_NAMES = frozenset({"meta", "vars", "env_vars", "macros", "column_types"})
# Generic test -> its list of values, and the argument that says whether they are compared as texts.
_VALUES = {
    "accepted_values": ("values", "quote"),
    "dbt_expectations.expect_column_values_to_be_in_set": ("value_set", "quote_values"),
    "dbt_expectations.expect_column_values_to_not_be_in_set": ("value_set", "quote_values"),
}
# Numbers that are never what they look like: to the base of 8, and of 60.
_ODD = r"[-+]?0[0-9_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"

_STOPS = "dbt stops at it"  # nothing works today that an edit could change


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report each value and key that is read otherwise than it is written, where that matters, once."""
    seen = set()
    for spot in file.spots:
        for finding in _spot(spot):
            if finding.place not in seen:
                seen.add(finding.place)
                yield finding


def _spot(spot: Spot) -> Iterator[Finding]:
    if spot.place == "test":
        yield from _values(spot)
        return
    for key, value in spot.pairs:
        if kind_of(key) in ("flag", "number", "nothing"):
            yield _key(spot, key)
        yield from _texts(spot, key, value)
        if key.text == "meta" or (key.text == "rows" and isinstance(value, Sequence)):
            yield from _odd(spot, key, value)
        elif key.text in ("v", "latest_version") and isinstance(value, Scalar) and _is_rewritten(value):
            yield _finding(
                spot, key, value, f"{key.text} of {spot.called} is {value.text}, and YAML reads {_as(value)}"
            )
        if isinstance(value, Mapping) and key.text in _NAMES:
            yield from (_key(spot, inner) for inner, _ in value.pairs if kind_of(inner) in ("flag", "number"))
        elif key.text == "rows" and spot.place in ("given", "expect") and isinstance(value, Sequence):
            rows = (row for row in value.items if isinstance(row, Mapping))
            yield from (_key(spot, inner) for row in rows for inner, _ in row.pairs if kind_of(inner) != "text")


def _texts(spot: Spot, key: Scalar, value: Item) -> Iterator[Finding]:
    """Report what stands where dbt wants a text, and is none because nobody quoted it: dbt stops."""
    wanted = kinds_of(spot.place, spot.owner, key.text) or ()
    if isinstance(value, Scalar):
        kind = kind_of(value)
        # dbt renders most texts, which makes a text of a date again; descriptions it leaves for later
        if "text" in wanted and kind not in wanted and (kind in ("flag", "number") or _is_dated(key, kind)):
            yield _finding(
                spot,
                key,
                value,
                f"{key.text} of {spot.called} is {value.text}, and YAML reads {_as(value)}: dbt stops at it",
            )
    elif isinstance(value, Sequence) and "list" in wanted and "text" in (items_of(spot.place, key.text) or ()):
        for item in value.items:
            if isinstance(item, Scalar) and kind_of(item) in ("flag", "number"):
                said = f"YAML reads the item {item.text} of {key.text} of {spot.called} as {_as(item)}: dbt stops at it"
                yield _finding(spot, key, item, said)


def _is_dated(key: Scalar, kind: str) -> bool:
    return kind == "date" and key.text == "description"


def _values(spot: Spot) -> Iterator[Finding]:
    names = _VALUES.get(spot.name)
    arguments = spot.body.get("arguments")
    body = arguments if isinstance(arguments, Mapping) else spot.body
    values = body.get(names[0]) if names is not None else None
    if names is None or not isinstance(values, Sequence):
        return
    quote = body.get(names[1])
    as_texts = not (isinstance(quote, Scalar) and quote.value is False)
    for item in values.items:
        if isinstance(item, Scalar) and (_is_odd(item) or (as_texts and _differs(item))):
            said = (
                f"YAML reads the value {item.text} of {spot.called} as {_as(item)}: the test compares with {item.value}"
            )
            yield _finding(spot, item, item, said)


def _odd(spot: Spot, key: Scalar, value: Item) -> Iterator[Finding]:
    for item in walk(value):
        if isinstance(item, Scalar) and _is_odd(item):
            yield _finding(spot, key, item, f"YAML reads {item.text} in {key.text} of {spot.called} as {_as(item)}")


def _is_odd(item: Scalar) -> bool:
    return kind_of(item) == "number" and item.text.strip("+-0_") != "" and re.fullmatch(_ODD, item.text) is not None


def _differs(item: Scalar) -> bool:
    """Return whether a number or switch written out again is another text; true and false are words of SQL too."""
    return (kind_of(item) == "flag" and item.text.lower() not in ("true", "false")) or _is_rewritten(item)


def _is_rewritten(item: Scalar) -> bool:
    return kind_of(item) == "number" and str(item.value) != item.text


def _key(spot: Spot, key: Scalar) -> Finding:
    found = _finding(spot, key, key, f"YAML reads the key {key.text} in {spot.called} as {_as(key)}: dbt stops at it")
    return found._replace(edits=(Edit("rename", key.place, f'"{key.text}"'),))


def _as(item: Scalar) -> str:
    kind = kind_of(item)
    if kind == "number":
        return f"the number {item.value}"
    return {"flag": str(item.value).lower(), "date": "a date"}.get(kind, "nothing")


def _finding(spot: Spot, key: Scalar, at: Scalar, said: str) -> Finding:
    subject, fix = spot.about(key.text), f'quote it: "{at.text}"'
    edit = Edit("quote", at.place, safe=said.endswith(_STOPS))
    return Finding(said, at.place, subject, fix, old=str(at.value), new=at.text, edits=(edit,))


RULE = Rule(
    code="RF313",
    name="yaml-trap",
    level="file",
    summary="YAML reads an unquoted value or key as something else than what is seen",
    severity="error",
    fixable=True,
    check=check,
)

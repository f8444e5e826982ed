"""What YAML makes of a value: text, number, flag, date, nothing, list or mapping, and whether dbt renders it first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar

if TYPE_CHECKING:
    from typing import TypeGuard

    from ringfence.domain.document import Item

# https://yaml.org/type/timestamp.html, as PyYAML reads it: a date, or a date and a time.
DATE = (
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+]([0-9]{1,2})(?::[0-9]{2})?))?"
)
_SAID = {
    "text": "a text",
    "number": "a number",
    "flag": "true or false",
    "date": "a date",
    "nothing": "empty",
    "list": "a list",
    "mapping": "a mapping",
}


def kind_of(item: Item) -> str:
    """Return text, number, flag, date, nothing, list or mapping."""
    if isinstance(item, Scalar):
        return _kind_of_scalar(item)
    return "mapping" if isinstance(item, Mapping) else "list"


def _kind_of_scalar(scalar: Scalar) -> str:
    if scalar.value is None:
        return "nothing"
    if isinstance(scalar.value, bool):
        return "flag"
    if isinstance(scalar.value, int | float):
        return "number"
    if not scalar.quoted and scalar.text[:1].isdigit() and re.fullmatch(DATE, scalar.text):
        return "date"
    return "text"


def said(item: Item) -> str:
    """Return how a message names a value: `a list`, `the text yes`, `empty`, `5`."""
    if not isinstance(item, Scalar):
        return _SAID[kind_of(item)]
    if item.value is None:
        return "empty"
    return f"the text {item.text}" if _kind_of_scalar(item) == "text" else item.text


def kinds(names: tuple[str, ...]) -> str:
    """Return how a message names what is read: `a text or a list`."""
    return " or ".join(_SAID[name] for name in names if name != "nothing")


def is_template(item: Item | None) -> TypeGuard[Scalar]:
    """Return whether dbt may render a value before it looks at it."""
    return isinstance(item, Scalar) and ("{{" in item.text or "{%" in item.text)

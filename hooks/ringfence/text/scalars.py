"""What a plain YAML scalar means, by the YAML 1.1 rules that PyYAML and so dbt follow (https://yaml.org/type/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.yamlkinds import DATE

if TYPE_CHECKING:
    from collections.abc import Callable

_TRUE = {"yes", "true", "on"}
_BOOL = frozenset(
    form for word in ("yes", "no", "true", "false", "on", "off") for form in (word, word.title(), word.upper())
)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
# Patterns are compiled when one is needed: all of them at start cost a run more than it reads.
_INT = r"[-+]?(?:0b[0-1_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*|[1-9][0-9_]*(?::[0-5]?[0-9])+)"
_FLOAT = (
    r"[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_FIRST = frozenset("yYnNtTfFoO~-+.0123456789=")
# What a reader of YAML refuses, or takes for the end of a line. Halves of a character cannot be written at all.
_ESCAPED = "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
_HALVES = "[\ud800-\udfff]"
_DIGITS = 4000  # Python refuses to read longer whole numbers, and so does dbt


_QUOTED = 60


class BadScalar(ValueError):  # noqa: N818  (a value, not the program, is bad)
    """A scalar that looks like a value of a core type and is none."""


def resolve(text: str) -> object:
    """Return what the plain scalar `text` stands for; dates stay text. Raises BadScalar."""
    if not text:
        return None
    if text[0] not in _FIRST:
        return text
    if text in _BOOL:
        return text.lower() in _TRUE
    if text in _NULL:
        return None
    if text[0].isalpha():
        return text  # numbers and dates do not start with a letter
    if re.fullmatch(_INT, text):
        return _integer(text)
    if re.fullmatch(_FLOAT, text):
        return _float(text)
    if (date := re.fullmatch(DATE, text)) is not None:
        _check_date(text, date)
    if text == "=":
        raise BadScalar("a lone = is a value that dbt cannot read")
    return text


def shortened(text: str) -> str:
    """Return a text as a message quotes it: not beyond its first 59 characters."""
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}..."


def construct(tag: str, text: str) -> object:
    """Return the value of a scalar with an explicit core tag, such as `!!str 5`. Raises BadScalar."""
    readers: dict[str, Callable[[str], object]] = {
        "tag:yaml.org,2002:str": str,
        "tag:yaml.org,2002:int": _integer,
        "tag:yaml.org,2002:float": _float,
        "tag:yaml.org,2002:bool": _bool,
        "tag:yaml.org,2002:null": lambda _text: None,
        "tag:yaml.org,2002:timestamp": str,
        "tag:yaml.org,2002:binary": str,
    }
    reader = readers.get(tag)
    if reader is None:
        raise BadScalar(f"the tag {shortened(tag)} is not one that dbt can read")
    return reader(text)


def quoted(text: str) -> str:
    """Return `text` between double quotes, as a value of one line that reads back the same."""
    import json

    written = json.dumps(re.sub(_HALVES, "\ufffd", text), ensure_ascii=False)
    return re.sub(_ESCAPED, lambda found: f"\\u{ord(found[0]):04x}", written)


def _bool(text: str) -> bool:
    if text not in _BOOL:
        raise BadScalar(f"{text[:40]} is not a boolean")
    return text.lower() in _TRUE


def _integer(text: str) -> int:
    if not re.fullmatch(_INT, text):
        raise BadScalar(f"{text[:40]} is not a whole number")
    digits = text.replace("_", "")
    if len(digits) > _DIGITS:
        raise BadScalar(f"a number of {len(digits)} digits cannot be read")
    sign = -1 if digits.startswith("-") else 1
    body = digits.lstrip("+-")
    if ":" in body:
        value = 0
        for part in body.split(":"):
            value = value * 60 + int(part)
        return sign * value
    if body.startswith("0") and body[1:].isdigit():
        return sign * int(body, 8)
    try:
        return sign * int(body, 0)
    except ValueError as error:
        raise BadScalar(f"{text[:40]} is not a whole number") from error


def _float(text: str) -> float:
    body = text.replace("_", "").lower()
    try:
        if ":" not in body:
            return float(body.replace(".inf", "inf").replace(".nan", "nan"))
        value = 0.0
        for part in body.lstrip("+-").split(":"):
            value = value * 60 + float(part)
    except ValueError as error:
        raise BadScalar(f"{text[:40]} is not a number") from error
    return -value if body.startswith("-") else value


def _check_date(text: str, match: re.Match[str]) -> None:
    import datetime

    *moment, zone = match.groups()
    try:
        # three or six fields; only whether they are valid is asked
        datetime.datetime(*(int(field) for field in moment if field is not None))  # type: ignore[arg-type]
        datetime.timezone(datetime.timedelta(hours=int(zone or 0)))
    except ValueError as error:
        raise BadScalar(f"{text} looks like a date and is none: quote it, or write a date that exists") from error

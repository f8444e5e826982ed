"""What dbt makes of a seed's values: the kind of every column, told by all of its values as agate tells it.

dbt reads a seed with agate, which drops every kind that a value does not fit; of those left the first one counts:
number, date, timestamp, boolean, text (https://docs.getdbt.com/reference/resource-configs/column_types). A number that
is never a fraction is an integer, and so is a column without any value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

# dbt itself notes down no more than the path of a seed over 1 MiB.
MAX_BYTES = 1024 * 1024
_NULLS = frozenset({"", "null"})
_PLAIN_NUMBER = re.compile(r"-?(\d{1,27})(?:\.(\d{1,27}))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
# https://github.com/wireservice/agate, DEFAULT_CURRENCY_SYMBOLS: taken off a number's ends, in this order.
_CURRENCIES = "؋$ƒ៛¥₡₱£€¢﷼₪₩₭₮₦฿₤₫"
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
_LIKE_ISO = re.compile(r"[0-9W-]+T[0-9:.,Z+-]+", re.ASCII)
_PRECISION = 28  # digits of Python's decimals, which agate leaves as it is


class Columns(NamedTuple):
    """The kind of every column, empty where it is not known; `why` says why where nothing is known of any."""

    kinds: tuple[str, ...]
    why: str = ""


def read(content: bytes, delimiter: str) -> Columns:
    """Return the kinds of a seed's columns: integer, number, date, timestamp, boolean, text.

    `content` is the whole file. Work is linear in it, and a file of more than MAX_BYTES is not looked at.
    """
    import csv
    from io import StringIO

    if len(content) > MAX_BYTES:
        return Columns((), f"a seed of more than {MAX_BYTES // 1024} KiB, whose values are not read")
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return Columns((), "a seed that is not UTF-8")
    rows = csv.reader(StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter)
    try:
        header = next(rows, [])
        columns = [_Column() for _ in header]
        for row in rows:
            if len(row) > len(columns):
                return Columns((), f"a seed with more values than names in line {rows.line_num}")
            for column, value in zip(columns, row, strict=False):
                column.add(value)
    except csv.Error as error:
        return Columns((), f"a seed that cannot be read: {error}")
    return Columns(tuple(column.kind() for column in columns))


class _Column:
    """The kinds that all values so far fit, the first one in front."""

    __slots__ = ("_left", "_places", "_undecided", "_whole")

    def __init__(self) -> None:
        self._left = [*_FITS]
        self._whole, self._places = 1, 0  # the most digits before and behind the point
        self._undecided = False

    def add(self, value: str) -> None:
        """Leave out the kinds that a value does not fit."""
        if not self._left or value.strip().lower() in _NULLS:
            return
        first = self._left[0]
        if self._plainly(first, value):
            self._left = [first]  # it fits none of the others
            return
        if first == "number":
            self._measure(_number(value))
        self._left = [kind for kind in self._left if self._fits(kind, value)]

    def _plainly(self, kind: str, value: str) -> bool:
        """Return whether a value is of a kind as most are written: what costs more is asked of the others alone."""
        if kind == "number":
            found = _PLAIN_NUMBER.fullmatch(value)
            if found is None or len(value) > _PRECISION:
                return False
            self._whole = max(self._whole, len(found[1].lstrip("0")))
            self._places = max(self._places, len((found[2] or "").rstrip("0")))
            return True
        form = {"date": _DATE, "timestamp": _TIMESTAMP}.get(kind)
        return form is not None and form.fullmatch(value) is not None and _exists(value)

    def kind(self) -> str:
        """Return the kind, empty where it is not decided."""
        if not self._left:
            return "text"
        if self._left[0] == "number":
            # what does not fit the precision takes places from the fraction, and gives it some where it has none
            over = self._whole + self._places > _PRECISION
            return "number" if (_PRECISION - self._whole if over else self._places) else "integer"
        kind = "timestamp" if self._left[0] == "iso" else self._left[0]
        return "" if self._undecided else kind

    def _fits(self, kind: str, value: str) -> bool:
        fits = _FITS[kind](value)
        self._undecided = self._undecided or fits is None
        return fits is not False

    def _measure(self, number: Decimal | None) -> None:
        import math

        if number is not None and math.isfinite(number):  # as a float: what is too large for one does not count
            _, digits, exponent = number.normalize().as_tuple()
            self._whole = max(self._whole, len(digits) + int(exponent))
            self._places = max(self._places, -int(exponent))


def _number(value: str) -> Decimal | None:
    """Return the number that a text is, or None: a percent sign, a currency and commas are no part of it."""
    from decimal import Decimal

    plain = value.strip().strip("%")
    minus = plain.startswith("-")
    plain = plain[1:] if minus else plain
    for symbol in _CURRENCIES:
        plain = plain.strip(symbol)
    try:
        return Decimal(plain.replace(",", "")) * (-1 if minus else 1)
    except ArithmeticError:
        return None


def _is_number(value: str) -> bool:
    return _number(value) is not None


def _is_date(value: str) -> bool:
    return _fits_format(value, "%Y-%m-%d")


def _is_timestamp(value: str) -> bool:
    return _fits_format(value, "%Y-%m-%d %H:%M:%S")


def _is_iso(value: str) -> bool | None:
    """Return whether a text is date and time in ISO 8601; None for the forms of it that hardly anybody writes."""
    plain = value.strip()
    if _ISO.fullmatch(plain) is None:
        return None if _LIKE_ISO.fullmatch(plain) else False
    return _exists(plain)


def _exists(value: str) -> bool:
    """Return whether a text in the form of a date, or of date and time, is one of the calendar's and the clock's."""
    from datetime import datetime

    try:
        datetime.fromisoformat(f"{value[:10]} {value[11:19]}".strip())
    except ValueError:
        return False
    return value[11:13] != "24"  # some versions of Python read it as midnight


def _fits_format(value: str, written: str) -> bool:
    from datetime import datetime

    try:
        datetime.strptime(value.strip(), written)
    except ValueError:
        return False
    return True


def _is_boolean(value: str) -> bool:
    return value.replace(",", "").strip().lower() in ("", "null", "true", "false")


# In the order in which dbt prefers them; a column whose timestamps are of both forms is text, which fits everything.
_FITS: Mapping[str, Callable[[str], bool | None]] = {
    "number": _is_number,
    "date": _is_date,
    "timestamp": _is_timestamp,
    "iso": _is_iso,
    "boolean": _is_boolean,
}

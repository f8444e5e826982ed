"""Kinds of seeds' columns, held against what dbt's own reader makes of the same files."""

from __future__ import annotations

import csv
import io
import random
import warnings
from pathlib import Path
from typing import Any

import pytest

from ringfence.text.seedtypes import MAX_BYTES, read

# Values that some reader somewhere takes for a number, a date, a timestamp, a boolean or nothing.
VALUES = [
    *("", "null", "NULL", " null ", "none", "NA", "#N/A", ".", "-"),
    *("0", "1", "-1", "+1", "007", "-0", "1.0", "1.50", "10.00", "1.", ".5", "0.10", "1e5", "1E-3", "1e400", "1e-30"),
    *("1,000", "1 000", "$5", "-$5", "$-5", "\u20ac 5", "5%", "%5", "5 %", "% 5", "--5", "(5)", "1_000", "0x10", "5e"),
    *("NaN", "sNaN", "inf", "-Infinity", "\u221e", "\u00bd", "\u0663", "1e999999999", "1e9999999999999999999"),
    *("123456789012345678901234567", "1234567890123456789012345678", "12345678901234567890123456789"),
    *("123456789012345678901234567890.5", "12345678901234.123456789012345", "99999999999999999999999999.9"),
    *("0.0000000000000000000000000001", "12345678901234567890123456.12"),
    *("true", "True", "TRUE", "false", "t", "yes", "tr,ue", ",", " true"),
    *("2020-01-01", "2020-1-5", "2020-13-01", "2020-02-30", "0000-01-01", "20200101", "01/02/2020", "  2020-01-01 "),
    *("2020-01-01 10:00:00", "2020-01-01 1:2:3", "2020-01-01 24:00:00", "2020-01-01 10:00:60", "2020-01-01 10:00"),
    *("2020-01-01 10:00:00.5", "2020-01-01 10:00:00+00", "12:30", "2020-01-01T10:00:00", "2020-01-01T10:00"),
    *("2020-01-01T10", "2020-01-01T10:00:00Z", "2020-01-01T10:00:00.123456+02:00", "2020-01-01T10:00:00+02"),
    *("20200101T100000", "2020-W01T10", "2020T10", "20T10", "2020-13-01T10:00:00", "2020-01-01T24:00:00"),
    *("2020-01-01T10:00:00.1234567890", "2020-01-01T10:00:00 ", "2020-01-01t10:00:00", "T", "aT", "2020-01-01T"),
    *("abc", "a b", "caf\u00e9", "1/2", " 5 ", "a,b", 'say "so"', "two\nlines"),
]
KINDS = {
    "integer": "integer",
    "float8": "number",
    "date": "date",
    "timestamp without time zone": "timestamp",
    "boolean": "boolean",
    "text": "text",
}


def kinds(*values: str, name: str = "c") -> tuple[str, ...]:
    return read(_written([[name], *([value] for value in values)]), ",").kinds


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((), "integer"),
        (("", "null"), "integer"),
        (("1", "", "-3"), "integer"),
        (("1.0", "2.000"), "integer"),
        (("1", "2.5"), "number"),
        (("1,000.5", "$3", "4%"), "number"),
        (("1", "x"), "text"),
        (("2020-01-01", ""), "date"),
        (("2020-01-01", "2020-1-5"), "date"),
        (("2020-01-01", "2020-02-30"), "text"),
        (("2020-01-01 10:00:00",), "timestamp"),
        (("2020-01-01T10:00:00Z", "2020-01-01T10:00"), "timestamp"),
        (("2020-01-01 10:00:00", "2020-01-01T10:00:00"), "text"),
        (("2020-01-01T10:00:00", "2020-01-01T24:00:00"), "text"),
        (("2020-01-01", "2020-01-01 10:00:00"), "text"),
        (("true", "False", "null"), "boolean"),
        (("t", "f"), "text"),
        (("20200101T10",), ""),
        (("20200101T10", "never"), "text"),
    ],
)
def test_kinds(values: tuple[str, ...], kind: str) -> None:
    assert kinds(*values) == (kind,)


def test_columns_that_rows_do_not_reach_have_no_value() -> None:
    assert read(b"a,b,c\n1,x\n\n2\n", ",").kinds == ("integer", "text", "integer")


def test_byte_order_mark_and_line_ends_are_no_part_of_the_values() -> None:
    assert read(b"\xef\xbb\xbfa;b\r\n2020-01-01;x\r2020-01-02;y\r\n", ";").kinds == ("date", "text")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a\n1,2\n", "a seed with more values than names in line 2"),
        (b"a\n\xff\n", "a seed that is not UTF-8"),
        (b"a\n" + b"x" * 140_000 + b"\n", "a seed that cannot be read: field larger than field limit (131072)"),
        (b"a\n" + b"1\n" * (MAX_BYTES // 2), "a seed of more than 1024 KiB, whose values are not read"),
    ],
)
def test_why_nothing_is_known(content: bytes, why: str) -> None:
    assert read(content, ",") == ((), why)


@pytest.fixture(scope="module")
def truly() -> Any:
    """What dbt with its DuckDB adapter declares the only column of a file as; raises where it refuses the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agate_helper: Any = pytest.importorskip("dbt_common.clients.agate_helper")
        adapter: Any = pytest.importorskip("dbt.adapters.duckdb.impl").DuckDBAdapter
    return lambda path: KINDS[adapter.convert_type(agate_helper.from_csv(str(path), ()), 0)]


def test_every_value_is_of_the_kind_that_dbt_takes_it_for(truly: Any, tmp_path: Path) -> None:
    wrong = []
    for value in VALUES:
        (tmp_path / "seed.csv").write_bytes(_written([["c"], [value]]))
        try:
            truth = truly(tmp_path / "seed.csv")
        except Exception:  # noqa: BLE001  (whatever it is: no table is made)
            continue
        if kinds(value) not in ((truth,), ("",)):
            wrong.append((value, kinds(value), truth))
    assert wrong == []


@pytest.mark.parametrize("seeds", [range(1_000), pytest.param(range(1_000, 30_000), marks=pytest.mark.slow)])
def test_random_columns_are_of_the_kind_that_dbt_takes_them_for(truly: Any, seeds: range, tmp_path: Path) -> None:
    decided = made = 0
    for seed in seeds:
        chosen = random.Random(seed)
        pool = [chosen.choice(VALUES) for _ in range(chosen.randint(1, 3))] + chosen.choice([[], ["", "null"]])
        rows = [[chosen.choice(pool)] if chosen.random() < 0.97 else [] for _ in range(chosen.randint(0, 5))]
        (tmp_path / "seed.csv").write_bytes(_written([["c"], *rows]))
        try:
            truth = truly(tmp_path / "seed.csv")
        except Exception:  # noqa: BLE001  (whatever it is: no table is made)
            continue
        made += 1
        told = read(_written([["c"], *rows]), ",").kinds
        decided += told != ("",)
        assert told in ((truth,), ("",)), f"seed {seed}: {rows}"
    assert made > len(seeds) * 0.9
    assert decided > made * 0.95

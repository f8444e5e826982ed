"""Ignores in comments and in meta, and what they cover."""

from __future__ import annotations

import pytest

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.ignores import Ignore, in_comments, in_meta, outside_values, unpack_ignore, wrong_with
from ringfence.domain.place import Place
from ringfence.text.yaml import parse

CODES = {"RF306": "RF306", "description-missing": "RF306", "RF401": "RF401", "model-removed": "RF401"}


def found(text: str, *, yaml: bool = True) -> list[tuple[tuple[str, ...], str, int, int]]:
    return [(one.rules, one.reason, one.column, one.target) for one in in_comments(text, yaml=yaml)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1 # ringfence: ignore[RF306] why not", [(("RF306",), "why not", 6, 1)]),
        ("#ringfence:ignore[RF306,description-missing]why\na: 1", [(("RF306", "description-missing"), "why", 1, 2)]),
        ("a: 1\r\n\r\n  # ringfence: ignore[RF306] x\r\n\r\n# y\r\nb: 2", [(("RF306",), "x", 3, 6)]),
        ("a: 1\n# ringfence: ignore[RF306] nothing below", [(("RF306",), "nothing below", 1, 2)]),
        ("a: 1# ringfence: ignore[RF306] a value", []),
        ("# ringfence: ignored[RF306] x", []),
        ("ringfence: ignore", []),
        ("nothing", []),
    ],
)
def test_comments_of_yaml(text: str, expected: list[object]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1 --ringfence: ignore[RF601] x", [(("RF601",), "x", 10, 1)]),
        ("{#- ringfence: ignore[RF601] x -#}\n\nselect 1", [(("RF601",), "x", 2, 3)]),
        ("{# ringfence: ignore[RF601] x #} select 1", [(("RF601",), "x", 2, 2)]),
    ],
)
def test_comments_of_sql(text: str, expected: list[tuple[tuple[str, ...], str, int, int]]) -> None:
    assert [one[:3] for one in found(text, yaml=False)] == [one[:3] for one in expected]


def test_what_stands_in_a_value_is_none() -> None:
    said = "# ringfence: ignore[RF306] y"
    text = f'a: "x {said}"\nb: |\n  {said}\nc: [1] {said}\n'
    kept = outside_values(in_comments(text, yaml=True), parse(text.encode(), "a.yml").root)
    assert [one.line for one in kept] == [4]
    assert outside_values((), None) == ()


META = """\
models:
  - name: orders
    meta: {ringfence: {ignore: [{rule: RF306, reason: a}]}}
    config: {meta: {ringfence: {ignore: {rules: [RF306, RF303], reason: b, expires: "2026-12-31"}}}}
    columns:
      - name: id
        config: {meta: {ringfence: {ignore: [{rule: RF306}, text]}}}
    versions:
      - v: 2
        config: {meta: {ringfence: {ignore: [{rule: RF306, reason: c}]}}}
    data_tests: [unique]
sources:
  - name: raw
    tables:
      - name: t
        meta: {ringfence: {ignore: [{rule: RF306, reason: d}]}}
macros:
  - name: m
    arguments: [{name: x}]
    meta: {ringfence: {}}
"""


def test_meta_of_entries_and_what_is_below_them() -> None:
    read = [
        (one.subject, one.of_column, one.rules, one.reason, one.expires)
        for one in in_meta(parse(META.encode(), "").root)
    ]
    assert read == [
        ("model orders", None, ("RF306",), "a", ""),
        ("model orders", None, ("RF306", "RF303"), "b", "2026-12-31"),
        ("model orders", "id", ("RF306",), "", ""),
        ("model orders", "id", (), "", ""),
        ("model orders.v2", None, ("RF306",), "c", ""),
        ("source raw.t", None, ("RF306",), "d", ""),
    ]
    assert in_meta(None) == ()


def finding(line: int, column: str | None = None, code: str = "RF306") -> Finding:
    subject = Subject("model", "orders", column)
    return Finding("a", Place("a.yml", line), subject, "b", code=code, name="description-missing")


def test_what_an_ignore_covers() -> None:
    line = Ignore(("description-missing",), "x", 1, 1, 3)
    assert line.covers(finding(3))
    assert not line.covers(finding(4))
    assert not line._replace(rules=("RF301",)).covers(finding(3))
    assert not line._replace(rules=("RF401",)).covers(finding(3, code="RF401"))
    entry = Ignore(("RF306",), "x", 1, 1, 0, "model orders")
    assert entry.covers(finding(9, "id"))
    assert not entry._replace(subject="model other").covers(finding(9))
    assert entry._replace(of_column="id").covers(finding(9, "id"))
    assert not entry._replace(of_column="id").covers(finding(9))


@pytest.mark.parametrize(
    ("ignore", "wrong"),
    [
        (Ignore(("RF306",), "x", 1, 1), ""),
        (Ignore(("RF306",), "x", 1, 1, expires="2026-05-05"), ""),
        (Ignore(("RF306",), "x", 1, 1, expires="2026-05-04"), "expired on 2026-05-04"),
        (Ignore(("RF306",), "x", 1, 1, expires="May"), "expires on May, which is no date"),
        (Ignore(("RF306",), "", 1, 1), "gives no reason"),
        (Ignore((), "x", 1, 1), "names no rule"),
        (Ignore(("RF999",), "x", 1, 1), "names the unknown rule RF999"),
        (Ignore(("model-removed",), "x", 1, 1), "names model-removed, which cannot be ignored"),
    ],
)
def test_what_keeps_an_ignore_from_counting(ignore: Ignore, wrong: str) -> None:
    assert wrong_with(ignore, CODES, "2026-05-05") == wrong


def test_a_packed_ignore_comes_back() -> None:
    ignore = Ignore(("RF306", "RF301"), "x", 1, 2, 0, "model orders", "id", "2026-01-01")
    assert unpack_ignore([list(ignore.rules), *ignore[1:]]) == ignore

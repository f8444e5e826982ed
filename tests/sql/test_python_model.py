"""Python models: dbt.ref, dbt.source and dbt.config read from the syntax tree."""

from __future__ import annotations

import pytest

from ringfence.sql import python_model
from ringfence.sql.terms import TRUE, describe


def _told(source: str) -> list[str]:
    facts = python_model.read(source)
    assert facts.error is None
    (block,) = facts.blocks
    assert (block.kind, block.name, block.params, block.line) == ("body", "", (), 1)
    assert all(call.guard == TRUE for call in block.calls)
    return [
        f"{call.line}:{call.column} {call.name}("
        + ", ".join(
            [*map(describe, call.args)]
            + [f"{key}={describe(term)}" for key, term in call.keywords]
            + ([call.open_keywords] if call.open_keywords else [])
        )
        + ")"
        for call in block.calls
    ]


MODEL = """\
def model(dbt, session):
    dbt.config(materialized="table", packages=["pandas"], tags=())
    orders = dbt.ref("orders")
    if False:
        dbt.source("raw", "customers")
    return orders.join(dbt.ref("shop", "x", v=2), dbt.ref('y').limit(5))
"""


def test_a_model() -> None:
    assert _told(MODEL) == [
        "2:5 config(materialized='table', packages=['pandas'], tags=())",
        "3:14 ref('orders')",
        "5:9 source('raw', 'customers')",
        "6:24 ref('shop', 'x', v=2)",
        "6:51 ref('y')",
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("# dbt.ref('a')\n'dbt.ref(1)'\n", []),
        ("ref('a')\nother.ref('a')\ndbt.this\ndbt.x.ref('a')\nf().ref('a')\ndbt.this('a')\n", []),
        ("dbt.ref('a'); dbt.ref('a')\n", ["1:1 ref('a')", "1:15 ref('a')"]),
        ("dbt.ref()\n", ["1:1 ref()"]),
        ("dbt.ref(name)\n", ["1:1 ref(name)"]),
        ("dbt.ref('a' + 'b')\n", ["1:1 ref('a' + 'b')"]),
        ("dbt.ref(f'{x}')\n", ["1:1 ref(f'{x}')"]),
        ("dbt.ref(*names)\n", ["1:1 ref(*names)"]),
        ("dbt.config(**settings, enabled=False)\n", ["1:1 config(enabled=False, **settings)"]),
        ("dbt.config(meta={'a': [1, None]}, x=-1)\n", ["1:1 config(meta={'a': [1, None]}, x=-1)"]),
        ("x = 'é😀'; dbt.ref('a')\r\ny = 'ä'; dbt.ref('b')\r", ["1:11 ref('a')", "2:10 ref('b')"]),
        ("\x0cdbt.ref('a')\n", ["1:2 ref('a')"]),
        ("dbt.ref('\\d')\n", ["1:1 ref('\\\\d')"]),
        ("dbt.ref({[]: 1})\n", ["1:1 ref({[]: 1})"]),
    ],
    ids=[
        "empty",
        "comment and string",
        "others' calls",
        "duplicate",
        "no argument",
        "name",
        "sum",
        "f-string",
        "star",
        "double star",
        "literals",
        "columns in characters",
        "form feed",
        "doubtful escape",
        "literal that fails",
    ],
)
def test_calls(source: str, expected: list[str]) -> None:
    assert _told(source) == expected


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\ndef (:\n", 2),
        ("x = '\x00'", 1),
        ("x = " + "(" * 3000, 1),
        ("x = " + "-" * 100_000 + "1", 1),
        ("dbt.ref(" + "-" * 900 + "1)", 1),
        ("dbt.ref(" + "+".join(["a"] * 3000) + ")", 1),
        ("x = " + "9" * 5000, 1),
    ],
    ids=["syntax", "NUL", "brackets", "signs", "deep argument", "long sum", "digits"],
)
def test_what_is_not_python_is_an_error_with_its_line(source: str, line: int) -> None:
    facts = python_model.read(source)
    assert facts.blocks == ()
    assert facts.error is not None
    assert facts.error[0] == line
    assert facts.error[1]

"""Findings as plain lists, for the cache."""

from __future__ import annotations

import json

import pytest

from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding, Subject, Undecidable, pack_result, unpack_result
from ringfence.domain.place import Place

PLACE = Place("models/schema.yml", 3, 5, 3, 9)
PLAIN = Finding("a message", PLACE, Subject("model", "orders", "id", "model.shop.orders"), "a fix", old="a", new="b")
EDITS = (
    Edit("reorder", PLACE, names=("b", "a")),
    Edit("insert", PLACE, "name: c", "columns", safe=False),
)


@pytest.mark.parametrize(
    "result",
    [
        PLAIN._replace(code="RF301", name="ghost-model", severity="error"),
        PLAIN._replace(edits=EDITS),
        Undecidable("RF601", "ref-unresolved", Subject("model", "orders"), "a macro", PLACE),
    ],
    ids=["finding", "with edits", "undecided"],
)
def test_a_result_comes_back_as_it_went(result: Finding | Undecidable) -> None:
    assert unpack_result(json.loads(json.dumps(pack_result(result)))) == result


def test_one_unsafe_edit_makes_a_fix_unsafe() -> None:
    assert PLAIN.fixable is None
    assert PLAIN._replace(edits=EDITS[:1]).fixable == "safe"
    assert PLAIN._replace(edits=EDITS).fixable == "unsafe"

from __future__ import annotations

import json

import pytest

from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding, Subject, Undecidable, pack_result, unpack_result
from ringfence.domain.place import Place

FINDING = Finding(
    "model orders changed", Place("a.yml", 3, 5), Subject("model", "orders", "id", "model.shop.orders"), "undo it",
    old="integer", new="bigint", code="RF101", name="locked-model-changed", severity="error",
)  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        FINDING._replace(message="another sentence"),
        FINDING._replace(fix="another way out"),
        FINDING._replace(severity="info", evidence="executed", name="renamed-rule"),
        FINDING._replace(place=Place("elsewhere/b.yml", 99, 1, 100, 2)),
        FINDING._replace(subject=FINDING.subject._replace(kind="node", name="Orders")),
        FINDING._replace(subject=FINDING.subject._replace(column="ID")),
        FINDING._replace(old="  INTEGER "),
    ],
)
def test_what_does_not_move_a_fingerprint(other: Finding) -> None:
    assert other.fingerprint == FINDING.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        FINDING._replace(code="RF102"),
        FINDING._replace(subject=FINDING.subject._replace(key="model.shop.customers")),
        FINDING._replace(subject=FINDING.subject._replace(column=None)),
        FINDING._replace(subject=FINDING.subject._replace(column="other")),
        FINDING._replace(old=None),
        FINDING._replace(old="bigint", new="integer"),
        FINDING._replace(new="decimal(18, 2)"),
        FINDING._replace(old=None, new="integer bigint"),
    ],
)
def test_what_moves_a_fingerprint(other: Finding) -> None:
    assert other.fingerprint != FINDING.fingerprint


def test_without_a_key_kind_and_name_are_the_identity() -> None:
    bare = FINDING._replace(subject=Subject("model", "orders"))
    assert bare.fingerprint == bare._replace(subject=Subject("model", "orders", "", "model.orders")).fingerprint
    assert bare.fingerprint != bare._replace(subject=Subject("seed", "orders")).fingerprint


def test_it_is_sixteen_hexadecimal_digits() -> None:
    assert len(FINDING.fingerprint) == 16
    assert int(FINDING.fingerprint, 16) >= 0


EDITS = (
    Edit("reorder", FINDING.place, names=("b", "a")),
    Edit("insert", FINDING.place, "name: c", "columns", safe=False),
)


@pytest.mark.parametrize(
    "result",
    [
        FINDING._replace(code="RF301", name="ghost-model", severity="error"),
        FINDING._replace(edits=EDITS),
        Undecidable("RF601", "ref-unresolved", Subject("model", "orders"), "a macro", FINDING.place),
    ],
    ids=["finding", "with edits", "undecided"],
)
def test_a_result_comes_back_as_it_went(result: Finding | Undecidable) -> None:
    assert unpack_result(json.loads(json.dumps(pack_result(result)))) == result


def test_one_unsafe_edit_makes_a_fix_unsafe() -> None:
    assert FINDING.fixable is None
    assert FINDING._replace(edits=EDITS[:1]).fixable == "safe"
    assert FINDING._replace(edits=EDITS).fixable == "unsafe"

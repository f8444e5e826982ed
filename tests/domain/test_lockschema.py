"""The published schemas of lock files and permits: what they let in, and what they do not."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ringfence.domain.lockschema import lock_schema, permit_schema

ENTRY = {"date": "2026-11-20", "class": "breaking", "what": "a: gone", "reason": "FIN-1", "by": "T", "seal": "0" * 12}
LOCK = {
    "version": 1,
    "model": "orders.v2",
    "guard": "logic",
    "reader": 1,
    "interface": {"contract": "enforced", "columns": [{"id": "integer, not_null"}], "unknown": ["access"]},
    "logic": {"sql": "src1:0"},
    "changes": [ENTRY | {"expires": "2026-11-27", "approvers": "@data"}],
}
PERMIT = {
    "id": "fin-12",
    "models": ["orders"],
    "classes": ["breaking"],
    "reason": "FIN-12",
    "by": "T",
    "created": "2026-11-20",
    "expires": "2026-12-01",
}


@pytest.mark.parametrize(("schema", "held"), [(lock_schema(), LOCK), (permit_schema(), PERMIT)])
def test_what_we_write_fits(schema: dict[str, Any], held: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(held)


@pytest.mark.parametrize(
    ("schema", "held"),
    [
        (lock_schema(), LOCK | {"guard": "none"}),
        (lock_schema(), LOCK | {"owner": "me"}),
        (lock_schema(), LOCK | {"interface": {"columns": [{"a": "int", "b": "int"}]}}),
        (lock_schema(), LOCK | {"changes": [ENTRY | {"seal": "short"}]}),
        (lock_schema(), LOCK | {"changes": [{"date": "2026-11-20"}]}),
        (permit_schema(), PERMIT | {"models": []}),
        (permit_schema(), PERMIT | {"classes": ["all of them"]}),
        (permit_schema(), PERMIT | {"expires": "soon"}),
    ],
)
def test_what_nobody_writes_does_not(schema: dict[str, Any], held: dict[str, Any]) -> None:
    assert not Draft202012Validator(schema).is_valid(held)

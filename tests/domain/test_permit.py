"""Permits: whom and what they are for, when they hold, and that they are spent once."""

from __future__ import annotations

import pytest

from ringfence.domain.permit import Permit, Permits

TODAY = "2026-11-21"
ONE = Permit(
    "p1", ("m", "n"), ("breaking",), "FIN-1", "Ann", "2026-11-01", "2026-11-30", path="ringfence/permits/p1.yml"
)
POLICY = ONE._replace(id="p2", models=("*",), classes=("policy", "critical"), path="ringfence/permits/p2.yml")


@pytest.mark.parametrize(
    ("permit", "label", "change_class", "told"),
    [
        (ONE, "m", "breaking", None),
        (ONE, "n", "breaking", None),
        (ONE, None, "breaking", None),
        (POLICY, "anything", "critical", None),
        (ONE, "o", "breaking", "permit p1 is for m, n"),
        (ONE, "m", "critical", "permit p1 is for changes that are breaking"),
        (ONE._replace(expires="2026-11-20"), "m", "breaking", "permit p1 expired on 2026-11-20"),
        (ONE._replace(expires=TODAY), "m", "breaking", None),
        (ONE._replace(created="2026-11-22"), "m", "breaking", "permit p1 holds from 2026-11-22 on"),
        (ONE._replace(id="old"), "m", "breaking", "permit old is spent"),
    ],
)
def test_what_a_permit_is_for(permit: Permit, label: str | None, change_class: str, told: str | None) -> None:
    assert permit.refusal(label, change_class, TODAY, {"old"}) == told


def test_a_permit_by_its_id() -> None:
    permits = Permits((ONE,), frozenset({"gone"}), frozenset({"new"}))
    assert permits.refusal("p1", "m", "breaking", TODAY) is None
    assert permits.refusal("p1", "o", "breaking", TODAY) == "permit p1 is for m, n"
    assert permits.refusal("gone", "m", "breaking", TODAY) == "permit gone is spent"
    assert "not merged yet" in (permits.refusal("new", "m", "breaking", TODAY) or "")
    assert permits.refusal("none", "m", "breaking", TODAY) == "there is no permit none"
    assert permits.usable("m", "breaking", TODAY) == [ONE]
    assert permits.usable("m", "critical", TODAY) == []


def test_a_permit_of_policy_is_spent_by_taking_its_file_away() -> None:
    assert Permits((ONE, POLICY), removed=frozenset({"p2"})).of_policy(TODAY) == ("p2", "")
    spent, fix = Permits((ONE, POLICY)).of_policy(TODAY)
    assert (spent, fix) == (None, "spend the permit p2: git rm ringfence/permits/p2.yml")
    spent, fix = Permits((ONE,), removed=frozenset({"p1"})).of_policy(TODAY)
    assert spent is None
    assert "lock permit" in fix

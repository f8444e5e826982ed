"""Permits as files: what is written is read, and what is no permit is a located problem."""

from __future__ import annotations

import pytest

from ringfence.domain.document import Problem
from ringfence.domain.permit import Permit
from ringfence.stores.permits import is_permit, permit_path, read_permit, render

PERMIT = Permit(
    "2026-11-21-m-1a2b",
    ("m", "fct: orders"),
    ("breaking", "critical"),
    'FIN-1 "cents"',
    "Ann <ann@example.com>",
    "2026-11-21",
    "2026-12-05",
    "FIN-1",
    "t/ringfence/permits/2026-11-21-m-1a2b.yml",
)


@pytest.mark.parametrize("permit", [PERMIT, PERMIT._replace(ticket="")])
def test_what_is_written_is_read(permit: Permit) -> None:
    assert read_permit(render(permit).encode(), permit.path) == permit


def test_a_permit_by_hand_needs_no_quotes() -> None:
    text = "id: p\nmodels: [m]\nclasses: [policy]\nreason: why\nby: Ann\ncreated: 2026-11-21\nexpires: 2026-11-21\n"
    found = read_permit(text.encode(), "ringfence/permits/p.yml")
    assert isinstance(found, Permit)
    assert (found.created, found.models) == ("2026-11-21", ("m",))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("reason", "reasons", "holds reasons"),
        ('reason: "FIN-1 \\"cents\\""', 'reason: " "', "reason is missing"),
        ("models: [", "models: []\nticket: [", "holds ticket twice"),
        ('models: ["m", "fct: orders"]', "models: m", "models is missing"),
        ('by: "Ann <ann@example.com>"', "", "by is missing"),
        ('id: "2026-11-21-m-1a2b"', 'id: "other"', "is the permit other, which its name does not say"),
        ('"critical"', '"grave"', "permits changes that are grave"),
        ('expires: "2026-12-05"', 'expires: "2027-12-05"', "a permit holds 30 days at most"),
        ('expires: "2026-12-05"', 'expires: "2026-11-20"', "a permit holds 30 days at most"),
        ('expires: "2026-12-05"', 'expires: "soon"', "are no days"),
        ('expires: "2026-12-05"', 'expires: "20261205"', "are no days"),
        ('expires: "2026-12-05"\n', "", "are no days"),
        ("id:", "[:", ""),
    ],
)
def test_what_is_no_permit(old: str, new: str, told: str) -> None:
    text = render(PERMIT)
    assert old in text
    found = read_permit(text.replace(old, new, 1).encode(), PERMIT.path)
    assert isinstance(found, Problem)
    assert told in found.message
    assert found.place.path == PERMIT.path


def test_a_list_is_no_permit() -> None:
    found = read_permit(b"- id: p", "ringfence/permits/p.yml")
    assert isinstance(found, Problem)
    assert found.message == "is not a permit"


def test_where_permits_lie() -> None:
    assert permit_path("a", "p") == "a/ringfence/permits/p.yml"
    assert is_permit("a/ringfence/permits/p.yaml", "a")
    assert not is_permit("a/ringfence/permits/p.txt", "a")
    assert not is_permit("ringfence/permits/p.yml", "a")

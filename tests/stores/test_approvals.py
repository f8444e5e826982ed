"""ringfence/approvals.yml: read, written, and refused where it cannot be read."""

from __future__ import annotations

import pytest

from memory import MemoryTree
from ringfence.domain.errors import RingfenceError
from ringfence.stores.approvals import FILE, Approval, read_approvals, render

ONE = Approval("0123456789abcdef", "orders.amount went", "FIN-12", "Tester", "2026-01-31")
TWO = Approval("00000000", 'it\'s "new": {a, b} # no comment', "größe\n\u2028two", "", "")


@pytest.mark.parametrize("approvals", [(), (ONE,), (TWO, ONE)], ids=["none", "one", "two"])
@pytest.mark.parametrize("root", ["", "transform"])
def test_what_was_written_is_read(approvals: tuple[Approval, ...], root: str) -> None:
    path = f"{root}/{FILE}".lstrip("/")
    assert read_approvals(MemoryTree({path: render(approvals)}), root) == tuple(sorted(approvals))


def test_one_line_for_each_sorted() -> None:
    lines = render((ONE, TWO)).splitlines()
    assert lines[1] == "approvals:"
    assert [line[5:32] for line in lines[2:]] == ['fingerprint: "00000000", wh', 'fingerprint: "0123456789abc']
    assert render((TWO, ONE)) == render((ONE, TWO))


@pytest.mark.parametrize(
    "text",
    [
        "{}\n",
        "approvals:\n",
        "approvals: []\n",
        "approvals: x\n",
        "approvals: [x, 5, []]\n",
        "approvals: [{fingerprint: a}]\n",
        "approvals: [{reason: b}]\n",
        "approvals: [{fingerprint: a, reason: ''}]\n",
        "approvals: [{fingerprint: , reason: b}]\n",
        "other: [{fingerprint: a, reason: b}]\n",
    ],
)
def test_what_has_no_fingerprint_or_no_reason_approves_nothing(text: str) -> None:
    assert read_approvals(MemoryTree({FILE: text}), "") == ()


def test_no_file_and_another_projects_file() -> None:
    assert read_approvals(MemoryTree({}), "") == ()
    assert read_approvals(MemoryTree({FILE: render((ONE,))}), "transform") == ()
    assert read_approvals(MemoryTree({FILE: render((ONE,))}, links=[FILE]), "") == ()


def test_what_is_left_out_is_empty() -> None:
    found = read_approvals(MemoryTree({FILE: "approvals: [{fingerprint: 12, reason: 5}]\n"}), "")
    assert found == (Approval("12", "", "5", "", ""),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a: [", "is not YAML"),
        (b"\xff", "is not UTF-8"),
        (b"- a\n", "is not a mapping"),
        (b"", "is not a mapping"),
        (b"a: 1\n---\nb: 2\n", "more than one YAML document"),
        (b"<<<<<<< ours\napprovals:\n", "is not YAML"),
    ],
    ids=["syntax", "encoding", "list", "empty", "two documents", "conflict"],
)
def test_a_file_that_cannot_be_read_is_an_error(text: bytes, said: str) -> None:
    with pytest.raises(RingfenceError, match=said) as error:
        read_approvals(MemoryTree({FILE: text}), "")
    assert (error.value.where, bool(error.value.do)) == (FILE, True)

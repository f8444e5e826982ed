"""The list of known findings: what is added, what is taken off, what may be on it."""

from __future__ import annotations

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.known import KnownFinding, can_be_known, count, described, pruned, recorded
from ringfence.domain.place import Place


def finding(column: str, message: str = "a message", code: str = "RF306") -> Finding:
    subject = Subject("model", "orders", column, "model.shop.orders")
    return Finding(message, Place("a.yml", 3), subject, "a fix", code=code, name="description-missing")


A, B = finding("a"), finding("b")


def entry(one: Finding, times: int = 1, reason: str = "old") -> KnownFinding:
    return KnownFinding(one.fingerprint, times, one.name, one.message, reason, "Ada", "2026-01-01")


def test_locks_and_changes_are_never_known() -> None:
    assert can_be_known(A)
    assert not can_be_known(finding("a", code="RF101"))
    assert not can_be_known(finding("a", code="RF401"))
    assert count([A, A, finding("a", code="RF001")]) == {A.fingerprint: 2}


def test_what_is_added_is_counted_and_what_was_there_keeps_its_reason() -> None:
    after = recorded([A, A, B, finding("a", code="RF401")], [entry(A)], "new", "Bo", "2026-02-02")
    found = {one.fingerprint: (one.times, one.reason, one.date) for one in after}
    assert found == {A.fingerprint: (2, "old", "2026-01-01"), B.fingerprint: (1, "new", "2026-02-02")}
    assert recorded([A], [entry(A, 3)], "new", "Bo", "2026-02-02") == (entry(A, 3),)


def test_the_order_is_that_of_rule_and_description() -> None:
    after = recorded([finding("b", "z"), finding("a", "a\n  b")], [], "new", "Bo", "2026-02-02")
    assert [one.what for one in after] == ["a b", "z"]


def test_pruning_takes_off_what_is_gone_and_adds_nothing() -> None:
    assert pruned([entry(A, 3), entry(B)], [A, A]) == (entry(A, 2),)
    assert pruned([entry(A)], [A, A, B]) == (entry(A),)


def test_describing_anew_keeps_reason_and_date() -> None:
    (after,) = described([entry(A), entry(B)], [finding("a", "another message")])
    assert after == entry(A)._replace(what="another message")

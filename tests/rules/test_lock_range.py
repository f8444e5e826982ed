"""Rules over a range, where a case in Markdown cannot reach: permits that hold today, files that are no files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ringfence.domain.codeowners import read_owners
from ringfence.domain.finding import Finding
from ringfence.domain.lock import LOCKED, History, Interface, Lock, Shape
from ringfence.domain.permit import Permit, Permits
from ringfence.domain.place import Place
from ringfence.domain.policy import Loosened
from ringfence.domain.range import Move, RangeSubject, Side
from ringfence.domain.settings import LockSettings
from ringfence.readers.configuration import parsed
from ringfence.rules import (
    lock_history_rewritten,
    lock_hook_disabled,
    lock_owner_lost,
    lock_permit_missing,
    lock_policy_loosened,
)
from samples import SOURCES

TODAY = "2026-11-21"
FIRST = History("2026-01-01", "non-breaking", LOCKED, "first", "Ann")
NEXT = History("2026-11-20", "breaking", "a: integer -> bigint", "more", "Ben", permit="p1")
LOCK = Lock("m", "ringfence/locks/m.yml", Interface({}, {"a": Shape("integer", ())}), (FIRST,))
MOVE = Move("m", LOCK.path, (LOCK,), LOCK._replace(history=(FIRST, NEXT)), there=False)
PERMIT = Permit("p1", ("m",), ("breaking",), "FIN-1", "Ann", "2026-11-01", "2026-11-30")
OF_POLICY = PERMIT._replace(id="p2", models=("*",), classes=("policy",), path="ringfence/permits/p2.yml")
HOOK = ".pre-commit-config.yaml"
RUNS = b"repos: [{repo: https://x/y, rev: v1, hooks: [{id: ringfence}]}]"
SUBJECT = RangeSubject(
    "",
    (MOVE,),
    LockSettings(prior=("breaking",)),
    TODAY,
    loosened=((Loosened("lock.tags", "a, b", "a"), Place("ringfence.yml", 3, 3)),),
    base=Side(("CODEOWNERS", read_owners("* @a")), {HOOK: parsed(RUNS, HOOK)}),
    head=Side(("CODEOWNERS", read_owners("* @b")), {HOOK: parsed(b"repos: []", HOOK)}),
    owned=tuple(f"ringfence/locks/m{number}.yml" for number in range(5)),
)


def _messages(found: Iterator[Finding]) -> list[str]:
    return [one.message for one in found]


@pytest.mark.parametrize(("models", "usable"), [(("m",), True), (("*",), True), (("old",), True), (("other",), False)])
def test_a_permit_counts_for_the_model_by_its_name_or_its_old_one(models: tuple[str, ...], usable: bool) -> None:
    permits = Permits((PERMIT._replace(models=models),))
    renamed = MOVE._replace(before=(LOCK._replace(label="old"),))
    found = _messages(lock_permit_missing.check(SUBJECT._replace(permits=permits, moves=(renamed,)), SOURCES))
    assert (found == []) is usable
    assert usable or "permit p1 is for other" in found[0]


@pytest.mark.parametrize("check", [lock_policy_loosened.check, lock_hook_disabled.check, lock_owner_lost.check])
def test_what_guards_locks_may_go_with_a_permit_that_is_spent(check: object) -> None:
    assert callable(check)
    held = SUBJECT._replace(permits=Permits((OF_POLICY,)))
    (told,) = check(held, SOURCES)
    assert told.fix == "spend the permit p2: git rm ringfence/permits/p2.yml"
    assert list(check(SUBJECT._replace(permits=Permits((OF_POLICY,), removed=frozenset({"p2"}))), SOURCES)) == []


def test_many_files_that_lost_an_owner_are_one_finding() -> None:
    (told,) = lock_owner_lost.check(SUBJECT, SOURCES)
    assert "m0.yml, ringfence/locks/m1.yml, ringfence/locks/m2.yml and 2 more lost the owner @a" in told.message
    assert told.place == Place("CODEOWNERS", 1)


def test_settings_of_the_base_that_cannot_be_read_are_a_warning() -> None:
    broken = SUBJECT._replace(unread="ringfence.yml:1:1: is not YAML", loosened=())
    (told,) = lock_policy_loosened.check(broken, SOURCES)
    assert told.severity == "warning"
    assert "is not YAML" in told.message


def test_a_lock_that_is_no_file_any_more() -> None:
    gone = MOVE._replace(after=None, there=True)
    assert "can be read no more" in _messages(lock_history_rewritten.check(SUBJECT._replace(moves=(gone,)), SOURCES))[0]

"""The head may only tighten what the base asks of locks."""

from __future__ import annotations

import pytest

from ringfence.domain.document import Item
from ringfence.domain.policy import Loosened, loosened, tightened
from ringfence.domain.settings import LockSettings, Settings, read_settings
from ringfence.text import yaml

RULES = {"lock-tag-lost": "error", "critical-model-unlocked": "warning", "unreadable-file": "error"}
TODAY = "2026-11-21"


def _settings(text: str) -> Settings:
    root: Item | None = yaml.parse(text.encode(), "ringfence.yml").root
    return read_settings(root, "ringfence.yml", [*RULES, "description-missing"])


def _both(base: str, head: str) -> tuple[Settings, list[Loosened]]:
    one, other = _settings(base), _settings(head)
    return tightened(one, other, RULES), list(loosened(one, other, RULES, TODAY))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lock: {tags: [a], require: [b], guard: logic, approval: prior, reason_pattern: X}",
        'lock: {guard: {logic: "tag:a"}, freeze: [2027-01-01], approvers: {critical: ["@a"]}, emergency_days: 1}',
        "rules: {lock-tag-lost: {severity: off}, unreadable-file: {exclude: a}}\nbase: {branch: main}",
    ],
)
def test_the_same_settings_are_as_they_are(text: str) -> None:
    counted, less = _both(text, text)
    assert counted == _settings(text)
    assert less == []


@pytest.mark.parametrize(
    ("stricter", "key", "old", "new"),
    [
        ("lock: {tags: [locked, a]}", "lock.tags", "locked, a", "locked"),
        ("lock: {require: [critical, a]}", "lock.require", "critical, a", "critical"),
        ("lock: {approval: {critical: prior}}", "lock.approval", "critical: prior", "(none)"),
        ("lock: {reason_pattern: FIN}", "lock.reason_pattern", "FIN", "(none)"),
        ("lock: {guard: logic}", "lock.guard", "logic", "interface"),
        ('lock: {guard: {logic: "tag:a,path:m tag:b"}}', "lock.guard.logic", "tag:a,path:m tag:b", "(none)"),
        ("lock: {freeze: [2026-12-20..2027-01-03]}", "lock.freeze", "2026-12-20..2027-01-03", "(none)"),
        ('lock: {approvers: {critical: ["@a", "@b"]}}', "lock.approvers.critical", "@a, @b", "(none)"),
        ("lock: {emergency_days: 1}", "lock.emergency_days", "1", "3"),
        (
            "rules: {critical-model-unlocked: {severity: error}}",
            "rules.critical-model-unlocked.severity",
            "error",
            "warning",
        ),
    ],
)
def test_what_the_base_asks_for_counts(stricter: str, key: str, old: str, new: str) -> None:
    counted, less = _both(stricter, "")
    assert less == [Loosened(key, old, new)]
    assert list(loosened(_settings(stricter), counted, RULES, TODAY)) in ([], [Loosened(key, old, new)])
    assert counted != Settings()
    strict = _settings(stricter)
    assert counted == strict or counted.lock.patterns == ("FIN",)


@pytest.mark.parametrize(
    "stricter",
    [
        "lock: {tags: [locked, a], require: [critical, b], approval: prior, guard: logic}",
        'lock: {guard: {logic: "tag:a"}, freeze: [2026-12-20], approvers: {breaking: ["@a"]}, emergency_days: 1}',
        "lock: {reason_pattern: FIN}\nrules: {critical-model-unlocked: {severity: error}}\nbase: {branch: main}",
    ],
)
def test_the_head_may_tighten(stricter: str) -> None:
    counted, less = _both("", stricter)
    assert counted == _settings(stricter)
    assert less == []


def test_both_patterns_are_to_be_matched() -> None:
    counted, _ = _both("lock: {reason_pattern: FIN}", "lock: {reason_pattern: OPS}")
    assert counted.lock.unmatched("OPS-1") == "FIN"
    assert counted.lock.unmatched("FIN-1") == "OPS"
    assert counted.lock.unmatched("FIN-1 OPS-1") is None
    assert LockSettings().unmatched("") is None


def test_selections_of_guarded_models_add_up() -> None:
    counted, less = _both('lock: {guard: {logic: "tag:a"}}', 'lock: {guard: {logic: "tag:b"}}')
    assert counted == _both("", 'lock: {guard: {logic: "tag:b tag:a"}}')[0]
    assert [one.key for one in less] == ["lock.guard.logic"]
    everything = 'lock: {guard: {logic: ""}}'
    assert _both('lock: {guard: {logic: "tag:a"}}', "lock: {guard: logic}")[1] == []
    assert _both(everything, "")[0].lock == _settings(everything).lock


def test_every_model_is_more_than_some() -> None:
    from ringfence.domain.selection import Selection

    every, some = LockSettings(logic=Selection(())), _settings('lock: {guard: {logic: "tag:a"}}').lock
    for base, head in ((every, some), (some, every)):
        assert tightened(Settings(lock=base), Settings(lock=head), RULES).lock.logic == Selection(())
    assert [one.key for one in loosened(Settings(lock=every), Settings(lock=some), RULES, TODAY)] == [
        "lock.guard.logic"
    ]
    assert not list(loosened(Settings(lock=some), Settings(lock=every), RULES, TODAY))


def test_a_freeze_that_is_over_may_go_and_one_that_runs_may_be_cut_at_its_beginning() -> None:
    assert _both("lock: {freeze: [2026-11-01..2026-11-20]}", "")[1] == []
    assert _both("lock: {freeze: [2026-11-01..2026-11-30]}", "lock: {freeze: [2026-11-21..2026-12-30]}")[1] == []
    assert _both("lock: {freeze: [2026-11-01..2026-11-30]}", "lock: {freeze: [2026-11-21..2026-11-29]}")[1]


def test_severities_of_rules_about_locks_alone() -> None:
    off = "rules: {lock-tag-lost: {severity: off}, description-missing: {severity: off}}"
    counted, less = _both("rules: {description-missing: {severity: error}}", off)
    assert [one.key for one in less] == ["rules.lock-tag-lost.severity"]
    assert counted.rules["lock-tag-lost"].severity is None
    assert counted.rules["description-missing"].severity == "off"
    stays, none = _both(off, off)
    assert stays.rules["lock-tag-lost"].severity == "off"
    assert none == []
    raised, none = _both(off, "rules: {lock-tag-lost: {severity: info}}")
    assert raised.rules["lock-tag-lost"].severity == "info"
    assert none == []


def test_files_that_nobody_can_read_are_not_selected_away() -> None:
    text = "rules: {unreadable-file: {select: 'path:a', exclude: 'path:b'}}"
    counted, less = _both("", text)
    chosen = counted.rules["unreadable-file"]
    assert (chosen.select, chosen.exclude) == (None, None)
    assert [one.key for one in less] == ["rules.unreadable-file.select", "rules.unreadable-file.exclude"]
    assert _both(text, "")[1] == []
    assert _both("", "rules: {lock-tag-lost: {select: 'path:a'}}")[1] == [], "that is refused elsewhere"


def test_the_branch_that_changes_are_compared_with() -> None:
    assert _both("base: {branch: main}", "")[1] == [Loosened("base.branch", "main", "(none)")]
    assert _both("base: {branch: main}", "base: {branch: mine}")[1] == [Loosened("base.branch", "main", "mine")]
    assert _both("", "base: {branch: main}")[1] == []


def test_days_of_a_freeze() -> None:
    lock = _settings("lock: {freeze: [2026-12-20..2027-01-03, 2027-05-01]}").lock
    assert lock.frozen("2026-12-20") == lock.frozen("2027-01-03") == ("2026-12-20", "2027-01-03")
    assert lock.frozen("2027-05-01") == ("2027-05-01", "2027-05-01")
    assert lock.frozen("2027-01-04") is None

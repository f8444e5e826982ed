from __future__ import annotations

import re

import pytest

from ringfence import rules
from ringfence.changes.index import CHANGES
from ringfence.domain.finding import SEVERITIES
from ringfence.domain.rule import FAMILIES, HOOKS, LEVELS, RuleInfo
from ringfence.domain.selection import parse_selection
from ringfence.rules.index import RULES

EVERY = [*RULES, *CHANGES]


@pytest.mark.parametrize("info", EVERY, ids=lambda info: info.name)
def test_the_declaration_of_a_rule(info: RuleInfo) -> None:
    assert re.fullmatch(r"RF\d{3}", info.code)
    assert info.family in FAMILIES
    assert info.name == info.module.replace("_", "-")
    assert not re.match(r"(no|must|must-not)-", info.name)
    assert info.severity in SEVERITIES
    assert info.level in LEVELS
    assert not info.summary.endswith(".")
    assert parse_selection(info.select) is not None


def test_codes_and_names_are_given_once() -> None:
    assert len({info.code for info in EVERY}) == len(EVERY)
    assert len({info.name for info in EVERY}) == len(EVERY)


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.name)
def test_the_index_says_what_the_module_says(info: RuleInfo) -> None:
    rule = rules.load(info)
    assert (rule.code, rule.name, rule.level, rule.severity) == (info.code, info.name, info.level, info.severity)
    assert (rule.summary, rule.select, rule.kinds, rule.enabled) == (
        info.summary,
        info.select,
        info.kinds,
        info.enabled,
    )


def test_every_hook_runs_rules_that_exist() -> None:
    known = {name for info in EVERY for name in (info.name, info.code, info.family)}
    assert len({hook.id for hook in HOOKS}) == len(HOOKS)
    for hook in HOOKS:
        assert set(hook.rules) <= known

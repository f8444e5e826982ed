"""The registry's entries. That dbt says the same of wrong ones is tested in tests/dbt/test_flags.py."""

from __future__ import annotations

import pytest

from ringfence.domain.fact import Known
from ringfence.domain.flagnames import macro_of
from ringfence.domain.flags import Flag, FlagSubject, Use, UseSubject, is_day, problem_of, switch
from ringfence.domain.flagtext import calls_in
from ringfence.domain.place import Place
from ringfence.text.yaml import parse

PLACE = Place("dbt_project.yml", 4, 5, 4, 12)
RIGHT: dict[str, object] = {"expires": "2027-01-31"}


def flag(**entry: object) -> Flag:
    return Flag("new_tax", PLACE, {**RIGHT, **entry})


@pytest.mark.parametrize(
    ("written", "expected"), [(True, True), ("Off", False), (1, True), ("yes", None), (None, None)]
)
def test_switches(written: object, expected: bool | None) -> None:
    assert switch(written) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2027-02-28", True),
        ("2028-02-29", True),
        ("2027-02-29", False),
        ("20270228", False),
        ("2027-2-28", False),
        ("3027-02-28", False),
        ("2027-02-2x", False),
        ("2027-W05-1", False),
        (20270228, False),
        (None, False),
    ],
)
def test_days(day: object, expected: bool) -> None:
    assert is_day(day) is expected


@pytest.mark.parametrize(
    ("name", "entry", "problem"),
    [
        ("new_tax", RIGHT, ""),
        ("größe", RIGHT, "its name must be small letters, digits and _, with a letter first"),
        ("1st", RIGHT, "its name must be small letters, digits and _, with a letter first"),
        ("", RIGHT, "its name must be small letters, digits and _, with a letter first"),
        ("a", [], "its entry must be a mapping"),
        ("a", {**RIGHT, "x": 1}, "its entry has the unknown key 'x'"),
        ("a", {**RIGHT, "type": "x"}, "its type must be release, experiment, ops or permission"),
        ("a", {**RIGHT, "permanent": 1}, "permanent must be true or false"),
        ("a", {}, "expires is missing, and it is not permanent"),
        ("a", {"permanent": True}, ""),
        ("a", {**RIGHT, "created": "now"}, "created must be a day such as 2027-01-31"),
        ("a", {**RIGHT, "by_target": []}, ""),
        ("a", {**RIGHT, "by_target": ["x"]}, "by_target must be a mapping from names of targets to on or off"),
        ("a", {**RIGHT, "by_target": {"ci": "x"}}, "by_target is 'x', which is neither on nor off"),
        ("a", {**RIGHT, "default": 2}, "default is '2', which is neither on nor off"),
        ("a", {**RIGHT, "kill": None}, "kill is 'None', which is neither on nor off"),
        ("a", {**RIGHT, "rollout": None}, ""),
        ("a", {**RIGHT, "rollout": []}, "rollout must be a mapping"),
        ("a", {**RIGHT, "rollout": {"prcent": 1}}, "rollout has the unknown key 'prcent', did you mean percent?"),
        ("a", {**RIGHT, "rollout": {"percent": True}}, "rollout.percent must be a number from 0 to 100"),
        ("a", {**RIGHT, "rollout": {"percent": 100.1}}, "rollout.percent must be a number from 0 to 100"),
        ("a", {**RIGHT, "rollout": {"percent": 0.5, "key": "id", "salt": "x"}}, ""),
        ("a", {**RIGHT, "rollout": {"key": ""}}, "rollout.key must be a text"),
        ("a", {**RIGHT, "rollout": {"salt": 1}}, "rollout.salt must be a text"),
    ],
)
def test_problems(name: str, entry: object, problem: str) -> None:
    assert problem_of(name, entry) == problem


@pytest.mark.parametrize(
    ("entry", "everywhere"),
    [
        ({}, False),
        ({"default": "on"}, True),
        ({"default": "on", "by_target": {"prod": "off"}}, None),
        ({"by_target": {"ci": True}}, None),
        ({"default": True, "by_target": {"ci": 1}}, True),
        ({"default": True, "kill": "on"}, False),
        ({"default": True, "rollout": {"percent": 99}}, None),
        ({"default": True, "rollout": {"percent": 100}}, True),
        ({"default": True, "rollout": {"key": "id"}}, True),
        ({"rollout": {"percent": 50}}, False),
    ],
)
def test_where_a_flag_stands_one_way(entry: dict[str, object], everywhere: bool | None) -> None:
    assert flag(**entry).everywhere is everywhere


def test_what_an_entry_says() -> None:
    said = flag(owner=" team ", created="2026-01-31", type="ops", permanent=True, by_target={"ci": "on"})
    assert (said.text("owner"), said.text("description"), said.day("created")) == ("team", "", "2026-01-31")
    assert (said.type, said.permanent, said.by_target, said.problem) == ("ops", True, {"ci": True}, "")
    empty = Flag("a", PLACE, "on")
    assert (empty.body, empty.rollout, empty.by_target, empty.day("expires"), empty.type) == (
        {},
        {},
        {},
        None,
        "release",
    )


def test_subjects_say_what_they_are_about() -> None:
    one, other = FlagSubject(flag(), (), None, "2026-11-21"), Use("flag", None, PLACE)
    used = UseSubject(other, (), None, Known(()))
    assert (one.kind, one.name, one.place) == ("flag", "new_tax", PLACE)
    assert (used.kind, used.name, used.place) == ("flag", "", PLACE)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ringfence.flag", "flag"),
        ("adapter.dispatch:ringfence:kill", "kill"),
        ("ringfence.not_empty", None),
        ("flag", None),
        ("tools.flag", None),
    ],
)
def test_macros(call: str, expected: str | None) -> None:
    assert macro_of(call) == expected


def test_calls_in_yaml() -> None:
    text = b"""
a: "{{ ringfence.flag('x') and ringfence.kill(\\"y\\") }}"
b: "{% if ringfence.flag(name) %}"
c: [see ringfence.flag('no'), "{{ 'ringfence.flag()' }}", "{{ my.ringfence.flag('no') }}", "{{ ringfence.not_empty }}"]
"""
    root = parse(text, "a.yml").root
    assert root is not None
    found = [(one.call, one.flag, one.place.line) for one in calls_in(root)]
    assert found == [("flag", "x", 2), ("kill", "y", 2), ("flag", None, 3)]

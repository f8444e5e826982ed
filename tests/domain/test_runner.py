from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.node import Node
from ringfence.domain.place import Place
from ringfence.domain.project import PropertiesEntry, PropertiesFile
from ringfence.domain.rule import Rule
from ringfence.domain.runner import Outcome, run, subject_of
from ringfence.domain.selection import parse_selection
from ringfence.domain.settings import RuleSettings
from states import project

if TYPE_CHECKING:
    from ringfence.domain.project import Project

ENTRIES = "models:\n  - name: b\n  - name: a\nseeds:\n  - name: s\n"
SHOP = project(
    {"models/schema.yml": ENTRIES},
    a="{{ config(tags='x') }} select 1",
    b="select 2",
    off="{{ config(enabled=false) }} select 3",
)


def _rule(
    check: Callable[[Any, Any], Iterator[Finding]],
    level: str = "node",
    kinds: tuple[str, ...] = ("model",),
    select: str = "",
) -> Rule:
    return Rule("RF999", "bad-thing", level, "a bad thing", "warning", check, kinds, select)


def _named(node: Node, _: Project) -> Iterator[Finding]:
    yield Finding(node.identity.name, node.place, subject_of(node), "")


def _run(rule: Rule, settings: RuleSettings | None = None, subjects: dict[str, list[object]] | None = None) -> Outcome:
    return run([rule], SHOP, {} if settings is None else {rule.name: settings}, subjects or {})


def _messages(outcome: Outcome) -> list[str]:
    return [finding.message for finding in outcome.findings]


def test_findings_get_code_name_and_severity_and_stand_in_order_of_place() -> None:
    outcome = _run(_rule(_named))
    assert _messages(outcome) == ["b", "a"]
    assert {(one.code, one.name, one.severity) for one in outcome.findings} == {("RF999", "bad-thing", "warning")}


@pytest.mark.parametrize(
    ("select", "settings", "expected"),
    [
        ("", None, ["b", "a"]),
        ("tag:x", None, ["a"]),
        ("tag:x", RuleSettings(select=parse_selection("name:b")), ["b"]),
        ("", RuleSettings(exclude=parse_selection("tag:x")), ["b"]),
        ("tag:x", RuleSettings(exclude=parse_selection("name:b")), ["a"]),
        ("name:nothing", None, []),
        ("name:off", None, []),
    ],
)
def test_selection(select: str, settings: RuleSettings | None, expected: list[str]) -> None:
    assert _messages(_run(_rule(_named, select=select), settings)) == expected


def test_the_team_sets_the_severity() -> None:
    outcome = _run(_rule(_named), RuleSettings(severity="error"))
    assert {one.severity for one in outcome.findings} == {"error"}


def test_no_rules_find_nothing() -> None:
    assert run([], SHOP, {}, {}) == Outcome((), ())


def test_a_file_rule_gets_files() -> None:
    def check(file: PropertiesFile, _: Project) -> Iterator[Finding]:
        yield Finding("", Place(file.path), Subject("file", file.path), "")

    assert [one.place.path for one in _run(_rule(check, "file")).findings] == ["models/schema.yml"]


@pytest.mark.parametrize(("kinds", "expected"), [(("model",), ["b", "a"]), ((), ["b", "a", "s"]), (("macro",), [])])
def test_an_entry_rule_gets_entries_of_its_kinds(kinds: tuple[str, ...], expected: list[str]) -> None:
    def check(entry: PropertiesEntry, _: Project) -> Iterator[Finding]:
        yield Finding(entry.name, entry.place, Subject(entry.kind, entry.name), "")

    assert _messages(_run(_rule(check, "entry", kinds))) == expected


def test_a_project_rule_gets_the_project_once() -> None:
    def check(subject: Project, whole: Project) -> Iterator[Finding]:
        assert subject is whole
        yield Finding(subject.name, Place("dbt_project.yml"), Subject("project", subject.name), "")

    assert _messages(_run(_rule(check, "project"))) == ["shop"]


def test_other_levels_get_what_is_handed_in() -> None:
    def check(subject: str, _: Project) -> Iterator[Finding]:
        yield Finding(subject, Place("x"), Subject("lock", subject), "")

    assert _messages(_run(_rule(check, "lock"), subjects={"lock": ["one", "two"], "problem": ["three"]})) == [
        "one",
        "two",
    ]
    assert _messages(_run(_rule(check, "lock"))) == []


def test_what_cannot_be_decided_is_neither_a_pass_nor_a_finding() -> None:
    def check(node: Node, _: Project) -> Iterator[Finding]:
        if node.identity.name == "a":
            raise Undecided("a run decides", Place("a.sql", 3))
        yield from _named(node, SHOP)

    outcome = _run(_rule(check))
    assert _messages(outcome) == ["b"]
    (undecided,) = outcome.undecided
    assert (undecided.code, undecided.name, undecided.reason) == ("RF999", "bad-thing", "a run decides")
    assert (undecided.subject, undecided.place) == (Subject("model", "a", None, "model.shop.a"), Place("a.sql", 3))


def test_what_was_found_before_stays_found() -> None:
    def check(node: Node, _: Project) -> Iterator[Finding]:
        yield from _named(node, SHOP)
        raise Undecided("a run decides")

    outcome = _run(_rule(check, select="name:a"))
    assert _messages(outcome) == ["a"]
    assert outcome.undecided[0].place == Place("models/schema.yml", 3, 11, 3, 12)


class _Named(NamedTuple):
    name: str
    kind: str
    place: Place


class _Bare(NamedTuple):
    path: str


@pytest.mark.parametrize(
    ("subject", "expected", "place"),
    [
        (_Named("m", "model", Place("l.yml", 2)), Subject("model", "m"), Place("l.yml", 2)),
        (_Bare("p.yml"), Subject("lock", "p.yml"), Place("p.yml")),
        ("nameless", Subject("lock", ""), Place("")),
    ],
)
def test_how_an_undecided_subject_is_named(subject: object, expected: Subject, place: Place) -> None:
    def check(_subject: object, _project: Project) -> Iterator[Finding]:
        raise Undecided("a run decides")

    (undecided,) = _run(_rule(check, "lock"), subjects={"lock": [subject]}).undecided
    assert (undecided.subject, undecided.place) == (expected, place)


def test_a_selection_that_cannot_be_decided() -> None:
    shop = project(c="{{ config(tags=[target.name]) }} select 1")
    outcome = run([_rule(_named, select="tag:x")], shop, {}, {})
    assert outcome.findings == ()
    assert [one.subject.name for one in outcome.undecided] == ["c"]


def test_a_subject_with_its_column() -> None:
    node = SHOP.node("model.shop.a")
    assert node is not None
    assert subject_of(node, "id") == Subject("model", "a", "id", "model.shop.a")

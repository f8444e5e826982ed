"""Tags as edits of a properties entry, made in the file itself."""

from __future__ import annotations

import pytest

from ringfence.domain.tagging import tagging
from ringfence.text.edits import apply
from states import model, project

PATH = "models/x.yml"
HEAD = "models:\n"


def _tagged(text: str, *tags: str, name: str = "m") -> str:
    found = project({PATH: text, "models/m_v1.sql": "select 1 as x"}, m="select 1 as x")
    edits = tagging(model(found, name), found, list(tags))
    if isinstance(edits, str):
        return edits
    made = apply(text.encode(), PATH, edits)
    assert not made.refused, made.refused
    return made.content.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - name: m\n", "  - name: m\n    config: {tags: [critical, locked]}\n"),
        (
            "  - name: m # x\n    description: y\n",
            "  - name: m # x\n    config: {tags: [critical, locked]}\n    description: y\n",
        ),
        ("  - {name: m, description: y}\n", "  - {name: m, config: {tags: [critical, locked]}, description: y}\n"),
        (
            "  - config:\n      materialized: table\n    name: m\n",
            "  - config:\n      materialized: table\n      tags: [critical, locked]\n    name: m\n",
        ),
        (
            "  - {name: m, config: {meta: {a: 1}}}\n",
            "  - {name: m, config: {meta: {a: 1}, tags: [critical, locked]}}\n",
        ),
        ("  - name: m\n    config: {tags: [a]}\n", "  - name: m\n    config: {tags: [a, critical, locked]}\n"),
        (
            "  - name: m\n    config:\n      tags:\n        - a # x\n",
            "  - name: m\n    config:\n      tags:\n        - a # x\n        - critical\n        - locked\n",
        ),
        ("  - name: m\n    config: {tags: a}\n", "  - name: m\n    config: {tags: [a, critical, locked]}\n"),
        ("  - name: m\n    config: {tags: 'a b'}\n", '  - name: m\n    config: {tags: ["a b", critical, locked]}\n'),
    ],
)
def test_an_entry_gets_tags_and_keeps_every_other_byte(before: str, after: str) -> None:
    assert _tagged(HEAD + before, "critical", "locked") == HEAD + after


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("  - {name: m, config: x}\n", "holds no settings"),
        ("  - {name: m, config: {}}\n", "holds no settings"),
        ("  - {name: m, config: {tags: '{{ var(1) }}'}}\n", "no list"),
        ("  - {name: m, config: {tags: {a: b}}}\n", "no list"),
        ("  - {name: m, config: {tags: 3}}\n", "no list"),
    ],
)
def test_an_entry_that_cannot_be_added_to(entry: str, told: str) -> None:
    assert told in _tagged(HEAD + entry, "critical")


def test_a_version_is_tagged_by_hand() -> None:
    text = "models: [{name: n, versions: [{v: 1, defined_in: m_v1}]}]\n"
    assert "by hand" in _tagged(text, "critical", name="n.v1")


def test_a_model_without_an_entry_gets_one() -> None:
    found = project(m="select 1 as x")
    edits = tagging(model(found, "m"), found, ["critical"])
    assert not isinstance(edits, str)
    assert [(one.action, one.text, one.into) for one in edits] == [
        ("enter", "{name: m, config: {tags: [critical]}}", "models")
    ]


def test_an_entry_that_is_not_seen() -> None:
    found = project({PATH: "models:\n  - name: m\n  bad: [\n"}, m="select 1 as x")
    assert "cannot be seen" in tagging(model(found, "m"), found, ["critical"])


def test_an_entry_in_two_places() -> None:
    found = project(
        {"models/a.yml": "models: [{name: m}]\n", "models/b.yml": "models: [{name: m}]\n"}, m="select 1 as x"
    )
    node = model(found, "m")
    assert tagging(node._replace(entry=node.place._replace(line=99)), found, ["x"]) == "its entry cannot be edited"

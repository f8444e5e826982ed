from __future__ import annotations

from typing import Any

import pytest

from ringfence.domain.evidence import Difference, EvidencedProject, Freshness, ManifestReport, called
from ringfence.domain.fact import Fact, Known, Unknown, known
from ringfence.domain.finding import Subject
from ringfence.domain.node import Node, Ref, SourceRef
from ringfence.domain.place import Place
from ringfence.rules.stale_manifest import RULE
from states import project

SHOP = project(
    {
        "models/schema.yml": "sources:\n  - name: raw\n    tables: [{name: orders}]\nmodels:\n  - name: a\n",
        "models/broken.yml": "models: [\n",
        "macros/one.sql": "{% macro one() %}1{% endmacro %}",
        "seeds/s.csv": "id,name\n",
    },
    a="{{ config(tags='x', materialized=target.name) }} select 1 as one",
    b="{% if target.name %}{{ one() }} {{ ref('a') }} {{ source('raw', 'orders') }}{% endif %}",
)
PLACE = Place("models/a.sql")


def difference(name: str = "a", *touches: str, certain: bool = True, old: str | None = None) -> Difference:
    return Difference(Subject("model", name), PLACE, "edited", old, None, frozenset(touches), certain)


@pytest.mark.parametrize(
    ("differences", "outcome"),
    [
        ([], "fresh"),
        ([difference()], "irrelevant"),
        ([difference("a", "seed.s")], "irrelevant"),
        ([difference("a", "seed.s", "model.a")], "stale"),
        ([difference("a", "model.a", certain=False)], "unproven"),
        ([difference("a", "model.a", certain=False), difference("b", "model.b")], "stale"),
        ([difference("a", "model.a", certain=False), difference("b", "seed.b")], "unproven"),
    ],
)
def test_the_outcome_for_somebody_who_reads_models(differences: list[Difference], outcome: str) -> None:
    assert Freshness(tuple(differences)).outcome(lambda key: key.startswith("model.")) == outcome


def test_a_foreign_manifest() -> None:
    assert Freshness((), "it is another's").outcome(lambda key: True) == "foreign"


def test_how_a_difference_and_a_tree_are_called() -> None:
    assert difference().told() == "model a: edited"
    assert difference(old="1").told() == "model a: edited (1 -> none)"
    assert [called(label) for label in ("index", "worktree", "main~2")] == ["the index", "the work tree", "main~2"]


class Said:
    """Evidence that has an answer for everything, or for nothing."""

    def __init__(self, answers: bool = True) -> None:
        self.answers = answers

    def _or(self, value: Any, hidden: Unknown) -> Fact[Any]:
        return Known(value, None, "compiled") if self.answers else hidden

    def setting(self, node: Node, key: str, default: object, hidden: Unknown) -> Fact[object]:
        return self._or(f"{node.identity.name} {key} {default}", hidden)

    def refs(self, node: Node, hidden: Unknown) -> Fact[frozenset[Ref]]:
        return self._or(frozenset({Ref(None, "b", None)}), hidden)

    def sources(self, node: Node, hidden: Unknown) -> Fact[frozenset[SourceRef]]:
        return self._or(frozenset({SourceRef("raw", "customers")}), hidden)

    def macros(self, node: Node, hidden: Unknown) -> Fact[frozenset[str]]:
        return self._or(frozenset({"macro.shop.one"}), hidden)

    def outputs(self, node: Node, hidden: Unknown) -> Fact[tuple[str, ...]]:
        return self._or((node.identity.name,), hidden)


def node(key: str, answers: bool = True) -> Node:
    found = EvidencedProject(SHOP, Said(answers)).node(key)
    assert found is not None
    return found


def test_unknown_settings_are_asked_for_when_somebody_wants_them() -> None:
    config = node("model.shop.a").config
    assert config.get("tags") == Known(frozenset({"x"}))
    assert config.get("materialized", "view") == Known("a materialized view")
    assert config.get("alias") == Known(None)
    assert config.keys() == ["materialized", "tags"]
    assert isinstance(node("model.shop.a", False).config.get("materialized"), Unknown)


def test_what_is_read_and_called_is_asked_for() -> None:
    found = node("model.shop.b")
    assert found.refs == Known(frozenset({Ref(None, "b", None)}))
    assert {ref.name: place.line for ref, place in found.refs_at.items()} == {"a": 1, "b": 1}
    assert found.sources == Known(frozenset({SourceRef("raw", "customers")}))
    assert {source.table for source in found.sources_at} == {"orders", "customers"}
    assert found.macros == Known(frozenset({"macro.shop.one"}))
    left = node("model.shop.b", False)
    assert isinstance(left.refs, Unknown)
    assert isinstance(left.sources, Unknown)
    assert {ref.name for ref in left.refs_at} == {"a"}


def test_columns_are_asked_for_when_somebody_wants_them() -> None:
    assert isinstance(node("model.shop.b", False).outputs, Unknown)
    assert node("model.shop.b").outputs == Known(("b",))
    assert node("model.shop.a").outputs == Known(("one",))
    assert node("seed.shop.s").outputs == Known(("id", "name"))


def test_everything_else_is_the_project_s_own() -> None:
    evidenced = EvidencedProject(SHOP, Said())
    plain = ("name", "root", "adapter", "oldest_dbt", "missing_packages")
    assert [getattr(evidenced, one) for one in plain] == [getattr(SHOP, one) for one in plain]
    assert evidenced.node("model.shop.z") is None
    assert [one.key for one in evidenced.nodes("model")] == ["model.shop.a", "model.shop.b"]
    assert list(evidenced.names("model")) == ["a", "b"]
    assert evidenced.has("model.shop.a")
    assert evidenced.whole("model.shop.a") is evidenced.node("model.shop.a")
    assert evidenced.children("model.shop.a") == SHOP.children("model.shop.a") == ("model.shop.b",)
    assert evidenced.mentions("a") == SHOP.mentions("a")
    assert list(evidenced.files()) == list(SHOP.files())
    assert list(evidenced.generic_tests()) == ["accepted_values", "not_null", "relationships", "unique"]
    assert known(evidenced.generic_test("unique", None)) is not None
    assert [one.name for one in evidenced.declared("model", "a")] == ["a"]
    assert evidenced.docs(None) == SHOP.docs(None)
    assert evidenced.logic("model.shop.a") == SHOP.logic("model.shop.a")
    assert evidenced.column_types("model.shop.a") == SHOP.column_types("model.shop.a")
    assert evidenced.tags("daily") == SHOP.tags("daily")
    assert evidenced.usage("model.shop.b", {"model.shop.a": frozenset({"one"})}).doubts
    assert evidenced.troubled("models/broken.yml")
    assert [one.place.path for one in evidenced.problems()] == ["models/broken.yml"]


def test_a_node_that_is_found_knows_as_much_as_one_that_is_asked_for() -> None:
    evidenced = EvidencedProject(SHOP, Said())
    found = evidenced.find(Ref(None, "a", None))
    assert isinstance(found, Known)
    assert found.value is evidenced.node("model.shop.a")
    assert evidenced.find(Ref(None, "z", None)) == Known(None)
    assert isinstance(evidenced.find(Ref("elsewhere", "z", None)), Unknown)
    table = evidenced.find_source(SourceRef("raw", "orders"))
    assert isinstance(table, Known)
    assert table.value is evidenced.node("source.shop.raw.orders")


def report(outcome: str, *differences: Difference, required: bool = False) -> ManifestReport:
    return ManifestReport("m.json", "the index", "dbt 1", outcome, "is not there", differences, "type: x", required)


def test_the_rule_is_silent_about_a_manifest_of_use() -> None:
    for outcome in ("fresh", "irrelevant", "unproven", "ignored"):
        assert list(RULE.check(report(outcome, difference()), SHOP)) == []


def test_the_rule_names_what_is_certain() -> None:
    uncertain = difference("b", certain=False)
    (one,) = RULE.check(report("stale", uncertain, difference(old="1")), SHOP)
    assert one.message == "m.json (dbt 1) differs from the index: model a: edited (1 -> none)"
    assert (one.place, one.old, one.fix) == (PLACE, "1", "type: x")


def test_the_rule_says_who_requires_a_manifest() -> None:
    (one,) = RULE.check(report("missing", required=True), SHOP)
    assert one.message == "m.json is not there, and ringfence.yml requires it"
    (one,) = RULE.check(report("unreadable"), SHOP)
    assert one.message == "m.json is not there"

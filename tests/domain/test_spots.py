"""The mappings that dbt gives a meaning: what they are, whom they belong to, each token once."""

from __future__ import annotations

from ringfence.domain.spots import Spot, spots_of
from ringfence.text import yaml

TEXT = b"""
version: 2
models:
  - name: orders
    config: {contract: {enforced: true}, freshness: {build_after: {count: 1}}}
    columns:
      - &id {name: id, data_tests: [unique, {not_null: {config: {severity: warn}}}, {test_name: positive, name: p}, {}]}
      - <<: *id
        name: other
    versions:
      - v: 1
        columns: [*id]
  - just a text
sources:
  - name: raw
    tables:
      - name: orders
        config: {freshness: {warn_after: {count: 1}}}
unit_tests:
  - model: orders
    given: [{input: ref('raw')}]
macros:
  - name: cents
    arguments: [{name: amount}, {type: int}]
"""


def spots(text: bytes = TEXT) -> list[Spot]:
    return list(spots_of(yaml.parse(text, "s.yml").root, "s.yml"))


def test_places_and_names() -> None:
    assert [(one.place, one.owner, one.called) for one in spots()] == [
        ("file", "file", "file s.yml"),
        ("model", "model", "model orders"),
        ("column", "column", "column id of model orders"),
        ("test", "test", "test not_null of column id of model orders"),
        ("config", "test", "config: of test not_null of column id of model orders"),
        ("test", "test", "test positive of column id of model orders"),
        ("column", "column", "column other of model orders"),
        ("test", "test", "test not_null of column other of model orders"),
        ("config", "test", "config: of test not_null of column other of model orders"),
        ("test", "test", "test positive of column other of model orders"),
        ("version", "version", "model orders.v1"),
        ("column", "column", "column id of model orders.v1"),
        ("test", "test", "test not_null of column id of model orders.v1"),
        ("config", "test", "config: of test not_null of column id of model orders.v1"),
        ("test", "test", "test positive of column id of model orders.v1"),
        ("config", "model", "config: of model orders"),
        ("contract", "model", "contract: of model orders"),
        ("model_freshness", "model", "freshness: of model orders"),
        ("build_after", "model", "build_after: of freshness: of model orders"),
        ("source", "source", "source raw"),
        ("table", "table", "source raw.orders"),
        ("config", "table", "config: of source raw.orders"),
        ("config_freshness", "table", "freshness: of source raw.orders"),
        ("config_period", "table", "warn_after: of freshness: of source raw.orders"),
        ("macro", "macro", "macro cents"),
        ("argument", "argument", "argument amount of macro cents"),
        ("argument", "argument", "argument of macro cents"),
        ("unit_test", "unit_test", "unit test (unnamed)"),
        ("given", "unit_test", "given: of unit test (unnamed)"),
    ]


def test_subjects_are_entries_and_their_columns() -> None:
    named = {(one.subject.kind, one.subject.name, one.subject.column) for one in spots()}
    assert ("model", "orders", "other") in named
    assert ("model", "orders.v1", "id") in named
    assert ("source", "raw.orders", None) in named


def test_each_token_is_shown_once() -> None:
    tokens = [(key.place, one.place) for one in spots() for key, _ in one.pairs]
    assert len(tokens) == len(set(tokens))
    other = next(one for one in spots() if one.subject.column == "other")
    assert [key.text for key, _ in other.pairs] == ["name"]
    assert other.body.get("data_tests") is not None


def test_the_name_of_a_test() -> None:
    assert {one.name for one in spots() if one.place == "test"} == {"not_null", "positive"}


def test_a_subject_knows_the_key() -> None:
    model = spots()[1]
    assert model.about("tags").key == "model.orders#model.tags"


def test_no_mapping_no_spots() -> None:
    assert spots(b"- 1") == []
    assert spots(b"") == []

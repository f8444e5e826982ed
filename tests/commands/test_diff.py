"""`ringfence diff` between two trees, and approvals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from consumer import ROOT, Consumer

FILES = {
    "dbt_project.yml": "name: shop\n",
    "models/schema.yml": "models:\n  - name: orders\n    config: {contract: {enforced: true}, tags: [critical]}\n"
    "    columns:\n      - {name: id, data_type: integer, data_tests: [unique]}\n"
    "      - {name: amount, data_type: integer}\n",
    "models/orders.sql": "select 1 as id, 2 as amount",
    "models/report.sql": "select * from {{ ref('orders') }}",
    "ringfence.yml": "rules: {critical-model-unlocked: {severity: 'off'}}\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Consumer:
    made = Consumer(tmp_path / "shop")
    made.write(FILES)
    assert made.commit().code == 0
    return made


def _changes(consumer: Consumer, *arguments: str) -> list[dict[str, object]]:
    result = consumer.ringfence("diff", "--format", "json", *arguments)
    assert result.code in (0, 1), result.err
    document = json.loads(result.out)
    Draft202012Validator(json.loads((ROOT / "schemas" / "diff.json").read_text(encoding="utf-8"))).validate(document)
    return list(document["changes"])


def test_nothing_changed(repository: Consumer) -> None:
    assert _changes(repository) == []
    assert repository.ringfence("diff").out == "no changes between HEAD and worktree\n"


@pytest.mark.parametrize(
    ("old", "new", "code", "kind", "axis", "level"),
    [
        (
            "amount, data_type: integer",
            "amount, data_type: text",
            "RF403",
            "column-type-changed",
            "consumer",
            "breaking",
        ),
        ("      - {name: amount, data_type: integer}\n", "", "RF402", "column-removed", "consumer", "breaking"),
        ("enforced: true", "enforced: false", "RF404", "contract-dropped", "guard", "breaking"),
        (", data_tests: [unique]", "", "RF405", "test-removed", "guard", "breaking"),
        ("tags: [critical]", "tags: []", "RF406", "protective-tag-lost", "guard", "breaking"),
        (
            "tags: [critical]",
            "tags: [critical], materialized: ephemeral",
            "RF407",
            "materialization-changed",
            "consumer",
            "breaking",
        ),
        ("tags: [critical]", "tags: [critical], enabled: false", "RF401", "model-removed", "consumer", "breaking"),
    ],
    ids=lambda value: value[:24],
)
def test_each_kind_of_change(
    repository: Consumer, old: str, new: str, code: str, kind: str, axis: str, level: str
) -> None:
    repository.edit("models/schema.yml", old, new)
    found = _changes(repository)
    assert [(one["code"], one["kind"], one["axis"], one["level"]) for one in found] == [(code, kind, axis, level)]
    assert repository.ringfence("diff").code == 1


def test_who_is_affected(repository: Consumer) -> None:
    repository.edit("models/schema.yml", "amount, data_type: integer", "amount, data_type: text")
    (change,) = _changes(repository)
    assert change["affected"] == ["report"]
    assert (change["old"], change["new"], change["path"], change["line"]) == ("integer", "text", "models/schema.yml", 6)


def test_markdown_for_a_pull_request(repository: Consumer) -> None:
    repository.edit("models/schema.yml", "amount, data_type: integer", "amount, data_type: text")
    out = repository.ringfence("diff", "--format", "markdown").out
    assert out.startswith("## Changes from HEAD to worktree\n\n| level | change | where | what to do |\n")
    told = "column amount of model orders changed type from integer to text (another type) (RF403)"
    assert f"| breaking | {told}<br>read by report |" in out


def test_two_revisions_and_two_folders_give_the_same(repository: Consumer, tmp_path: Path) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.edit("models/schema.yml", "amount, data_type: integer", "amount, data_type: text")
    assert repository.commit().code == 0
    by_revision = _changes(repository, "--base", first, "--head", "HEAD")
    for name, revision in (("before", first), ("after", "HEAD")):
        repository.git("worktree", "add", "-q", "--detach", str(tmp_path / name), revision)
    by_folder = _changes(repository, "--base", str(tmp_path / "before"), "--head", str(tmp_path / "after"))
    assert by_revision == by_folder
    assert len(by_revision) == 1


def test_profiles(repository: Consumer) -> None:
    repository.edit("models/schema.yml", "enforced: true", "enforced: false")
    assert repository.ringfence("diff", "--profile", "consumer").code == 0
    assert repository.ringfence("diff", "--profile", "contract").code == 1
    assert repository.ringfence("lock", "add", "orders").code == 0
    assert repository.ringfence("diff", "--profile", "consumer").code == 1, "the guard on a locked model always counts"
    repository.git("checkout", "-q", ".")
    repository.edit("models/schema.yml", "tags: [critical]", "tags: [critical], materialized: table")
    assert repository.ringfence("diff", "--profile", "contract").code == 0
    assert repository.ringfence("diff", "--profile", "strict").code == 1


def test_the_base_is_where_the_branch_left_its_target(repository: Consumer) -> None:
    repository.write({"ringfence.yml": "base: {branch: main}\n"})
    assert repository.commit().code == 0
    repository.git("checkout", "-q", "-b", "feature")
    repository.edit("models/schema.yml", "amount, data_type: integer", "amount, data_type: text")
    assert repository.commit().code == 0
    assert [one["code"] for one in _changes(repository)] == ["RF403"]
    repository.git("checkout", "-q", "main")
    repository.write({"models/later.sql": "select 1 as x"})
    assert repository.commit().code == 0
    repository.git("checkout", "-q", "feature")
    assert [one["code"] for one in _changes(repository)] == ["RF403"], "what main gained since is not ours"


def test_a_change_can_be_approved_with_a_reason(repository: Consumer) -> None:
    repository.edit("models/schema.yml", "amount, data_type: integer", "amount, data_type: text")
    result = repository.ringfence("check", "--rule", "RF4", "--format", "json")
    (finding,) = json.loads(result.out)["findings"]
    assert f"ringfence approve {finding['fingerprint']}" in finding["fix"]
    approved = repository.ringfence("approve", finding["fingerprint"], "--reason", "agreed with finance")
    assert approved.code == 0, approved.all
    assert repository.ringfence("check", "--rule", "RF4").code == 0
    assert "agreed with finance" in (repository.folder / "ringfence/approvals.yml").read_text(encoding="utf-8")
    repository.edit("models/schema.yml", "amount, data_type: text", "amount, data_type: date")
    assert repository.ringfence("check", "--rule", "RF4").code == 1, "another change is not approved by it"


def test_a_new_project_has_nothing_to_be_compared_with(repository: Consumer) -> None:
    repository.write({"other/dbt_project.yml": "name: other\n", "other/models/a.sql": "select 1 as x"})
    assert _changes(repository) == []

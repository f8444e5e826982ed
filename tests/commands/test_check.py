"""`ringfence check` as a user types it: formats, filters, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from consumer import ROOT, Consumer

SHOP = {
    "dbt_project.yml": "name: shop\nmodels:\n  shop:\n    marts:\n      +tags: critical\n",
    "models/marts/fct_orders.sql": "select order_id from {{ ref('stg_orders') }}\n",
    "models/stg_orders.sql": "select 1 as order_id\n",
    "models/schema.yml": "models:\n  - name: fct_orders\n    description: Orders.\n  - name: stg_ordes\n",
    "ringfence.yml": "rules:\n  critical-model-unlocked: {severity: 'off'}\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Consumer:
    made = Consumer(tmp_path / "shop")
    made.write(SHOP)
    assert made.commit().code == 0
    return made


def _schema(name: str) -> Draft202012Validator:
    document = json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def test_text_names_place_code_problem_and_fix(repository: Consumer) -> None:
    result = repository.ringfence("check")
    assert result.code == 1
    assert result.out == (
        "models/schema.yml:2:11: RF201 contract-missing  model fct_orders is tagged critical "
        "and has no enforced contract\n"
        "    fix: add to fct_orders in its properties file, under config: contract: {enforced: true}\n"
        "models/schema.yml:4:11: RF301 ghost-model  the entry of model stg_ordes describes nothing: "
        "there is no such model, did you mean stg_orders?\n"
        "    fix: rename it to stg_orders, or remove the entry\n"
        "ringfence: 2 errors\n"
    )


def test_json_follows_its_schema(repository: Consumer) -> None:
    result = repository.ringfence("check", "--format", "json")
    assert result.code == 1
    document = json.loads(result.out)
    _schema("check").validate(document)
    assert document["summary"]["findings"] == 2
    first = document["findings"][0]
    assert (first["path"], first["line"], first["column"]) == ("models/schema.yml", 2, 11)
    assert (first["end_line"], first["end_column"]) == (2, 21)
    assert first["subject"] == {"kind": "model", "name": "fct_orders", "column": None}


def test_github_shows_findings_beside_the_line(repository: Consumer) -> None:
    result = repository.ringfence("check", "--format", "github")
    assert result.out.splitlines()[0].startswith(
        "::error file=models/schema.yml,line=2,endLine=2,col=11,title=RF201 contract-missing::model fct_orders"
    )


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("--rule", "RF201"), ["RF201"]),
        (("--rule", "ghost-model"), ["RF301"]),
        (("--rule", "RF3", "--rule", "contract-missing"), ["RF201", "RF301"]),
        (("--rule", "rf6"), []),
        (("models/marts",), []),
        (("models/schema.yml",), ["RF201", "RF301"]),
        (("--changed", "--base", "HEAD"), []),
        (("--project", "."), ["RF201", "RF301"]),
        ((".",), ["RF201", "RF301"]),
        (("models",), ["RF201", "RF301"]),
        (("--from", "HEAD"), ["RF201", "RF301"]),
        (("--from", "index"), ["RF201", "RF301"]),
    ],
    ids=" ".join,
)
def test_filters(repository: Consumer, arguments: tuple[str, ...], codes: list[str]) -> None:
    result = repository.ringfence("check", "--format", "json", *arguments)
    assert [one["code"] for one in json.loads(result.out)["findings"]] == codes
    assert result.code == (1 if codes else 0)


def test_changed_prints_what_differs_from_the_base(repository: Consumer) -> None:
    repository.write({"models/more.yml": "models:\n  - name: nothing\n"})
    result = repository.ringfence("check", "--changed", "--base", "HEAD", "--format", "json")
    assert [one["path"] for one in json.loads(result.out)["findings"]] == ["models/more.yml"]


def test_output_goes_to_a_file_and_exit_zero_hides_findings_only(repository: Consumer) -> None:
    result = repository.ringfence("check", "--exit-zero", "--output", "report.txt")
    assert (result.code, result.out) == (0, "")
    assert "RF201" in (repository.folder / "report.txt").read_text(encoding="utf-8")
    assert repository.ringfence("check", "--exit-zero", "--rule", "nothing").code == 2


def test_statistics_count_by_rule(repository: Consumer) -> None:
    assert "     1  RF301 ghost-model (error)" in repository.ringfence("check", "--statistics").out


def test_severity_and_warnings(repository: Consumer) -> None:
    rules = "rules:\n  contract-missing: {severity: warning}\n  ghost-model: {severity: info}\n"
    repository.write({"ringfence.yml": rules + "  critical-model-unlocked: {severity: 'off'}\n"})
    result = repository.ringfence("check")
    assert result.code == 0
    assert "[warning]" in result.out
    assert result.out.endswith("ringfence: 1 warning, 1 note\n")


def test_undecided_is_told_and_is_neither_a_pass_nor_a_finding(repository: Consumer) -> None:
    repository.write(
        {"models/marts/fct_orders.sql": "{{ config(contract={'enforced': target.name == 'prod'}) }} select 1"}
    )
    result = repository.ringfence("check", "--rule", "contract-missing")
    assert result.code == 0
    assert result.out == ""
    assert "undecided, neither passed nor failed: models/marts/fct_orders.sql:1:4: RF201 contract-missing" in result.err
    assert "target.name == 'prod'" in result.err
    document = json.loads(repository.ringfence("check", "--rule", "contract-missing", "--format", "json").out)
    _schema("check").validate(document)
    assert [one["code"] for one in document["summary"]["undecided"]] == ["RF201"]


def test_control_characters_of_the_repository_never_reach_the_terminal(repository: Consumer) -> None:
    repository.write({"models/bad.yml": 'models:\n  - name: "x\\e[31m::error::y"\n'})
    for name in ("text", "github"):
        out = repository.ringfence("check", "--format", name).out
        assert "\x1b" not in out.replace("%1B", "")


def test_a_folder_of_a_project_judges_that_project_only(tmp_path: Path) -> None:
    both = Consumer(tmp_path / "both")
    for name in ("one", "two"):
        both.write({f"{name}/dbt_project.yml": f"name: {name}\n", f"{name}/models/s.yml": "models: [{name: ghost}]\n"})
    both.write({"two/ringfence.yml": "rules: {ghost-model: {severity: warning}}\n"})
    assert both.commit().code == 0
    assert both.ringfence("check").out.count("RF301") == 2
    assert both.ringfence("check", "--project", "one").out.startswith("one/models/s.yml")
    inside = both.ringfence("check", cwd=both.folder / "two")
    assert inside.code == 0
    assert inside.out.startswith("two/models/s.yml:1:17: RF301 ghost-model  [warning]")


def test_a_rule_that_is_off_by_itself(repository: Consumer) -> None:
    """Its own name or code asks for it, or a severity; its family alone does not, and off is off."""
    quiet = repository.ringfence("check", "--format", "json", "--rule", "RF3")
    assert "RF340" not in quiet.out
    for name in ("RF340", "model-without-entry"):
        asked = repository.ringfence("check", "--format", "json", "--rule", name)
        assert {one["severity"] for one in json.loads(asked.out)["findings"]} == {"warning"}
    for severity, expected in (("info", {"info"}), ('"off"', set())):
        repository.write({"ringfence.yml": f"rules: {{model-without-entry: {{severity: {severity}}}}}\n"})
        repository.git("add", "-A")
        for arguments in ((), ("--rule", "RF3"), ("--rule", "RF340")):
            said = repository.ringfence("check", "--from", "index", "--format", "json", *arguments)
            assert said.out, said.err
            assert {one["severity"] for one in json.loads(said.out)["findings"] if one["code"] == "RF340"} == expected


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("--select", "tag:critical"), ["RF201"]),
        (("--select", "name:stg_ordes"), ["RF301"]),
        (("--select", "+fct_orders"), ["RF201"]),
        (("--select", "stg_orders+", "--select", "stg_ordes"), ["RF201", "RF301"]),
        (("--exclude", "stg_orders+1"), ["RF301"]),
        (("--select", "fct_orders", "--exclude", "path:models/marts"), []),
        (("--select", "resource_type:model,path:models/marts", "models/marts"), []),
    ],
)
def test_selectors_on_the_command_line(repository: Consumer, arguments: tuple[str, ...], codes: list[str]) -> None:
    for _ in range(2):
        result = repository.ringfence("check", "--format", "json", *arguments)
        assert [one["code"] for one in json.loads(result.out)["findings"]] == codes
        assert result.code == bool(codes)
    assert len(json.loads(repository.ringfence("check", "--format", "json").out)["findings"]) == 2


def test_a_selector_that_is_none(repository: Consumer) -> None:
    result = repository.ringfence("check", "--select", "tags:critical")
    assert (result.code, result.out) == (2, "")
    assert "--select: the selector tags:critical has an unknown method tags, did you mean tag?" in result.err


def test_what_the_selection_needs_and_nobody_knows_is_undecided(repository: Consumer) -> None:
    repository.write({"models/stg_orders.sql": "{{ config(tags=[target.name]) }} select 1 as order_id\n"})
    result = repository.ringfence("check", "--format", "json", "--select", "tag:prod+")
    found = json.loads(result.out)
    assert found["findings"] == []
    assert "RF201" in {one["code"] for one in found["summary"]["undecided"]}


def test_a_rule_is_switched_on_and_off_without_quotes(repository: Consumer) -> None:
    repository.write(
        {"ringfence.yml": "rules:\n  contract-missing: {severity: off}\n  model-without-entry: {severity: on}\n"}
    )
    result = repository.ringfence("check", "--rule", "RF2", "--rule", "RF3")
    assert "RF201" not in result.out
    assert "RF340 model-without-entry  [warning] model stg_orders has no entry" in result.out

"""Bad input gets one clear error with what, where and what to do; a broken properties file is a finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumer import Consumer

PROJECT = "name: shop\n"


def _made(tmp_path: Path, files: dict[str, str]) -> Consumer:
    made = Consumer(tmp_path / "shop")
    made.write(files)
    made.git("add", "-A")
    return made


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"README.md": "x"}, ["no dbt_project.yml in worktree", "--project DIR"]),
        ({"dbt_project.yml": "name: [\n"}, ["dbt_project.yml:2:1", "is not YAML"]),
        ({"dbt_project.yml": "- a\n"}, ["dbt_project.yml: is not a mapping of settings", "name: your_project"]),
        ({"dbt_project.yml": "version: 1\n"}, ["dbt_project.yml: has no name"]),
        (
            {"dbt_project.yml": PROJECT, "tests/sample/dbt_project.yml": ""},
            ["tests/sample/dbt_project.yml: is not a mapping", "or name those that are meant under projects:"],
        ),
        ({"dbt_project.yml": PROJECT, "ringfence.yml": "rules: [\n"}, ["ringfence.yml:2:1", "is not YAML"]),
        (
            {"dbt_project.yml": PROJECT, "ringfence.yml": "ruls: {}\n"},
            ["ringfence.yml:1:1", "unknown key ruls, did you mean rules?", "use one of base, cache, layers, lock"],
        ),
        (
            {"dbt_project.yml": PROJECT, "ringfence.yml": "rules:\n  contract-mising: {severity: error}\n"},
            ["ringfence.yml:2:3", "did you mean contract-missing?"],
        ),
        (
            {"dbt_project.yml": PROJECT, "ringfence.yml": "rules:\n  contract-missing: {severity: fatal}\n"},
            ["ringfence.yml:2:32", "severity must be one of info, warning, error, on, off"],
        ),
        (
            {"dbt_project.yml": PROJECT, "ringfence.yml": "rules:\n  contract-missing: {select: 'tga:x'}\n"},
            ["unknown method tga, did you mean tag?"],
        ),
        ({"dbt_project.yml": PROJECT, "ringfence.yml": "lock: {reason_pattern: '['}\n"}, ["not a regular expression"]),
        ({"dbt_project.yml": PROJECT, "ringfence.yml": "projects: [{path: ../x}]\n"}, ["leaves the repository"]),
        (
            {"dbt_project.yml": PROJECT, "ringfence.yml": "projects: [{path: x}]\n"},
            ["x: there is no dbt_project.yml here"],
        ),
        ({"dbt_project.yml": PROJECT, "pyproject.toml": "[tool.ringfence\n"}, ["pyproject.toml: is not TOML"]),
        ({"dbt_project.yml": PROJECT, "ringfence/approvals.yml": "- [\n"}, ["ringfence/approvals.yml"]),
    ],
    ids=lambda value: next(iter(value.values()))[:30] if isinstance(value, dict) else "",
)
def test_what_cannot_be_worked_with_ends_with_2(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    result = _made(tmp_path, files).ringfence("check")
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("ringfence: error: ")
    assert "Traceback" not in result.err
    for text in expected:
        assert text in result.err


def test_not_a_git_repository(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "other")
    outside = tmp_path / "outside"
    outside.mkdir()
    result = made.ringfence("check", cwd=outside, env={"GIT_CEILING_DIRECTORIES": str(tmp_path)})
    assert result.code == 2
    assert "this is not a git repository" in result.err
    assert "git init" in result.err


def test_an_unreadable_properties_file_is_a_finding_and_the_rest_is_judged(tmp_path: Path) -> None:
    made = _made(
        tmp_path,
        {
            "dbt_project.yml": PROJECT,
            "models/broken.yml": "models:\n  - name: a\n   columns: []\n",
            "models/good.yml": "models:\n  - name: ghost\n",
        },
    )
    result = made.ringfence("check")
    assert result.code == 1
    assert "models/broken.yml:3:4: RF001 unreadable-file  models/broken.yml is not YAML" in result.out
    assert "models/good.yml:2:11: RF301 ghost-model" in result.out


def test_what_an_unreadable_file_held_is_undecided_and_not_called_changed(tmp_path: Path) -> None:
    entry = (
        "  - name: {name}\n    description: Rows.\n"
        "    config: {{tags: [critical, locked], contract: {{enforced: true}}}}\n"
        "    columns: [{{name: id, data_type: integer, data_tests: [unique]}}]\n"
    )
    made = _made(
        tmp_path,
        {
            "dbt_project.yml": PROJECT,
            "models/one.yml": "models:\n" + entry.format(name="one") + "  - name: v\n    versions: [{v: 1}]\n",
            "models/two.yml": "models:\n" + entry.format(name="two"),
            "models/one.sql": "select 1 as id from {{ ref('v') }} join {{ source('raw', 't') }}",
            "models/two.sql": "select 1 as id",
            "models/v_v1.sql": "select 1 as id",
            "models/raw.yml": "sources: [{name: raw, tables: [{name: t}]}]\n",
        },
    )
    assert made.ringfence("lock", "add").code == 0
    assert made.commit().code == 0
    assert made.ringfence("check").code == 0
    for name in ("one", "raw"):
        made.edit(f"models/{name}.yml", "name: ", "name: [")
    made.edit("models/two.yml", "data_type: integer", "data_type: text")
    result = made.ringfence("check", "--format", "json")
    assert result.code == 1
    document = json.loads(result.out)
    told = [(one["code"], one["subject"]["name"]) for one in document["findings"]]
    assert told == [
        ("RF001", "models/one.yml"),
        ("RF001", "models/raw.yml"),
        ("RF101", "two"),
        ("RF403", "two"),
    ]
    undecided = {(one["code"], one["subject"]["name"]) for one in document["summary"]["undecided"]}
    assert {("RF103", "one"), ("RF104", "one"), ("RF201", "one"), ("RF601", "one")} <= undecided
    assert not any(name == "two" for _, name in undecided)
    assert [one["code"] for one in json.loads(made.ringfence("diff", "--format", "json").out)["changes"]] == ["RF403"]


def test_a_model_that_is_no_template_is_a_finding(tmp_path: Path) -> None:
    made = _made(tmp_path, {"dbt_project.yml": PROJECT, "models/a.sql": "select 1\n\nfrom {{ ref('b' }}\n"})
    result = made.ringfence("check")
    assert result.code == 1
    assert "models/a.sql:3:1: RF001 unreadable-file" in result.out


def test_a_base_that_a_shallow_clone_does_not_have(tmp_path: Path) -> None:
    origin = _made(tmp_path, {"dbt_project.yml": PROJECT})
    for number in range(3):
        origin.write({"README.md": str(number)})
        assert origin.commit().code == 0
    first = origin.git("rev-list", "--max-parents=0", "HEAD")
    clone = Consumer(tmp_path / "workspace")
    clone.git("clone", "-q", "--depth", "1", f"file://{origin.folder}", "clone")
    result = clone.ringfence("check", "--base", first, cwd=clone.folder / "clone")
    assert result.code == 2
    assert "is not in this shallow clone" in result.err
    assert "fetch-depth: 0" in result.err


def test_a_base_that_does_not_exist(tmp_path: Path) -> None:
    made = _made(tmp_path, {"dbt_project.yml": PROJECT})
    assert made.commit().code == 0
    result = made.ringfence("diff", "--base", "nowhere")
    assert result.code == 2
    assert "nowhere: is not a revision of this repository" in result.err


def test_ci_without_a_base_is_never_called_clean(tmp_path: Path) -> None:
    made = _made(tmp_path, {"dbt_project.yml": PROJECT})
    assert made.commit().code == 0
    result = made.ringfence("diff", env={"CI": "true"})
    assert result.code == 2
    assert "nothing to compare with" in result.err


def test_a_first_commit_without_head(tmp_path: Path) -> None:
    made = _made(tmp_path, {"dbt_project.yml": PROJECT, "models/a.sql": "select 1"})
    assert made.ringfence("check", "--from", "index").code == 0
    assert made.ringfence("diff", env={"PRE_COMMIT": "1"}).out == "no changes between empty and index\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("check", "--rule", "RF999"), "there is no rule RF999"),
        (("check", "--rule", "contract-mising"), "did you mean contract-missing?"),
        (("explain", "RF999"), "there is no rule RF999"),
        (("check", "--project", "nowhere"), "projects here: ."),
        (("check", "modles"), "modles: there is no such file or folder"),
        (("lock", "update", "nothing", "--reason", "x"), "there is no model nothing"),
        (("lock", "update", "a", "--reason", "x"), "a is not locked"),
        (("lock", "update", "a", "--reason", " "), "a reason is required"),
        (("lock", "release", "a", "--reason", "x"), "a is not locked"),
        (("approve", "0" * 16, "--reason", "x"), "has the fingerprint"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_use(tmp_path: Path, arguments: tuple[str, ...], expected: str) -> None:
    made = _made(tmp_path, {"dbt_project.yml": PROJECT, "models/a.sql": "select 1"})
    assert made.commit().code == 0
    result = made.ringfence(*arguments)
    assert result.code == 2
    assert expected in result.err


def test_an_unmerged_index(tmp_path: Path) -> None:
    made = _made(tmp_path, {"dbt_project.yml": PROJECT, "models/a.sql": "select 1"})
    assert made.commit().code == 0
    made.git("checkout", "-q", "-b", "side")
    made.write({"models/a.sql": "select 2"})
    assert made.commit().code == 0
    made.git("checkout", "-q", "main")
    made.write({"models/a.sql": "select 3"})
    assert made.commit().code == 0
    made.run("git", "merge", "side")
    result = made.ringfence("check", "--from", "index")
    assert result.code == 2
    assert "models/a.sql: is not merged yet" in result.err

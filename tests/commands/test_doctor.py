"""`ringfence doctor`: what a check rests on, and what there is to do about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from commands.mill import MANIFEST, REFRESH, STG, Mill
from consumer import ROOT

Json = dict[str, Any]
SCHEMA = Draft202012Validator(json.loads((ROOT / "schemas" / "doctor.json").read_text(encoding="utf-8")))


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    made = Mill(tmp_path / "mill")
    made.write({"ringfence.yml": "projects: [{path: ., adapter: duckdb}]\n"})
    return made


def doctor(mill: Mill, *arguments: str, code: int, **environment: str) -> Json:
    found, printed, error = mill.ran("doctor", "--format", "json", *arguments, **environment)
    assert found == code, printed + error
    told: Json = json.loads(printed)
    SCHEMA.validate(told)
    return told


def project(told: Json) -> Json:
    (found,) = told["projects"]
    assert isinstance(found, dict)
    return found


def test_nothing_to_do(mill: Mill) -> None:
    mill.lay()
    told = doctor(mill, code=0)
    assert (told["head"], told["base"]["label"], told["actions"]) == ("worktree", "HEAD", [])
    assert told["base"]["how"].startswith("the last commit")
    assert told["cache"]["path"].startswith(str(mill.folder / ".git"))
    assert told["hooks"] == {"file": None, "ids": [], "revisions": [], "stages": []}
    found = project(told)
    assert (found["name"], found["path"]) == ("mill", ".")
    assert found["adapter"] == {"type": "duckdb", "from": "ringfence.yml"}
    (package,) = found["packages"]
    assert package == {
        "name": "tools",
        "wanted": "1.0.0",
        "locked": "1.0.0",
        "installed": "1.0.0",
        "local": False,
        "missing": False,
    }
    manifest = found["manifest"]
    assert manifest.pop("dbt").startswith("1.11.")
    assert manifest == {
        "mode": "optional",
        "path": MANIFEST,
        "outcome": "fresh",
        "told": "",
        "schema": "v12",
        "adapter": "duckdb",
        "generated_at": "2026-01-01T00:00:00Z",
        "differences": [],
    }
    hidden = {one["field"]: (one["unknown"], one["reasons"]) for one in found["unknown"] if one["unknown"]}
    assert hidden["enabled"] == (1, [{"reason": "env_var()", "count": 1}])
    assert hidden["refs"] == (1, [{"reason": "target.name", "count": 1}])


def test_as_text(mill: Mill) -> None:
    mill.lay()
    mill.edit(STG, "stones", "wheels")
    mill.edit("macros/weights.sql", "select 1", "select 2")
    result = mill.ringfence("doctor")
    assert result.code == 1, result.err
    lines = result.out.splitlines()
    assert lines[1:3] == ["judged    worktree", f"base      HEAD ({lines[2].partition('(')[2]}"]
    assert "hooks     none: there is no .pre-commit-config.yaml" in lines
    assert "project   mill in ." in lines
    assert "adapter   duckdb (ringfence.yml)" in lines
    assert "packages  tools: asked for 1.0.0, locked 1.0.0, installed 1.0.0" in lines
    assert f"manifest  {MANIFEST} (optional): stale" in lines
    assert any(f"{STG}:1: model stg_mills: its SQL was edited (sha256 " in line for line in lines)
    assert any(line.endswith("[no rule reads it]") and "macro nobody" in line for line in lines)
    assert any(line.startswith("known     ") and line.endswith(" values") for line in lines)
    assert lines[-2:] == [f"to do: {MANIFEST} is stale: 1 difference", "    dbt parse"]


def test_another_tree_may_be_looked_at(mill: Mill) -> None:
    mill.lay()
    mill.edit(REFRESH, "1 as id", "2 as id")
    assert project(doctor(mill, code=1))["manifest"]["outcome"] == "stale"
    told = doctor(mill, "--from", "HEAD", "--base", "HEAD", code=0)
    assert (told["head"], told["base"]) == ("HEAD", {"label": "HEAD", "how": "--base"})
    assert project(told)["manifest"]["outcome"] == "fresh"


def test_differences_that_no_rule_reads_ask_for_nothing(mill: Mill) -> None:
    mill.lay()
    mill.edit("macros/weights.sql", "select 1", "select 2")
    manifest = project(doctor(mill, code=0))["manifest"]
    assert manifest["outcome"] == "irrelevant"
    (one,) = manifest["differences"]
    assert (one["kind"], one["name"], one["reason"], one["seen"]) == ("macro", "nobody", "it was edited", False)


def test_an_exposure_matters_to_a_rule_that_reads_exposures(mill: Mill) -> None:
    mill.lay()
    mill.edit("models/marts/marts.yml", "[ref('flour')]", "[ref('stg_mills')]")
    assert project(doctor(mill, code=1))["manifest"]["outcome"] == "stale"
    off = "rules: {ref-unresolved: {severity: 'off'}}\n"
    mill.write({"ringfence.yml": f"projects: [{{path: ., adapter: duckdb}}]\n{off}"})
    assert project(doctor(mill, code=0))["manifest"]["outcome"] == "irrelevant"


def test_no_manifest(mill: Mill) -> None:
    manifest = project(doctor(mill, code=0))["manifest"]
    assert (manifest["outcome"], manifest["path"]) == ("missing", MANIFEST)
    mill.write({"ringfence.yml": "manifest: required\n"})
    assert doctor(mill, code=1)["actions"] == [{"what": f"{MANIFEST} is required, and is not there", "do": "dbt parse"}]
    mill.write({"ringfence.yml": "manifest: ignored\n"})
    assert project(doctor(mill, code=0))["manifest"]["outcome"] == "ignored"


def test_a_manifest_that_cannot_be_used(mill: Mill) -> None:
    mill.lay(text="{")
    told = doctor(mill, code=1)
    assert project(told)["manifest"]["outcome"] == "unreadable"
    assert told["actions"][0]["do"] == "wait until dbt has finished writing it, then run this again"
    mill.manifest["metadata"]["adapter_type"] = "snowflake"
    mill.lay()
    told = doctor(mill, code=1)
    assert project(told)["manifest"]["outcome"] == "foreign"
    assert "made for the adapter snowflake" in told["actions"][0]["what"]


def test_a_target_path_that_is_a_template(mill: Mill) -> None:
    mill.edit("dbt_project.yml", "profile: mill\n", "profile: mill\ntarget-path: \"{{ env_var('X') }}\"\n")
    mill.lay()
    assert project(doctor(mill, code=0))["manifest"]["told"] == "target-path is a template: set DBT_TARGET_PATH"
    assert project(doctor(mill, code=0, DBT_TARGET_PATH="target"))["manifest"]["outcome"] == "fresh"
    mill.write({"ringfence.yml": "manifest: required\n"})
    assert doctor(mill, code=1)["actions"] == [{"what": "the manifest is not found", "do": "set DBT_TARGET_PATH"}]


def test_packages_that_are_not_installed_as_asked_for(mill: Mill) -> None:
    mill.lay()
    mill.edit("package-lock.yml", "1.0.0", "1.1.0")
    mill.edit(
        "packages.yml",
        "packages:\n",
        "packages:\n  - {local: pkgs/own}\n  - {git: 'https://x/y/other.git', revision: v1}\n",
    )
    told = doctor(mill, code=1)
    assert [(one["name"], one["local"], one["missing"]) for one in project(told)["packages"]] == [
        ("own", True, False),
        ("other", False, True),
        ("tools", False, True),
    ]
    assert told["actions"] == [
        {"what": "packages that are not installed as asked for: other, tools", "do": "dbt deps"},
        {"what": f"{MANIFEST} is stale: 1 difference", "do": "dbt deps && dbt parse"},
    ]
    text = mill.ran("doctor")[1]
    assert "packages  own: local, in pkgs/own\n" in text
    assert "          other: asked for v1, not installed (missing)\n" in text


def test_where_the_adapter_is_named(mill: Mill) -> None:
    mill.write({"ringfence.yml": "", "profiles.yml": "mill: {target: dev, outputs: {dev: {type: duckdb}}}\n"})
    assert project(doctor(mill, code=0))["adapter"] == {"type": "duckdb", "from": "profiles.yml"}
    (mill.folder / "profiles.yml").unlink()
    assert project(doctor(mill, code=0))["adapter"] == {"type": None, "from": None}
    assert "adapter   not known: name it in ringfence.yml" in mill.ran("doctor")[1]


@pytest.mark.parametrize(
    ("environment", "label", "how"),
    [
        ({"PRE_COMMIT_FROM_REF": "HEAD"}, "HEAD", "PRE_COMMIT_FROM_REF"),
        ({"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": "HEAD"}, "HEAD", "the CI service names it"),
    ],
)
def test_who_names_the_base(mill: Mill, environment: dict[str, str], label: str, how: str) -> None:
    assert doctor(mill, code=0, **environment)["base"] == {"label": label, "how": how}


def test_where_the_branch_left_is_the_base(mill: Mill) -> None:
    mill.git("checkout", "-q", "-b", "work")
    mill.write({"ringfence.yml": "base: {branch: main}\n"})
    base = doctor(mill, code=0)["base"]
    assert base["label"].startswith("main@")
    assert base["how"] == "where this branch left the branch that it is to be merged into"


def test_no_base_in_ci(mill: Mill) -> None:
    told = doctor(mill, code=1, CI="true")
    assert told["base"]["label"] is None
    assert told["actions"][0]["what"].startswith("there is no base: ")


def test_before_the_first_commit(tmp_path: Path) -> None:
    mill = Mill(tmp_path / "mill")
    mill.git("update-ref", "-d", "HEAD")
    assert "before the first commit" in doctor(mill, code=0)["base"]["how"]


def test_the_cache(mill: Mill) -> None:
    assert mill.ran("check")[0] in (0, 1)
    cache = doctor(mill, code=0)["cache"]
    assert cache["used"]
    assert cache["bytes"] > 0
    assert doctor(mill, code=0, RINGFENCE_CACHE="off")["cache"] == {"path": None, "bytes": 0, "used": False}
    assert "cache     off\n" in mill.ran("doctor", RINGFENCE_CACHE="off")[1]


def test_the_hooks(mill: Mill) -> None:
    mill.write(
        {
            ".pre-commit-config.yaml": "exclude: ^legacy/\nrepos:\n"
            "  - repo: https://x/y/ringfence\n    rev: v0.1.0\n    hooks:\n"
            "      - id: ringfence\n        exclude: ^models/old/\n      - id: schema-yml\n"
            "  - repo: https://x/y/linters\n    rev: v1\n    hooks:\n      - id: schema-yml\n        files: x\n"
        }
    )
    told = doctor(mill, code=1)
    assert (told["hooks"]["ids"], told["hooks"]["revisions"]) == (["ringfence", "schema-yml"], ["v0.1.0"])
    name = ".pre-commit-config.yaml"
    assert [one["what"] for one in told["actions"]] == [
        f"{name}:8:9: the hook ringfence runs every rule, and schema-yml some of them once more",
        f"{name}:7:9: exclude: has no effect on the hook ringfence, which always runs",
        f"{name}:1:1: exclude: has no effect on hooks of ringfence, which always run",
        f"{name} names hooks, and git runs none in this clone",
    ]
    hook = mill.folder / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n", encoding="utf-8")
    hook.chmod(0o755)
    told = doctor(mill, code=1)
    assert told["hooks"]["stages"] == ["pre-commit"]
    assert len(told["actions"]) == 3
    text = mill.ran("doctor")[1]
    assert "hooks     ringfence, schema-yml at v0.1.0; git runs hooks at pre-commit\n" in text


def test_hooks_of_others(mill: Mill) -> None:
    mill.write(
        {".pre-commit-config.yaml": "exclude: x\nrepos:\n  - {repo: local, hooks: [{id: schema-yml, entry: lint}]}\n"}
    )
    assert doctor(mill, code=0)["hooks"]["ids"] == []
    assert "hooks     none of ours; git runs none here\n" in mill.ran("doctor")[1]
    mill.write({".pre-commit-config.yaml": "repos: [\n"})
    assert doctor(mill, code=1)["actions"][0]["what"].startswith(".pre-commit-config.yaml:")


def test_a_project_in_a_folder(tmp_path: Path) -> None:
    mill = Mill(tmp_path / "mill", "transform")
    mill.lay()
    mill.edit(f"transform/{STG}", "stones", "wheels")
    told = doctor(mill, "--project", "transform", code=1)
    assert project(told)["path"] == "transform"
    assert told["actions"] == [
        {"what": f"transform/{MANIFEST} is stale: 1 difference", "do": "dbt parse --project-dir transform"}
    ]


def test_trouble(mill: Mill) -> None:
    mill.write({"ringfence.yml": "manifest: sometimes\n"})
    result = mill.ringfence("doctor")
    assert (result.code, result.out) == (2, "")
    assert "manifest must be one of required, optional, ignored" in result.err

"""A manifest beside the judged tree: when it is read, what it decides, what is said of one that is of no use."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from commands.mill import MANIFEST, REFRESH, STG, Mill
from ringfence.commands.recall import Judgement
from ringfence.domain.errors import RingfenceError
from ringfence.domain.finding import Finding


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    return Mill(tmp_path / "mill")


def of(judgement: Judgement, code: str) -> list[Finding]:
    return [one for one in judgement.findings if one.code == code]


def undecided(judgement: Judgement) -> set[str]:
    return {one.subject.name for one in judgement.undecided}


def said(judgement: Judgement) -> list[str]:
    return [f"{one.place} {one.severity}: {one.message}" for one in of(judgement, "RF002")]


# what a manifest decides


def test_without_a_manifest_what_is_undecided_stays_so(mill: Mill) -> None:
    found = mill.judged()
    assert undecided(found) == {"refresh", "switched"}
    assert said(found) == []


def test_a_fresh_manifest_decides(mill: Mill) -> None:
    mill.node("refresh")["tags"] = mill.node("refresh")["config"]["tags"] = ["critical"]
    mill.lay()
    found = mill.judged()
    assert undecided(found) == set()
    assert said(found) == []
    (missing,) = of(found, "RF201")
    assert (missing.message, missing.evidence) == (
        "model refresh is tagged critical and has no enforced contract",
        "compiled",
    )
    unlocked = {one.subject.name: one.evidence for one in of(found, "RF106")}
    assert unlocked == {"flour": "declared", "refresh": "compiled"}


def test_a_manifest_says_that_a_ref_leads_nowhere(mill: Mill) -> None:
    path = "models/marts/switched.sql"
    mill.edit(path, "ref('stg_mills')", "ref('stg_mils')")
    assert "switched" in undecided(mill.judged("ref-unresolved"))
    mill.node("switched")["raw_code"] = (mill.folder / path).read_text(encoding="utf-8").strip()
    mill.node("switched")["refs"] = [{"name": "stg_mils", "package": None, "version": None}]
    mill.lay()
    found = mill.judged("ref-unresolved")
    (one,) = of(found, "RF601")
    assert one.message.startswith("model switched reads ref('stg_mils'), but stg_mils does not exist")
    assert (one.place.line, one.evidence) == (2, "compiled")


def test_a_lock_that_is_new_since_the_base_is_judged_against_the_base(mill: Mill) -> None:
    assert mill.ran("lock", "add", "refresh")[0] == 0
    before = mill.judged("RF1")
    assert {one.code for one in before.undecided if one.subject.name == "refresh"} == {"RF102", "RF103"}
    mill.lay()
    after = mill.judged("RF1")
    assert "refresh" not in undecided(after)
    assert after.findings == before.findings


def test_nothing_that_a_manifest_decided_is_kept(mill: Mill) -> None:
    mill.lay()
    cache = {"RINGFENCE_CACHE": str(mill.folder / ".git/cache")}
    for _ in range(2):
        assert undecided(mill.judged(**cache)) == set()
        assert json.loads(mill.ran("check", "--format", "json")[1])["summary"]["undecided"] == []
    (mill.folder / MANIFEST).unlink()
    assert undecided(mill.judged(**cache)) == {"refresh", "switched"}
    assert json.loads(mill.ran("check", "--format", "json")[1])["summary"]["undecided"]


# when it is not even opened


def test_a_check_that_decides_everything_opens_no_manifest(mill: Mill) -> None:
    (mill.folder / REFRESH).unlink()
    (mill.folder / "models/marts/switched.sql").unlink()
    mill.edit("models/marts/marts.yml", "  - name: refresh\n    description: Runs at night.\n", "")
    mill.lay(text="{ this is no manifest")
    found = mill.judged()
    assert undecided(found) == set()
    assert said(found) == []


def test_an_ignored_manifest_is_never_opened(mill: Mill) -> None:
    mill.require("ignored")
    mill.lay(text="{ this is no manifest")
    found = mill.judged()
    assert undecided(found) == {"refresh", "switched"}
    assert said(found) == []
    assert said(mill.judged("stale-manifest")) == []


# stale


def test_what_was_needed_has_changed(mill: Mill) -> None:
    mill.lay()
    mill.edit(REFRESH, "1 as id", "2 as id")
    mill.edit(STG, "stones", "wheels")
    found = mill.judged()
    assert undecided(found) == {"refresh"}
    (line,) = said(found)
    assert line.startswith(f"{REFRESH}:1:1 info: {MANIFEST} (dbt 1.11")
    assert "differs from the work tree: model refresh: its SQL was edited (sha256 " in line
    assert "stg_mills" not in line
    assert of(found, "RF002")[0].fix == "type: dbt parse"


def test_what_was_not_needed_has_changed(mill: Mill) -> None:
    mill.lay()
    mill.edit(STG, "stones", "wheels")
    found = mill.judged()
    assert undecided(found) == set()
    assert said(found) == []


def test_only_rules_that_were_asked_for_need_a_manifest(mill: Mill) -> None:
    mill.lay()
    mill.edit(REFRESH, "1 as id", "2 as id")
    assert said(mill.judged("RF3")) == []


def test_a_manifest_of_the_work_tree_is_stale_for_the_index(mill: Mill) -> None:
    mill.edit(REFRESH, "1 as id", "2 as id")
    mill.git("add", "-A")
    mill.edit(REFRESH, "2 as id", "1 as id")
    mill.lay()
    assert undecided(mill.judged()) == set()
    staged = mill.judged(head="index")
    assert undecided(staged) == {"refresh"}
    assert "differs from the index: model refresh: its SQL was edited" in said(staged)[0]
    assert undecided(mill.judged(head="HEAD")) == set()


def test_the_rule_alone_looks_at_everything(mill: Mill) -> None:
    mill.lay()
    assert said(mill.judged("stale-manifest")) == []
    mill.edit(STG, "stones", "wheels")
    assert "differs from the work tree: model stg_mills: its SQL was edited" in said(mill.judged("RF002"))[0]
    mill.write({"ringfence.yml": "rules: {stale-manifest: {severity: warning}}\n"})
    assert of(mill.judged("RF002"), "RF002")[0].severity == "warning"
    mill.write({"ringfence.yml": "rules: {stale-manifest: {severity: 'off'}}\n"})
    assert said(mill.judged("RF002")) == []


def test_a_package_has_to_be_installed_first(mill: Mill) -> None:
    mill.lay()
    mill.edit("package-lock.yml", "1.0.0", "1.1.0")
    (one,) = of(mill.judged("RF002"), "RF002")
    assert one.fix == "type: dbt deps && dbt parse"


# of no use


def test_a_manifest_that_is_being_written(mill: Mill) -> None:
    whole = json.dumps(mill.manifest)
    for length in (0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 1):
        mill.lay(text=whole[:length])
        found = mill.judged()
        assert undecided(found) == {"refresh", "switched"}
        (line,) = said(found)
        assert line.startswith(f"{MANIFEST}:1:1 info: {MANIFEST} cannot be used: the manifest ends too early")


def test_a_part_that_cannot_be_read(mill: Mill) -> None:
    mill.node("refresh")["config"] = ["no", "mapping"]
    mill.lay()
    found = mill.judged()
    assert undecided(found) == {"refresh", "switched"}
    assert "cannot be used: the manifest holds a configuration" in said(found)[0]


def test_a_manifest_of_another_project(mill: Mill) -> None:
    mill.manifest["metadata"]["project_name"] = "bakery"
    mill.lay()
    found = mill.judged()
    assert undecided(found) == {"refresh", "switched"}
    told = "cannot be used: it is of the project bakery, and this is mill"
    assert said(found) == [f"{MANIFEST}:1:1 info: {MANIFEST} {told}"]


def test_a_manifest_for_another_adapter(mill: Mill) -> None:
    mill.write({"ringfence.yml": "projects: [{path: ., adapter: snowflake}]\n"})
    mill.lay()
    found = mill.judged()
    assert undecided(found) == {"refresh", "switched"}
    told = "cannot be used: it was made for the adapter duckdb, and snowflake is configured"
    assert said(found) == [f"{MANIFEST}:1:1 info: {MANIFEST} {told}"]


# where it lies


def test_the_target_path_of_the_project(mill: Mill) -> None:
    mill.edit("dbt_project.yml", "profile: mill\n", "profile: mill\ntarget-path: build\n")
    mill.lay()
    assert undecided(mill.judged()) == {"refresh", "switched"}
    mill.lay("build/manifest.json")
    assert undecided(mill.judged()) == set()


def test_the_target_path_of_the_environment(mill: Mill, tmp_path: Path) -> None:
    mill.lay("elsewhere/manifest.json")
    assert undecided(mill.judged()) == {"refresh", "switched"}
    assert undecided(mill.judged(DBT_TARGET_PATH="elsewhere")) == set()
    (tmp_path / "outside").mkdir()
    os.replace(mill.folder / "elsewhere/manifest.json", tmp_path / "outside/manifest.json")
    assert undecided(mill.judged(DBT_TARGET_PATH=str(tmp_path / "outside"))) == set()


def test_a_target_path_outside_the_repository_is_not_opened(mill: Mill, tmp_path: Path) -> None:
    mill.edit("dbt_project.yml", "profile: mill\n", "profile: mill\ntarget-path: ../outside\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/manifest.json").write_text(json.dumps(mill.manifest), encoding="utf-8")
    found = mill.judged()
    assert undecided(found) == {"refresh", "switched"}
    assert "cannot be used: lies outside the repository, and is not opened" in said(found)[0]


def test_a_link_that_leads_out_of_the_repository_is_not_followed(mill: Mill, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(mill.manifest), encoding="utf-8")
    (mill.folder / "target").mkdir()
    os.symlink(tmp_path / "manifest.json", mill.folder / MANIFEST)
    found = mill.judged()
    assert undecided(found) == {"refresh", "switched"}
    assert "cannot be used: lies outside the repository" in said(found)[0]


def test_a_template_for_a_target_path(mill: Mill) -> None:
    template = "target-path: \"{{ env_var('TARGET') }}\"\n"
    mill.edit("dbt_project.yml", "profile: mill\n", f"profile: mill\n{template}")
    mill.lay()
    assert undecided(mill.judged()) == {"refresh", "switched"}
    assert said(mill.judged()) == []
    mill.require()
    told = "dbt_project.yml cannot be found: target-path is a template, and DBT_TARGET_PATH is not set"
    assert said(mill.judged()) == [f"dbt_project.yml:1:1 error: {told}, and ringfence.yml requires it"]


def test_a_project_in_a_folder(tmp_path: Path) -> None:
    mill = Mill(tmp_path / "mill", "transform")
    mill.lay()
    assert undecided(mill.judged()) == set()
    mill.edit(f"transform/{REFRESH}", "1 as id", "2 as id")
    found = mill.judged()
    assert f"transform/{REFRESH}:1:1 info: transform/{MANIFEST}" in said(found)[0]
    assert of(found, "RF002")[0].fix == "type: dbt parse --project-dir transform"


# required


def test_a_required_manifest_that_is_not_there(mill: Mill) -> None:
    mill.require()
    code, printed, _ = mill.ran("check")
    assert code == 1
    assert f"{MANIFEST}:1:1: RF002 stale-manifest  {MANIFEST} is not there, and ringfence.yml requires it" in printed
    assert said(mill.judged("RF3"))  # whatever was asked for


def test_a_required_manifest_that_is_stale(mill: Mill) -> None:
    mill.require()
    mill.lay()
    assert said(mill.judged()) == []
    mill.edit(STG, "stones", "wheels")
    (line,) = said(mill.judged())
    assert line.startswith(f"{STG}:1:1 error: ")
    assert said(mill.judged("repeated-key")) == []  # which reads no node
    assert mill.ran("check")[0] == 1


def test_a_required_manifest_that_differs_where_no_rule_looks(mill: Mill) -> None:
    mill.require()
    mill.lay()
    mill.edit("macros/weights.sql", "select 1", "select 2")
    mill.edit(STG, ",  2", ", 2")
    assert said(mill.judged()) == []


def test_a_required_manifest_that_cannot_be_read(mill: Mill) -> None:
    mill.require()
    mill.lay(text="{")
    with pytest.raises(RingfenceError, match="the manifest ends too early") as raised:
        mill.judged()
    assert raised.value.where == MANIFEST
    result = mill.ringfence("check")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"ringfence: error: {MANIFEST}: the manifest ends too early")

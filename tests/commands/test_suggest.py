"""`ringfence suggest` in a real repository: the ranking, flags, and tags written into files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from commands.test_warm_is_cold import printed
from consumer import ROOT, Consumer

FILES = {
    "dbt_project.yml": "name: shop\n",
    "models/base.sql": "select 1 as x from {{ source('raw', 't') }}",
    "models/mid.sql": "select x from {{ ref('base') }}",
    **{f"models/m{n}.sql": "select x from {{ ref('base') }} join {{ ref('mid') }} using (x)" for n in range(4)},
    "models/dim_v1.sql": "select 1 as x",
    "models/dim_v2.sql": "select 1 as x",
    "models/off.sql": "{{ config(enabled=false) }} select * from {{ ref('mid') }}",
    "models/idle.sql": "{{ config(tags=['Locked']) }} select 1 as x",
    "models/schema.yml": """\
models:
  - name: mid
    description: middle
  - name: idle
    config: {tags: [critical]}
  - name: dim
    config: {access: public}
    latest_version: 2
    versions: [{v: 1}, {v: 2}]
sources: [{name: raw, tables: [{name: t}]}]
exposures:
  - {name: board, type: dashboard, depends_on: [ref('m0')]}
""",
}


@pytest.fixture
def repository(tmp_path: Path) -> Consumer:
    made = Consumer(tmp_path / "shop")
    made.write(FILES)
    assert made.commit().code == 0
    return made


def test_the_ranking(repository: Consumer) -> None:
    code, out, err = printed(repository, "off", "suggest", "--limit", "5")
    assert (code, err) == (0, "")
    assert out == (
        "   21  base\n"
        "       5 direct dependents = 15, 1 exposure = 5, 1 change in 365 days = 1\n"
        "       propose foundation: it reads sources alone, and it has 5 direct dependents, more than 3\n"
        "   18  mid\n"
        "       4 direct dependents = 12, 1 exposure = 5, 1 change in 365 days = 1\n"
        "       propose critical: it has 4 direct dependents, more than 3\n"
        "    6  dim.v1\n"
        "       public access = 5, 1 change in 365 days = 1\n"
        "       propose locked: its access is public\n"
        "    6  dim.v2\n"
        "       public access = 5, 1 change in 365 days = 1\n"
        "       propose locked: its access is public\n"
        "    6  m0\n"
        "       1 exposure = 5, 1 change in 365 days = 1\n"
        "       propose locked: exposure board shows it directly\n"
        "and 4 more of 9 models (0 of them with a score)\n"
        "over-tagging: tagged critical or locked, and nothing rests on them: idle\n"
        "case-variant: Locked is not locked: dbt tells letter case apart: models/idle.sql\n"
    )


def test_json_and_selection(repository: Consumer) -> None:
    code, out, _ = printed(repository, "off", "suggest", "--format", "json", "--select", "mid idle", "--fan-out", "9")
    assert code == 0
    document = json.loads(out)
    Draft202012Validator(json.loads((ROOT / "schemas" / "suggest.json").read_text(encoding="utf-8"))).validate(document)
    (project,) = document["projects"]
    assert [(one["name"], one["score"], one["tags"], one["proposals"]) for one in project["models"]] == [
        ("mid", 18, [], []),
        ("idle", 0, ["Locked", "critical"], []),
    ]
    assert project["models"][0]["measures"]["changes"] == 1
    assert project["history"] is None
    assert [flag["kind"] for flag in project["flags"]] == ["over-tagging", "case-variant"]


def test_tags_are_written_where_they_are_proposed(repository: Consumer) -> None:
    code, _, err = printed(repository, "off", "suggest", "--write")
    assert code == 0
    assert "not tagged: dim.v1: one of several versions" in err
    assert err.endswith("ringfence: tagged 3 models in 1 file\n")
    text = (repository.folder / "models/schema.yml").read_text(encoding="utf-8")
    before = FILES["models/schema.yml"]
    assert text == before.replace("  - name: mid\n", "  - name: mid\n    config: {tags: [critical]}\n").replace(
        "sources:",
        "  - {name: base, config: {tags: [foundation]}}\n  - {name: m0, config: {tags: [locked]}}\nsources:",
    )
    code, out, err = printed(repository, "off", "suggest", "--write", "--select", "base mid m0")
    assert (code, err) == (0, "ringfence: tagged 0 models in 0 files\n")
    assert "propose" not in out
    assert (repository.folder / "models/schema.yml").read_text(encoding="utf-8") == text


def test_only_what_is_printed_is_written(repository: Consumer) -> None:
    _, _, err = printed(repository, "off", "suggest", "--write", "--limit", "1")
    assert err == "ringfence: tagged 1 model in 1 file\n"


def test_a_file_that_is_not_what_was_judged_is_left_alone(repository: Consumer) -> None:
    repository.edit("models/schema.yml", "middle", "other")
    text = (repository.folder / "models/schema.yml").read_bytes()
    code, _, err = printed(repository, "off", "suggest", "--write", "--from", "HEAD")
    assert code == 2
    assert "the work tree holds something else than what was judged" in err
    assert "error: no tag was written" in err
    assert (repository.folder / "models/schema.yml").read_bytes() == text


def test_before_the_first_commit_and_in_a_shallow_clone(repository: Consumer, tmp_path: Path) -> None:
    fresh = Consumer(tmp_path / "fresh")
    fresh.write(FILES)
    assert printed(fresh, "off", "suggest")[1].endswith(
        "note: nothing is committed yet, so there are no changes to count\n"
    )
    assert '"history": "nothing is committed yet"' in printed(fresh, "off", "suggest", "--format", "json")[1]
    repository.git("commit", "-q", "--allow-empty", "-m", "more")
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(tmp_path / "clone"))
    told = printed(Consumer(tmp_path / "clone"), "off", "suggest")[1]
    assert told.endswith("note: this is a shallow clone, and its history is cut off\n")


def test_several_projects_and_unknown_tags(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "two")
    made.write(
        {
            "one/dbt_project.yml": "name: one\n",
            "one/models/a.sql": "{{ config(tags=[target.name], access='public') }} select 1 as x",
            "two/dbt_project.yml": "name: two\nmodel-paths: ['']\n",
            "two/b.sql": "select 1 as x",
            "ringfence.yml": "projects: [{path: one}, {path: two}]\n",
        }
    )
    assert made.commit().code == 0
    code, out, err = printed(made, "off", "suggest", "--select", "tag:x resource_type:model,access:public")
    assert code == 0
    assert out.startswith("project one (one, worktree)\n")
    assert "project two (two, worktree)\n" in out
    assert "a is left out, it is not known whether it is selected" in err
    assert "    6  a  [tags not known]\n" in printed(made, "off", "suggest")[1]


@pytest.mark.parametrize(("option", "value"), [("--limit", "-1"), ("--fan-out", "x"), ("--max-tagged", "1.5")])
def test_numbers_that_are_none(repository: Consumer, option: str, value: str) -> None:
    result = repository.ringfence("suggest", f"{option}={value}")
    assert result.code == 2
    assert f"argument {option}: invalid number value: '{value}'" in result.err

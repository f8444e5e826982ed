"""`ringfence diff` with a manifest on one side, or on both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.mill import STG, Mill

BASE, HEAD = "target/base.json", "target/head.json"


@pytest.fixture
def mill(tmp_path: Path) -> Mill:
    return Mill(tmp_path / "mill")


def changes(mill: Mill, *arguments: str) -> list[str]:
    code, printed, error = mill.ran("diff", "--format", "json", *arguments)
    assert code in (0, 1), error
    told = json.loads(printed)
    return [f"{one['code']} {one['level']} {one['subject']['name']} ({one['evidence']})" for one in told["changes"]]


def test_two_manifests(mill: Mill) -> None:
    mill.lay(BASE)
    mill.node("flour")["config"]["contract"]["enforced"] = False
    del mill.node("flour")["columns"]["amount"]
    mill.lay(HEAD)
    assert changes(mill, "--base", BASE, "--head", BASE) == []
    assert changes(mill, "--base", BASE, "--head", HEAD) == [
        "RF404 breaking flour (compiled)",
        "RF402 risky flour (compiled)",
    ]
    assert f"{BASE} -> {HEAD}: 1 breaking, 1 risky" in mill.ran("diff", "--base", BASE, "--head", HEAD)[1]


def test_a_tree_against_a_manifest(mill: Mill) -> None:
    mill.lay(BASE)
    assert changes(mill, "--base", BASE) == []  # what the sources leave open is as the manifest has it
    mill.edit("models/marts/marts.yml", "contract: {enforced: true}", "contract: {enforced: false}")
    assert changes(mill, "--base", BASE) == ["RF404 breaking flour (declared)"]
    assert changes(mill, "--base", BASE, "--head", "HEAD") == []
    assert changes(mill, "--base", BASE, "--profile", "consumer") == []
    mill.edit("models/marts/by_target.sql", "1 as id", "2 as id")
    assert "RF407 risky by_target (declared)" in changes(mill, "--base", BASE)


def test_a_manifest_against_a_tree(mill: Mill) -> None:
    (mill.folder / STG).unlink()
    assert mill.commit().code == 0
    mill.lay(HEAD)
    assert changes(mill, "--base", "HEAD~1", "--head", HEAD) == []
    del mill.manifest["nodes"]["model.mill.stg_mills"]
    mill.lay(HEAD)
    assert changes(mill, "--base", "HEAD~1", "--head", HEAD) == ["RF401 breaking stg_mills (static)"]
    assert changes(mill, "--base", "HEAD", "--head", HEAD) == []


def test_a_base_without_the_project(mill: Mill, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    mill.lay(HEAD)
    assert changes(mill, "--base", str(tmp_path / "empty"), "--head", HEAD) == []


def test_another_adapter_is_said(mill: Mill) -> None:
    mill.lay(BASE)
    mill.manifest["metadata"]["adapter_type"] = "snowflake"
    mill.lay(HEAD)
    _, _, error = mill.ran("diff", "--base", BASE, "--head", HEAD)
    assert "the base was made for the adapter duckdb, the head for snowflake" in error


def test_a_manifest_of_another_project(mill: Mill) -> None:
    mill.manifest["metadata"]["project_name"] = "bakery"
    mill.lay(BASE)
    code, _, error = mill.ran("diff", "--base", BASE)
    assert code == 2
    assert f"{BASE}: the manifest is of the project bakery, and mill is compared" in error


def test_the_project_that_the_manifest_is_of(tmp_path: Path) -> None:
    mill = Mill(tmp_path / "mill", "transform")
    mill.write({"other/dbt_project.yml": "name: other\n", "other/models/a.sql": "select 1"})
    mill.lay("m.json")
    (mill.folder / "other/models/a.sql").write_text("select 2", encoding="utf-8")
    assert changes(mill, "--base", "transform/m.json") == []
    mill.manifest["metadata"]["project_name"] = "bakery"
    mill.lay("m.json")
    code, _, error = mill.ran("diff", "--base", "transform/m.json")
    assert code == 2
    assert "the manifest is of the project bakery, which is not here" in error
    assert "projects here: other, mill" in error


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_a_manifest_that_cannot_be_read(mill: Mill, text: str) -> None:
    mill.lay(BASE, text)
    code, printed, error = mill.ran("diff", "--base", BASE)
    assert (code, printed) == (2, "")
    assert error.startswith(f"ringfence: error: {BASE}: th")
    assert mill.ran("diff", "--head", "nowhere.json")[0] == 2

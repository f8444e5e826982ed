"""`lock status`: what it says of each locked model."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from consumer import Consumer
from ringfence.domain.lockschema import lock_schema, permit_schema
from ringfence.reporters.schemas import status_schema

FILES = {
    "dbt_project.yml": "name: shop\n",
    "models/a.sql": "{{ config(tags=['locked']) }} select 1 as id",
    "models/b.sql": "{{ config(tags=['locked']) }} select 1 as id",
    "models/c.sql": "{{ config(tags=['locked']) }} select 1 as id",
    "models/d.sql": "{{ config(tags=['locked']) }} select 1 as id",
}


@pytest.fixture
def shop(tmp_path: Path) -> Consumer:
    made = Consumer(tmp_path / "shop")
    made.write(FILES)
    made.git("add", "-A")
    assert made.ringfence("lock", "add", "--reason", "first", "--ticket", "T-1").code == 0
    return made


def _states(shop: Consumer, *arguments: str) -> dict[str, str]:
    told = json.loads(shop.ringfence("lock", "status", "--format", "json", *arguments).out)
    Draft202012Validator(status_schema()).validate(told)
    return {one["model"]: one["state"] for one in told["locks"]}


def test_each_lock_has_its_state(shop: Consumer) -> None:
    assert _states(shop) == dict.fromkeys("abcd", "fits")
    shop.edit("models/a.sql", "1 as id", "1 as id, 2 as two")
    (shop.folder / "models/b.sql").unlink()
    shop.edit("models/c.sql", "['locked']", "['locked'], enabled=false")
    assert shop.ringfence("lock", "release", "d", "--reason", "done").code == 0
    assert _states(shop) == {"a": "1 to record", "b": "the model is gone", "c": "the model is disabled"}
    assert _states(shop, "--released")["d"] == "released"
    assert _states(shop, "a") == {"a": "1 to record"}


def test_the_text_is_a_table_with_what_waits(shop: Consumer) -> None:
    shop.edit("models/a.sql", "1 as id", "1 as id, 2 as two")
    text = re.sub(r"\d{4}-\d\d-\d\d", "YYYY-MM-DD", shop.ringfence("lock", "status", "a", "b").out)
    assert text == (
        "model  guard      changed     days  by      state\n"
        "a      interface  YYYY-MM-DD  0     Tester  1 to record\n"
        "    two: (none) -> unknown\n"
        "b      interface  YYYY-MM-DD  0     Tester  fits\n"
    )


def test_a_lock_without_a_history_has_dashes(shop: Consumer) -> None:
    path = shop.folder / "ringfence/locks/a.yml"
    text = path.read_text("utf-8")
    path.write_text(text.split("changes:")[0] + "changes: []\n", "utf-8")
    assert "a      interface  -           -     -       1 to record" in shop.ringfence("lock", "status").out
    path.write_text(re.sub(r'date: "[^"]*"', 'date: "some day"', text), "utf-8")
    assert "some day    -     Tester  fits" in shop.ringfence("lock", "status").out


def test_nothing_locked_and_wrong_names(shop: Consumer) -> None:
    result = shop.ringfence("lock", "status", "aa")
    assert (result.code, "aa is not locked, did you mean a?" in result.err) == (2, True)
    for label in "abcd":
        (shop.folder / f"ringfence/locks/{label}.yml").unlink()
    assert shop.ringfence("lock", "status").out == "no model is locked\n"


def test_who_and_why_stand_in_the_history(shop: Consumer) -> None:
    shop.edit("models/a.sql", "1 as id", "1 as id, 2 as two")
    assert shop.ringfence("lock", "update", "a", "--reason", "two", "--ticket", "T-2", "--by", "Ann").code == 0
    told = json.loads(shop.ringfence("lock", "status", "a", "--format", "json").out)["locks"][0]
    assert (told["by"], told["reason"], told["ticket"], told["changes"], told["pending"]) == (
        "Ann",
        "two",
        "T-2",
        2,
        [],
    )


def test_a_renamed_model_keeps_its_history(shop: Consumer) -> None:
    (shop.folder / "ringfence/locks/a.yml").rename(shop.folder / "ringfence/locks/a.yaml")
    (shop.folder / "models/a.sql").rename(shop.folder / "models/e.sql")
    assert shop.ringfence("lock", "rename", "a", "f", "--reason", "r").err.startswith(
        "ringfence: error: there is no model f"
    )
    assert "b is still a model" in shop.ringfence("lock", "rename", "b", "e", "--reason", "r").err
    assert "c is locked already" in shop.ringfence("lock", "rename", "a", "c", "--reason", "r").err
    assert "x is not locked" in shop.ringfence("lock", "rename", "x", "e", "--reason", "r").err
    assert shop.ringfence("lock", "rename", "a", "e", "--reason", "better name").code == 0
    text = (shop.folder / "ringfence/locks/e.yml").read_text("utf-8")
    assert 'what: "locked"' in text
    assert 'what: "renamed from a", reason: "better name"' in text
    assert not (shop.folder / "ringfence/locks/a.yaml").exists()
    assert _states(shop)["e"] == "fits"


def test_files_are_as_their_schemas_say(shop: Consumer) -> None:
    shop.edit("models/a.sql", "1 as id", "1 as id, 2 as two")
    for arguments in (
        ("update", "a", "--reason", "r", "--emergency", "--guard", "logic"),
        ("release", "b", "--reason", "r"),
        ("permit", "a", "c", "--class", "breaking", "--class", "critical", "--reason", "r", "--ticket", "T-1"),
    ):
        assert shop.ringfence("lock", *arguments).code == 0, arguments
    for folder, schema, number in (("locks", lock_schema(), 4), ("permits", permit_schema(), 1)):
        files = list((shop.folder / "ringfence" / folder).iterdir())
        assert len(files) == number
        for file in files:
            Draft202012Validator(schema).validate(yaml.load(file.read_text("utf-8"), yaml.BaseLoader) | _typed(file))


def _typed(file: Path) -> dict[str, object]:
    """The values of a file that are no texts."""
    told = yaml.safe_load(file.read_text("utf-8"))
    return {key: told[key] for key in ("version", "reader", "released") if key in told}

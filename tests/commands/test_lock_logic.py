"""The logic guard: what moves the logic of a locked model is named, and nothing else moves it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumer import Consumer
from ringfence.domain.lock import Interface, Lock
from ringfence.stores.locks import read_lock, render

FILES = {
    "dbt_project.yml": "name: shop\nvars:\n  start: '2020-01-01'\n  other: 1\nmodels:\n  shop:\n    +batch_size: day\n",
    "ringfence.yml": "base: {branch: main}\nlock: {guard: {logic: 'tag:finance'}}\n",
    "macros/cents.sql": "{% macro cents(x) %}\n  {{ return(adapter.dispatch('cents', 'shop')(x)) }}\n{% endmacro %}\n"
    "{% macro default__cents(x) %} round({{ x }} * 100) {% endmacro %}\n"
    "{% macro beside() %} 1 {% endmacro %}\n",
    "seeds/rates.csv": "currency,rate\nEUR,1.0\n",
    "models/stg.sql": "select 1 as id, 2 as amount, 'EUR' as currency\n",
    "models/eph.sql": "{{ config(materialized='ephemeral') }}\nselect * from {{ ref('rates') }}\n",
    "models/fct.sql": "{{ config(materialized='table', tags=['locked', 'finance']) }}\n"
    "-- orders\nselect stg.id, {{ cents('amount') }} as cents\nfrom {{ ref('stg') }} as stg\n"
    "join {{ ref('eph') }} as eph on eph.currency = stg.currency\nwhere day >= '{{ var(\"start\") }}'\n",
    "models/free.sql": "{{ config(tags=['locked']) }} select 1 as id\n",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """A project with two locked models, the logic of one guarded, on a branch of main."""
    made = Consumer(tmp_path_factory.mktemp("locked") / "shop")
    made.write(FILES)
    assert made.ringfence("lock", "add").code == 0
    made.commit()
    made.git("checkout", "-q", "-b", "work")
    return made


@pytest.fixture
def locked(template: Consumer, tmp_path: Path) -> Consumer:
    return Consumer.of(template, tmp_path / "shop")


def _found(consumer: Consumer, *arguments: str) -> list[dict[str, object]]:
    result = consumer.ringfence("check", "--rule", "RF1", "--format", "json", *arguments)
    assert result.code in (0, 1), result.err
    found: list[dict[str, object]] = json.loads(result.out)["findings"]
    return found


def test_a_lock_holds_the_parts_of_the_logic(locked: Consumer) -> None:
    text = (locked.folder / "ringfence/locks/fct.yml").read_text("utf-8")
    parts = [
        line.split(":")[0].strip().strip('"') for line in text.split("logic:\n", 1)[1].split("changes:")[0].splitlines()
    ]
    assert parts == [
        *("config batch_size", "ephemeral eph", "macro shop.cents", "macro shop.default__cents", "model"),
        *("seed rates", "var start"),
    ]
    assert "guard: logic\n" in text
    assert "guard: interface\n" in (locked.folder / "ringfence/locks/free.yml").read_text("utf-8")
    assert _found(locked) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("models/fct.sql", "select stg.id", "select distinct stg.id", "its own SQL changed (models/fct.sql:1)"),
        ("models/fct.sql", "\njoin", "\nleft join", "its own SQL changed (models/fct.sql:1)"),
        ("models/fct.sql", "cents('amount')", "cents('id')", "its own SQL changed (models/fct.sql:1)"),
        ("macros/cents.sql", "* 100", "* 1000", "macro shop.default__cents changed (macros/cents.sql:4)"),
        (
            "macros/cents.sql",
            "  {{ return(",
            "  {% do log(x) %}{{ return(",
            "macro shop.cents changed (macros/cents.sql:1)",
        ),
        ("dbt_project.yml", "2020-01-01", "2021-01-01", "var start changed (dbt_project.yml:3)"),
        ("dbt_project.yml", "  start: '2020-01-01'\n", "", "var start changed"),
        ("dbt_project.yml", "batch_size: day", "batch_size: hour", "config batch_size changed (dbt_project.yml:7)"),
        ("dbt_project.yml", "    +batch_size: day\n", "    +docs: {show: true}\n", "config batch_size went"),
        ("dbt_project.yml", "day\n", "day\n    +pre-hook: 'drop x'\n", "config pre-hook came (dbt_project.yml:8)"),
        ("seeds/rates.csv", "EUR,1.0", "EUR,1.1", "seed rates changed (seeds/rates.csv:1)"),
        ("models/eph.sql", "select *", "select distinct *", "ephemeral eph changed (models/eph.sql:1)"),
        ("models/eph.sql", "'ephemeral'", "'view'", "ephemeral eph went, seed rates went"),
    ],
)
def test_what_moved_the_logic_is_named(locked: Consumer, path: str, old: str, new: str, told: str) -> None:
    locked.edit(path, old, new)
    [finding] = _found(locked)
    assert finding["code"] == "RF108", finding
    assert f"the logic of locked model fct changed: {told}" in str(finding["message"])


def test_a_change_that_is_recorded_is_silent(locked: Consumer) -> None:
    locked.edit("models/fct.sql", "\njoin", "\nleft join")
    locked.edit("macros/cents.sql", "* 100", "* 1000")
    locked.edit("dbt_project.yml", "2020-01-01", "2021-01-01")
    assert locked.ringfence("lock", "update", "fct", "--reason", "meant").code == 0
    text = (locked.folder / "ringfence/locks/fct.yml").read_text("utf-8")
    assert 'what: "its own SQL changed; macro shop.default__cents changed; var start changed"' in text
    assert _found(locked) == []
    locked.git("commit", "-aqm", "meant")
    assert _found(locked, "--base", "main") == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("models/fct.sql", "-- orders\n", "/* all orders */\n{# of the shop #}\n\n"),
        ("models/fct.sql", "select stg.id, ", "SELECT\n    stg.id,\n    "),
        ("models/fct.sql", "tags=['locked', 'finance']", "tags=['nightly', 'finance', 'locked'], docs={'show': false}"),
        ("models/stg.sql", "2 as amount", "3 as amount"),
        ("models/free.sql", "1 as id", "2 as id"),
        ("macros/cents.sql", "%} 1 {%", "%} 2 {%"),
        (
            "macros/cents.sql",
            "{% macro default__cents(x) %} round",
            "{%- macro default__cents(x) -%}\n  -- cents\n  ROUND",
        ),
        ("dbt_project.yml", "other: 1", "other: 2"),
        ("dbt_project.yml", "'2020-01-01'", '"2020-01-01"  # the first day'),
        ("dbt_project.yml", "+batch_size: day", "+batch_size: day\n    +docs: {show: false}\n    +tags: [nightly]"),
        ("seeds/rates.csv", "EUR,1.0\n", '"EUR","1.0"\r\n\r\n'),
    ],
)
def test_what_moves_nothing_is_silent(locked: Consumer, path: str, old: str, new: str) -> None:
    locked.edit(path, old, new)
    assert _found(locked) == []


def test_what_moved_before_the_change_is_a_warning(locked: Consumer) -> None:
    """A commit that no hook and no CI saw: main says so, and whoever works on something else is not stopped."""
    locked.git("checkout", "-q", "main")
    locked.edit("models/fct.sql", "select stg.id", "select distinct stg.id")
    locked.commit()
    locked.git("checkout", "-q", "-b", "later")
    locked.edit("models/stg.sql", "2 as amount", "3 as amount")
    [finding] = _found(locked)
    assert (finding["code"], finding["severity"]) == ("RF109", "warning")
    assert "is out of date: its logic moved before this change: its own SQL changed" in str(finding["message"])
    locked.edit("models/fct.sql", "stg.id", "stg.id, 1 as one")
    assert [one["code"] for one in _found(locked)] == ["RF101", "RF108"]


def test_a_guard_that_came_later_asks_for_the_parts(locked: Consumer) -> None:
    locked.edit("ringfence.yml", "{logic: 'tag:finance'}", "logic")
    [finding] = _found(locked)
    assert "the logic of locked model free is to be guarded and its lock does not hold it" in str(finding["message"])
    assert locked.ringfence("lock", "update", "--reason", "guard").code == 0
    assert _found(locked) == []


def test_what_the_sources_no_longer_tell_is_reported(locked: Consumer) -> None:
    locked.edit("models/free.sql", "1 as id", "{{ dbt_utils.star(target.name) }} from x")
    [finding] = _found(locked)
    assert finding["code"] == "RF107"
    assert "what locked model free is can no longer be told from its sources: produced" in str(finding["message"])
    locked.edit("models/fct.sql", "'{{ var(\"start\") }}'", "'{{ var(target.name) }}'")
    [logic, hidden] = _found(locked)
    assert (hidden["code"], logic["code"]) == ("RF107", "RF108")
    assert "its own SQL changed (models/fct.sql:1), var start went" in str(logic["message"])
    assert locked.ringfence("lock", "update", "--reason", "opened").code == 0
    assert _found(locked) == []


def _aged(locked: Consumer, label: str) -> None:
    """Make of a lock what another version might have written: other types inferred, other fingerprints."""
    path = locked.folder / f"ringfence/locks/{label}.yml"
    lock = read_lock(path.read_bytes(), f"ringfence/locks/{label}.yml")
    assert isinstance(lock, Lock)
    columns = {name: shape._replace(data_type="json") for name, shape in lock.interface.columns.items()}
    old = lock._replace(
        interface=Interface(lock.interface.settings, columns),
        logic={part: value.replace("1:", "0:", 1) for part, value in lock.logic.items()},
        reader=0,
        history=(),
    )
    path.write_text(render(old.sealed(lock.history[-1])), encoding="utf-8", newline="\n")


def test_after_an_upgrade_both_sides_are_read_anew(locked: Consumer) -> None:
    """What another version inferred is no finding; what changed since the base still is."""
    locked.git("checkout", "-q", "main")
    _aged(locked, "fct")
    _aged(locked, "free")
    locked.git("commit", "-aqm", "locks of an older version")
    locked.git("checkout", "-q", "-b", "later")
    locked.edit("models/stg.sql", "2 as amount", "3 as amount")
    [finding] = _found(locked)
    assert (finding["code"], finding["severity"]) == ("RF109", "warning")
    assert "another version of ringfence made the fingerprints of" in str(finding["message"])
    locked.edit("models/free.sql", "1 as id", "1 as id, 2 as two")
    assert [one["code"] for one in _found(locked)] == ["RF101", "RF109"]
    assert locked.ringfence("lock", "update", "--reason", "upgraded").code == 0
    assert _found(locked) == []
    assert "reader: 1\n" in (locked.folder / "ringfence/locks/fct.yml").read_text("utf-8")

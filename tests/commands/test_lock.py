"""Locks as a team lives with them: add, change, update, release, and what nobody may do quietly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from consumer import Consumer

SCHEMA = """\
models:
  - name: fct_orders
    description: Orders.
    config:
      tags: [critical, locked]
      contract: {enforced: true}
    columns:
      - {name: order_id, data_type: integer, constraints: [{type: not_null}]}
      - {name: amount, data_type: "decimal(18, 2)"}
  - name: dim_days
    description: Days.
    config:
      tags: [critical]
      contract: {enforced: true}
    columns:
      - {name: day, data_type: date}
"""
FILES = {
    "dbt_project.yml": "name: shop\n",
    "models/schema.yml": SCHEMA,
    "models/fct_orders.sql": "select 1 as order_id, 2 as amount",
    "models/dim_days.sql": "select 1 as day",
    "models/report.sql": "select * from {{ ref('fct_orders') }}",
}
LOCK = "ringfence/locks/fct_orders.yml"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """A project with both models locked, committed on main."""
    made = Consumer(tmp_path_factory.mktemp("locked") / "shop")
    made.write(FILES)
    assert made.commit().code == 0
    added = made.ringfence("lock", "add", "--reason", "first")
    assert added.code == 0, added.all
    assert added.out == (
        "wrote ringfence/locks/dim_days.yml\nwrote ringfence/locks/fct_orders.yml\nnow type: git add ringfence/locks\n"
    )
    assert made.commit().code == 0
    return made


@pytest.fixture
def locked(template: Consumer, tmp_path: Path) -> Consumer:
    return Consumer.of(template, tmp_path / "shop")


def _codes(consumer: Consumer, *arguments: str) -> list[str]:
    result = consumer.ringfence("check", "--rule", "RF1", "--format", "json", *arguments)
    assert result.code in (0, 1), result.err
    return [one["code"] for one in json.loads(result.out)["findings"]]


def test_a_lock_file_says_what_is_held(locked: Consumer) -> None:
    text = (locked.folder / LOCK).read_text(encoding="utf-8")
    text = re.sub(r'date: "\d{4}-\d\d-\d\d"', 'date: "DAY"', text)
    text = re.sub(r'seal: "[0-9a-f]{12}"', 'seal: "SEAL"', text)
    assert text == (
        "# Held fast by ringfence. To change the model, change it and type: "
        "ringfence lock update fct_orders --reason WHY\n"
        "version: 1\nmodel: fct_orders\nguard: interface\ninterface:\n  contract: enforced\n  materialized: view\n"
        "  tags: critical, locked\n  columns:\n    - order_id: integer, not_null\n    - amount: decimal(18, 2)\n"
        "changes:\n"
        '  - {date: "DAY", class: "non-breaking", what: "locked", reason: "first", by: "Tester <tester@example.com>", '
        'seal: "SEAL"}\n'
    )


def test_a_locked_project_is_clean_and_update_changes_no_byte(locked: Consumer) -> None:
    assert _codes(locked) == []
    before = (locked.folder / LOCK).read_bytes()
    result = locked.ringfence("lock", "update", "fct_orders", "--reason", "nothing")
    assert "nothing to update" in result.out
    assert (locked.folder / LOCK).read_bytes() == before
    assert "every model that should be locked is locked" in locked.ringfence("lock", "add").out
    assert "fct_orders is locked already" in locked.ringfence("lock", "add", "fct_orders").out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("description: Orders.", "description: All orders."),
        ("data_type: integer", "data_type: INT4"),
        ("decimal(18, 2)", "DECIMAL(18,2)"),
        ("{name: order_id,", "{description: key, name: order_id,"),
        ("tags: [critical, locked]", "tags: [nightly, locked, critical]"),
        ("tags: [critical, locked]", "tags: [locked, critical]\n      meta: {owner: me}"),
        ("- name: fct_orders", "# orders\n  - name: fct_orders"),
    ],
    ids=lambda value: value[:30],
)
def test_what_a_lock_does_not_hold_moves_freely(locked: Consumer, old: str, new: str) -> None:
    locked.edit("models/schema.yml", old, new)
    assert _codes(locked) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        (
            "data_type: integer",
            "data_type: bigint",
            "RF101",
            "was integer, not_null, is now bigint, not_null",
        ),
        ('      - {name: amount, data_type: "decimal(18, 2)"}\n', "", "RF101", "is now gone"),
        (
            "      - {name: amount",
            "      - {name: extra, data_type: text}\n      - {name: amount",
            "RF101",
            "was not there",
        ),
        (", constraints: [{type: not_null}]", "", "RF101", "was integer, not_null, is now integer"),
        ("tags: [critical, locked]", "tags: [critical]", "RF103", "lost the tag locked"),
        ("contract: {enforced: true}", "contract: {enforced: false}", "RF104", "lost its enforced contract"),
        (
            "tags: [critical, locked]",
            "tags: [critical, locked]\n      materialized: table",
            "RF101",
            "was view, is now table",
        ),
        ("tags: [critical, locked]", "tags: [critical, locked]\n      alias: orders", "RF101", "alias was not there"),
        ("tags: [critical, locked]", "tags: [critical, locked]\n      enabled: false", "RF102", "was disabled"),
    ],
    ids=lambda value: value[:30],
)
def test_what_a_lock_holds(locked: Consumer, old: str, new: str, code: str, told: str) -> None:
    locked.edit("models/schema.yml", old, new)
    result = locked.ringfence("lock", "verify")
    assert result.code == 1
    assert code in result.out
    assert told in result.out


def test_update_records_the_change_and_settles_the_diff(locked: Consumer) -> None:
    locked.edit("models/schema.yml", "data_type: integer", "data_type: bigint")
    assert locked.ringfence("check").code == 1
    updated = locked.ringfence("lock", "update", "--reason", "FIN-1 more orders than integers")
    assert updated.out.startswith(f"wrote {LOCK}\n")
    assert 'class: "breaking", what: "order_id: integer, not_null -> bigint, not_null (widened)"' in (
        locked.folder / LOCK
    ).read_text("utf-8")
    checked = locked.ringfence("check", "--format", "json")
    assert checked.code == 0, checked.out
    assert json.loads(checked.out)["summary"]["accepted"] == 1


def test_an_old_entry_of_the_history_does_not_settle_a_new_change(locked: Consumer) -> None:
    locked.edit("models/schema.yml", "data_type: integer", "data_type: bigint")
    assert locked.ringfence("lock", "update", "--reason", "one").code == 0
    assert locked.commit().code == 0
    locked.edit("models/schema.yml", "data_type: bigint", "data_type: text")
    locked.edit(LOCK, "order_id: bigint", "order_id: text")
    result = locked.ringfence("check")
    assert result.code == 1
    assert "RF403 column-type-changed" in result.out


def test_taking_a_lock_settles_no_change(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "shop")
    made.write(FILES)
    assert made.commit().code == 0
    made.edit("models/schema.yml", "data_type: integer", "data_type: bigint")
    assert made.ringfence("lock", "add").code == 0
    assert "RF403 column-type-changed" in made.ringfence("check").out
    made.edit("models/schema.yml", "data_type: bigint", "data_type: text")
    assert made.ringfence("lock", "update", "--reason", "meant").code == 0
    assert "RF403" not in made.ringfence("check").out


def test_release_leaves_a_tombstone_and_lets_the_model_go(locked: Consumer) -> None:
    locked.git("rm", "-q", "models/fct_orders.sql", "models/report.sql")
    locked.edit("models/schema.yml", SCHEMA[SCHEMA.index("  - name: fct") : SCHEMA.index("  - name: dim")], "")
    assert "RF102" in _codes(locked)
    released = locked.ringfence("lock", "release", "fct_orders", "--reason", "replaced")
    assert released.code == 0, released.all
    assert "released: true" in (locked.folder / LOCK).read_text(encoding="utf-8")
    assert _codes(locked) == []
    assert locked.ringfence("check", "--rule", "model-removed").out.count("RF401") == 1, "report was not locked"


def test_a_released_lock_can_be_taken_again(locked: Consumer) -> None:
    assert locked.ringfence("lock", "release", "fct_orders", "--reason", "pause").code == 0
    assert locked.ringfence("lock", "release", "fct_orders", "--reason", "pause").code == 2
    assert locked.ringfence("lock", "add", "fct_orders", "--reason", "back").code == 0
    text = (locked.folder / LOCK).read_text(encoding="utf-8")
    assert "released" not in text.split("changes:")[0]
    assert text.count('what: "') == 3


def test_deleting_the_lock_file_is_seen_with_and_without_the_tag(locked: Consumer) -> None:
    locked.git("rm", "-q", LOCK)
    assert _codes(locked) == ["RF105"]
    locked.edit("models/schema.yml", "tags: [critical, locked]", "tags: []")
    assert _codes(locked) == ["RF105"]


def test_a_lock_edited_by_hand_into_nonsense_is_located(locked: Consumer) -> None:
    locked.edit(LOCK, "version: 1", "version: 9")
    result = locked.ringfence("lock", "verify")
    assert result.code == 1
    assert f"{LOCK}:2:10: RF001 unreadable-file" in result.out
    assert locked.ringfence("lock", "update", "--reason", "x").code == 2


def test_the_reason_must_match_the_pattern(locked: Consumer) -> None:
    locked.write({"ringfence.yml": 'lock: {reason_pattern: "[A-Z]+-\\\\d+"}\n'})
    locked.edit("models/schema.yml", "data_type: integer", "data_type: bigint")
    refused = locked.ringfence("lock", "update", "--reason", "because")
    assert refused.code == 2
    assert "does not match lock.reason_pattern" in refused.err
    assert locked.ringfence("lock", "update", "--reason", "FIN-7 because").code == 0


def test_a_critical_model_without_a_lock_is_a_warning(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "shop")
    made.write({**FILES, "ringfence.yml": "lock: {tags: [frozen]}\n"})
    result = made.ringfence("check", "--rule", "RF1")
    assert result.code == 0
    assert result.out.count("RF106 critical-model-unlocked  [warning]") == 2


def test_a_locked_version_has_a_lock_of_its_own(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "shop")
    made.write(
        {
            "dbt_project.yml": "name: shop\n",
            "models/s.yml": "models:\n  - name: m\n    config: {tags: [locked], contract: {enforced: true}}\n"
            "    columns: [{name: a, data_type: text}, {name: b, data_type: text}]\n"
            "    versions: [{v: 1}, {v: 2, columns: [{include: all, exclude: [b]}]}]\n",
            "models/m_v1.sql": "select 1 as a, 2 as b",
            "models/m_v2.sql": "select 1 as a",
        }
    )
    assert made.ringfence("lock", "add", "m.v2").code == 0
    text = (made.folder / "ringfence/locks/m.v2.yml").read_text(encoding="utf-8")
    assert "    - a: text\nchanges" in text
    assert _codes(made) == ["RF105"], "m.v1 is tagged and has no lock"

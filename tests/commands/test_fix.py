"""`ringfence check --fix` and `--diff`: files are edited where they are what was judged."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from consumer import Consumer, Result

SCHEMA = "models/schema.yml"
BROKEN = """\
version: 2
version: 2
models:
  - name: orders  # the only one
    description: one row per order
    columns:
      - name: id
        description: key
      - name: amount
        description: cents
      - name: id
        description: key
"""
MENDED = """\
version: 2
models:
  - name: orders  # the only one
    description: one row per order
    columns:
      - name: id
        description: key
      - name: amount
        description: cents
"""


@pytest.fixture
def shop(tmp_path: Path) -> Consumer:
    made = Consumer(tmp_path / "shop")
    made.write(
        {
            "dbt_project.yml": "name: shop\nversion: '1'\n",
            "models/orders.sql": "select 1 as id, 2 as amount\n",
            SCHEMA: BROKEN,
        }
    )
    made.git("add", "-A")
    made.git("commit", "-q", "-m", "start")
    return made


def check(shop: Consumer, *arguments: str, **environment: str) -> Result:
    return shop.ringfence("check", *arguments, env=environment)


def test_the_work_tree_is_mended_and_clean(shop: Consumer) -> None:
    done = check(shop, "--fix")
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == MENDED
    assert (done.code, done.out) == (0, "")
    assert "fixed 2 findings in 1 file" in done.err
    again = check(shop, "--fix")
    assert (again.code, again.err) == (0, "")
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == MENDED


def test_a_diff_is_shown_that_git_can_apply(shop: Consumer) -> None:
    done = check(shop, "--diff")
    assert done.code == 1
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == BROKEN
    subprocess.run(["git", "apply"], cwd=shop.folder, input=done.out, text=True, check=True)
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == MENDED


def test_what_is_staged_still_counts_until_it_is_staged_anew(shop: Consumer) -> None:
    done = check(shop, "--fix", PRE_COMMIT="1")
    assert done.code == 1
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == MENDED
    shop.git("add", "-A")
    assert check(shop, "--fix", PRE_COMMIT="1").code == 0


def test_a_file_that_is_not_what_was_judged_is_left_alone(shop: Consumer) -> None:
    (shop.folder / SCHEMA).write_text(BROKEN + "# mine\n", encoding="utf-8")
    done = check(shop, "--fix", "--from", "index")
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == BROKEN + "# mine\n"
    assert done.code == 1
    assert f"not edited: {SCHEMA}:2:1: the work tree holds something else than what was judged" in done.err


def test_line_ends_mode_and_byte_order_mark_stay(shop: Consumer) -> None:
    path = shop.folder / SCHEMA
    path.write_bytes(("\ufeff" + BROKEN).replace("\n", "\r\n").encode())
    path.chmod(0o755)
    assert check(shop, "--fix").code == 0
    assert path.read_bytes() == ("\ufeff" + MENDED).replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o755


def test_where_git_converts_line_ends_the_file_on_disk_keeps_its_own(shop: Consumer) -> None:
    shop.git("config", "core.autocrlf", "true")
    (shop.folder / SCHEMA).write_bytes(BROKEN.replace("\n", "\r\n").encode())
    assert check(shop, "--fix").code == 0
    assert (shop.folder / SCHEMA).read_bytes() == MENDED.replace("\n", "\r\n").encode()


def test_only_the_files_asked_for_are_edited(shop: Consumer) -> None:
    shop.write({"models/other.yml": "version: 2\nversion: 2\n"})
    check(shop, "--fix", "models/other.yml")
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == BROKEN
    assert (shop.folder / "models/other.yml").read_text(encoding="utf-8") == "version: 2\n"


def test_misspelt_keys_and_traps_are_mended_and_what_changes_dbt_is_asked_for(shop: Consumer) -> None:
    before = """\
models:
  - name: orders
    decsription: one row per order
    columns:
      - name: id
        data_test: [unique]  # once
      - name: amount
        description: 12
        tags: [on]
"""
    path = shop.folder / SCHEMA
    path.write_text(before, encoding="utf-8")
    safe = before.replace("decsription", "description").replace(": 12", ': "12"').replace("[on]", '["on"]')
    check(shop, "--fix")
    assert path.read_text(encoding="utf-8") == safe
    assert check(shop, "--fix", "--unsafe-fixes").code == 0
    assert path.read_text(encoding="utf-8") == safe.replace("data_test:", "data_tests:")


def test_what_reads_differently_twice_is_nobody_s_to_choose(shop: Consumer) -> None:
    text = BROKEN.replace("version: 2\nversion: 2", "version: 2\nversion: 1")
    (shop.folder / SCHEMA).write_text(text, encoding="utf-8")
    done = check(shop, "--fix", "--unsafe-fixes", "--rule", "repeated-key")
    assert done.code == 1
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == text


ENTERED = """\
version: 2
models:
  - name: orders
"""


def _layers(shop: Consumer) -> None:
    shop.write(
        {
            SCHEMA: ENTERED,
            "models/staging/stg_orders.sql": "select 1 as id\n",
            "models/staging/stg_items.sql": "select 1 as id\n",
            "models/marts/fct_orders.sql": "select 1 as id\n",
            "models/marts/dim_items.sql": "select 1 as id\n",
            "models/marts/_marts__models.yml": "version: 2\n\nmodels:\n  - name: dim_items\n",
            "models/raw/raw_items.sql": "select 1 as id\n",
            "models/raw/raw_orders.sql": "select 1 as id\n",
            "models/raw/_raw__models.yml": "models:\n  - name: raw_orders\n",
            "models/raw/sources.yml": "sources:\n  - name: raw\n",
        }
    )


def test_entries_are_made_in_the_files_of_their_folders_and_in_new_ones(shop: Consumer) -> None:
    _layers(shop)
    done = check(shop, "--fix", "--rule", "model-without-entry")
    assert (done.code, done.out) == (0, "")
    assert "fixed 4 findings in 3 files\n" in done.err
    read = {path.relative_to(shop.folder).as_posix(): path.read_text() for path in shop.folder.glob("models/**/*.yml")}
    assert read == {
        SCHEMA: ENTERED,
        "models/marts/_marts__models.yml": "version: 2\n\nmodels:\n  - name: dim_items\n  - name: fct_orders\n",
        "models/raw/_raw__models.yml": "models:\n  - name: raw_orders\n  - name: raw_items\n",
        "models/raw/sources.yml": "sources:\n  - name: raw\n",
        "models/staging/_staging__models.yml": "version: 2\n\nmodels:\n  - name: stg_items\n  - name: stg_orders\n",
    }


def test_a_new_file_is_part_of_the_patch(shop: Consumer) -> None:
    _layers(shop)
    done = check(shop, "--diff", "--rule", "model-without-entry")
    subprocess.run(["git", "apply"], cwd=shop.folder, input=done.out, text=True, check=True)
    made = shop.folder / "models/staging/_staging__models.yml"
    assert made.read_text(encoding="utf-8").count("- name:") == 2
    assert check(shop, "--rule", "model-without-entry").out == ""


def test_no_file_is_written_over_and_none_through_a_link(shop: Consumer) -> None:
    _layers(shop)
    shop.git("add", "-A")
    path = shop.folder / "models/staging/_staging__models.yml"
    path.write_text("mine\n", encoding="utf-8")
    folder = shop.folder / "models/raw"
    folder.rename(shop.folder / "elsewhere")
    folder.symlink_to(shop.folder / "elsewhere")
    done = check(shop, "--fix", "--from", "index", "--rule", "model-without-entry")
    assert path.read_text(encoding="utf-8") == "mine\n"
    assert "its entry would go to models/staging/_staging__models.yml, where something else stands" in done.err
    assert "models/raw/_raw__models.yml:1:1: the work tree holds something else" in done.err
    assert "raw_items" not in (shop.folder / "elsewhere/_raw__models.yml").read_text(encoding="utf-8")


def test_a_file_that_holds_no_models_yet_gets_them(shop: Consumer) -> None:
    shop.write({SCHEMA: "sources:\n  - name: raw\n", "models/a/b.sql": "select 1 as id\n"})
    shop.write({"models/a/_a__models.yml": "[]\n", "models/_models__models.yml": "version: 2\n"})
    done = check(shop, "--fix", "--rule", "model-without-entry")
    text = (shop.folder / "models/_models__models.yml").read_text(encoding="utf-8")
    assert text == "version: 2\nmodels:\n  - name: orders\n"
    assert "its entry would go to models/a/_a__models.yml, where something else stands" in done.err
    assert (shop.folder / "models/a/_a__models.yml").read_text(encoding="utf-8") == "[]\n"


def test_what_is_left_and_for_whom_is_told_once(shop: Consumer) -> None:
    text = MENDED.replace("name: id", "name: ids").replace("description: cents", "datatype: int\n        columns: 1")
    (shop.folder / SCHEMA).write_text(text, encoding="utf-8")
    done = check(shop, "--fix", "--rule", "RF3")
    assert "fixed nothing; 4 are left, 2 of them for --unsafe-fixes (ghost-column, unknown-key)\n" in done.err
    assert done.code == 1
    done = check(shop, "--fix", "--unsafe-fixes", "--rule", "RF3")
    assert "fixed 2 findings in 1 file; 2 are left\n" in done.err
    assert done.err.count("fixed") == 1


def test_edits_that_wait_for_each_other_come_in_rounds(shop: Consumer) -> None:
    (shop.folder / SCHEMA).write_text(
        "models:\n  - name: orders\n    tag: on\n    colums:\n      - name: amount\n", encoding="utf-8"
    )
    options = ["--rule", "RF304", "--rule", "RF313", "--rule", "column-order", "--rule", "column-undocumented"]
    done = check(shop, "--fix", "--unsafe-fixes", *options)
    assert (done.code, done.out) == (0, "")
    assert (shop.folder / SCHEMA).read_text(encoding="utf-8") == (
        'models:\n  - name: orders\n    config:\n      tags: "on"\n'
        "    columns:\n      - name: id\n      - name: amount\n"
    )


def test_no_second_entry_is_made_where_a_misspelt_key_hides_the_first(shop: Consumer) -> None:
    shop.write(
        {"models/marts/payments.sql": "select 1 as id", "models/marts/marts.yml": "model:\n  - name: payments\n"}
    )
    shop.write({"models/marts/lines.sql": "select 1 as id"})
    result = shop.ringfence(
        *("check", "--from", "worktree", "--rule", "unknown-key", "--rule", "model-without-entry"),
        *("--rule", "duplicate-entry", "--fix", "--unsafe-fixes", "models/marts"),
    )
    assert result.code == 0, result.all
    marts = (shop.folder / "models/marts/marts.yml").read_text(encoding="utf-8")
    assert marts == "models:\n  - name: payments\n  - name: lines\n"

"""pre-commit 4 with our hooks installed from a repository, as a team would use them.

What is judged in which state of git: test_git_states.py; pushes and ranges: test_scenes.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from consumer import Consumer
from e2e.conftest import IDS

PRE_COMMIT = (sys.executable, "-m", "pre_commit")
MARTS = "models/marts/marts.yml"


@pytest.fixture
def installed(consumer: Consumer) -> Consumer:
    """The shop committed, with the git hook in place."""
    assert consumer.commit("the shop").code == 0
    result = consumer.run(*PRE_COMMIT, "install")
    assert result.code == 0, result.all
    return consumer


def test_all_ids_pass_on_a_clean_project(consumer: Consumer) -> None:
    consumer.git("add", "-A")
    first = consumer.run(*PRE_COMMIT, "run", "--all-files")
    assert first.code == 0, first.all
    assert first.out.count("Passed") == len(IDS)
    assert "RF" not in first.out, "a clean run prints nothing"


def test_each_hook_stops_its_own_mistake(installed: Consumer) -> None:
    installed.edit(MARTS, "contract: {enforced: true}", "contract: {enforced: false}")
    installed.edit("models/staging/staging.yml", "    description:", "    decsription:")
    registry = "vars: {ringfence_flags: {old: {expires: 2020-01-31}}}\n"
    installed.edit("dbt_project.yml", "profile: shop\n", f"profile: shop\n{registry}")
    installed.git("add", "-A")
    result = installed.run(*PRE_COMMIT, "run", "--all-files")
    assert result.code == 1
    for code in ("RF104", "RF201", "RF304", "RF404", "RF803"):
        assert code in result.out
    assert result.out.count("Failed") == len(IDS)


def test_a_deleted_model_is_seen(installed: Consumer) -> None:
    installed.git("rm", "-q", "models/marts/fct_orders.sql")
    result = installed.run("git", "commit", "-m", "tidy")
    assert result.code == 1
    assert "RF102 locked-model-removed" in result.all
    assert "RF401 model-removed" in result.all


def test_a_lock_update_lets_the_change_through(installed: Consumer) -> None:
    before, column, after = (installed.folder / MARTS).read_text(encoding="utf-8").partition("- name: order_amount")
    installed.write({MARTS: before + column + after.replace("decimal(18,2)", "integer", 1)})
    stopped = installed.commit("retype")
    assert stopped.code == 1
    assert "RF101 locked-model-changed" in stopped.all
    assert "RF403 column-type-changed" in stopped.all
    updated = installed.ringfence("lock", "update", "fct_orders", "--reason", "SHOP-9 whole amounts")
    assert updated.code == 0, updated.all
    passed = installed.commit("retype")
    assert passed.code == 0, passed.all


def test_the_first_commit_has_no_head(consumer: Consumer) -> None:
    assert consumer.run(*PRE_COMMIT, "install").code == 0
    result = consumer.commit("the shop")
    assert result.code == 0, result.all


@pytest.mark.slow
def test_try_repo(consumer: Consumer, hooks: Path) -> None:
    assert consumer.commit("the shop").code == 0
    result = consumer.run(*PRE_COMMIT, "try-repo", str(hooks), "ringfence", "--all-files", "--ref", "v0")
    assert result.code == 0, result.all
    assert "Passed" in result.out

"""What happens to locks in the life of a team: branches, squashes, rebases, backports, queues.

Where nothing unlawful happened CI and the hook are silent; where an entry of a history is lost, CI speaks.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from consumer import Consumer
from ringfence import cli

MODELS = ("fct_orders", "fct_sales", "dim_days")
LOCKS = "ringfence/locks"


class Team(Consumer):
    """A project with a locked model and two others, each with a properties file of its own."""

    def ran(self, *words: str, **environment: str) -> tuple[int, str, str]:
        """Exit code and what is printed, in this process."""
        before, out, err = dict(os.environ), io.StringIO(), io.StringIO()
        os.environ.clear()
        os.environ.update({**self.environment, **environment})
        try:
            with chdir(self.folder), redirect_stdout(out), redirect_stderr(err):
                code = cli.main(words)
        finally:
            os.environ.clear()
            os.environ.update(before)
        return code, out.getvalue(), err.getvalue()

    def branch(self, name: str, start: str = "main") -> None:
        self.git("checkout", "-q", "-b", name, start)

    def retype(self, model: str, kind: str, *, meant: bool = True) -> str:
        """Give a model's column another type, record it, and commit. Returns the commit."""
        path = f"models/{model}.yml"
        text = (self.folder / path).read_text(encoding="utf-8")
        self.write({path: re.sub(r"(name: amount, data_type:) \w+", rf"\1 {kind}", text)})
        if meant:
            self.update(model, f"FIN-1 {kind}")
        return self.save(f"{model} is {kind}")

    def update(self, model: str, reason: str) -> None:
        code, out, err = self.ran("lock", "update", model, "--reason", reason)
        assert code == 0, out + err

    def lock(self, model: str) -> None:
        """Tag a model and lock it."""
        self.edit(f"models/{model}.yml", "tags: []", "tags: [locked]")
        code, out, err = self.ran("lock", "add", model, "--reason", "FIN-2 others read it")
        assert code == 0, out + err
        self.save(f"{model} is locked")

    def save(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def history(self, model: str) -> list[str]:
        """What the lock of a model says was changed."""
        text = (self.folder / LOCKS / f"{model}.yml").read_text(encoding="utf-8")
        return re.findall(r'what: "([^"]*)"', text)

    def without(self, model: str, said: str) -> None:
        """Take an entry out of a history, as a careless resolution of a conflict does."""
        path = f"{LOCKS}/{model}.yml"
        text = (self.folder / path).read_text(encoding="utf-8")
        kept = [line for line in text.splitlines(keepends=True) if said not in line]
        assert len(kept) == len(text.splitlines()) - 1, text
        self.write({path: "".join(kept)})

    def codes(self, base: str | None = None, **environment: str) -> str:
        """The codes of the errors that CI finds in what is checked out, against a base."""
        words = ["lock", "verify", "--from", "HEAD", "--format", "json", *(["--base", base] if base else [])]
        code, out, err = self.ran(*words, CI="true", **environment)
        assert code in (0, 1), err
        found = {one["code"] for one in json.loads(out)["findings"] if one["severity"] == "error"}
        assert code == bool(found)
        return " ".join(sorted(found))

    def hook(self) -> str:
        """What the hook says of what is staged."""
        _, out, err = self.ran("check", "--rule", "RF1", PRE_COMMIT="1")
        assert "error:" not in err
        return out


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Team:
    made = Team(tmp_path_factory.mktemp("team") / "shop")
    made.environment["RINGFENCE_CACHE"] = "off"
    made.write({"dbt_project.yml": "name: shop\n", "ringfence.yml": "base: {branch: main}\n"})
    for model in MODELS:
        tags = "[locked]" if model == "fct_orders" else "[]"
        made.write(
            {
                f"models/{model}.sql": "select 1 as id, 2 as amount\n",
                f"models/{model}.yml": f"models:\n  - name: {model}\n    config: {{tags: {tags}}}\n    columns:\n"
                "      - {name: id, data_type: integer}\n      - {name: amount, data_type: integer}\n",
            }
        )
    made.save("the shop")
    code, out, err = made.ran("lock", "add", "--reason", "FIN-1 first")
    assert code == 0, out + err
    made.save("fct_orders is locked")
    return made


@pytest.fixture
def team(template: Team, tmp_path: Path) -> Team:
    return Team.of(template, tmp_path / "shop", RINGFENCE_CACHE="off")


def test_two_branches_lock_different_models(team: Team) -> None:
    for model in ("fct_sales", "dim_days"):
        team.branch(model)
        team.lock(model)
        assert team.codes("main") == ""
    team.git("checkout", "-q", "main")
    before = team.git("rev-parse", "HEAD")
    for model in ("fct_sales", "dim_days"):
        team.git("merge", "-q", "--no-ff", "--no-edit", model)
        assert (team.codes(before), team.hook()) == ("", "")
    assert sorted(path.name for path in (team.folder / LOCKS).iterdir()) == sorted(f"{one}.yml" for one in MODELS)


def test_two_branches_change_different_locked_models(team: Team) -> None:
    team.lock("fct_sales")
    for model in ("fct_orders", "fct_sales"):
        team.branch(f"{model}_change")
        team.retype(model, "bigint")
        assert (team.codes("main"), team.hook()) == ("", "")
    team.git("checkout", "-q", "main")
    for model in ("fct_orders", "fct_sales"):
        team.git("merge", "-q", "--no-ff", "--no-edit", f"{model}_change")
        assert team.codes("HEAD^1") == ""


def test_two_branches_change_the_same_locked_model(team: Team) -> None:
    """The files meet in a conflict, as they should. Who resolves it keeps both entries, and records what stands."""
    team.branch("one")
    team.retype("fct_orders", "bigint")
    team.branch("two")
    team.edit("models/fct_orders.yml", "{name: id, data_type: integer}", "{name: id, data_type: bigint}")
    team.update("fct_orders", "FIN-3 ids")
    team.save("ids")
    team.git("checkout", "-q", "main")
    team.git("merge", "-q", "--no-ff", "--no-edit", "one")
    before = team.git("rev-parse", "HEAD")
    team.branch("both")
    merged = team.run("git", "merge", "-q", "--no-edit", "two")
    assert merged.code == 1
    assert f"{LOCKS}/fct_orders.yml" in merged.all
    team.git("checkout", "--ours", ".")
    theirs = team.git("show", f"two:{LOCKS}/fct_orders.yml").splitlines()[-1]
    ours = (team.folder / LOCKS / "fct_orders.yml").read_text(encoding="utf-8")
    team.write({f"{LOCKS}/fct_orders.yml": f"{ours}{theirs}\n"})
    team.edit("models/fct_orders.yml", "{name: id, data_type: integer}", "{name: id, data_type: bigint}")
    team.git("add", "-A")
    assert "RF111 lock-edited-by-hand" in team.hook()
    team.update("fct_orders", "FIN-4 both branches")
    team.save("both")
    assert (team.codes(before), team.hook()) == ("", "")


def test_a_squash_of_several_changes(team: Team) -> None:
    team.branch("work")
    team.retype("fct_orders", "bigint")
    team.retype("fct_orders", "text")
    team.git("checkout", "-q", "main")
    before = team.git("rev-parse", "HEAD")
    team.git("merge", "-q", "--squash", "work")
    assert team.hook() == ""
    team.save("squashed")
    assert team.codes(before) == ""
    assert len(team.history("fct_orders")) == 3


def test_a_squash_that_loses_what_the_base_has(team: Team) -> None:
    team.retype("fct_orders", "bigint")
    team.branch("work")
    team.retype("fct_orders", "text")
    team.without("fct_orders", "integer -> bigint")
    team.save("squashed, and the history made short")
    assert "RF110" in team.codes("main")


def test_a_rebase_onto_changes_of_other_models(team: Team) -> None:
    team.lock("fct_sales")
    team.branch("work")
    team.retype("fct_orders", "bigint")
    team.git("checkout", "-q", "main")
    team.retype("fct_sales", "bigint")
    team.git("checkout", "-q", "work")
    team.git("rebase", "-q", "main")
    assert (team.codes("main"), team.hook()) == ("", "")


def test_a_rebase_onto_a_change_of_the_same_model(team: Team) -> None:
    """Both changed one line: who takes its own side loses the other's entry, who records anew does not."""
    team.branch("work")
    team.retype("fct_orders", "bigint")
    team.git("checkout", "-q", "main")
    team.retype("fct_orders", "text")
    team.git("checkout", "-q", "work")
    stopped = team.run("git", "rebase", "-q", "main")
    assert stopped.code != 0
    team.git("checkout", "--theirs", ".")  # in a rebase that is the branch
    team.git("add", "-A")
    team.git("-c", "core.editor=true", "rebase", "--continue")
    assert "RF110" in team.codes("main")
    team.git("checkout", "main", "--", f"{LOCKS}/fct_orders.yml")
    team.update("fct_orders", "FIN-5 bigint after all")
    team.save("recorded anew")
    assert (team.codes("main"), team.hook()) == ("", "")


def test_a_backport_to_a_release_branch(team: Team) -> None:
    team.git("branch", "release")
    team.edit("models/dim_days.sql", "1 as id", "7 as id")
    team.save("something else")
    picked = team.retype("fct_orders", "bigint")
    team.branch("backport", "release")
    team.git("cherry-pick", picked)
    assert (team.codes("release"), team.hook()) == ("", "")


def test_a_backport_of_the_second_change_alone(team: Team) -> None:
    """The release never had the first: what is recorded there is what changed there."""
    team.git("branch", "release")
    team.retype("fct_orders", "bigint")
    picked = team.retype("fct_orders", "text")
    team.branch("backport", "release")
    stopped = team.run("git", "cherry-pick", picked)
    assert stopped.code != 0
    team.git("checkout", "--theirs", "models")
    team.git("checkout", "--ours", LOCKS)
    team.git("add", "-A")
    assert "RF101 locked-model-changed" in team.hook()
    team.update("fct_orders", "FIN-6 backport")
    team.git("add", "-A")
    team.git("-c", "core.editor=true", "cherry-pick", "--continue")
    assert (team.codes("release"), team.hook()) == ("", "")
    assert [said.partition(" (")[0] for said in team.history("fct_orders")] == ["locked", "amount: integer -> text"]


def test_a_release_branch_goes_back_to_main(team: Team) -> None:
    team.lock("fct_sales")
    team.git("branch", "release")
    team.retype("fct_sales", "bigint")
    team.git("checkout", "-q", "release")
    team.retype("fct_orders", "bigint")
    team.git("checkout", "-q", "main")
    before = team.git("rev-parse", "HEAD")
    team.git("merge", "-q", "--no-ff", "--no-edit", "release")
    assert (team.codes(before), team.hook()) == ("", "")


def test_a_release_branch_that_wins_over_main(team: Team) -> None:
    """`-X theirs` takes the release's lock: the entry that main had is lost."""
    team.git("branch", "release")
    team.retype("fct_orders", "text")
    team.git("checkout", "-q", "release")
    team.retype("fct_orders", "bigint")
    team.git("checkout", "-q", "main")
    before = team.git("rev-parse", "HEAD")
    team.git("merge", "-q", "--no-ff", "--no-edit", "-X", "theirs", "release")
    assert "RF110" in team.codes(before)


def _queued(team: Team, base: str) -> dict[str, str]:
    event = team.folder.parent / "event.json"
    event.write_text(json.dumps({"merge_group": {"base_sha": base, "head_sha": team.git("rev-parse", "HEAD")}}))
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": str(event)}


def test_a_merge_queue(team: Team) -> None:
    """Each group is compared with the one before it, which the event names."""
    team.lock("fct_sales")
    for model in ("fct_orders", "fct_sales"):
        team.branch(model)
        team.retype(model, "bigint")
        team.git("checkout", "-q", "main")
    team.branch("gh-readonly-queue/main/pr-1")
    for model in ("fct_orders", "fct_sales"):
        before = team.git("rev-parse", "HEAD")
        team.git("merge", "-q", "--no-ff", "--no-edit", model)
        assert team.codes(**_queued(team, before)) == ""
    before = team.git("rev-parse", "HEAD")
    team.without("fct_orders", "integer -> bigint")
    team.save("the queue resolved a conflict")
    assert "RF110" in team.codes(**_queued(team, before))
    # compared with main alone, the entry was never there: only the hand in the file is seen
    assert "RF110" not in team.codes("main")


def test_a_branch_that_is_behind(team: Team) -> None:
    """What main has gained since is nobody's loss: the branch is compared with where it left."""
    team.branch("work")
    team.edit("models/dim_days.sql", "1 as id", "7 as id")
    team.save("something else")
    team.git("checkout", "-q", "main")
    team.retype("fct_orders", "bigint")
    team.git("checkout", "-q", "work")
    assert team.codes() == ""
    assert team.codes("main") == ""
    team.without("fct_orders", 'what: "locked"')
    team.save("and loses an entry")
    assert "RF110" in team.codes()
    assert "RF110" in team.codes("main")


def test_a_shallow_clone(team: Team, tmp_path: Path) -> None:
    """Without a common commit there is nothing to compare with: that is said, and never called clean."""
    team.branch("work")
    team.retype("fct_orders", "bigint")
    for depth, seen in ((1, False), (9, True)):
        clone = tmp_path / f"clone-{depth}"
        team.git("clone", "-q", "--no-single-branch", "--depth", str(depth), f"file://{team.folder}", str(clone))
        there = Team.of(clone, tmp_path / f"there-{depth}", RINGFENCE_CACHE="off")
        pull = {"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"}
        code, out, err = there.ran("lock", "verify", "--from", "HEAD", CI="true", **pull)
        assert (code, out) == ((0, "") if seen else (2, "")), err
        assert ("fetch-depth: 0" in err) is not seen


@pytest.mark.slow
def test_two_branches_meet_with_the_hooks_installed(consumer: Consumer) -> None:
    """pre-commit stops what is not recorded, on each branch, and lets the merge of both pass."""
    marts = "models/marts/marts.yml"
    assert consumer.commit("the shop").code == 0
    kinds = ("-t", "pre-commit", "-t", "pre-merge-commit")
    assert consumer.run(sys.executable, "-m", "pre_commit", "install", *kinds).code == 0
    consumer.git("branch", "other")
    for branch, model, column in (("one", "fct_orders", "order_amount"), ("two", "dim_customers", "lifetime_amount")):
        consumer.git("checkout", "-q", "-b", branch, "main")
        text = (consumer.folder / marts).read_text(encoding="utf-8")
        before, mark, after = text.partition(f"- name: {column}\n")
        consumer.write({marts: before + mark + after.replace("decimal(18,2)", "integer", 1)})
        stopped = consumer.commit(f"{column} in whole amounts")
        assert stopped.code == 1
        assert "RF101 locked-model-changed" in stopped.all
        assert consumer.ringfence("lock", "update", model, "--reason", "SHOP-9 whole amounts").code == 0
        passed = consumer.commit(f"{column} in whole amounts")
        assert passed.code == 0, passed.all
    consumer.git("checkout", "-q", "main")
    for branch in ("one", "two"):
        merged = consumer.run("git", "merge", "--no-ff", "--no-edit", branch)
        assert merged.code == 0, merged.all
    verified = consumer.ringfence("lock", "verify", "--from", "HEAD", "--base", "other", env={"CI": "true"})
    assert (verified.code, verified.out) == (0, ""), verified.all

"""Leave to change a lock as a team meets it: permits, freezes, emergencies, and what is refused at once."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from consumer import Consumer
from ringfence.domain.lock import History, Lock
from ringfence.stores.locks import read_lock, render

LOCK = "ringfence/locks/fct_orders.yml"
SCHEMA = """\
models:
  - name: fct_orders
    config: {tags: [critical, locked], contract: {enforced: true}}
    columns:
      - {name: amount, data_type: integer}
"""
FILES = {
    "dbt_project.yml": "name: shop\n",
    "ringfence.yml": "base: {branch: main}\n",
    "models/schema.yml": SCHEMA,
    "models/fct_orders.sql": "select 2 as amount",
    "models/report.sql": "select * from {{ ref('fct_orders') }}",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """A locked model on main, and a branch on which its column has become a text."""
    made = Consumer(tmp_path_factory.mktemp("team") / "shop")
    made.write(FILES)
    assert made.ringfence("lock", "add").code == 0
    assert made.commit().code == 0
    return made


@pytest.fixture
def team(template: Consumer, tmp_path: Path) -> Consumer:
    return Consumer.of(template, tmp_path / "shop")


def _asking(team: Consumer, lock: str) -> None:
    team.write({"ringfence.yml": f"base: {{branch: main}}\nlock: {{{lock}}}\n"})
    assert team.commit("policy").code == 0
    team.git("checkout", "-q", "-b", "work")
    team.edit("models/schema.yml", "integer", "varchar")


def _merge(team: Consumer, *paths: str) -> None:
    """Bring files to main, as a change of their own."""
    team.git("add", *paths)
    team.git("commit", "-q", "-m", "permit")
    team.git("branch", "-q", "-f", "main")


def _entry(team: Consumer) -> History:
    return _lock(team).history[-1]


def _lock(team: Consumer) -> Lock:
    found = read_lock((team.folder / LOCK).read_bytes(), LOCK)
    assert isinstance(found, Lock)
    return found


def _day(days: int) -> str:
    return (datetime.datetime.now(tz=datetime.UTC).date() + datetime.timedelta(days=days)).isoformat()


def test_a_permit_is_asked_for_written_merged_and_spent(team: Consumer) -> None:
    _asking(team, "approval: {breaking: prior}")
    refused = team.ringfence("lock", "update", "--reason", "text")
    assert refused.code == 2
    assert "is breaking, which needs a permit that is merged already" in refused.err
    assert "lock permit fct_orders --class breaking --reason WHY" in refused.err
    written = team.ringfence("lock", "permit", "fct_orders", "--class", "breaking", "--reason", "text", "--days", "2")
    assert written.code == 0, written.all
    (path,) = (team.folder / "ringfence/permits").iterdir()
    assert path.stem.startswith(f"{_day(0)}-fct_orders-")
    assert f'expires: "{_day(2)}"' in path.read_text("utf-8")
    assert f"wrote ringfence/permits/{path.name}" in written.out
    unmerged = team.ringfence("lock", "update", "--reason", "text", "--permit", path.stem)
    assert unmerged.code == 2
    assert "is not merged yet" in unmerged.err
    _merge(team, "ringfence/permits")
    assert team.ringfence("lock", "update", "--reason", "text").code == 0
    assert _entry(team).permit == path.stem
    assert team.commit("text").code == 0
    verified = team.ringfence("lock", "verify", "--base", "main")
    assert verified.code == 0, verified.all
    team.git("branch", "-q", "-f", "main")
    team.edit("models/schema.yml", "varchar", "date")
    again = team.ringfence("lock", "update", "--reason", "date")
    assert again.code == 2
    assert f"permit {path.stem} is spent" in again.err


def test_of_several_permits_one_is_to_be_named(team: Consumer) -> None:
    _asking(team, "approval: prior")
    for _ in range(2):
        assert team.ringfence("lock", "permit", "fct_orders", "--class", "breaking", "--reason", "x").code == 0
    names = sorted(path.stem for path in (team.folder / "ringfence/permits").iterdir())
    assert len(names) == 2
    _merge(team, "ringfence/permits")
    refused = team.ringfence("lock", "update", "--reason", "x")
    assert refused.code == 2
    assert all(name in refused.err for name in names)
    assert team.ringfence("lock", "update", "--reason", "x", "--permit", names[1]).code == 0
    assert _entry(team).permit == names[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("fct_orders", "--class", "breaking", "--reason", "x", "--days", "31"), "holds 30 days at most"),
        (("fct_orders", "--class", "breaking", "--reason", "x", "--days", "0"), "holds 30 days at most"),
        (("fct_order", "--class", "breaking", "--reason", "x"), "did you mean fct_orders"),
        (("fct_orders", "--class", "breaking", "--reason", " "), "a reason is required"),
        (("fct_orders", "--class", "grave", "--reason", "x"), "invalid choice"),
    ],
)
def test_a_permit_that_would_be_none_is_refused(team: Consumer, arguments: tuple[str, ...], told: str) -> None:
    refused = team.ringfence("lock", "permit", *arguments)
    assert refused.code == 2
    assert told in refused.err
    assert not (team.folder / "ringfence/permits").exists()


def test_a_permit_of_policy_says_how_it_is_spent(team: Consumer) -> None:
    written = team.ringfence("lock", "permit", "*", "--class", "policy", "--reason", "x", "--ticket", "T-1")
    assert written.code == 0, written.all
    assert "git rm ringfence/permits/" in written.out
    (path,) = (team.folder / "ringfence/permits").iterdir()
    assert 'models: ["*"]' in path.read_text("utf-8")
    assert 'ticket: "T-1"' in path.read_text("utf-8")


def test_a_permit_that_is_none_is_located(team: Consumer) -> None:
    team.write({"ringfence/permits/p.yml": "id: p\n"})
    for _ in range(2):  # the second time out of the cache
        result = team.ringfence("lock", "verify")
        assert result.code == 1
        assert "ringfence/permits/p.yml:1:1: RF001 unreadable-file" in result.out
    (team.folder / "ringfence/permits/p.yml").unlink()
    assert team.ringfence("lock", "verify").code == 0


def test_nothing_changes_in_a_freeze_but_an_emergency(team: Consumer) -> None:
    _asking(team, f"freeze: ['{_day(0)}..{_day(3)}'], approval: prior, approvers: {{breaking: ['@law']}}")
    refused = team.ringfence("lock", "update", "--reason", "x")
    assert refused.code == 2
    assert f"no lock changes from {_day(0)} to {_day(3)}" in refused.err
    for days in ("0", "4"):
        long = team.ringfence("lock", "update", "--reason", "x", "--emergency", "--days", days)
        assert long.code == 2
        assert "lasts 3 days at most" in long.err
    assert team.ringfence("lock", "update", "--reason", "x", "--emergency", "--days", "1").code == 0
    assert (_entry(team).expires, _entry(team).approvers) == (_day(1), ("@law",))
    team.edit("models/schema.yml", "varchar", "date")
    again = team.ringfence("lock", "update", "--reason", "x", "--emergency")
    assert again.code == 2
    assert "none is made on top of another" in again.err
    result = team.ringfence("lock", "verify", "--format", "json")
    found = {one["code"]: one["severity"] for one in json.loads(result.out)["findings"]}
    assert found == {"RF101": "error", "RF116": "error", "RF119": "warning"}


def _overdue(team: Consumer) -> None:
    """Have main hold an emergency that nobody settled in time."""
    entry = History("2026-02-01", "breaking", "emergency", "outage", "Ann", expires="2026-02-03")
    (team.folder / LOCK).write_text(render(_lock(team).sealed(entry)), encoding="utf-8")
    assert team.commit("emergency").code == 0


def _emergency(team: Consumer, **env: str) -> str:
    result = team.ringfence("lock", "verify", "--format", "json", env=env)
    (found,) = [one for one in json.loads(result.out)["findings"] if one["code"] == "RF119"]
    assert result.code == (1 if found["severity"] == "error" else 0)
    return str(found["severity"])


def test_an_emergency_that_is_over_fails_main_and_what_touches_the_model(team: Consumer) -> None:
    _overdue(team)
    assert _emergency(team) == "error", "we stand on main"
    team.git("checkout", "-q", "-b", "work")
    assert _emergency(team) == "warning"
    team.write({"models/report.sql": "select amount from {{ ref('fct_orders') }}"})
    assert _emergency(team) == "warning", "another model"
    team.edit("models/schema.yml", "models:\n", "models:\n  - {name: report, description: All of it.}\n")
    assert _emergency(team) == "warning", "another entry of the same file"
    team.write({"models/fct_orders.sql": "select 3 as amount"})
    assert _emergency(team) == "error"
    team.git("checkout", "-q", "--", "models")
    team.edit("models/schema.yml", "- name", "- description: Orders.\n    name")
    assert _emergency(team) == "error"
    team.git("checkout", "-q", "--", "models")
    team.git("checkout", "-q", "--detach")
    assert _emergency(team) == "warning"
    assert _emergency(team, CI_COMMIT_BRANCH="main") == "error"


def test_an_emergency_is_settled_by_an_ordinary_update(team: Consumer) -> None:
    _overdue(team)
    assert team.ringfence("lock", "update", "--reason", "made good").code == 0
    assert _entry(team).what == "emergency of 2026-02-01: settled"
    assert _lock(team).emergency is None
    assert team.ringfence("lock", "verify").code == 0


def test_settling_an_emergency_needs_the_leave_that_it_went_without(team: Consumer) -> None:
    _overdue(team)
    _asking(team, "approval: prior")
    team.git("checkout", "-q", "--", "models")
    refused = team.ringfence("lock", "update", "--reason", "made good")
    assert refused.code == 2
    assert "needs a permit" in refused.err


def test_release_and_rename_need_leave_as_well(team: Consumer) -> None:
    _asking(team, "approval: prior")
    released = team.ringfence("lock", "release", "fct_orders", "--reason", "x")
    assert released.code == 2
    assert "needs a permit" in released.err
    team.git("checkout", "-q", "--", "models")
    team.git("mv", "models/fct_orders.sql", "models/fct_sales.sql")
    team.edit("models/schema.yml", "name: fct_orders", "name: fct_sales")
    team.write({"models/report.sql": "select * from {{ ref('fct_sales') }}"})
    renamed = team.ringfence("lock", "rename", "fct_orders", "fct_sales", "--reason", "x")
    assert renamed.code == 2
    assert "needs a permit" in renamed.err
    assert (team.folder / LOCK).exists()


def test_the_reason_must_match_what_the_base_asks_for(team: Consumer) -> None:
    _asking(team, "reason_pattern: FIN")
    team.write({"ringfence.yml": "base: {branch: main}\nlock: {reason_pattern: OPS}\n"})
    for reason, told in (("OPS-1", "lock.reason_pattern FIN"), ("FIN-1", "lock.reason_pattern OPS")):
        refused = team.ringfence("lock", "update", "--reason", reason)
        assert refused.code == 2
        assert told in refused.err
    assert team.ringfence("lock", "update", "--reason", "FIN-1 OPS-1").code == 0


def test_without_a_base_the_heads_own_settings_count_where_a_lock_is_changed(team: Consumer) -> None:
    team.write({"ringfence.yml": "base: {branch: nowhere}\nlock: {reason_pattern: FIN}\n"})
    team.edit("models/schema.yml", "integer", "varchar")
    assert team.ringfence("lock", "update", "--reason", "x", env={"CI": "true"}).code == 2
    assert team.ringfence("lock", "update", "--reason", "FIN", env={"CI": "true"}).code == 0
    assert team.ringfence("lock", "verify", env={"CI": "true"}).code == 2


def test_an_open_emergency_is_told_every_time(team: Consumer) -> None:
    """An answer in which the day and the branch have a say is not kept."""
    _asking(team, f"freeze: ['{_day(0)}']")
    team.git("checkout", "-q", "--", "models")
    team.edit("models/schema.yml", "integer", "varchar")
    update = team.ringfence("lock", "update", "--reason", "x", "--emergency")
    assert update.code == 0, update.all
    for _ in range(2):
        assert "RF119" in team.ringfence("lock", "verify").out


def test_settings_of_the_base_that_cannot_be_read(team: Consumer) -> None:
    team.write({"ringfence.yml": "base: {branch: main}\nlock: [\n"})
    assert team.commit("broken").code == 0
    team.write({"ringfence.yml": "base: {branch: main}\n"})
    result = team.ringfence("lock", "verify", "--base", "main")
    assert result.code == 0, result.all
    assert "RF113 lock-policy-loosened  [warning] the settings of the base cannot be read" in result.out


def test_settings_that_are_deleted_beside_a_table_of_others(team: Consumer) -> None:
    team.write({"ringfence.yml": "lock: {require: [critical, x]}\n", "pyproject.toml": "[tool.other]\n"})
    assert team.commit().code == 0
    team.git("rm", "-q", "ringfence.yml")
    team.write({"pyproject.toml": "[tool.another]\n"})
    told = team.ringfence("lock", "verify", "--base", "HEAD").out
    assert "ringfence.yml:1:1: RF113 lock-policy-loosened  lock.require asks for less" in told


def test_projects_of_one_repository_share_what_guards_them(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "repository")
    inside = {path: text for path, text in FILES.items() if path != "ringfence.yml"}
    made.write({f"{name}/{path}": text for name in ("a", "b") for path, text in inside.items()})
    made.write({"a/dbt_project.yml": "name: a\n", "b/dbt_project.yml": "name: b\n"})
    made.write(
        {
            "ringfence.yml": "base: {branch: main}\nlock: {tags: [locked, x]}\n",
            "b/ringfence.yml": "lock: {tags: [locked, y]}\n",
        }
    )
    made.write(
        {
            "CODEOWNERS": "* @a\n",
            ".pre-commit-config.yaml": "repos: [{repo: 'https://x/y', rev: v, hooks: [{id: ringfence}]}]\n",
        }
    )
    assert made.ringfence("lock", "add").code == 0
    assert made.commit().code == 0
    made.write({"ringfence.yml": "base: {branch: main}\n", "b/ringfence.yml": "lock: {}\n"})
    made.write({"CODEOWNERS": "* @b\n", ".pre-commit-config.yaml": "repos: []\n"})
    made.write({"a/pyproject.toml": "[tool.other]\n", "b/pyproject.toml": "[tool.other]\n"})
    result = made.ringfence("lock", "verify", "--base", "main", "--format", "json")
    found = sorted((one["code"], one["path"]) for one in json.loads(result.out)["findings"])
    assert found == [
        ("RF113", "b/ringfence.yml"),
        ("RF113", "ringfence.yml"),
        ("RF114", ".pre-commit-config.yaml"),
        ("RF115", "CODEOWNERS"),
        ("RF115", "CODEOWNERS"),
    ]


def test_a_project_that_moves_keeps_its_locks_histories(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "repository")
    made.write({f"a/{path}": text for path, text in FILES.items() if path != "ringfence.yml"})
    assert made.ringfence("lock", "add").code == 0
    assert made.commit().code == 0
    made.git("mv", "a", "b")
    moved = made.ringfence("lock", "verify", "--base", "main")
    assert moved.code == 0, moved.all
    made.git("rm", "-qrf", "b/ringfence")
    assert "RF110" in made.ringfence("lock", "verify", "--base", "main").out


def test_verify_compares_with_where_the_head_left_the_base(team: Consumer) -> None:
    team.git("checkout", "-q", "-b", "work")
    team.git("checkout", "-q", "main")
    team.edit("models/schema.yml", "integer", "varchar")
    assert team.ringfence("lock", "update", "--reason", "x").code == 0
    assert team.commit("on main").code == 0
    team.git("checkout", "-q", "work")
    assert team.ringfence("lock", "verify", "--base", "main").code == 0
    assert "RF110" in team.ringfence("check", "--rule", "RF1", "--base", "main").out
    tree = team.git("rev-parse", "main^{tree}")
    assert "RF110" in team.ringfence("lock", "verify", "--base", tree).out, "a tree is left by nobody"

"""The scenes that a team meets, with the hooks really installed: an old manifest, a push, a range.

What is staged against what lies on disk, `commit -a`, amending, worktrees and folders are in test_git_states.py.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from consumer import Result
from e2e.git_states_run import REACHED, TOOLS, Kit, Shop, read_text

LOST = "RF104 RF201 RF404"


def _parsed(shop: Shop) -> bool:
    """Let dbt parse what lies on disk, and return whether its manifest says that dim_customers has a contract."""
    program = "import sys; from dbt.cli.main import cli; sys.argv = ['dbt', '--quiet', 'parse']; cli()"
    done = shop.run(sys.executable, "-c", program, env={"DBT_PROFILES_DIR": "."})
    assert done.code == 0, done.all
    manifest = json.loads((shop.folder / "target/manifest.json").read_text(encoding="utf-8"))
    return bool(manifest["nodes"]["model.shop.dim_customers"]["config"]["contract"]["enforced"])


@pytest.mark.slow
def test_a_manifest_of_what_lies_on_disk_saves_no_commit(kit: Kit, tmp_path: Path) -> None:
    """Staged content takes a contract away, the file on disk keeps it, and so does the manifest parsed from there."""
    shop = kit.shop(tmp_path / "shop")
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    assert _parsed(shop)
    kit.install(shop, "pre-commit", "pre-commit")
    stopped = shop.run("git", "commit", "-m", "quietly")
    assert REACHED not in stopped.all
    assert read_text(stopped).codes == LOST, stopped.all


@pytest.mark.slow
def test_a_manifest_of_what_lies_on_disk_stops_no_commit(kit: Kit, tmp_path: Path) -> None:
    shop = kit.shop(tmp_path / "shop")
    shop.readme()
    shop.weaken()
    assert not _parsed(shop)
    kit.install(shop, "pre-commit", "pre-commit")
    assert REACHED in shop.run("git", "commit", "-m", "readme").all


def _remote(kit: Kit, tool: str, shop: Shop) -> None:
    """A repository to push to, and the hook that is asked before."""
    remote = shop.folder.parent / "remote.git"
    shop.git("init", "-q", "--bare", str(remote))
    shop.git("remote", "add", "origin", str(remote))
    kit.install(shop, tool, "pre-push")


def _push(shop: Shop, branch: str) -> Result:
    return shop.run("git", "push", "-q", "origin", branch)


@pytest.mark.parametrize("tool", [pytest.param(tool, marks=pytest.mark.slow) for tool in TOOLS])
def test_the_first_push_is_judged_by_what_is_pushed(kit: Kit, tmp_path: Path, tool: str) -> None:
    """Nothing is there yet to name a range with: the pushed branch counts, not what happens to be staged."""
    shop = kit.shop(tmp_path / "shop")
    _remote(kit, tool, shop)
    shop.weaken()
    shop.git("add", "-A")
    passed = _push(shop, "main")
    assert passed.code == 0, passed.all
    shop.git("push", "-q", "--no-verify", "origin", ":main")
    shop.git("commit", "-q", "--no-verify", "-m", "quietly")
    shop.restore()
    shop.git("add", "-A")
    stopped = _push(shop, "work")
    assert stopped.code, "the remote is empty again"
    assert read_text(stopped).codes == LOST, stopped.all


@pytest.mark.parametrize("tool", ["pre-commit", pytest.param("prek", marks=pytest.mark.slow)])
def test_a_push_is_judged_by_what_it_adds(kit: Kit, tmp_path: Path, tool: str) -> None:
    shop = kit.shop(tmp_path / "shop")
    shop.weaken()
    weak = shop.save()
    shop.restore()
    shop.save()
    _remote(kit, tool, shop)
    shop.git("push", "-q", "--no-verify", "origin", "main")
    stopped = _push(shop, f"{weak}:refs/heads/work")
    assert stopped.code
    assert read_text(stopped).codes == LOST, stopped.all
    shop.weaken()
    shop.git("add", "-A")
    passed = _push(shop, "work")
    assert passed.code == 0, passed.all


@pytest.mark.parametrize("tool", ["pre-commit", pytest.param("prek", marks=pytest.mark.slow)])
def test_a_range_in_ci(kit: Kit, tmp_path: Path, tool: str) -> None:
    """`run --from-ref --to-ref`, whatever is checked out and staged."""
    shop = kit.shop(tmp_path / "shop")
    shop.weaken()
    weak = shop.save()
    shop.restore()
    fine = shop.save()
    shop.git("checkout", "-q", "main")
    words = (*TOOLS[tool], "run", "--hook-stage", "pre-push", "--from-ref", "main", "--to-ref")
    stopped = read_text(shop.run(*words, weak))
    assert (stopped.code, stopped.codes) == (1, LOST), stopped.said
    shop.git("checkout", "-q", weak)
    passed = shop.run(*words, fine)
    assert passed.code == 0, passed.all


@pytest.mark.slow
def test_a_workspace_of_prek(kit: Kit, tmp_path: Path) -> None:
    """prek runs the hooks of a subfolder's configuration in that subfolder; the index is judged there as well."""
    shop = kit.shop(tmp_path / "shop")
    (shop.folder / "transform").mkdir()
    for name in shop.git("ls-tree", "--name-only", "HEAD").splitlines():
        shop.git("mv", name, f"transform/{name}")
    shop.write({".pre-commit-config.yaml": "repos: []\n"})
    shop.save()
    kit.install(shop, "prek", "pre-commit")
    shop.weaken("transform/")
    shop.git("add", "-A")
    shop.restore("transform/")
    stopped = shop.run("git", "commit", "-m", "quietly")
    assert REACHED not in stopped.all
    assert set(read_text(stopped).codes.split()) >= {"RF104", "RF201"}, stopped.all
    assert "transform/models/marts/marts.yml:7:17" in stopped.all

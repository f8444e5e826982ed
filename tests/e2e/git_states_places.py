"""Where the repository, its index and its projects are, and which settings of git are in force."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from e2e.git_states import CLEAN, LOST, state
from e2e.git_states_index import DESCRIBED, NEW, UNCONTRACTED
from e2e.git_states_run import MARTS, Attempt, Shop
from gitrepo import Repository

FILE_ALLOWED = ("-c", "protocol.file.allow=always")


@state(LOST, quick=True)
def linked_worktree(shop: Shop) -> Attempt:
    side = _linked(shop)
    side.weaken()
    side.git("add", "-A")
    side.restore()
    return Attempt(at=side)


@state(LOST)
def linked_worktree_commit_all_in_a_subfolder(shop: Shop) -> Attempt:
    side = _linked(shop)
    side.weaken()
    return Attempt(("commit", "-a"), at=side, folder="models")


@state(LOST)
def linked_worktree_commit_path(shop: Shop) -> Attempt:
    side = _linked(shop)
    side.weaken()
    return Attempt(("commit", MARTS), at=side)


@state(CLEAN)
def main_worktree_while_the_linked_one_is_broken(shop: Shop) -> Attempt:
    side = _linked(shop)
    side.weaken()
    side.git("add", "-A")
    shop.readme()
    return Attempt()


@state(LOST)
def linked_worktree_with_git_dir_set(shop: Shop) -> Attempt:
    side = _linked(shop)
    side.weaken()
    side.git("add", "-A")
    side.restore()
    directory = side.git("rev-parse", "--absolute-git-dir")
    return Attempt(at=side, env={"GIT_DIR": directory, "GIT_WORK_TREE": str(side.folder)})


def _linked(shop: Shop) -> Shop:
    folder = shop.folder.parent / "side"
    shop.git("worktree", "add", "-q", "-b", "side", str(folder))
    return Shop.beside(shop, folder)


def _moved(shop: Shop, folder: str) -> None:
    """Put the project into a subfolder, on main."""
    shop.git("checkout", "-q", "main")
    (shop.folder / folder).mkdir()
    for name in shop.git("ls-tree", "--name-only", "HEAD").splitlines():
        if name not in (".pre-commit-config.yaml", ".gitignore"):
            shop.git("mv", name, f"{folder}/{name}")
    shop.save()
    shop.git("checkout", "-q", "-B", "work")


@state(LOST, quick=True)
def project_in_a_subfolder(shop: Shop) -> Attempt:
    _moved(shop, "transform")
    shop.weaken("transform/")
    shop.git("add", "-A")
    shop.restore("transform/")
    return Attempt()


@state(LOST)
def project_in_a_subfolder_commit_all_from_inside(shop: Shop) -> Attempt:
    _moved(shop, "transform")
    shop.weaken("transform/")
    return Attempt(("commit", "-a"), folder="transform/models")


@state(LOST)
def two_projects(shop: Shop) -> Attempt:
    _moved(shop, "first")
    shutil.copytree(shop.folder / "first", shop.folder / "second")
    file = shop.folder / "second/dbt_project.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("name: shop", "name: second").replace("  shop:", "  second:"), encoding="utf-8")
    shop.git("checkout", "-q", "main")
    shop.save()
    shop.git("checkout", "-q", "-B", "work")
    shop.weaken("second/")
    shop.git("add", "-A")
    shop.restore("second/")
    return Attempt()


@state(LOST)
def commit_from_a_subfolder(shop: Shop) -> Attempt:
    shop.weaken()
    return Attempt(("commit", "marts/marts.yml"), folder="models")


@state(UNCONTRACTED)
def a_nested_repository_would_satisfy(shop: Shop) -> Attempt:
    shop.write({"models/marts/fct_new.sql": NEW})
    shop.git("add", "-A")
    nested = Repository(shop.folder / "models/marts/inner")
    nested.save({"new.yml": DESCRIBED})
    return Attempt()


@state(UNCONTRACTED)
def a_nested_repository_that_was_added(shop: Shop) -> Attempt:
    shop.write({"models/marts/fct_new.sql": NEW})
    nested = Repository(shop.folder / "models/marts/inner")
    nested.save({"new.yml": DESCRIBED})
    shop.git("add", "-A")
    return Attempt()


@state(UNCONTRACTED)
def a_submodule_in_the_models(shop: Shop) -> Attempt:
    inner = Repository(shop.folder.parent / "inner")
    inner.save({"new.yml": DESCRIBED})
    shop.git(*FILE_ALLOWED, "submodule", "--quiet", "add", str(inner.folder), "models/marts/inner")
    shop.write({"models/marts/fct_new.sql": NEW})
    shop.git("add", "-A")
    return Attempt()


@state(CLEAN)
def a_submodule_that_is_a_project(shop: Shop) -> Attempt:
    """Its project is judged where it is committed, not here."""
    inner = Repository(shop.folder.parent / "inner")
    inner.save({"dbt_project.yml": "name: inner\n", "models/a.sql": "select 1\n", "models/a.yml": "modls: []\n"})
    shop.git(*FILE_ALLOWED, "submodule", "--quiet", "add", str(inner.folder), "inner")
    shop.git("add", "-A")
    return Attempt()


@state(LOST)
def a_submodule_moved_on_disk_alone(shop: Shop) -> Attempt:
    inner = Repository(shop.folder.parent / "inner")
    inner.save({"a.txt": "a\n"})
    shop.git(*FILE_ALLOWED, "submodule", "--quiet", "add", str(inner.folder), "inner")
    shop.save()
    Shop.beside(shop, shop.folder / "inner").git(
        "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "moved"
    )
    shop.weaken()
    shop.git("add", MARTS)
    return Attempt()


@state(LOST)
def the_shop_is_a_submodule(shop: Shop) -> Attempt:
    outer = Repository(shop.folder.parent / "outer")
    outer.git(*FILE_ALLOWED, "submodule", "--quiet", "add", "-b", "work", str(shop.folder), "shop")
    inner = Shop.beside(shop, outer.folder / "shop")
    inner.git("config", "user.name", "Tester")
    inner.git("config", "user.email", "tester@example.com")
    assert (inner.folder / ".git").is_file()
    inner.weaken()
    inner.git("add", "-A")
    inner.restore()
    return Attempt(at=inner, base="origin/main")


@state(LOST)
def the_git_folder_is_elsewhere(shop: Shop) -> Attempt:
    shop.git("init", "-q", "--separate-git-dir", str(shop.folder.parent / "elsewhere.git"))
    assert (shop.folder / ".git").is_file()
    shop.weaken()
    return Attempt(("commit", "-a"))


@state(LOST)
def git_dir_and_work_tree_named(shop: Shop) -> Attempt:
    """As dotfiles are kept: no .git in the folder at all."""
    directory = shop.folder.parent / "bare.git"
    (shop.folder / ".git").rename(directory)
    shop.environment |= {"GIT_DIR": str(directory), "GIT_WORK_TREE": str(shop.folder)}
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    return Attempt()


@state(LOST)
def another_index(shop: Shop) -> Attempt:
    env = {"GIT_INDEX_FILE": ".git/other"}
    _into(shop, env)
    return Attempt(env=env)


@state(LOST)
def another_index_relative_from_a_subfolder(shop: Shop) -> Attempt:
    env = {"GIT_INDEX_FILE": ".git/other"}
    _into(shop, env)
    return Attempt(env=env, folder="models/marts")


@state(LOST)
def another_index_outside(shop: Shop) -> Attempt:
    env = {"GIT_INDEX_FILE": str(shop.folder.parent / "other")}
    _into(shop, env)
    return Attempt(env=env)


@state(LOST)
def another_index_by_hand_in_a_linked_worktree(shop: Shop) -> Attempt:
    side = _linked(shop)
    env = {"GIT_INDEX_FILE": str(side.folder.parent / "other")}
    _into(side, env)
    return Attempt((), at=side, env=env)


def _into(shop: Shop, env: dict[str, str]) -> None:
    """Stage the break in the index that `env` names, and nothing in the usual one."""
    shop.weaken()
    for words in (("read-tree", "HEAD"), ("add", "-A")):
        assert shop.run("git", *words, env=env).code == 0
    shop.restore()


@state(CLEAN, quick=True)
def sparse_checkout(shop: Shop) -> Attempt:
    """What is not on disk is not deleted."""
    shop.git("sparse-checkout", "set", "--cone", "models/staging")
    assert not (shop.folder / MARTS).exists()
    shop.readme()
    return Attempt()


@state(LOST)
def sparse_checkout_and_a_break_outside_it(shop: Shop) -> Attempt:
    weak = shop.weakened()
    shop.git("sparse-checkout", "set", "--cone", "models/staging")
    shop.stage(MARTS, weak)
    shop.git("update-index", "--skip-worktree", MARTS)
    return Attempt()


@state(CLEAN)
def sparse_checkout_without_cones(shop: Shop) -> Attempt:
    shop.git("sparse-checkout", "set", "--no-cone", "/*", "!marts.yml")
    assert not (shop.folder / MARTS).exists()
    shop.readme()
    return Attempt()


@state(CLEAN)
def sparse_index(shop: Shop) -> Attempt:
    shop.git("sparse-checkout", "set", "--cone", "--sparse-index", "models/staging")
    assert "models/marts/ " in shop.git("ls-files", "--sparse", "--stage").replace("\n", " ") + " "
    shop.readme()
    return Attempt()


@state(LOST)
def skip_worktree(shop: Shop) -> Attempt:
    shop.weaken()
    shop.git("add", "-A")
    shop.git("update-index", "--skip-worktree", MARTS)
    shop.restore()
    return Attempt()


@state(CLEAN)
def assume_unchanged(shop: Shop) -> Attempt:
    shop.git("update-index", "--assume-unchanged", MARTS)
    shop.weaken()
    return Attempt(("commit", "-a", "--allow-empty"))


@state(LOST)
def index_version_4(shop: Shop) -> Attempt:
    shop.git("update-index", "--index-version", "4")
    shop.weaken()
    return Attempt(("commit", "-a"))


@state(LOST)
def split_index(shop: Shop) -> Attempt:
    shop.git("config", "core.splitIndex", "true")
    shop.git("update-index", "--split-index")
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    return Attempt()


@state(LOST)
def untracked_cache(shop: Shop) -> Attempt:
    shop.git("config", "feature.manyFiles", "true")
    shop.git("update-index", "--untracked-cache")
    shop.git("status")
    shop.weaken()
    return Attempt(("commit", "-a"))


@state(LOST)
def file_system_monitor(shop: Shop) -> Attempt:
    """One that says that nothing has changed: what is staged is what counts."""
    shop.weaken()
    shop.git("add", "-A")
    hook = shop.folder.parent / "monitor"
    hook.write_text("#!/bin/sh\nprintf 'token\\0'\n", encoding="utf-8")
    hook.chmod(0o755)
    shop.git("config", "core.fsmonitor", str(hook))
    shop.git("update-index", "--fsmonitor")
    shop.restore()
    return Attempt()


@state(LOST)
def settings_that_change_what_git_prints(shop: Shop) -> Attempt:
    for name, value in (
        ("color.ui", "always"),
        ("core.quotePath", "true"),
        ("diff.renames", "copies"),
        ("diff.noprefix", "true"),
        ("core.abbrev", "4"),
        ("diff.external", "false"),
        ("core.fileMode", "false"),
        ("core.symlinks", "false"),
        ("status.showUntrackedFiles", "no"),
    ):
        shop.git("config", name, value)
    shop.weaken()
    return Attempt(("commit", "-a"))


@state(LOST)
def packed_objects_and_references(shop: Shop) -> Attempt:
    shop.save({"README.md": "# Shop\n"})
    shop.git("gc", "-q", "--prune=now")
    shop.weaken()
    return Attempt(("commit", "-a"))


@state(LOST)
def hooks_in_a_folder_of_their_own(shop: Shop) -> Attempt:
    shop.git("config", "core.hooksPath", ".githooks")
    shop.weaken()
    return Attempt(("commit", "-a"))


@state(LOST)
def objects_that_cannot_be_written(shop: Shop) -> Attempt:
    """A read-only repository. Files stand where git would make folders: that stops any user, root as well."""
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    shop.git("tag", "staged", shop.git("commit-tree", "-m", "staged", shop.git("write-tree")))
    shop.git("repack", "-q", "-a", "-d")
    objects = shop.folder / ".git/objects"
    for number in range(256):
        shutil.rmtree(objects / f"{number:02x}", ignore_errors=True)
        (objects / f"{number:02x}").touch()
    return Attempt((), head="staged")


@state(LOST)
def sha256(shop: Shop) -> Attempt:
    folder = shop.folder.parent / "sha256"
    shutil.copytree(shop.folder, folder, ignore=shutil.ignore_patterns(".git"))
    made = Shop.beside(shop, folder)
    made.git("init", "-q", "-b", "main", "--object-format=sha256")
    made.git("config", "user.name", "Tester")
    made.git("config", "user.email", "tester@example.com")
    made.save()
    made.git("checkout", "-q", "-b", "work")
    made.weaken()
    made.git("add", "-A")
    made.restore()
    return Attempt(at=made)


@state(LOST)
def a_folder_with_an_odd_name(shop: Shop) -> Attempt:
    folder = shop.folder.parent / "größe 'und' $HOME [x]* "
    shop.folder.rename(folder)
    made = Shop.beside(shop, folder)
    made.weaken()
    return Attempt(("commit", "-a"), at=made)


@state(LOST)
def a_folder_behind_a_symlink(shop: Shop) -> Attempt:
    link = shop.folder.parent / "link"
    os.symlink(shop.folder, link)
    made = Shop.beside(shop, Path(link))
    made.weaken()
    return Attempt(("commit", "-a"), at=made, folder="models")

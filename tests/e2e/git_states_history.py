"""Where HEAD is, what is in progress, and how much of the history is here."""

from __future__ import annotations

from e2e.git_states import CLEAN, LOST, Refused, state
from e2e.git_states_run import MARTS, Attempt, Shop

REGION = "description: Customers with their region and what they have ordered so far."


def _reworded(shop: Shop, text: str) -> None:
    shop.edit(MARTS, REGION, f"description: {text}")


def _side(shop: Shop, *, weak: bool) -> None:
    """A branch side whose commit meets the one of work on the same line."""
    shop.git("checkout", "-q", "-b", "side")
    _reworded(shop, "Customers of the side.")
    if weak:
        shop.weaken()
    shop.save()
    shop.git("checkout", "-q", "work")
    _reworded(shop, "Customers of the work.")
    shop.save()


def _resolve(shop: Shop, *, weak: bool, fork: str = "main") -> None:
    shop.git("checkout", "-q", fork, "--", MARTS)
    if weak:
        shop.weaken()
    _reworded(shop, "Customers of both.")
    shop.git("add", "-A")


@state(CLEAN)
def first_commit(shop: Shop) -> Attempt:
    shop.git("update-ref", "-d", "refs/heads/main")
    shop.git("update-ref", "-d", "refs/heads/work")
    return Attempt(base=None)


@state("RF104 RF201")
def first_commit_broken(shop: Shop) -> Attempt:
    shop.git("update-ref", "-d", "refs/heads/main")
    shop.git("update-ref", "-d", "refs/heads/work")
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    return Attempt(base=None)


@state("RF104 RF201")
def orphan_branch(shop: Shop) -> Attempt:
    shop.git("checkout", "-q", "--orphan", "lonely")
    shop.weaken()
    shop.git("add", "-A")
    return Attempt(base=None)


@state(LOST)
def detached_head(shop: Shop) -> Attempt:
    shop.git("checkout", "-q", "--detach")
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    return Attempt()


@state(Refused("is not merged yet"), quick=True)
def unmerged(shop: Shop) -> Attempt:
    _side(shop, weak=True)
    assert shop.run("git", "merge", "side").code == 1
    return Attempt((), refusing={"pre-commit": "Unmerged files", "prek": "unresolved merge conflicts"})


@state(LOST)
def merge_resolved(shop: Shop) -> Attempt:
    _side(shop, weak=True)
    assert shop.run("git", "merge", "side").code == 1
    _resolve(shop, weak=True)
    shop.restore()
    return Attempt()


@state(LOST)
def merge_without_conflict(shop: Shop) -> Attempt:
    """The pre-merge-commit stage: no pre-commit hook is run."""
    shop.git("checkout", "-q", "-b", "side")
    shop.weaken()
    shop.save()
    shop.git("checkout", "-q", "work")
    shop.save({"README.md": "# Shop\n"})
    return Attempt(("merge", "--no-ff", "side"), hook="pre-merge-commit", undo=("merge", "--abort"))


@state(CLEAN)
def cherry_pick_resolved(shop: Shop) -> Attempt:
    _side(shop, weak=True)
    assert shop.run("git", "cherry-pick", "side").code == 1
    _resolve(shop, weak=False)
    shop.weaken()
    return Attempt()


@state(LOST)
def cherry_pick_without_commit(shop: Shop) -> Attempt:
    shop.git("checkout", "-q", "-b", "side")
    shop.weaken()
    shop.save()
    shop.git("checkout", "-q", "work")
    shop.git("cherry-pick", "-n", "side")
    shop.restore()
    return Attempt()


@state(LOST)
def revert_in_progress(shop: Shop) -> Attempt:
    """What is reverted gave the contract; main has it, work takes it away again."""
    shop.weaken()
    first = shop.save()
    shop.restore()
    second = shop.save()
    assert first != second
    shop.git("revert", "-n", second)
    shop.restore()
    return Attempt()


@state(LOST)
def rebase_in_progress(shop: Shop) -> Attempt:
    shop.git("checkout", "-q", "main")
    _reworded(shop, "Customers of main.")
    shop.save()
    shop.git("checkout", "-q", "work")
    _reworded(shop, "Customers of the work.")
    shop.save()
    assert shop.run("git", "rebase", "main").code == 1
    _resolve(shop, weak=True, fork="main~1")
    shop.restore()
    return Attempt()


@state(LOST)
def rebase_stopped_to_edit(shop: Shop) -> Attempt:
    shop.save({"README.md": "# Shop\n"})
    shop.save({"README.md": "# Shop of ours\n"})
    editor = {"GIT_SEQUENCE_EDITOR": "sed -i '1s/pick/edit/'"}
    assert shop.run("git", "rebase", "-q", "-i", "main", env=editor).code == 0
    shop.weaken()
    shop.git("add", "-A")
    shop.restore()
    return Attempt(("commit", "--amend"))


@state(LOST)
def bisect_in_progress(shop: Shop) -> Attempt:
    for number in range(3):
        shop.save({"README.md": f"# Shop {number}\n"})
    shop.git("bisect", "start", "HEAD", "main")
    shop.weaken()
    shop.git("add", "-A")
    return Attempt()


@state(LOST)
def a_tag_as_revision(shop: Shop) -> Attempt:
    shop.git("tag", "-a", "-m", "told", "v1.0", "main")
    shop.weaken()
    shop.git("add", "-A")
    return Attempt(base="v1.0", tag="v1.1")


@state(LOST)
def a_branch_behind_its_target(shop: Shop) -> Attempt:
    """What main gained since the branch left it is no removal by the branch: hooks and CI compare with the fork."""
    fork = shop.git("rev-parse", "main")
    shop.git("checkout", "-q", "main")
    shop.save({"models/marts/fct_late.sql": "select 1 as id\n", "models/marts/late.yml": _LATE})
    shop.git("checkout", "-q", "work")
    shop.weaken()
    shop.git("add", "-A")
    return Attempt(base=fork)


_LATE = "models:\n  - name: fct_late\n    description: Came later.\n"


@state(Refused("fetch-depth: 0"))
def shallow_clone_without_the_base(shop: Shop) -> Attempt:
    fork = shop.git("rev-parse", "main")
    shop.git("checkout", "-q", "main")
    shop.save({"LATER.md": "# Later\n"})
    shop.git("checkout", "-q", "work")
    shop.save({"README.md": "# Shop of ours\n"})
    clone = _clone(shop, "--depth=1", "--no-single-branch")
    clone.readme()
    return Attempt(at=clone, base=fork)


@state(LOST)
def shallow_clone_with_the_base(shop: Shop) -> Attempt:
    shop.save({"README.md": "# Shop\n"})
    clone = _clone(shop, "--depth=2", "--no-single-branch")
    clone.weaken()
    clone.git("add", "-A")
    return Attempt(at=clone, base="origin/main")


@state(Refused("partial clone"))
def partial_clone_without_the_base(shop: Shop) -> Attempt:
    """The base's own version of a file was never fetched, and a hook fetches nothing."""
    shop.weaken()
    shop.save()
    clone = _clone(shop, "--filter=blob:none")
    clone.readme()
    return Attempt(at=clone, base="origin/main")


@state(LOST)
def partial_clone_with_all_that_is_needed(shop: Shop) -> Attempt:
    shop.save({"README.md": "# Shop\n"})
    clone = _clone(shop, "--filter=blob:none")
    clone.weaken()
    clone.git("add", "-A")
    return Attempt(at=clone, base="HEAD")


@state(Refused("partial clone"))
def clone_without_the_trees_of_the_base(shop: Shop) -> Attempt:
    shop.save({"README.md": "# Shop\n"})
    clone = _clone(shop, "--filter=tree:0")
    clone.write({"README.md": "# Shop of ours\n"})
    clone.git("add", "-A")
    return Attempt(at=clone, base="origin/main")


def _clone(shop: Shop, *arguments: str) -> Shop:
    shop.git("config", "uploadpack.allowFilter", "true")
    folder = shop.folder.parent / "clone"
    shop.git("clone", "-q", "--branch", "work", *arguments, f"file://{shop.folder}", str(folder))
    clone = Shop.beside(shop, folder)
    clone.git("config", "user.name", "Tester")
    clone.git("config", "user.email", "tester@example.com")
    return clone


@state(LOST)
def clone_that_shares_objects(shop: Shop) -> Attempt:
    clone = _clone(shop, "--shared")
    clone.weaken()
    clone.git("add", "-A")
    clone.restore()
    return Attempt(at=clone, base="origin/main")


@state(LOST)
def a_replaced_blob(shop: Shop) -> Attempt:
    """A replacement is this clone's alone: nobody else reads it in place of what is committed."""
    weak, fine = shop.blob(shop.weakened()), shop.git("rev-parse", f"HEAD:{MARTS}")
    shop.weaken()
    shop.git("add", "-A")
    shop.git("replace", weak, fine)
    return Attempt()


@state(LOST)
def a_replaced_base(shop: Shop) -> Attempt:
    shop.weaken()
    shop.save()
    shop.git("replace", "main^{tree}", "work^{tree}")
    shop.readme()
    return Attempt()


@state(LOST)
def a_grafted_commit(shop: Shop) -> Attempt:
    """The history is told to start after the break; what main holds stays what it was."""
    shop.weaken()
    shop.save()
    shop.git("replace", "--graft", "HEAD")
    shop.readme()
    return Attempt()


@state("RF104 RF201 RF330")  # packages.yml stays behind, so the renamed project requires no package
def a_project_folder_renamed(shop: Shop) -> Attempt:
    for name in ("dbt_project.yml", "models", "seeds", "snapshots", "macros", "tests", "ringfence", "ringfence.yml"):
        shop.write({"old/.keep": ""})
        shop.git("mv", name, f"old/{name}")
    shop.save()
    shop.git("tag", "before")
    shop.git("mv", "old", "new")
    shop.weaken("new/")
    shop.git("add", "-A")
    return Attempt(base="before")


@state(LOST)
def a_base_that_an_old_program_wrote(shop: Shop) -> Attempt:
    """Folders as 040000 and files as 100664, as some histories have them."""
    shop.git("update-ref", "refs/heads/main", shop.git("commit-tree", "-m", "old", _old_tree(shop, "main^{tree}")))
    shop.git("update-ref", "refs/heads/work", "main")
    shop.weaken()
    shop.git("add", "-A")
    return Attempt()


def _old_tree(shop: Shop, tree: str) -> str:
    content = b""
    for line in shop.git("ls-tree", tree).splitlines():
        meta, name = line.split("\t")
        mode, kind, found = meta.split()
        old = _old_tree(shop, found) if kind == "tree" else found
        content += f"{mode.replace('100644', '100664')} {name}\0".encode() + bytes.fromhex(old)
    file = shop.folder.parent / "tree"
    file.write_bytes(content)
    return shop.git("hash-object", "-w", "-t", "tree", "--literally", str(file))

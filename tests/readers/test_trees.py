"""Trees of files in every state that git can be in: what will be committed, what lies on disk, what a revision held."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from gitrepo import Repository, conflict, files_of, modes_of, states
from ringfence.domain.errors import RingfenceError
from ringfence.readers import trees
from ringfence.readers.trees import EmptyTree, GitTree


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository(tmp_path_factory.mktemp("trees") / "repo")
    made.save({"a.sql": "a1", "models/b.sql": "b1"})
    return made


@pytest.fixture
def repository(pristine: Repository, tmp_path: Path) -> Repository:
    shutil.copytree(pristine.folder, tmp_path / "repo")
    return Repository.at(tmp_path / "repo")


def _index(repository: Repository, **environment: str) -> GitTree:
    return trees.index(repository.open(**environment))


A, B = {"a.sql": "a1"}, {"models/b.sql": "b1"}


def test_nothing_changed(repository: Repository) -> None:
    assert states(repository) == ({**A, **B}, {**A, **B}, {**A, **B})
    git = repository.open()
    assert trees.revision(git, "HEAD").id == trees.index(git).id == trees.work_tree(git).id
    assert [trees.revision(git, "main").label, trees.index(git).label, trees.work_tree(git).label] == [
        "main",
        "index",
        "worktree",
    ]


def test_an_empty_repository(tmp_path: Path) -> None:
    git = Repository(tmp_path).open()
    assert dict(trees.index(git).entries()) == {}
    assert trees.index(git).read(["a.sql"]) == {}
    assert dict(trees.work_tree(git).entries()) == {}
    with pytest.raises(RingfenceError, match="is not a revision"):
        trees.revision(git, "HEAD")


def test_before_the_first_commit(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write({"a.sql": "a", "b.sql": "b"})
    repository.git("add", "a.sql")
    git = repository.open()
    assert files_of(trees.index(git)) == {"a.sql": "a"}
    assert files_of(trees.work_tree(git)) == {"a.sql": "a", "b.sql": "b"}


def test_the_empty_tree() -> None:
    assert (EmptyTree().id, EmptyTree().label) == ("empty", "empty")
    assert dict(EmptyTree().entries()) == {}
    assert dict(EmptyTree().read(["a"])) == {}


def test_partly_staged(repository: Repository) -> None:
    repository.write({"a.sql": "a2"})
    repository.git("add", "a.sql")
    repository.write({"a.sql": "a3"})
    assert states(repository) == ({**A, **B}, {"a.sql": "a2", **B}, {"a.sql": "a3", **B})


def test_untracked_and_ignored(repository: Repository) -> None:
    repository.write({"new.sql": "n", "target/x.sql": "x", "models/deep/y.sql": "y", ".gitignore": "target/\n"})
    head, index, disk = states(repository)
    assert head == index == {**A, **B}
    assert disk == {".gitignore": "target/\n", **A, **B, "models/deep/y.sql": "y", "new.sql": "n"}
    assert list(disk) == sorted(disk)


def test_a_tracked_file_that_is_ignored_counts(repository: Repository) -> None:
    repository.write({".gitignore": "*.sql\n", "a.sql": "a2", "new.sql": "n"})
    assert states(repository)[2] == {".gitignore": "*.sql\n", "a.sql": "a2", **B}


def test_deleted_on_disk(repository: Repository) -> None:
    (repository.folder / "a.sql").unlink()
    assert states(repository) == ({**A, **B}, {**A, **B}, B)


def test_deleted_in_the_index(repository: Repository) -> None:
    repository.git("rm", "-q", "a.sql")
    assert states(repository) == ({**A, **B}, B, B)


def test_deleted_in_the_index_and_kept_on_disk(repository: Repository) -> None:
    repository.git("rm", "-q", "--cached", "a.sql")
    assert states(repository) == ({**A, **B}, B, {**A, **B})


def test_everything_deleted(repository: Repository) -> None:
    repository.git("rm", "-q", "-r", ".")
    assert states(repository) == ({**A, **B}, {}, {})


def test_renamed(repository: Repository) -> None:
    repository.git("mv", "a.sql", "c.sql")
    assert states(repository) == ({**A, **B}, {"c.sql": "a1", **B}, {"c.sql": "a1", **B})
    git = repository.open()
    assert trees.index(git).entries()["c.sql"] == trees.revision(git, "HEAD").entries()["a.sql"]


def test_a_file_replaced_by_a_folder(repository: Repository) -> None:
    (repository.folder / "a.sql").unlink()
    repository.write({"a.sql/inner.sql": "i"})
    assert states(repository)[2] == {"a.sql/inner.sql": "i", **B}


def test_a_symlink_is_an_entry_and_never_followed(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    os.symlink(tmp_path / "secret", repository.folder / "link.sql")
    git = repository.open()
    untracked = trees.work_tree(git)
    assert modes_of(untracked)["link.sql"] == "120000"
    assert not untracked.entries()["link.sql"].is_file
    assert untracked.read(["link.sql"]) == {}
    repository.git("add", "link.sql")
    assert trees.index(git).entries()["link.sql"] == untracked.entries()["link.sql"]
    assert trees.index(git).read(["link.sql"]) == {}


def test_a_file_replaced_by_a_symlink(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (repository.folder / "a.sql").unlink()
    os.symlink(tmp_path / "secret", repository.folder / "a.sql")
    tree = trees.work_tree(repository.open())
    assert modes_of(tree)["a.sql"] == "120000"
    assert files_of(tree) == B


def test_a_broken_symlink(repository: Repository) -> None:
    os.symlink("nowhere", repository.folder / "link.sql")
    assert modes_of(trees.work_tree(repository.open()))["link.sql"] == "120000"


def test_a_folder_replaced_by_a_symlink(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.sql").write_text("secret")
    (repository.folder / "models" / "b.sql").unlink()
    (repository.folder / "models").rmdir()
    os.symlink(tmp_path / "outside", repository.folder / "models")
    tree = trees.work_tree(repository.open())
    assert files_of(tree) == A
    assert modes_of(tree) == {"a.sql": "100644", "models": "120000"}


def test_a_repository_behind_a_symlink(repository: Repository, tmp_path: Path) -> None:
    repository.write({"models/b.sql": "b2"})
    os.symlink(repository.folder, tmp_path / "link")
    linked = Repository(tmp_path / "link")
    assert files_of(trees.work_tree(linked.open("models"))) == {**A, "models/b.sql": "b2"}


def test_a_submodule_is_an_entry_and_no_file(repository: Repository, tmp_path: Path) -> None:
    inner = Repository(tmp_path / "inner")
    first = inner.save({"x.sql": "x"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "sub")
    repository.save()
    git = repository.open()
    for tree in (trees.index(git), trees.work_tree(git), trees.revision(git, "HEAD")):
        assert tree.entries()["sub"] == ("160000", first)
        assert tree.read(["sub", "sub/x.sql"]) == {}
    inside = Repository(repository.folder / "sub")
    inside.save({"x.sql": "y"})
    assert trees.work_tree(git).entries()["sub"] == ("160000", first)


def test_a_nested_repository_is_not_read(repository: Repository) -> None:
    Repository(repository.folder / "inner").save({"x.sql": "x"})
    assert states(repository)[2] == {**A, **B}


def test_intent_to_add(repository: Repository) -> None:
    repository.write({"new.sql": "n"})
    repository.git("add", "-N", "new.sql")
    assert states(repository) == ({**A, **B}, {**A, **B}, {**A, **B, "new.sql": "n"})


def test_the_executable_bit(repository: Repository) -> None:
    (repository.folder / "a.sql").chmod(0o755)
    git = repository.open()
    assert modes_of(trees.work_tree(git))["a.sql"] == "100755"
    assert trees.work_tree(git).id != trees.index(git).id
    repository.git("add", "a.sql")
    assert modes_of(trees.index(git))["a.sql"] == "100755"
    assert trees.index(git).read(["a.sql"]) == {"a.sql": b"a1"}
    (repository.folder / "a.sql").chmod(0o644)
    assert modes_of(trees.work_tree(git))["a.sql"] == "100644"


def test_a_file_that_was_only_touched(repository: Repository) -> None:
    os.utime(repository.folder / "a.sql", (1, 1))
    git = repository.open()
    assert trees.work_tree(git).id == trees.index(git).id


def test_a_pipe_is_no_file(repository: Repository) -> None:
    (repository.folder / "a.sql").unlink()
    os.mkfifo(repository.folder / "a.sql")
    assert states(repository)[2] == B


@pytest.mark.parametrize(
    "name", ["größe.sql", "漢字/😀.sql", "two words.sql", "quo'te\".sql", "tab\t.sql", "new\nline.sql"]
)
def test_names(repository: Repository, name: str) -> None:
    repository.write({name: "x"})
    assert states(repository)[2][name] == "x"
    repository.git("add", "-A")
    assert states(repository)[1][name] == "x"


def test_a_name_that_is_not_utf8(repository: Repository) -> None:
    with open(os.fsencode(repository.folder) + b"/\xff.sql", "wb") as file:
        file.write(b"x")
    repository.git("add", "-A")
    git = repository.open()
    assert trees.index(git).read(["\udcff.sql"]) == trees.work_tree(git).read(["\udcff.sql"]) == {"\udcff.sql": b"x"}
    repository.bytes("b.sql", b"")
    assert "+" in trees.work_tree(git).id


def test_contents_byte_for_byte(repository: Repository) -> None:
    contents = {
        "crlf.sql": b"a\r\nb\r\n",
        "empty.sql": b"",
        "nul.bin": b"\0\n\0",
        "same.sql": b"",
        "big.sql": b"x\n" * 50_000,
    }
    for path, content in contents.items():
        repository.bytes(path, content)
    git = repository.open()
    assert trees.work_tree(git).read(contents) == contents
    repository.git("add", "-A")
    assert trees.index(git).read(contents) == contents
    assert trees.index(git).read(["empty.sql", "empty.sql", "nowhere.sql", "models"]) == {"empty.sql": b""}
    assert trees.index(git).read([]) == {}


def test_unmerged(repository: Repository) -> None:
    conflict(repository)
    git = repository.open()
    for state in (trees.index, trees.work_tree):
        with pytest.raises(RingfenceError, match="is not merged yet") as error:
            state(git)
        assert error.value.where == "a.sql"
        assert "git add" in error.value.do


def test_a_resolvedconflict(repository: Repository) -> None:
    conflict(repository)
    repository.write({"a.sql": "both"})
    repository.git("add", "a.sql")
    assert states(repository)[1] == {"a.sql": "both", **B}


@pytest.mark.parametrize("relative", [True, False], ids=["relative", "absolute"])
def test_the_index_that_git_names(repository: Repository, relative: bool) -> None:
    other = repository.folder / ".git" / "next-index-1.lock"
    repository.write({"a.sql": "a2"})
    assert repository.run("git", "read-tree", "HEAD", env={"GIT_INDEX_FILE": str(other)}).code == 0
    assert repository.run("git", "add", "a.sql", env={"GIT_INDEX_FILE": str(other)}).code == 0
    named = ".git/next-index-1.lock" if relative else str(other)
    assert files_of(_index(repository, GIT_INDEX_FILE=named)) == {"a.sql": "a2", **B}
    assert files_of(_index(repository)) == {**A, **B}


def test_an_index_that_is_being_written(repository: Repository) -> None:
    repository.write({"a.sql": "a2"})
    repository.git("add", "a.sql")
    (repository.folder / ".git" / "index.lock").touch()
    tree = _index(repository)
    assert files_of(tree) == {"a.sql": "a2", **B}
    assert (tree.label, modes_of(tree)) == ("index", {"a.sql": "100644", "models/b.sql": "100644"})
    before = tree.id
    (repository.folder / ".git" / "index.lock").unlink()
    repository.write({"a.sql": "a3"})
    repository.git("add", "a.sql")
    (repository.folder / ".git" / "index.lock").touch()
    assert _index(repository).id != before


def test_a_linked_worktree(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repository(tmp_path / "side")
    side.write({"a.sql": "a2"})
    side.git("add", "a.sql")
    assert files_of(_index(side)) == {"a.sql": "a2", **B}
    assert files_of(_index(repository)) == {**A, **B}
    inside = {"GIT_DIR": str(repository.folder / ".git" / "worktrees" / "side"), "GIT_WORK_TREE": str(side.folder)}
    assert files_of(_index(side, **inside)) == {"a.sql": "a2", **B}


def test_a_detached_head(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.save({"a.sql": "a2"})
    repository.git("checkout", "-q", "--detach", first)
    assert states(repository) == ({**A, **B}, {**A, **B}, {**A, **B})


@pytest.mark.parametrize("name", ["main", "HEAD", "HEAD~0", "v1", "refs/heads/main", "annotated"])
def test_a_revision_by_any_name(repository: Repository, name: str) -> None:
    repository.git("tag", "v1")
    repository.git("tag", "-a", "-m", "told", "annotated")
    git = repository.open()
    tree = trees.revision(git, name)
    assert (tree.label, files_of(tree)) == (name, {**A, **B})
    assert trees.revision(git, tree.id).id == tree.id


def test_a_revision_with_a_label(repository: Repository) -> None:
    assert trees.revision(repository.open(), "HEAD", "origin/main@abc").label == "origin/main@abc"


@pytest.mark.parametrize("name", ["nowhere", "HEAD~5", "0" * 40, "", "-x", "--all", "a.sql", "HEAD:a.sql", "a b"])
def test_no_revision(repository: Repository, name: str) -> None:
    with pytest.raises(RingfenceError, match="is not a revision of this repository") as error:
        trees.revision(repository.open(), name)
    assert error.value.where == name


def test_a_revision_before_a_shallow_clone(repository: Repository, tmp_path: Path) -> None:
    repository.save({"a.sql": "a2"})
    shallow = repository.clone(tmp_path / "shallow", "--depth=1")
    git = shallow.open()
    assert files_of(trees.revision(git, "HEAD")) == {"a.sql": "a2", **B}
    with pytest.raises(RingfenceError, match="is not in this shallow clone") as error:
        trees.revision(git, "HEAD~1")
    assert "fetch-depth: 0" in error.value.do


def test_a_missing_object(repository: Repository) -> None:
    git = repository.open()
    tree = trees.revision(git, "HEAD")
    blob = tree.entries()["a.sql"].blob
    (repository.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(RingfenceError, match=f"the object {blob} is missing"):
        tree.read(["a.sql"])
    assert tree.read(["models/b.sql"]) == {"models/b.sql": b"b1"}


def test_the_id_of_a_work_tree_follows_its_content(repository: Repository) -> None:
    git = repository.open()
    seen = [trees.work_tree(git).id]
    for files in ({"a.sql": "a2"}, {"a.sql": "a3"}, {"new.sql": "n"}, {"new.sql": "m"}):
        repository.write(files)
        seen.append(trees.work_tree(git).id)
    (repository.folder / "a.sql").unlink()
    seen.append(trees.work_tree(git).id)
    assert len(set(seen)) == len(seen)
    repository.write({"a.sql": "a1"})
    (repository.folder / "new.sql").unlink()
    assert trees.work_tree(git).id == seen[0]


def test_a_sparse_checkout_keeps_what_is_not_on_disk(repository: Repository) -> None:
    repository.git("update-index", "-q", "--refresh")
    repository.git("sparse-checkout", "set", "--no-cone", "/a.sql")
    assert not (repository.folder / "models").exists()
    assert states(repository)[2] == {**A, **B}


def test_a_tree_is_read_once(repository: Repository) -> None:
    tree = trees.work_tree(repository.open())
    assert files_of(tree) == {**A, **B}
    repository.write({"a.sql": "later"})
    assert files_of(tree) == {**A, **B}


def test_an_unreadable_file(repository: Repository) -> None:
    repository.write({"a.sql": "a2"})
    (repository.folder / "a.sql").chmod(0)
    if os.access(repository.folder / "a.sql", os.R_OK):
        pytest.skip("this user may read every file")
    with pytest.raises(RingfenceError, match="cannot be read"):
        trees.work_tree(repository.open()).entries()

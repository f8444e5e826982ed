"""Trees in repositories of other kinds, beside other programs, and in folders that git does not expect."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from consumer import clean_environment
from gitrepo import Repository, conflict, files_of, states
from ringfence.domain.errors import RingfenceError
from ringfence.readers import trees


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository(tmp_path_factory.mktemp("trees") / "repo")
    made.save({"a.sql": "a1", "models/b.sql": "b1"})
    return made


@pytest.fixture
def repository(pristine: Repository, tmp_path: Path) -> Repository:
    shutil.copytree(pristine.folder, tmp_path / "repo")
    return Repository.at(tmp_path / "repo")


A, B = {"a.sql": "a1"}, {"models/b.sql": "b1"}


def test_a_repository_of_sha256(tmp_path: Path) -> None:
    made = Repository.__new__(Repository)
    made.folder, made.environment = tmp_path, clean_environment()
    made.git("init", "-q", "-b", "main", "--object-format=sha256")
    Repository.__init__(made, tmp_path)
    made.save({"a.sql": "a1", "models/b.sql": "b1"})
    assert made.git("rev-parse", "--show-object-format") == "sha256"
    made.write({"a.sql": "a2", "new.sql": "n"})
    os.symlink("a.sql", tmp_path / "link.sql")
    git = made.open()
    assert files_of(trees.revision(git, "HEAD")) == {**A, **B}
    assert files_of(trees.work_tree(git)) == {"a.sql": "a2", **B, "new.sql": "n"}
    made.git("add", "-A")
    staged = trees.index(made.open())
    assert dict(trees.work_tree(git).entries()) == dict(staged.entries())


def test_a_replaced_blob_is_read_as_it_is_committed(repository: Repository) -> None:
    other = Repository.at(repository.folder)
    other.write({"other": "told"})
    told = other.git("hash-object", "-w", "other")
    (repository.folder / "other").unlink()
    repository.git("replace", repository.git("rev-parse", "HEAD:a.sql"), told)
    assert states(repository) == ({**A, **B}, {**A, **B}, {**A, **B})


def test_a_replaced_tree_is_read_as_it_is_committed(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD^{tree}")
    repository.save({"a.sql": "a2"})
    repository.git("replace", first, "HEAD^{tree}")
    git = repository.open()
    assert files_of(trees.revision(git, "HEAD~1")) == {**A, **B}
    assert trees.revision(git, "HEAD~1").entry("a.sql") != trees.revision(git, "HEAD").entry("a.sql")


def test_modes_that_old_programs_wrote(repository: Repository) -> None:
    """Folders as 040000 and files as 100664 are in histories; git prints and compares them as the usual ones."""
    blob, inner = (bytes.fromhex(repository.git("rev-parse", f"HEAD:{name}")) for name in ("a.sql", "models"))
    file = repository.folder.parent / "tree"
    file.write_bytes(b"100664 a.sql\0" + blob + b"040000 models\0" + inner)
    old = repository.git("hash-object", "-w", "-t", "tree", "--literally", str(file))
    git = repository.open()
    tree = trees.revision(git, old)
    assert tree.entry("models/b.sql") == trees.revision(git, "HEAD").entry("models/b.sql")
    assert tree.entry("a.sql") == trees.revision(git, "HEAD").entry("a.sql")
    assert tree.read(["a.sql", "models/b.sql"]) == {"a.sql": b"a1", "models/b.sql": b"b1"}
    assert list(git.objects.differing(old, trees.revision(git, "HEAD").id)) == []


def _partial(repository: Repository, folder: Path, what: str) -> Repository:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    repository.save({"a.sql": "a2", "models/c.sql": "c"})
    return repository.clone(folder, f"--filter={what}")


@pytest.mark.parametrize("what", ["blob:none", "tree:0"])
def test_a_partial_clone_is_told_and_nothing_is_fetched(repository: Repository, tmp_path: Path, what: str) -> None:
    clone = _partial(repository, tmp_path / "partial", what)
    missing = ("rev-list", "--objects", "--missing=print", "--all")
    before = sorted(clone.git(*missing).splitlines())
    assert any(line.startswith("?") for line in before)
    git = clone.open()
    assert files_of(trees.revision(git, "HEAD")) == {"a.sql": "a2", **B, "models/c.sql": "c"}
    for _ in range(2):
        with pytest.raises(RingfenceError, match=r"is missing: this is a partial clone") as error:
            trees.revision(git, "HEAD~1").read(["a.sql"])
        assert "git fetch --refetch --no-filter" in error.value.do
    with pytest.raises(RingfenceError, match=r"is missing: this is a partial clone|^git ls-tree"):
        files_of(trees.revision(git, "HEAD~1"))
    assert sorted(clone.git(*missing).splitlines()) == before
    clone.git("fetch", "-q", "--refetch", "--no-filter")
    assert files_of(trees.revision(clone.open(), "HEAD~1")) == {**A, **B}


def test_many_objects_are_missing(repository: Repository, tmp_path: Path) -> None:
    """Git ends at the first one, while the rest is still being asked for."""
    names = {f"models/m{number}.sql": f"select {number}" for number in range(400)}
    repository.save(names)
    repository.save({name: f"{text} " for name, text in names.items()})
    clone = _partial(repository, tmp_path / "partial", "blob:none")
    with pytest.raises(RingfenceError, match="is missing: this is a partial clone"):
        trees.revision(clone.open(), "HEAD~2").read(names)


def test_intent_to_add_beside_another_program(repository: Repository) -> None:
    """Where the index is held by another program, a file that was only announced is still no part of it."""
    repository.write({"new.sql": "n", "a.sql": "a2"})
    repository.git("add", "a.sql")
    repository.git("add", "-N", "new.sql")
    expected = trees.index(repository.open()).id
    (repository.folder / ".git" / "index.lock").touch()
    tree = trees.index(repository.open())
    assert files_of(tree) == {"a.sql": "a2", **B}
    assert tree.id == expected
    assert files_of(trees.work_tree(repository.open())) == {"a.sql": "a2", **B, "new.sql": "n"}


def test_objects_that_cannot_be_written(repository: Repository) -> None:
    """A read-only repository. Files stand where git would make folders: that stops any user."""
    repository.write({"a.sql": "a2"})
    repository.git("add", "a.sql")
    repository.git("repack", "-q", "-a", "-d")
    objects = repository.folder / ".git" / "objects"
    for number in range(256):
        shutil.rmtree(objects / f"{number:02x}", ignore_errors=True)
        (objects / f"{number:02x}").touch()
    repository.bytes("models/b.sql", b"b2")
    assert repository.run("git", "write-tree").code != 0
    assert states(repository) == ({**A, **B}, {"a.sql": "a2", **B}, {"a.sql": "a2", "models/b.sql": "b2"})


def test_unmerged_beside_another_program(repository: Repository) -> None:
    conflict(repository)
    (repository.folder / ".git" / "index.lock").touch()
    with pytest.raises(RingfenceError, match="is not merged yet") as error:
        trees.index(repository.open())
    assert error.value.where == "a.sql"


def test_a_split_index(repository: Repository) -> None:
    repository.git("update-index", "--split-index")
    repository.write({"a.sql": "a2"})
    repository.git("add", "a.sql")
    repository.write({"models/b.sql": "b2"})
    (repository.folder / ".git" / "index.lock").touch()
    assert states(repository) == ({**A, **B}, {"a.sql": "a2", **B}, {"a.sql": "a2", "models/b.sql": "b2"})


def test_a_sparse_index(repository: Repository) -> None:
    repository.save({"other/c.sql": "c"})
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "other")
    assert not (repository.folder / "models").exists()
    repository.write({"other/c.sql": "c2"})
    expected = {**A, **B, "other/c.sql": "c"}
    assert states(repository) == (expected, expected, {**expected, "other/c.sql": "c2"})
    (repository.folder / ".git" / "index.lock").touch()
    assert states(repository) == (expected, expected, {**expected, "other/c.sql": "c2"})


@pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])
def test_files_that_git_is_told_not_to_look_at(repository: Repository, flag: str) -> None:
    repository.git("update-index", flag, "a.sql")
    repository.write({"a.sql": "a2"})
    assert states(repository)[2] == {**A, **B}
    (repository.folder / "a.sql").unlink()
    assert states(repository)[2] == {**A, **B}


def test_a_folder_with_an_odd_name(repository: Repository) -> None:
    """A colon parts the folders of objects that git is given."""
    odd = repository.folder.parent / 'odd: "quoted" \\ name'
    repository.folder.rename(odd)
    moved = Repository.at(odd)
    moved.git("config", "core.autocrlf", "true")
    moved.bytes("a.sql", b"a\r\n")
    tree = trees.work_tree(moved.open())
    assert tree.read(["a.sql", "models/b.sql"]) == {"a.sql": b"a\n", "models/b.sql": b"b1"}


def test_a_nested_repository_that_becomes_part_of_a_tracked_folder(repository: Repository) -> None:
    Repository(repository.folder / "models" / "inner").save({"x.sql": "x"})
    Repository(repository.folder / "models" / "empty")
    repository.write({"models/new.sql": "n"})
    assert states(repository)[2] == {**A, **B, "models/new.sql": "n"}


def test_a_hook_of_a_linked_worktree_in_a_subfolder(repository: Repository, tmp_path: Path) -> None:
    """Git sets GIT_DIR alone there, and takes the subfolder for the top."""
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repository.at(tmp_path / "side")
    side.write({"models/b.sql": "b2"})
    directory = side.git("rev-parse", "--absolute-git-dir")
    git = side.open("models", GIT_DIR=directory, GIT_INDEX_FILE=f"{directory}/index")
    assert Path(git.root) == side.folder.resolve()
    assert files_of(trees.work_tree(git)) == {**A, "models/b.sql": "b2"}


def test_variables_relative_to_a_subfolder(repository: Repository) -> None:
    repository.write({"models/b.sql": "b2"})
    git = repository.open("models", GIT_DIR="../.git", GIT_WORK_TREE="..")
    assert Path(git.root) == repository.folder.resolve()
    assert files_of(trees.work_tree(git)) == {**A, "models/b.sql": "b2"}


def test_a_folder_whose_git_folder_is_named_from_outside(repository: Repository) -> None:
    directory = repository.folder.parent / "elsewhere.git"
    (repository.folder / ".git").rename(directory)
    repository.write({"a.sql": "a2"})
    git = repository.open(GIT_DIR=str(directory))
    assert Path(git.root) == repository.folder.resolve()
    assert files_of(trees.work_tree(git)) == {"a.sql": "a2", **B}


def test_an_index_named_relative_to_the_top_and_asked_for_from_below(repository: Repository) -> None:
    env = {"GIT_INDEX_FILE": ".git/other"}
    repository.write({"a.sql": "a2"})
    for words in (("read-tree", "HEAD"), ("add", "a.sql")):
        assert repository.run("git", *words, env=env).code == 0
    repository.write({"a.sql": "a3"})
    git = repository.open("models", **env)
    assert files_of(trees.index(git)) == {"a.sql": "a2", **B}
    assert files_of(trees.work_tree(git)) == {"a.sql": "a3", **B}


# An index that is broken, or none


def test_a_broken_index(repository: Repository) -> None:
    repository.bytes(".git/index", b"DIRC" + b"\0" * 40)
    with pytest.raises(RingfenceError, match=r"git ls-files failed: .*index"):
        trees.index(repository.open())


def test_no_index(repository: Repository) -> None:
    """Git takes it for an empty one."""
    (repository.folder / ".git" / "index").unlink()
    git = repository.open()
    assert files_of(trees.index(git)) == {}
    assert files_of(trees.work_tree(git)) == {**A, **B}


def test_an_index_named_that_is_not_there(repository: Repository) -> None:
    git = repository.open(GIT_INDEX_FILE=str(repository.folder.parent / "nowhere"))
    assert files_of(trees.index(git)) == {}
    assert files_of(trees.work_tree(git)) == {**A, **B}


def test_an_index_that_cannot_be_one(repository: Repository) -> None:
    """A hook's variable, relative, that reaches a folder whose .git is a file."""
    (repository.folder / "file").touch()
    with pytest.raises(RingfenceError, match=r"git ls-files failed: .*index file"):
        trees.index(repository.open(GIT_INDEX_FILE="file/index"))

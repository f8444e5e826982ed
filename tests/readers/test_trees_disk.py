"""The work tree is what git would commit of it: filters and line ends applied, nothing written."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from gitrepo import Repository, files_of
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


def _as_committed(repository: Repository) -> None:
    """The work tree is what `git add -A` and a commit make of it, id and content alike."""
    tree = trees.work_tree(repository.open())
    seen, contents = dict(tree.entries()), dict(tree.read(tree.entries()))
    repository.git("add", "-A")
    staged = trees.index(repository.open())
    assert seen == dict(staged.entries())
    assert contents == dict(staged.read(staged.entries()))


def test_line_ends_are_those_of_the_commit(repository: Repository) -> None:
    repository.git("config", "core.autocrlf", "true")
    repository.bytes("a.sql", b"one\r\ntwo\r\n")
    repository.bytes("new.sql", b"one\r\ntwo\r\n")
    tree = trees.work_tree(repository.open())
    assert tree.read(["a.sql", "new.sql"]) == {"a.sql": b"one\ntwo\n", "new.sql": b"one\ntwo\n"}
    _as_committed(repository)


def test_line_ends_that_the_index_has_are_kept(repository: Repository) -> None:
    """Git leaves a file alone that was committed with CRLF before: what a file becomes depends on the index."""
    repository.bytes("a.sql", b"one\r\n")
    repository.save()
    repository.git("config", "core.autocrlf", "true")
    repository.bytes("a.sql", b"one\r\ntwo\r\n")
    assert trees.work_tree(repository.open()).read(["a.sql"]) == {"a.sql": b"one\r\ntwo\r\n"}
    _as_committed(repository)


def test_line_ends_by_attributes(repository: Repository) -> None:
    repository.save({".gitattributes": "*.sql text eol=crlf\n"})
    repository.git("config", "core.safecrlf", "true")
    repository.bytes("a.sql", b"one\r\ntwo\n")
    assert trees.work_tree(repository.open()).read(["a.sql"]) == {"a.sql": b"one\ntwo\n"}


def test_a_filter(repository: Repository) -> None:
    repository.git("config", "filter.upper.clean", "tr a-z A-Z")
    repository.save({".gitattributes": "*.sql filter=upper\n"})
    repository.write({"a.sql": "select 1", "models/b.sql": "select 2", "new.sql": "select 3"})
    tree = trees.work_tree(repository.open())
    assert tree.read(["a.sql", "new.sql"]) == {"a.sql": b"SELECT 1", "new.sql": b"SELECT 3"}
    assert tree.read(["a.sql", "models/b.sql"]) == {"a.sql": b"SELECT 1", "models/b.sql": b"SELECT 2"}
    _as_committed(repository)


def test_a_filter_that_is_required_and_fails(repository: Repository) -> None:
    repository.save({".gitattributes": "*.sql filter=broken\n"})
    repository.git("config", "filter.broken.clean", "false")
    repository.git("config", "filter.broken.required", "true")
    repository.write({"new.sql": "n"})
    with pytest.raises(RingfenceError, match="external filter"):
        trees.work_tree(repository.open()).entries()


def test_another_encoding(repository: Repository) -> None:
    repository.bytes("a.sql", "a1".encode("utf-16"))
    repository.save({".gitattributes": "a.sql text working-tree-encoding=UTF-16\n"})
    repository.bytes("a.sql", "größe".encode("utf-16"))
    assert trees.work_tree(repository.open()).read(["a.sql"]) == {"a.sql": "größe".encode()}
    _as_committed(repository)


def test_nothing_is_left_behind(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking at a work tree writes no object, no index and no temporary file."""
    repository.git("config", "core.autocrlf", "true")
    repository.git("config", "core.splitIndex", "true")
    repository.git("update-index", "--split-index")
    repository.bytes("a.sql", b"one\r\n")
    temporary = repository.folder.parent / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    before = {path: path.read_bytes() for path in repository.folder.rglob("*") if path.is_file()}
    assert trees.work_tree(repository.open()).read(["a.sql"]) == {"a.sql": b"one\n"}
    assert {path: path.read_bytes() for path in repository.folder.rglob("*") if path.is_file()} == before
    assert list(temporary.iterdir()) == []


def test_a_file_that_changes_while_it_is_read(repository: Repository) -> None:
    repository.write({"a.sql": "a2"})
    tree = trees.work_tree(repository.open())
    assert tree.entry("a.sql") is not None
    repository.write({"a.sql": "a3"})
    with pytest.raises(RingfenceError, match="was changed while it was being read") as error:
        tree.read(["a.sql"])
    assert error.value.where == "a.sql"


def test_a_file_that_goes_while_it_is_read(repository: Repository) -> None:
    repository.write({"a.sql": "a2"})
    tree = trees.work_tree(repository.open())
    assert tree.entry("a.sql") is not None
    (repository.folder / "a.sql").unlink()
    with pytest.raises(RingfenceError, match="cannot be read: No such file"):
        tree.read(["a.sql"])


def test_a_change_in_the_same_instant(repository: Repository) -> None:
    """Same size, same time as in the index: git looks at the content, and so does the copy of the index."""
    file = repository.folder / "a.sql"
    repository.write({"a.sql": "a2"})
    repository.git("add", "a.sql")
    when = (repository.folder / ".git" / "index").stat().st_mtime_ns
    os.utime(file, ns=(when, when))
    repository.git("update-index", "--refresh")
    os.utime(repository.folder / ".git" / "index", ns=(when, when))
    repository.write({"a.sql": "a3"})
    os.utime(file, ns=(when, when))
    assert files_of(trees.work_tree(repository.open()))["a.sql"] == "a3"


@pytest.mark.parametrize("setting", ["core.fileMode", "core.symlinks"])
def test_disks_that_know_no_modes(repository: Repository, setting: str) -> None:
    os.symlink("a.sql", repository.folder / "link.sql")
    (repository.folder / "models" / "b.sql").chmod(0o755)
    repository.save()
    repository.git("config", setting, "false")
    (repository.folder / "link.sql").unlink()
    repository.write({"link.sql": "models/b.sql", "models/b.sql": "b2"})
    (repository.folder / "models" / "b.sql").chmod(0o644)
    _as_committed(repository)


def test_many_changed_files(repository: Repository) -> None:
    """More names than an argument list holds."""
    names = {f"models/{'long' * 50}{number}.sql": f"select {number}" for number in range(1500)}
    repository.write(names)
    tree = trees.work_tree(repository.open())
    assert files_of(tree) == {**A, **B, **names}
    repository.git("add", "-A")
    assert files_of(trees.index(repository.open())) == {**A, **B, **names}

"""Calls to git: what it says, what it refuses, and in which repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consumer import clean_environment
from gitrepo import Repository
from ringfence.domain.errors import RingfenceError
from ringfence.readers.git import Git, open_repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repo")


@pytest.mark.parametrize("folder", ["", "models", "models/größe"])
def test_a_repository_is_found_from_any_folder_in_it(repository: Repository, folder: str) -> None:
    (repository.folder / "models" / "größe").mkdir(parents=True)
    assert Path(repository.open(folder).root) == repository.folder.resolve()


def test_a_name_that_ends_in_a_space(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repo ")
    assert Path(repository.open().root) == repository.folder.resolve()


def test_the_inner_of_two_repositories_counts(repository: Repository) -> None:
    inner = Repository(repository.folder / "inner")
    assert Path(inner.open().root) == inner.folder.resolve()


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RingfenceError, match="there is no such folder"):
        open_repository(str(tmp_path / "nowhere"), {})


def test_no_repository(tmp_path: Path) -> None:
    environment = clean_environment(GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    with pytest.raises(RingfenceError, match="this is not a git repository") as error:
        open_repository(str(tmp_path), environment)
    assert "git init" in error.value.do


def test_git_has_a_reason_of_its_own(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    with pytest.raises(RingfenceError, match="must be run in a work tree"):
        repository.open(".git")


def test_the_process_environment_is_the_default(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    assert Path(open_repository(str(repository.folder)).root) == repository.folder.resolve()


def test_git_is_not_there(repository: Repository) -> None:
    git = Git(str(repository.folder), {**repository.environment, "PATH": str(repository.folder)})
    with pytest.raises(RingfenceError, match="git cannot be run") as error:
        git.run("status")
    assert "install git" in error.value.do


def test_what_git_says(repository: Repository) -> None:
    git = repository.open()
    assert git.ask("symbolic-ref", "HEAD") == "refs/heads/main"
    assert git.ask("rev-parse", "--verify", "--quiet", "HEAD") is None
    assert git.run("hash-object", "--stdin", stdin=b"").strip() == b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_what_git_refuses_is_told_in_its_words(repository: Repository) -> None:
    git = repository.open()
    with pytest.raises(RingfenceError, match=r"git cat-file failed: fatal: .*nowhere") as error:
        git.run("cat-file", "-p", "nowhere")
    assert error.value.where == git.root
    with pytest.raises(RingfenceError, match=r"git config failed: exit 1"):
        git.run("config", "no.such")


def test_errors_are_in_english(repository: Repository) -> None:
    git = repository.open(LANG="de_DE.UTF-8", LC_ALL="de_DE.UTF-8", LANGUAGE="de")
    with pytest.raises(RingfenceError, match="Not a valid object name"):
        git.run("cat-file", "-p", "nowhere")

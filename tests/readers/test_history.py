"""How often files were changed, as real git tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer import Consumer
from ringfence.readers import history
from ringfence.readers.git import open_repository
from ringfence.readers.history import Changes, changes


def _changes(repository: Consumer, *paths: str) -> Changes | None:
    git = open_repository(str(repository.folder), repository.environment)
    return changes(git, git.ask("rev-parse", "--verify", "-q", "HEAD"), paths or ("models",))


@pytest.fixture
def repository(tmp_path: Path) -> Consumer:
    return Consumer(tmp_path / "shop")


def test_before_the_first_commit(repository: Consumer) -> None:
    assert _changes(repository) is None


def test_renames_are_followed_and_merges_do_not_count(repository: Consumer) -> None:
    long = "".join(f"line {number}\n" for number in range(20))
    for text in ("", "two\n", "three\n"):
        repository.write({"models/a.sql": long + text, "seeds/s.csv": text})
        repository.commit()
    repository.git("mv", "models/a.sql", "models/b b\tä.sql")
    repository.commit()
    repository.git("checkout", "-q", "-b", "side")
    repository.edit("models/b b\tä.sql", "line 1\n", "line one\n")
    repository.write({"models/a.sql": "another one"})
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write({"README.md": "x"})
    repository.commit()
    repository.git("merge", "-q", "--no-ff", "--no-edit", "side")
    repository.git("mv", "models/b b\tä.sql", "models/c.sql")
    repository.commit()
    # made, changed twice, renamed, changed, renamed; a file that took its first name later is another one
    assert _changes(repository) == Changes({"models/c.sql": 6, "models/a.sql": 1})
    assert _changes(repository, "seeds") == Changes({"seeds/s.csv": 3})
    assert _changes(repository, "*.sql") == Changes({})


def test_a_project_at_the_top(repository: Consumer) -> None:
    repository.write({"a.sql": "x"})
    repository.commit()
    assert _changes(repository, "") == Changes({"a.sql": 1})


def test_no_further_back_than_the_bound(repository: Consumer, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        repository.write({"models/a.sql": f"{number}"})
        repository.commit()
    monkeypatch.setattr(history, "COMMITS", 3)
    assert _changes(repository) == Changes({"models/a.sql": 3}, "only the last 3 commits are counted")


def test_what_is_older_than_a_year_does_not_count(repository: Consumer) -> None:
    repository.write({"models/a.sql": "old"})
    old = {"GIT_AUTHOR_DATE": "2001-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z"}
    repository.git("add", "-A")
    assert repository.run("git", "commit", "-q", "-m", "old", env=old).code == 0
    assert _changes(repository) == Changes({})


def test_a_shallow_clone_says_so(repository: Consumer, tmp_path: Path) -> None:
    for number in range(3):
        repository.write({"models/a.sql": f"{number}"})
        repository.commit()
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.folder}", str(tmp_path / "clone"))
    clone = Consumer(tmp_path / "clone")
    assert _changes(clone) == Changes({"models/a.sql": 2}, "this is a shallow clone, and its history is cut off")


def test_settings_of_the_user_change_nothing(repository: Consumer) -> None:
    for key, value in (("color.ui", "always"), ("log.showSignature", "true"), ("diff.renames", "false")):
        repository.git("config", key, value)
    repository.write({"models/a.sql": "a\n" * 9})
    repository.commit()
    repository.git("mv", "models/a.sql", "models/b.sql")
    repository.commit()
    assert _changes(repository) == Changes({"models/b.sql": 2})


def test_a_log_that_git_cannot_tell(repository: Consumer) -> None:
    git = open_repository(str(repository.folder), repository.environment)
    assert changes(git, "0" * 40, ["models"]) == Changes({}, "git cannot tell its log")

"""Base and head: which two states are compared, in a hook, in CI and at a desk; never nothing by mistake."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitrepo import Repository, files_of
from ringfence.domain.errors import RingfenceError
from ringfence.readers.span import resolve_base, resolve_head

if TYPE_CHECKING:
    from ringfence.domain.tree import Tree

ZERO = "0" * 40


class Stage:
    """main with commits base and later; the branch feature with two commits on base; the clone knows both as origin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.remote = Repository(folder / "remote")
        self.base = self.remote.save({"a.sql": "base"})
        self.remote.git("checkout", "-q", "-b", "feature")
        self.first = self.remote.save({"a.sql": "first"})
        self.second = self.remote.save({"a.sql": "second"})
        self.remote.git("checkout", "-q", "main")
        self.later = self.remote.save({"b.sql": "later"})
        self.clone = self.remote.clone(folder / "clone")
        self.clone.git("checkout", "-q", "feature")

    def event(self, content: str) -> str:
        path = self.folder / "event.json"
        path.write_text(content, encoding="utf-8")
        return str(path)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("span"))


@pytest.fixture
def stage(pristine: Stage, tmp_path: Path) -> Stage:
    """A copy: that is much faster than a dozen calls to git for each test."""
    shutil.copytree(pristine.folder, tmp_path, dirs_exist_ok=True, symlinks=True)
    made = copy.copy(pristine)
    made.folder = tmp_path
    made.remote, made.clone = Repository.at(tmp_path / "remote"), Repository.at(tmp_path / "clone")
    return made


def _base(repository: Repository, flag: str | None = None, branch: str | None = None, **environment: str) -> Tree:
    git = repository.open(**environment)
    return resolve_base(git, flag, branch, resolve_head(git, None, environment), environment)


def _a(tree: Tree) -> str | None:
    return files_of(tree).get("a.sql")


@pytest.mark.parametrize(
    ("flag", "environment", "label", "content"),
    [
        (None, {}, "worktree", "disk"),
        (None, {"PRE_COMMIT": "1"}, "index", "staged"),
        (None, {"PRE_COMMIT": "1", "PRE_COMMIT_TO_REF": "HEAD~1"}, "HEAD~1", "first"),
        (None, {"PRE_COMMIT_TO_REF": ""}, "worktree", "disk"),
        (None, {"PRE_COMMIT": "1", "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/feature"}, "refs/heads/feature", "second"),
        (None, {"PRE_COMMIT_TO_REF": "HEAD~1", "PRE_COMMIT_LOCAL_BRANCH": "feature"}, "HEAD~1", "first"),
        ("index", {}, "index", "staged"),
        ("worktree", {"PRE_COMMIT": "1"}, "worktree", "disk"),
        ("HEAD", {"PRE_COMMIT": "1", "PRE_COMMIT_TO_REF": "HEAD~1"}, "HEAD", "second"),
    ],
    ids=[
        "desk",
        "hook",
        "range",
        "empty range",
        "first push",
        "later push",
        "flag index",
        "flag worktree",
        "flag revision",
    ],
)
def test_head(stage: Stage, flag: str | None, environment: dict[str, str], label: str, content: str) -> None:
    stage.clone.write({"a.sql": "staged"})
    stage.clone.git("add", "a.sql")
    stage.clone.write({"a.sql": "disk"})
    head = resolve_head(stage.clone.open(), flag, environment)
    assert (head.tree.label, _a(head.tree)) == (label, content)
    assert head.commit == (stage.first if label == "HEAD~1" else stage.second)


def test_head_before_the_first_commit(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write({"a.sql": "a"})
    for environment in ({}, {"PRE_COMMIT": "1"}):
        assert resolve_head(repository.open(), None, environment).commit is None


def test_a_head_that_is_not_there(stage: Stage) -> None:
    with pytest.raises(RingfenceError, match="is not a revision"):
        resolve_head(stage.clone.open(), "nowhere", {})


@pytest.mark.parametrize(
    ("flag", "branch", "environment", "content"),
    [
        ("HEAD~1", None, {}, "first"),
        ("HEAD", None, {"PRE_COMMIT_FROM_REF": "HEAD~1"}, "second"),
        ("HEAD", None, {"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"}, "second"),
        (None, None, {"PRE_COMMIT_FROM_REF": "HEAD~1"}, "first"),
        (None, None, {"PRE_COMMIT_FROM_REF": "HEAD~1", "CI": "true"}, "first"),
        (None, None, {"PRE_COMMIT_FROM_REF": ""}, "base"),
        (None, None, {"PRE_COMMIT_FROM_REF": "origin/main"}, "base"),
        (None, None, {}, "base"),
        (None, None, {"PRE_COMMIT": "1"}, "base"),
        (None, None, {"CI": "true"}, "base"),
        (None, "main", {}, "base"),
        (None, "main", {"CI": "1"}, "base"),
        (None, "feature", {}, "second"),
        (None, "nowhere", {}, "second"),
        (None, "nowhere", {"CI": "false"}, "second"),
        (None, None, {"PRE_COMMIT_TO_REF": "HEAD~1"}, "base"),
    ],
    ids=str,
)
def test_base(stage: Stage, flag: str | None, branch: str | None, environment: dict[str, str], content: str) -> None:
    assert _a(_base(stage.clone, flag, branch, **environment)) == content


def test_the_base_is_where_the_branch_left_and_says_so(stage: Stage) -> None:
    base = _base(stage.clone, None, "main")
    assert base.label == f"origin/main@{stage.base[:7]}"
    assert "b.sql" not in files_of(base)


def test_what_the_other_end_of_a_range_has_gained_is_not_part_of_it(stage: Stage) -> None:
    base = _base(stage.clone, None, None, PRE_COMMIT_FROM_REF="origin/main")
    assert base.label == "origin/main"
    assert "b.sql" not in files_of(base)


def test_the_remote_branch_beats_the_local_one(stage: Stage) -> None:
    stage.clone.git("branch", "-f", "main", stage.second)
    assert _a(_base(stage.clone, None, "main")) == "base"


def test_a_local_branch_without_a_remote(stage: Stage) -> None:
    stage.remote.git("checkout", "-q", "feature")
    base = _base(stage.remote, None, "main")
    assert (_a(base), base.label) == ("base", f"main@{stage.base[:7]}")


def test_a_branch_named_in_full(stage: Stage) -> None:
    assert _a(_base(stage.clone, None, "origin/main")) == "base"


def test_no_branch_to_be_merged_into(stage: Stage) -> None:
    stage.remote.git("checkout", "-q", "feature")
    assert _a(_base(stage.remote)) == "second"


def test_the_first_commit_is_compared_with_nothing(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.write({"a.sql": "a"})
    for environment in ({}, {"PRE_COMMIT": "1"}, {"CI": "true"}):
        assert files_of(_base(repository, None, "main", **environment)) == {}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("pull request", "base"),
        ("push", "first"),
        ("merge group", "base"),
        ("new branch", "base"),
        ("push without before", "base"),
        ("before that is no text", "base"),
        ("list", "base"),
        ("not json", "base"),
        ("no event", "base"),
        ("no path", "base"),
    ],
)
def test_github(stage: Stage, kind: str, content: str) -> None:
    events = {
        "push": json.dumps({"before": stage.first}),
        "merge group": json.dumps({"merge_group": {"base_sha": stage.base}, "before": stage.first}),
        "new branch": json.dumps({"before": ZERO}),
        "push without before": "{}",
        "before that is no text": json.dumps({"before": 5}),
        "list": "[]",
        "not json": "{",
    }
    environment = {"GITHUB_ACTIONS": "true", "CI": "true"}
    if kind == "pull request":
        environment |= {
            "GITHUB_BASE_REF": "main",
            "GITHUB_EVENT_PATH": stage.event(json.dumps({"before": stage.first})),
        }
    elif kind in events:
        environment["GITHUB_EVENT_PATH"] = stage.event(events[kind])
    elif kind == "no event":
        environment["GITHUB_EVENT_PATH"] = str(stage.folder / "nowhere.json")
    assert _a(_base(stage.clone, **environment)) == content


@pytest.mark.parametrize(
    ("variables", "content"),
    [
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": "base", "CI_COMMIT_BEFORE_SHA": "first"}, "base"),
        ({"CI_COMMIT_BEFORE_SHA": "first"}, "first"),
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": "", "CI_COMMIT_BEFORE_SHA": "first"}, "first"),
        ({"CI_COMMIT_BEFORE_SHA": "zero"}, "base"),
        ({"CI_COMMIT_BEFORE_SHA": "long zero"}, "base"),
        ({}, "base"),
    ],
    ids=["merge request", "push", "push with an empty variable", "new branch", "new branch of sha256", "nothing said"],
)
def test_gitlab(stage: Stage, variables: dict[str, str], content: str) -> None:
    ids = {"base": stage.base, "first": stage.first, "zero": ZERO, "long zero": "0" * 64, "": ""}
    given = {name: ids[value] for name, value in variables.items()}
    assert _a(_base(stage.clone, GITLAB_CI="true", CI="true", **given)) == content


@pytest.mark.parametrize(
    ("branch", "environment", "said"),
    [
        ("nowhere", {"CI": "true"}, "the branch nowhere is not in this clone"),
        ("nowhere", {"CI": "1"}, "the branch nowhere is not in this clone"),
        ("nowhere", {"CI": "True", "GITHUB_ACTIONS": "true"}, "the branch nowhere is not in this clone"),
        (None, {"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "nowhere"}, "has no common history"),
        (None, {"PRE_COMMIT_FROM_REF": "nowhere"}, "is not a revision"),
        (None, {"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": "1" * 40}, "is not a revision"),
    ],
    ids=str,
)
def test_no_base_is_an_error_and_not_an_empty_comparison(
    stage: Stage, branch: str | None, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(RingfenceError, match=said) as error:
        _base(stage.clone, None, branch, **environment)
    assert error.value.do


def test_ci_without_any_target_branch(stage: Stage) -> None:
    with pytest.raises(RingfenceError, match="the target branch is not in this clone") as error:
        _base(stage.remote, CI="true")
    assert "fetch-depth: 0" in error.value.do
    assert "base: {branch: NAME}" in error.value.do


@pytest.mark.parametrize("event", ["pull request", "push"])
def test_a_shallow_clone(stage: Stage, event: str) -> None:
    shallow = stage.remote.clone(stage.folder / "shallow", "--depth=1", "--no-single-branch", "--branch=feature")
    environment = {"GITHUB_ACTIONS": "true", "CI": "true"}
    if event == "pull request":
        environment["GITHUB_BASE_REF"] = "main"
    else:
        environment["GITHUB_EVENT_PATH"] = stage.event(json.dumps({"before": stage.first}))
    with pytest.raises(RingfenceError, match=r"no common history|is not in this shallow clone") as error:
        _base(shallow, **environment)
    assert "fetch-depth: 0" in error.value.do


def test_unrelated_histories(stage: Stage) -> None:
    stage.clone.git("checkout", "-q", "--orphan", "lonely")
    stage.clone.save({"a.sql": "lonely"})
    with pytest.raises(RingfenceError, match="has no common history"):
        _base(stage.clone, None, "main")

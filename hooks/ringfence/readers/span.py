"""Base and head: the two states that a check compares, resolved here and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple
from ringfence.readers import trees

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfence.domain.tree import Tree
    from ringfence.readers.git import Git

_DEEPER = "fetch the whole history (fetch-depth: 0 in the checkout step), or name the base: --base REV"


class Head(NamedTuple):
    """The judged tree, and the commit it stands on (None: before the first commit)."""

    tree: Tree
    commit: str | None


def resolve_head(git: Git, flag: str | None, environment: Mapping[str, str]) -> Head:
    """Return what is judged: the flag; what is pushed; inside a hook the index; else the work tree."""
    if flag is None:
        # before the first push pre-commit names the pushed branch, and no range
        target = environment.get("PRE_COMMIT_TO_REF") or environment.get("PRE_COMMIT_LOCAL_BRANCH")
        flag = target or ("index" if environment.get("PRE_COMMIT") else "worktree")
    if flag == "index":
        return Head(trees.index(git), _commit(git, "HEAD"))
    if flag == "worktree":
        return Head(trees.work_tree(git), _commit(git, "HEAD"))
    return Head(trees.revision(git, flag), _commit(git, flag))


def resolve_base(
    git: Git, flag: str | None, branch: str | None, head: Head, environment: Mapping[str, str], *, left: bool = False
) -> Tree:
    """Return what the head is compared with (the order is design.md's: flag, range, CI service, target branch, HEAD).

    `branch` is `base.branch` of ringfence.yml; `left` takes of the flag's revision where the head left it. Raises
    RingfenceError where CI offers no base: an empty comparison must never be called clean.
    """
    if flag:
        if left and head.commit is not None and _commit(git, flag) is not None:
            return _branched(git, flag, head.commit)
        return trees.revision(git, flag)
    ranged = environment.get("PRE_COMMIT_FROM_REF")
    if ranged:
        # as pre-commit itself, which takes what FROM...TO changed: what FROM alone has gained since is nobody's removal
        forked = git.ask("merge-base", ranged, head.commit) if head.commit is not None else None
        return trees.revision(git, forked or ranged, ranged)
    if head.commit is None:
        return trees.EmptyTree()
    service = _service_base(environment)
    if service is not None:
        kind, name = service
        return trees.revision(git, name) if kind == "commit" else _branched(git, name, head.commit)
    target = _branch(git, branch)
    if target is not None:
        return _branched(git, target, head.commit)
    if environment.get("CI", "").lower() in ("1", "true"):
        missing = f"the branch {branch}" if branch else "the target branch"
        raise RingfenceError(
            f"{missing} is not in this clone, so there is nothing to compare with",
            do=f"set base: {{branch: NAME}} in ringfence.yml and {_DEEPER}",
        )
    return trees.revision(git, "HEAD")


def on_target(git: Git, branch: str | None, environment: Mapping[str, str]) -> bool:
    """Return whether the branch that changes are merged into is the one that we stand on; without one, we do not."""
    target = branch or (git.ask("rev-parse", "--abbrev-ref", "origin/HEAD") or "").removeprefix("origin/")
    here = git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    return bool(target) and target == (here or environment.get("CI_COMMIT_BRANCH"))


def _commit(git: Git, name: str) -> str | None:
    found = git.objects.find(f"{name}^{{commit}}")
    return found.id if found is not None and found.kind == "commit" else None


def _branched(git: Git, target: str, commit: str) -> trees.GitTree:
    """Return the tree where `commit` left the target branch, labelled with both."""
    found = _merge_base(git, target, commit)
    branch = target.removeprefix("refs/remotes/").removeprefix("refs/heads/")
    return trees.revision(git, found, f"{branch}@{found[:7]}")


def _merge_base(git: Git, target: str, commit: str) -> str:
    found = commit if _commit(git, target) == commit else git.ask("merge-base", target, commit)
    if not found:
        raise RingfenceError(f"has no common history with {commit[:12]} in this clone", where=target, do=_DEEPER)
    return found


def _branch(git: Git, configured: str | None) -> str | None:
    """Return the target branch as the remote has it, else as it is here."""
    if configured is not None:
        names = [f"refs/remotes/origin/{configured}", f"refs/heads/{configured}", configured]
        return next((name for name in names if _commit(git, name)), None)
    return "refs/remotes/origin/HEAD" if _commit(git, "refs/remotes/origin/HEAD") else None


def _service_base(environment: Mapping[str, str]) -> tuple[Literal["commit", "branch"], str] | None:
    if environment.get("GITHUB_ACTIONS"):
        return _github_base(environment)
    if environment.get("GITLAB_CI"):
        merge_request = environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")
        before = merge_request or environment.get("CI_COMMIT_BEFORE_SHA", "")
        return ("commit", before) if before.strip("0") else None
    return None


def _github_base(environment: Mapping[str, str]) -> tuple[Literal["commit", "branch"], str] | None:
    if environment.get("GITHUB_BASE_REF"):
        return "branch", f"refs/remotes/origin/{environment['GITHUB_BASE_REF']}"
    try:
        with open(environment.get("GITHUB_EVENT_PATH", ""), encoding="utf-8") as file:
            event = json.load(file)
    except (OSError, ValueError):
        return None
    queue = event.get("merge_group") if isinstance(event, dict) else None
    before = (
        queue.get("base_sha") if isinstance(queue, dict) else event.get("before") if isinstance(event, dict) else None
    )
    return ("commit", before) if isinstance(before, str) and before.strip("0") else None

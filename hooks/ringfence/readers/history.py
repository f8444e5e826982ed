"""How often git has changed files: one bounded look at the log, renames followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.suggest import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.readers.git import Git

COMMITS = 1_000
_COMMIT = "commit:"


class Changes(NamedTuple):
    """How many commits changed each file, by its path in the newest of them; why the log is shorter than asked for."""

    by_path: dict[str, int]
    short: str = ""


def changes(git: Git, commit: str | None, paths: Iterable[str]) -> Changes | None:
    """Return how often files in these folders were changed before a commit; None before the first one.

    No further back than 365 days and 1,000 commits; merges do not count, for their changes were made elsewhere.
    """
    if commit is None:
        return None
    listed = git.ask(
        *("--literal-pathspecs", "log", f"--max-count={COMMITS + 1}", f"--since={DAYS}.days", "--no-merges"),
        *("--find-renames", "--name-status", "--no-color", "--no-show-signature", "-z", f"--format={_COMMIT}%H"),
        *(commit, "--", *sorted(path or "." for path in paths)),
    )
    if listed is None:
        return Changes({}, "git cannot tell its log")
    found: dict[str, int] = {}
    now: dict[str, str] = {}  # what a path was renamed to later
    commits = 0
    for status, old, new in _lines(listed):
        if status == _COMMIT:
            commits += 1
            if commits > COMMITS:
                break
            continue
        path = now.get(new, new)
        found[path] = found.get(path, 0) + 1
        if status == "R":
            now[old] = path
    if git.ask("rev-parse", "--is-shallow-repository") == "true":
        return Changes(found, "this is a shallow clone, and its history is cut off")
    return Changes(found, f"only the last {COMMITS:,} commits are counted" if commits > COMMITS else "")


def _lines(listed: str) -> Iterator[tuple[str, str, str]]:
    """Yield (status, old path, new path) of each change, and before those of a commit its mark."""
    parts = iter(listed.split("\0"))
    for part in parts:
        word = part.lstrip("\n")
        if word.startswith(_COMMIT):
            yield _COMMIT, "", ""
        elif word:
            old = next(parts, "")
            yield word[0], old, next(parts, "") if word[0] in "RC" else old

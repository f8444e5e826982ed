"""Edits of dbt projects in the histories of git repositories: which file became what in which commit."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

# The longest file that is looked at, and the most commits of one repository.
_LARGEST = 60_000
_COMMITS = 6_000
_FILES = ("*.sql", "*.yml", "*.yaml", "*.csv")


class Edit(NamedTuple):
    """One file before and after a commit. `repository` is `owner/name`."""

    repository: str
    commit: str
    path: str
    old: str
    new: str


def repositories(mirrors: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and git folder of each repository in a folder of `owner+name/repo*`, in order of the names."""
    for folder in sorted(mirrors.iterdir()):
        if "+" in folder.name and folder.is_dir():
            for inside in sorted(folder.iterdir()):
                if (inside / "objects").is_dir():
                    yield folder.name.replace("+", "/", 1), inside
                    break


def git(folder: Path, *arguments: str, given: str | None = None) -> str:
    """Return what git prints; nothing is written. Raises CalledProcessError."""
    command = ["git", "--git-dir", str(folder), "-c", "core.quotepath=false", *arguments]
    run = subprocess.run(command, input=(given or "").encode(), capture_output=True, check=True)
    return run.stdout.decode("utf-8", "replace")


def edits(repository: str, folder: Path, commits: int = _COMMITS) -> Iterator[Edit]:
    """Yield the files that the commits of the current branch changed, newest first; neither merges nor new files."""
    log = git(
        folder, "log", f"-n{commits}", "--no-merges", "--no-renames", "--diff-filter=M", "--raw", "--no-abbrev",
        "--format=@%H", "HEAD", "--", *_FILES,
    )  # fmt: skip
    waiting: list[tuple[str, str, str, str]] = []
    commit, changed = "", 0
    for line in log.splitlines():
        if line.startswith("@"):
            commit, changed = line[1:], 0
        elif line.startswith(":"):
            changed += 1
            before, _, path = line.partition("\t")
            old, new = before.split()[2:4]
            if changed <= 40:  # a sweep over everything says one thing many times
                waiting.append((commit, path, old, new))
        if len(waiting) >= 500:
            yield from _read(repository, folder, waiting)
            waiting = []
    yield from _read(repository, folder, waiting)


def _read(repository: str, folder: Path, found: list[tuple[str, str, str, str]]) -> Iterator[Edit]:
    texts = blobs(folder, [one for _, _, *pair in found for one in pair])
    for commit, path, old, new in found:
        if old in texts and new in texts:
            yield Edit(repository, commit, path, texts[old], texts[new])


def blobs(folder: Path, ids: list[str]) -> dict[str, str]:
    """Return the texts of blobs, without those that are missing, too large or no text."""
    command = ["git", "--git-dir", str(folder), "cat-file", "--batch"]
    run = subprocess.run(command, input="\n".join(ids).encode() + b"\n", capture_output=True, check=False)
    found: dict[str, str] = {}
    at, data = 0, run.stdout
    while at < len(data):
        end = data.index(b"\n", at)
        head = data[at:end].split()
        at = end + 1
        if len(head) != 3:
            continue  # missing
        size = int(head[2])
        if size <= _LARGEST:
            with suppress(UnicodeDecodeError):
                found[head[0].decode()] = data[at : at + size].decode("utf-8")
        at += size + 1
    return found

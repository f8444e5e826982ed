"""Calls to git: argument lists only, errors as one clear sentence."""

from __future__ import annotations

import os
import subprocess
from functools import cached_property
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.readers.objects import Objects, incomplete

if TYPE_CHECKING:
    from collections.abc import Mapping

_OURS = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # what GIT_NO_LAZY_FETCH says, for git before 2.45
}


_WHERE = ("--show-toplevel", "--absolute-git-dir", "--git-common-dir")


class Git:
    """Runs git in one repository. `root` is its top folder.

    Git's own variables (GIT_INDEX_FILE, GIT_DIR) are kept: inside a hook they name the very index that is being
    committed. What is committed is read as it is, and from here alone: replacements are this clone's own, and objects
    that a partial clone lacks are never fetched.
    """

    def __init__(self, root: str, environment: Mapping[str, str]) -> None:
        self.root = root
        self.environment = {**environment, **_OURS}
        self.directory = self.common_directory = ""  # of this work tree, and what all of them share

    def beside(self, changed: Mapping[str, str]) -> Git:
        """Return a Git of the same folder with these variables changed."""
        return Git(self.root, {**self.environment, **changed})

    @cached_property
    def objects(self) -> Objects:
        """The object database, through one process that `close` ends."""
        return Objects(self.root, self.environment)

    def close(self) -> None:
        """End what still runs."""
        if "objects" in self.__dict__:
            self.objects.close()

    def run(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """Return what git printed. Raises RingfenceError with git's own words."""
        done = self._process(arguments, stdin)
        if done.returncode:
            if any(words in done.stderr for words in (b"promisor remote", b"lazy fetching disabled")):
                raise incomplete("an object", self.root)
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise RingfenceError(
                f"git {arguments[0]} failed: {said[0] if said else f'exit {done.returncode}'}", where=self.root
            )
        return done.stdout

    def ask(self, *arguments: str) -> str | None:
        """Return what git printed, stripped, or None where it says no."""
        done = self._process(arguments, None)
        return None if done.returncode else done.stdout.decode(errors="surrogateescape").strip()

    def _process(self, arguments: tuple[str, ...], stdin: bytes | None) -> subprocess.CompletedProcess[bytes]:
        command = ["git", *arguments]
        try:
            return subprocess.run(
                command, cwd=self.root, env=self.environment, input=stdin, capture_output=True, check=False
            )
        except OSError as error:
            raise RingfenceError("git cannot be run", do="install git and put it on PATH") from error


def open_repository(folder: str, environment: Mapping[str, str] | None = None) -> Git:
    """Return the repository that holds `folder`. Raises RingfenceError where there is none."""
    environment = dict(os.environ if environment is None else environment)
    if not os.path.isdir(folder):
        raise RingfenceError("there is no such folder", where=folder)
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        if name in environment:
            environment[name] = os.path.join(os.path.abspath(folder), environment[name])  # we go on at the top
    try:
        top, *directories = _lines(Git(folder, environment).run("rev-parse", *_WHERE), folder)
    except RingfenceError as error:
        if "not a git repository" not in error.what:
            raise  # git has a reason of its own, such as a folder that belongs to somebody else
        raise RingfenceError(
            "this is not a git repository", where=folder, do="run it inside one, or type: git init"
        ) from error
    if "GIT_DIR" in environment and "GIT_WORK_TREE" not in environment and not os.path.lexists(f"{top}/.git"):
        top = _top_of_hook(folder, environment) or top
    git = Git(top, environment)
    git.directory, git.common_directory = directories
    return git


def _top_of_hook(folder: str, environment: Mapping[str, str]) -> str | None:
    """Return the top of the repository that a hook runs for, or None where that is another one.

    For a linked worktree git sets GIT_DIR alone, and then takes any folder it is called in for the top.
    """
    plain = Git(folder, {name: value for name, value in environment.items() if not name.startswith("GIT_")})
    directory = plain.ask("rev-parse", "--absolute-git-dir")
    if directory is None or os.path.realpath(directory) != os.path.realpath(environment["GIT_DIR"]):
        return None
    return plain.ask("rev-parse", "--show-toplevel")


def _lines(output: bytes, folder: str) -> list[str]:
    """Return the three paths of _WHERE, absolute. A path with a line end in it is a folder that we do not work in."""
    lines = [os.fsdecode(line) for line in output.removesuffix(b"\n").split(b"\n")]
    if len(lines) != len(_WHERE):
        raise RingfenceError("the path of the repository holds a line end", where=folder, do="rename the folder")
    return [os.path.normpath(os.path.join(os.path.abspath(folder), line)) for line in lines]

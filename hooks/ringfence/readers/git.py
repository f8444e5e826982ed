"""Calls to git: argument lists only, errors as one clear sentence."""

from __future__ import annotations

import os
import subprocess
from functools import cached_property
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.readers.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Mapping


class Git:
    """Runs git in one repository. `root` is its top folder.

    Git's own variables (GIT_INDEX_FILE, GIT_DIR) are kept: inside a hook they name the very index that is being
    committed.
    """

    def __init__(self, root: str, environment: Mapping[str, str]) -> None:
        self.root = root
        self._environment = {**environment, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}

    @cached_property
    def objects(self) -> Objects:
        """The object database, through one process that `close` ends."""
        return Objects(self.root, self._environment)

    def close(self) -> None:
        """End what still runs."""
        if "objects" in self.__dict__:
            self.objects.close()

    def run(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """Return what git printed. Raises RingfenceError with git's own words."""
        done = self._process(arguments, stdin)
        if done.returncode:
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
                command, cwd=self.root, env=self._environment, input=stdin, capture_output=True, check=False
            )
        except OSError as error:
            raise RingfenceError("git cannot be run", do="install git and put it on PATH") from error


def open_repository(folder: str, environment: Mapping[str, str] | None = None) -> Git:
    """Return the repository that holds `folder`. Raises RingfenceError where there is none."""
    environment = dict(os.environ) if environment is None else environment
    if not os.path.isdir(folder):
        raise RingfenceError("there is no such folder", where=folder)
    try:
        top = Git(folder, environment).run("rev-parse", "--show-toplevel").decode(errors="surrogateescape").rstrip("\n")
    except RingfenceError as error:
        if "not a git repository" not in error.what:
            raise  # git has a reason of its own, such as a folder that belongs to somebody else
        raise RingfenceError(
            "this is not a git repository", where=folder, do="run it inside one, or type: git init"
        ) from error
    return Git(top, environment)

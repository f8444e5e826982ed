"""The object database of a repository through one `git cat-file --batch` that stays open while a command runs.

A process of git costs more than all it is asked here: names are resolved, trees walked and blobs read over the same
pipe. Only trees on the way to what is asked for are read, so that a commit of five files never lists the repository.
"""

from __future__ import annotations

import os
import stat
import subprocess
import weakref
from contextlib import suppress
from functools import cache
from typing import IO, TYPE_CHECKING, cast

from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.tree import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TREE = "40000"
_AT_ONCE = 100  # names in one go: they fit into the pipe, so neither side ever waits for the other


class Object(NamedTuple):
    """An object: its id, its kind (blob, tree, commit, tag) and its bytes."""

    id: str
    kind: str
    content: bytes


class Objects:
    """Answers from the object database. Git follows tags, `HEAD~2` and `main:path` as everywhere."""

    def __init__(self, root: str, environment: Mapping[str, str]) -> None:
        self._root, self._environment = root, environment
        self._process: subprocess.Popen[bytes] | None = None
        self._trees: dict[str, dict[str, Entry]] = {}

    def find(self, name: str) -> Object | None:
        """Return the object that a name means, or None."""
        return next(iter(self.read([name])), None) if name and "\n" not in name else None

    def read(self, names: Iterable[str]) -> Iterator[Object | None]:
        """Yield what each name means, in order; None for what is not there."""
        waiting = list(names)
        for start in range(0, len(waiting), _AT_ONCE):
            group = waiting[start : start + _AT_ONCE]
            pipe_in, pipe_out = self._pipes()
            try:
                pipe_in.write(b"".join(os.fsencode(name) + b"\n" for name in group))
                pipe_in.flush()
            except BrokenPipeError as error:
                raise self._ended(group[0]) from error
            for name in group:
                yield self._answer(pipe_out, name)

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Return the content of these blobs. Raises RingfenceError where one is not in the database."""
        wanted = sorted(set(ids))
        found: dict[str, bytes] = {}
        for blob, answer in zip(wanted, self.read(wanted), strict=True):
            if answer is None or answer.kind != "blob":
                raise incomplete(f"the object {blob}", self._root)
            found[blob] = answer.content
        return found

    def entry(self, tree: str, path: str) -> Entry | None:
        """Return what stands at a path of a tree, or None; folders are None as well."""
        *folders, name = path.split("/")
        for folder in folders:
            found = self._tree(tree).get(folder)
            if found is None or found.mode != _TREE:
                return None
            tree = found.blob
        entry = self._tree(tree).get(name)
        return entry if entry is not None and entry.mode != _TREE else None

    def differing(self, old: str, new: str, folder: str = "") -> Iterator[tuple[str, Entry | None, Entry | None]]:
        """Yield (path, before, after) of every file that two trees do not share; folders they share are not read."""
        if old == new:
            return
        before = self._tree(old) if old else {}
        after = self._tree(new) if new else {}
        for name in sorted({*before, *after}):
            left, right = before.get(name), after.get(name)
            if left == right:
                continue
            path = f"{folder}{name}"
            folders = [one.blob if one is not None and one.mode == _TREE else "" for one in (left, right)]
            left, right = (None if one is not None and one.mode == _TREE else one for one in (left, right))
            if left is not None or right is not None:
                yield path, left, right
            if any(folders):
                yield from self.differing(folders[0], folders[1], f"{path}/")

    def close(self) -> None:
        """End the process. Asking again starts another."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _tree(self, tree: str) -> dict[str, Entry]:
        if tree not in self._trees:
            found = self.find(tree)
            if found is None or found.kind != "tree":
                raise incomplete(f"the tree {tree}", self._root)
            self._trees[tree] = dict(_entries(found.content, len(found.id) // 2))
        return self._trees[tree]

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            command = ["git", "cat-file", "--batch"]
            try:
                self._process = subprocess.Popen(
                    command,
                    cwd=self._root,
                    env=self._environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            except OSError as error:
                raise RingfenceError("git cannot be run", do="install git and put it on PATH") from error
            weakref.finalize(self, _end, self._process)
        return cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)

    def _answer(self, pipe: IO[bytes], name: str) -> Object | None:
        line = pipe.readline()
        header = line.split()
        if not line:
            raise self._ended(name)
        if len(header) != 3 or not header[2].isdigit():
            return None  # `name missing`, `name ambiguous`
        content = pipe.read(int(header[2]))
        pipe.read(1)
        return Object(header[0].decode(), header[1].decode(), content)

    def _ended(self, name: str) -> RingfenceError:
        """Return what is wrong when git ends at a name: it wanted to fetch the object, which a check never does."""
        self.close()
        return incomplete(f"the object {name}", self._root)


def incomplete(what: str, root: str) -> RingfenceError:
    """Return the error for an object that is not in the repository."""
    return RingfenceError(
        f"{what} is missing: this is a partial clone, or a damaged one, and a check fetches nothing",
        where=root,
        do="get everything: git fetch --refetch --no-filter, or clone without --filter",
    )


def _entries(content: bytes, width: int) -> Iterator[tuple[str, Entry]]:
    """Yield name and entry of a tree object: `mode name NUL id`, ids of `width` bytes."""
    position = 0
    while position < len(content):
        space = content.index(b" ", position)
        end = content.index(b"\0", space)
        stop = end + 1 + width
        mode, name = _canonical(content[position:space]), os.fsdecode(content[space + 1 : end])
        yield name, Entry(mode, content[end + 1 : stop].hex())
        position = stop


@cache
def _canonical(mode: bytes) -> str:
    """Return a mode as git prints it; old programs wrote 040000 for folders and 100664 for files."""
    bits = int(mode, 8)
    if stat.S_ISREG(bits):
        return "100755" if bits & stat.S_IXUSR else "100644"
    return "120000" if stat.S_ISLNK(bits) else _TREE if stat.S_ISDIR(bits) else "160000"


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):  # it ended before it was told everything
                pipe.close()
    process.wait()

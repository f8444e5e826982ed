"""What git would stage, found out without staging it: a copy of the index, and a folder of its own for new objects."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.domain.tree import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.readers.git import Git


@contextmanager
def scratch(git: Git) -> Iterator[Git]:
    """Give a Git that works on a copy of the index; what it writes into the repository goes to a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="ringfence-") as folder:
        index, objects = os.path.join(folder, "index"), os.path.join(folder, "objects")
        real = [git.run("rev-parse", "--git-path", name) for name in ("index", "objects")]
        paths = [os.path.join(git.root, os.fsdecode(path.removesuffix(b"\n"))) for path in real]
        if os.path.isfile(paths[0]):
            shutil.copy2(paths[0], index)  # with its time: what was written in the same instant is looked at again
        os.mkdir(objects)
        others = git.environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES")
        count = int(git.environment.get("GIT_CONFIG_COUNT", "0"))
        yield git.beside(
            {
                "GIT_INDEX_FILE": index,
                "GIT_OBJECT_DIRECTORY": objects,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": ":".join([_quoted(paths[1]), *([others] if others else [])]),
                "GIT_CONFIG_COUNT": str(count + 2),
                f"GIT_CONFIG_KEY_{count}": "core.splitIndex",  # the shared half would be written into the repository
                f"GIT_CONFIG_VALUE_{count}": "false",
                f"GIT_CONFIG_KEY_{count + 1}": "core.safecrlf",
                f"GIT_CONFIG_VALUE_{count + 1}": "false",
            }
        )


def staged(git: Git, paths: Iterable[str]) -> dict[str, Entry]:
    """Return what `git add` would put into the index for these files of the work tree: filters and line ends applied.

    Raises RingfenceError where git cannot read one.
    """
    wanted = list(paths)
    if not wanted:
        return {}
    with scratch(git) as copy:
        _add(copy, wanted, "--info-only")
        listed = dict(index_lines(copy.run("ls-files", "-s", "-z")))
    return {path: listed[path] for path in wanted if path in listed}


def contents(git: Git, blobs: dict[str, str]) -> dict[str, bytes]:
    """Return the content that `git add` would store for these files, by path; `blobs` are the ids it must have.

    Raises RingfenceError where a file has changed since.
    """
    if not blobs:
        return {}
    with scratch(git) as copy:
        _add(copy, list(blobs))
        listed = dict(index_lines(copy.run("ls-files", "-s", "-z")))
        for path, blob in blobs.items():
            if path not in listed or listed[path].blob != blob:
                raise RingfenceError("was changed while it was being read", where=path, do="run it again")
        try:
            found = copy.objects.blobs(blobs.values())
        finally:
            copy.close()
    return {path: found[blob] for path, blob in blobs.items()}


def index_lines(listing: bytes) -> Iterator[tuple[str, Entry]]:
    """Yield path and entry of what `ls-files -s -z` printed."""
    for line in listing.split(b"\0")[:-1]:
        meta, _, name = line.partition(b"\t")
        mode, blob, _ = meta.decode().split()
        yield os.fsdecode(name), Entry(mode, blob)


def _add(copy: Git, paths: list[str], *options: str) -> None:
    listing = b"".join(os.fsencode(path) + b"\0" for path in paths)
    try:
        copy.run("update-index", "--add", "--replace", *options, "-z", "--stdin", stdin=listing)
    except RingfenceError as error:
        raise RingfenceError(f"the work tree cannot be read: {error.what}", where=error.where) from error


def _quoted(path: str) -> str:
    """Return a folder as git reads it from a list that colons part."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if ":" in path or path.startswith('"') else path

"""Trees of files: a revision, the index, the work tree, each as path -> entry with content read in one batch."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.domain.tree import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ringfence.readers.git import Git


class GitTree:
    """A tree object of the repository."""

    def __init__(self, git: Git, tree: str, label: str, entries: Mapping[str, Entry] | None = None) -> None:
        self._git, self._id, self._label, self._entries = git, tree, label, entries

    @property
    def id(self) -> str:
        """The git tree id."""
        return self._id

    @property
    def label(self) -> str:
        """The name a person gave it."""
        return self._label

    def entries(self) -> Mapping[str, Entry]:
        """Return every entry by path; one call to git, made once."""
        if self._entries is None:
            listing = self._git.run("ls-tree", "-r", "-z", "--full-tree", self._id)
            self._entries = dict(_tree_lines(listing))
        return self._entries

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths; one call to git for all of them."""
        known = self.entries()
        wanted = {path: known[path].blob for path in paths if path in known and known[path].is_file}
        blobs = _blobs(self._git, sorted(set(wanted.values())))
        return {path: blobs[blob] for path, blob in wanted.items()}


class WorkTree:
    """The files as they lie on disk: tracked ones and untracked ones that git does not ignore."""

    def __init__(self, git: Git, base: GitTree) -> None:
        self._git, self._base = git, base
        self._entries: dict[str, Entry] | None = None
        self._changed: dict[str, bytes] = {}

    @property
    def id(self) -> str:
        """The id of the index's tree, with a digest of what differs from it."""
        entries = self.entries()
        base = self._base.entries()
        differing = [f"{path} {entry.mode} {entry.blob}" for path, entry in entries.items() if base.get(path) != entry]
        differing += [f"{path} -" for path in base if path not in entries]
        if not differing:
            return self._base.id
        return f"{self._base.id}+{hashlib.sha256(chr(0).join(differing).encode(errors='surrogateescape')).hexdigest()}"

    @property
    def label(self) -> str:
        """Always worktree."""
        return "worktree"

    def entries(self) -> Mapping[str, Entry]:
        """Return the index's entries with what differs on disk laid over them."""
        if self._entries is None:
            listing = self._git.run("ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard")
            entries = dict(self._base.entries())
            for path in sorted(set(_paths(listing))):
                before = entries.pop(path, None)
                # a submodule is a folder on disk: what counts is the commit that the index names
                entry = before if before is not None and before.mode == "160000" else self._on_disk(path)
                if entry is not None:
                    entries[path] = entry
            self._entries = dict(sorted(entries.items()))
        return self._entries

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths, from disk where it differs from the index."""
        known = self.entries()
        wanted = [path for path in paths if path in known and known[path].is_file]
        content = dict(self._base.read(path for path in wanted if path not in self._changed))
        content.update((path, self._changed[path]) for path in wanted if path in self._changed)
        return content

    def _on_disk(self, path: str) -> Entry | None:
        full = os.path.join(self._git.root, path)
        folder = os.path.dirname(path)
        if os.path.realpath(os.path.dirname(full)) != os.path.join(os.path.realpath(self._git.root), folder).rstrip(
            "/"
        ):
            return None  # a link stands where the index has a folder: what lies behind it is not in the repository
        if os.path.islink(full):
            return Entry("120000", _blob_id(os.fsencode(os.readlink(full))))
        if not os.path.isfile(full):
            return None
        try:
            with open(full, "rb") as file:
                content = file.read()
                executable = bool(os.fstat(file.fileno()).st_mode & stat.S_IXUSR)
        except OSError as error:
            raise RingfenceError(f"cannot be read: {error.strerror}", where=path) from error
        self._changed[path] = content
        return Entry("100755" if executable else "100644", _blob_id(content))


class EmptyTree:
    """No files at all: what the first commit is compared with."""

    id = "empty"
    label = "empty"

    def entries(self) -> Mapping[str, Entry]:
        """Return nothing."""
        return {}

    def read(self, _paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return nothing."""
        return {}


def index(git: Git) -> GitTree:
    """Return the index that git names (GIT_INDEX_FILE is honoured) as a tree. Raises RingfenceError on conflicts."""
    tree = git.ask("write-tree", "--missing-ok")
    if tree:
        return GitTree(git, tree, "index")
    listing = git.run("ls-files", "-s", "-z")
    entries: dict[str, Entry] = {}
    for line in listing.split(b"\0")[:-1]:
        meta, _, name = line.partition(b"\t")
        mode, blob, stage = meta.decode().split()
        path = os.fsdecode(name)
        if stage != "0":
            raise RingfenceError("is not merged yet", where=path, do="resolve the conflict and git add the file")
        entries[path] = Entry(mode, blob)
    return GitTree(git, hashlib.sha256(listing).hexdigest(), "index", entries)


def revision(git: Git, name: str, label: str | None = None) -> GitTree:
    """Return the tree of a revision, labelled as it was typed. Raises RingfenceError where it cannot be had."""
    tree = git.ask("rev-parse", "--verify", "--quiet", f"{name}^{{tree}}")
    if tree:
        return GitTree(git, tree, label or name)
    if git.ask("rev-parse", "--is-shallow-repository") == "true":
        raise RingfenceError(
            "is not in this shallow clone",
            where=name,
            do="fetch the whole history: fetch-depth: 0 in the checkout step, or type: git fetch --unshallow",
        )
    raise RingfenceError("is not a revision of this repository", where=name, do="name a branch, tag or commit")


def work_tree(git: Git) -> WorkTree:
    """Return the files on disk."""
    return WorkTree(git, index(git))


def _tree_lines(listing: bytes) -> Iterable[tuple[str, Entry]]:
    for line in listing.split(b"\0")[:-1]:
        meta, _, name = line.partition(b"\t")
        mode, _, blob = meta.decode().split(" ", 2)
        yield os.fsdecode(name), Entry(mode, blob)


def _paths(listing: bytes) -> Iterable[str]:
    return (os.fsdecode(name) for name in listing.split(b"\0")[:-1])


def _blob_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _blobs(git: Git, ids: list[str]) -> dict[str, bytes]:
    if not ids:
        return {}
    output = git.run("cat-file", "--batch", stdin="\n".join(ids).encode() + b"\n")
    found: dict[str, bytes] = {}
    position = 0
    for blob in ids:
        end = output.index(b"\n", position)
        header = output[position:end].split()
        if header[1:2] != [b"blob"]:
            raise RingfenceError(
                f"the object {blob} is missing", where=git.root, do="fetch it: type git fetch, without a filter"
            )
        size = int(header[2])
        found[blob] = output[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
    return found

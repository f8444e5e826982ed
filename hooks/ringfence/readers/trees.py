"""Trees of files: a revision, the index, the work tree, each as path -> entry with content read in one batch."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.domain.tree import Entry, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ringfence.readers.git import Git


class GitTree:
    """A tree object of the repository."""

    def __init__(self, git: Git, tree: str, label: str, entries: Mapping[str, Entry] | None = None) -> None:
        self._git, self._id, self._label, self._entries = git, tree, label, entries
        self._stored = entries is None

    @property
    def id(self) -> str:
        """The git tree id."""
        return self._id

    @property
    def label(self) -> str:
        """The name a person gave it."""
        return self._label

    @property
    def version(self) -> Version | None:
        """The tree in the object database, or None where it could not be written there."""
        return Version(self._id, {}) if self._stored else None

    def entries(self) -> Mapping[str, Entry]:
        """Return every entry by path; one call to git, made once."""
        if self._entries is None:
            listing = self._git.run("ls-tree", "-r", "-z", "--full-tree", self._id)
            self._entries = dict(_tree_lines(listing))
        return self._entries

    def entry(self, path: str) -> Entry | None:
        """Return what stands at a path; without reading the whole tree where that has not been done."""
        return self._git.objects.entry(self._id, path) if self._entries is None else self._entries.get(path)

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths."""
        found = {path: entry.blob for path in paths if (entry := self.entry(path)) is not None and entry.is_file}
        blobs = self._git.objects.blobs(found.values())
        return {path: blobs[blob] for path, blob in found.items()}


class WorkTree:
    """The files as they lie on disk: tracked ones and untracked ones that git does not ignore."""

    def __init__(self, git: Git, base: GitTree) -> None:
        self._git, self._base = git, base
        self._entries: Mapping[str, Entry] | None = None
        self._changed: dict[str, bytes] = {}

    @property
    def id(self) -> str:
        """The id of the index's tree, with a digest of what differs from it."""
        differing = [
            f"{path} {f'{entry.mode} {entry.blob}' if entry is not None else '-'}"
            for path, entry in sorted(self._overlay.items())
        ]
        if not differing:
            return self._base.id
        import hashlib

        return f"{self._base.id}+{hashlib.sha256(chr(0).join(differing).encode(errors='surrogateescape')).hexdigest()}"

    @property
    def label(self) -> str:
        """Always worktree."""
        return "worktree"

    @property
    def version(self) -> Version | None:
        """The index's tree and what differs from it."""
        below = self._base.version
        return None if below is None else Version(below.tree, self._overlay)

    def entries(self) -> Mapping[str, Entry]:
        """Return the index's entries with what differs on disk laid over them."""
        if self._entries is None:
            laid = {**self._base.entries(), **self._overlay}
            self._entries = {path: entry for path, entry in sorted(laid.items()) if entry is not None}
        return self._entries

    def entry(self, path: str) -> Entry | None:
        """Return what stands at a path."""
        return self._overlay[path] if path in self._overlay else self._base.entry(path)

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths, from disk where it differs from the index."""
        wanted = [path for path in paths if (entry := self.entry(path)) is not None and entry.is_file]
        self._load(path for path in wanted if path in self._overlay)
        content = dict(self._base.read(path for path in wanted if path not in self._overlay))
        content.update((path, self._changed[path]) for path in wanted if path in self._overlay)
        return content

    @cached_property
    def _overlay(self) -> dict[str, Entry | None]:
        """What differs from the index, by path; None for what is gone."""
        listing = self._git.run("ls-files", "-z", "-v", "--modified", "--deleted", "--others", "--exclude-standard")
        found: dict[str, Entry | None] = {}
        there: list[str] = []
        # `C path`, `? path`; a small letter: assume-unchanged, so that git commits what the index holds
        for path in sorted({os.fsdecode(line[2:]) for line in listing.split(b"\0")[:-1] if not line[:1].islower()}):
            before = self._base.entry(path)
            if before is not None and before.mode == "160000":
                continue  # a submodule is a folder on disk: what counts is the commit that the index names
            if self._is_there(path):
                there.append(path)
            elif before is not None:
                found[path] = None
        from ringfence.readers.scratch import staged

        found.update(
            (path, entry) for path, entry in staged(self._git, there).items() if entry != self._base.entry(path)
        )
        return dict(sorted(found.items()))

    def _is_there(self, path: str) -> bool:
        """True for a file or a link; what lies behind a linked folder is not in the repository."""
        full = os.path.join(self._git.root, path)
        inside = os.path.join(os.path.realpath(self._git.root), os.path.dirname(path)).rstrip("/")
        return os.path.realpath(os.path.dirname(full)) == inside and (os.path.islink(full) or os.path.isfile(full))

    def _load(self, paths: Iterable[str]) -> None:
        """Read what differs from the index, as git would store it."""
        altered: dict[str, str] = {}
        for path in paths:
            entry = self._overlay[path]
            if entry is None or path in self._changed:
                continue
            try:
                with open(os.path.join(self._git.root, path), "rb") as file:
                    content = file.read()
            except OSError as error:
                raise RingfenceError(f"cannot be read: {error.strerror}", where=path) from error
            if _blob_id(content, len(entry.blob)) == entry.blob:
                self._changed[path] = content
            else:
                altered[path] = entry.blob  # line ends or a filter: git alone knows what it makes of them
        from ringfence.readers.scratch import contents

        self._changed.update(contents(self._git, altered))


class EmptyTree:
    """No files at all: what the first commit is compared with."""

    id = "empty"
    label = "empty"
    version = None

    def entries(self) -> Mapping[str, Entry]:
        """Return nothing."""
        return {}

    def entry(self, _path: str) -> None:
        """Return nothing."""

    def read(self, _paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return nothing."""
        return {}


def index(git: Git) -> GitTree:
    """Return the index that git names (GIT_INDEX_FILE is honoured) as a tree. Raises RingfenceError on conflicts."""
    tree = git.ask("write-tree", "--missing-ok")
    if tree:
        return GitTree(git, tree, "index")
    unmerged = git.run("ls-files", "--unmerged", "-z")
    if unmerged:
        path = os.fsdecode(unmerged.split(b"\0")[0].partition(b"\t")[2])
        raise RingfenceError("is not merged yet", where=path, do="resolve the conflict and git add the file")
    from ringfence.readers.scratch import scratch

    with scratch(git) as copy:  # the repository is read-only, or another program holds the index
        tree = copy.run("write-tree", "--missing-ok").decode().strip()
        entries = dict(_tree_lines(copy.run("ls-tree", "-r", "-z", "--full-tree", tree)))
    return GitTree(git, tree, "index", entries)


def revision(git: Git, name: str, label: str | None = None) -> GitTree:
    """Return the tree of a revision, labelled as it was typed. Raises RingfenceError where it cannot be had."""
    found = git.objects.find(f"{name}^{{tree}}")
    if found is not None and found.kind == "tree":
        return GitTree(git, found.id, label or name)
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


def _blob_id(content: bytes, digits: int) -> str:
    """Return the id of a blob with as many digits as the repository's ids have."""
    import hashlib

    made = hashlib.sha256() if digits == 64 else hashlib.sha1(usedforsecurity=False)
    made.update(b"blob %d\0" % len(content) + content)
    return made.hexdigest()

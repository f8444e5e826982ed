"""Trees that another run saw: what they held at a path, and what has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ringfence.domain.tree import Entry, Tree, Version
    from ringfence.readers.git import Git


class VersionTree:
    """A version, to be asked for single paths. What a work tree held and nobody committed cannot be read any more."""

    label = "recorded"

    def __init__(self, git: Git, version: Version) -> None:
        self._git, self.version = git, version

    @property
    def id(self) -> str:
        """The id of the tree below the overlay."""
        return self.version.tree

    def entries(self) -> Mapping[str, Entry]:
        """Return what differs from an empty tree, which is everything."""
        found = {path: entry for path, _, entry in self._git.objects.differing("", self.version.tree)}
        laid = {**found, **self.version.overlay}
        return {path: entry for path, entry in sorted(laid.items()) if entry is not None}

    def entry(self, path: str) -> Entry | None:
        """Return what stood at a path."""
        overlay = self.version.overlay
        return overlay[path] if path in overlay else self._git.objects.entry(self.version.tree, path)

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the content of these paths. Raises RingfenceError where it is in no object of the repository."""
        found = {path: entry.blob for path in paths if (entry := self.entry(path)) is not None and entry.is_file}
        blobs = self._git.objects.blobs(found.values())
        return {path: blobs[blob] for path, blob in found.items()}


def differing(git: Git, old: Version, new: Version) -> dict[str, tuple[Entry | None, Entry | None]]:
    """Return path -> (before, after) of what differs. Raises RingfenceError where a tree is not there any more."""
    found = {path: (before, after) for path, before, after in git.objects.differing(old.tree, new.tree)}
    for path in {**old.overlay, **new.overlay}:
        before, after = VersionTree(git, old).entry(path), VersionTree(git, new).entry(path)
        if before != after:
            found[path] = before, after
        else:
            found.pop(path, None)
    return dict(sorted(found.items()))


def differing_trees(git: Git, old: Tree, new: Tree) -> dict[str, tuple[Entry | None, Entry | None]]:
    """Return path -> (before, after) of what differs between any two trees."""
    if old.version is not None and new.version is not None:
        return differing(git, old.version, new.version)
    before, after = old.entries(), new.entries()
    pairs = {path: (before.get(path), after.get(path)) for path in sorted({*before, *after})}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}

"""Paths that a manifest names, from the repository's root. None of them is opened here, and none may lead out."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError

if TYPE_CHECKING:
    from collections.abc import Iterable

# In a path between two newlines: `..` as a whole part, a backslash, a NUL, a leading slash or tilde, a drive (c:).
_MARKS = ("\\", "\0", ":", "\n/", "\n~", "\n../", "/../", "/..\n", "\n..\n")


def repository_path(written: str, root: str, where: str) -> str:
    """Return a path below the dbt project `root` as a path from the repository's root.

    Backslashes are what dbt writes on Windows. Raises RingfenceError, naming the manifest `where`, for a path that is
    absolute or leads out of the repository.
    """
    if not _odd(f"\n{written}\n"):
        return f"{root}/{written}" if root else written
    path = written.replace("\\", "/")
    whole = posixpath.normpath(posixpath.join(root, path))
    absolute = path.startswith(("/", "~")) or ":" in path.split("/", 1)[0]
    if absolute or "\0" in path or whole in (".", "..") or whole.startswith("../"):
        raise RingfenceError(
            f"the manifest names a file outside the repository: {written[:200]!r}",
            where=where,
            do="make it anew from this repository: dbt parse",
        )
    return whole


def patched(written: str) -> tuple[str, str]:
    """Return the package and the path of a `patch_path` such as `shop://models/staging.yml`."""
    package, mark, path = written.partition("://")
    return (package, path) if mark else ("", written)


def check_paths(written: Iterable[str], root: str, where: str) -> None:
    """Raise RingfenceError where one of these paths is absolute or leads out of the repository."""
    paths = set(written)
    if _odd("\n".join(["", *paths, ""])):
        for path in sorted(paths):
            repository_path(path, root, where)


def _odd(lines: str) -> bool:
    return any(mark in lines for mark in _MARKS)

"""The two states that a command works on. Light: a run that only repeats the last answer imports nothing else."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from ringfence import __version__
from ringfence.domain.errors import RingfenceError
from ringfence.readers import span
from ringfence.readers.git import open_repository
from ringfence.readers.versions import differing_trees
from ringfence.stores.cache import Cache
from ringfence.stores.cache_file import edition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfence.domain.tree import Entry, Tree
    from ringfence.readers.git import Git

FOLDER = "ringfence"
VARIABLE = "RINGFENCE_CACHE"


class Ground:
    """The repository, the judged tree and what it is compared with. `branch` is what the team configured.

    `left` says that a named base means where the head left it.
    """

    def __init__(
        self,
        *,
        head: str | None = None,
        base: str | None = None,
        project: str | None = None,
        folder: str | None = None,
        environment: Mapping[str, str] | None = None,
        left: bool = False,
    ) -> None:
        self.environment = dict(os.environ) if environment is None else environment
        self.folder = os.path.realpath(folder or os.getcwd())
        self.git: Git = open_repository(self.folder, self.environment)
        self.named_head, self.named_base, self.project = head, base, project
        self.left = left

    @cached_property
    def head(self) -> span.Head:
        """The judged tree."""
        if self._is_folder(self.named_head):
            return span.Head(self._disk(self.named_head), None)
        return span.resolve_head(self.git, self.named_head, self.environment)

    def base(self, branch: str | None) -> Tree:
        """Return the tree that the head is compared with."""
        if self._is_folder(self.named_base):
            return self._disk(self.named_base)
        return span.resolve_base(self.git, self.named_base, branch, self.head, self.environment, left=self.left)

    @cached_property
    def here(self) -> str:
        """The folder we stand in, from the repository's root; '' for the root."""
        here = os.path.relpath(self.folder, os.path.realpath(self.git.root)).replace(os.sep, "/")
        return "" if here == "." else here

    def cache(self, configured: str | None) -> Cache | None:
        """Return the cache: in the folder of RINGFENCE_CACHE or of ringfence.yml, else in git's own; None where off.

        The judged repository is not trusted with it: a folder of its choice must lie inside it, links resolved, and a
        file that is committed is no cache. Raises RingfenceError on a folder outside.
        """
        named = self.environment.get(VARIABLE)
        if named == "off" or (named is None and configured == "none"):
            return None
        top = os.path.realpath(self.git.root)
        if named is not None:
            folder = os.path.join(top, named)
        elif configured is not None:
            folder = os.path.realpath(os.path.join(top, configured))
            if os.path.commonpath([top, folder]) != top:
                raise RingfenceError(
                    f"cache.folder {configured} leaves the repository",
                    where="ringfence.yml",
                    do=f"name a folder inside it, or set {VARIABLE}",
                )
        else:
            folder = os.path.join(self.git.common_directory, FOLDER)
        cache = Cache(folder, edition(__version__))
        inside = os.path.relpath(cache.path or folder, top).replace(os.sep, "/")
        return None if configured is not None and self.head.tree.entry(inside) is not None else cache

    def differing(self, base: Tree) -> dict[str, tuple[Entry | None, Entry | None]]:
        """Return what differs between head and base: path -> what the head has there, what the base has."""
        return differing_trees(self.git, self.head.tree, base)

    def _is_folder(self, named: str | None) -> bool:
        return named is not None and os.path.isdir(os.path.join(self.folder, named))

    def _disk(self, named: str | None) -> Tree:
        from ringfence.readers.static.open import DiskTree

        return DiskTree(os.path.join(self.folder, named or ""))

"""What a reader needs of a tree of files: the index, the work tree or a revision look the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Entry(NamedTuple):
    """One file of a tree: mode as git writes it (100644, 100755, 120000 for a link), blob id of the content."""

    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        """True for plain files: links and submodules are never followed."""
        return self.mode.startswith("100")


class Version(NamedTuple):
    """A tree of the object database, and what a work tree lays over it: path -> entry, None for what is gone."""

    tree: str
    overlay: Mapping[str, Entry | None]


if TYPE_CHECKING:
    # Protocols take longer to make than all else here, and only the type checker asks for them.

    class Tree(Protocol):
        """A tree of files, named by a git tree id (work tree: the id of its base plus a digest of what differs)."""

        @property
        def id(self) -> str:
            """Equal ids mean equal content."""

        @property
        def label(self) -> str:
            """The name a person gave it: index, worktree or the revision as typed."""

        @property
        def version(self) -> Version | None:
            """How another run finds this tree again, or None where it cannot."""

        def entry(self, path: str) -> Entry | None:
            """Return what stands at a path, or None; for a few paths cheaper than `entries`."""

        def entries(self) -> Mapping[str, Entry]:
            """Return every entry by its path from the repository's root, with forward slashes, sorted."""

        def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
            """Return the content of these paths; a path that is not a plain file of the tree is left out."""

"""Real git repositories for tests of readers: one call per state."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from consumer import Consumer, clean_environment
from ringfence.readers import trees
from ringfence.readers.git import Git, open_repository

if TYPE_CHECKING:
    from ringfence.domain.tree import Tree


class Repository(Consumer):
    """A repository on branch main, without whatever the surrounding shell, hook or CI service would say."""

    @classmethod
    def at(cls, folder: Path) -> Repository:
        """The repository that is there already."""
        made = cls.__new__(cls)
        made.folder, made.environment = folder, clean_environment()
        return made

    def open(self, folder: str = "", **environment: str) -> Git:
        return open_repository(str(self.folder / folder), {**self.environment, **environment})

    def save(self, files: Mapping[str, str] | None = None, message: str = "change") -> str:
        """Write files, commit everything, and return the id of the commit."""
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def bytes(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def clone(self, folder: Path, *arguments: str) -> Repository:
        self.git("clone", "-q", *arguments, f"file://{self.folder}", str(folder))
        return Repository(folder)


def files_of(tree: Tree) -> dict[str, str]:
    """Every plain file of a tree with its content, in the tree's order."""
    contents = tree.read(tree.entries())
    return {path: contents[path].decode() for path in tree.entries() if path in contents}


def modes_of(tree: Tree) -> dict[str, str]:
    return {path: entry.mode for path, entry in tree.entries().items()}


def states(repository: Repository) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The files of HEAD, of the index, of the work tree."""
    git = repository.open()
    return files_of(trees.revision(git, "HEAD")), files_of(trees.index(git)), files_of(trees.work_tree(git))


def conflict(repository: Repository) -> None:
    """Leave a.sql unmerged."""
    repository.git("checkout", "-q", "-b", "other")
    repository.save({"a.sql": "theirs"})
    repository.git("checkout", "-q", "main")
    repository.save({"a.sql": "ours"})
    assert repository.run("git", "merge", "-q", "other").code == 1

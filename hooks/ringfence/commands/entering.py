"""Where the entry of a node without one goes: a properties file of its folder, or a new one named as others are."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Sequence
from ringfence.domain.namedtuple import NamedTuple
from ringfence.stores.files import is_inside
from ringfence.text.yaml import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.commands.ground import Ground
    from ringfence.domain.edit import Edit

# https://docs.getdbt.com/best-practices/how-we-structure/2-staging: one properties file in each folder
_USUAL = "_{}__models.yml"
_SUFFIXES = (".yml", ".yaml")
_NODES = (".sql", ".py")


class Entered(NamedTuple):
    """What becomes of each edit: an insertion, part of a new file (one of `files`), or a refusal with its reason."""

    inserted: dict[Edit, Edit]
    fresh: tuple[Edit, ...]
    files: dict[str, bytes]
    refused: dict[Edit, str]


NOTHING = Entered({}, (), {}, {})


def enter(ground: Ground, edits: Iterable[Edit]) -> Entered:
    """Return where entries go. A new file is only made where nothing stands, in the tree and on disk."""
    inserted: dict[Edit, Edit] = {}
    fresh: dict[str, list[Edit]] = {}
    refused: dict[Edit, str] = {}
    shelf = _Shelf(ground)
    for edit in sorted(set(edits)):
        folder = posixpath.dirname(edit.place.path)
        path = shelf.beside(folder, edit.into) or posixpath.join(folder, shelf.usual(edit.into, folder))
        root = shelf.root(path)
        if isinstance(root, Mapping) and root.pairs:
            place = root.pairs[0][0].place
            inserted[edit] = edit._replace(action="insert", place=place)
        elif shelf.stands(path) or not _is_free(ground, path):
            refused[edit] = f"its entry would go to {path}, where something else stands"
        else:
            fresh.setdefault(path, []).append(edit)
    files = {path: _made(held) for path, held in fresh.items()}
    return Entered(inserted, tuple(edit for held in fresh.values() for edit in held), files, refused)


def _is_free(ground: Ground, path: str) -> bool:
    """Return whether nothing stands at a path on disk, in a folder that is no link."""
    return is_inside(ground.git.root, path) and not os.path.lexists(os.path.join(ground.git.root, path))


def _made(edits: list[Edit]) -> bytes:
    """Return a properties file with these entries; each is one line."""
    entries = "".join(f"  - {edit.text}\n" for edit in edits)
    return f"version: 2\n\n{edits[0].into}:\n{entries}".encode()


class _Shelf:
    """The properties files of the judged tree."""

    def __init__(self, ground: Ground) -> None:
        self._tree = ground.head.tree
        self._roots: dict[str, object] = {}
        self._folders: dict[str, list[str]] = {}
        nodes = set()
        for path in self._tree.entries():
            folder, name = posixpath.split(path)
            if name.endswith(_SUFFIXES):
                self._folders.setdefault(folder, []).append(path)
            elif name.endswith(_NODES):
                nodes.add(folder)
        self._folders = {folder: paths for folder, paths in self._folders.items() if folder in nodes}

    def stands(self, path: str) -> bool:
        """Return whether the tree has something at a path."""
        return self._tree.entry(path) is not None

    def root(self, path: str) -> object:
        """Return what a file holds, None where it cannot be read."""
        if path not in self._roots:
            content = self._tree.read([path]).get(path)
            self._roots[path] = None if content is None else parse(content, path).root
        return self._roots[path]

    def beside(self, folder: str, key: str) -> str | None:
        """Return the file of a folder that has most entries of a kind, or None where none has any."""
        counted = [(-number, path) for path in self._folders.get(folder, ()) if (number := self._number(path, key))]
        return min(counted)[1] if counted else None

    def usual(self, key: str, folder: str) -> str:
        """Return what a file of a folder is called as most others are, with the folder's name where those have it."""
        counted: dict[str, int] = {}
        for other, paths in self._folders.items():
            for path in paths:
                if self._number(path, key):
                    pattern = _pattern(posixpath.basename(path), posixpath.basename(other))
                    counted[pattern] = counted.get(pattern, 0) + 1
        pattern = min(counted, key=lambda one: (-counted[one], one), default=_USUAL)
        return pattern.replace("{}", posixpath.basename(folder))

    def _number(self, path: str, key: str) -> int:
        root = self.root(path)
        held = root.get(key) if isinstance(root, Mapping) else None
        return len(held.items) if isinstance(held, Sequence) else 0


def _pattern(name: str, folder: str) -> str:
    """Return a file's name with {} for that of its folder; `models` may be said of what the file holds."""
    if not folder or folder == "models":
        return name.replace("_models__", "_{}__", 1)
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(folder)}(?![A-Za-z0-9])", "{}", name)

"""The dbt packages of a project: what it asks for, what package-lock.yml fixes, what is installed on disk."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, mappings_of, plain, text_of
from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.place import Place
from ringfence.readers.static.layout import PROJECT_FILE, join, read_layout
from ringfence.readers.static.open import DiskTree, install_folder
from ringfence.text import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.tree import Tree
    from ringfence.readers.static.layout import Layout

_REQUIRING = ("packages.yml", "dependencies.yml")
_LOCK = "package-lock.yml"


class Required(NamedTuple):
    """One package: the version, revision or folder asked for, the locked one, the installed one, where it is asked for.

    None is for what is not there; `local` packages lie in the tree and are neither locked nor installed. `missing`:
    `dbt deps` has to be run before anything is known of it.
    """

    name: str
    wanted: str | None
    locked: str | None
    installed: str | None
    local: bool
    missing: bool
    place: Place


def required_packages(layout: Layout, tree: Tree, disk: str | None) -> dict[str, Required]:
    """Return the packages of a project by name, those that its packages ask for included where they are locked.

    `disk` is the folder of the repository (None: do not look there).
    """
    paths = {name: join(layout.root, name) for name in (*_REQUIRING, _LOCK)}
    contents = tree.read(paths.values())
    documents = {name: yaml.parse(contents[path], path).root for name, path in paths.items() if path in contents}
    locked = {_name(item): item for item in _items(documents.get(_LOCK))}
    installed = dict(_installed(layout, disk)) if disk is not None else {}
    found: dict[str, Required] = {}
    for file in _REQUIRING:
        for item in _items(documents.get(file)):
            local = text_of(item.get("local"))
            if local is not None:
                name = _local_name(layout, tree, local)
                found[name] = Required(name, local, None, None, local=True, missing=False, place=item.place)
            else:
                name = _name(item)
                found[name] = _remote(name, _wanted(item), locked.get(name), installed.get(name), item.place)
    for name, item in locked.items():
        if name not in found and item.get("local") is None:
            found[name] = _remote(name, None, item, installed.get(name), item.place)
    return found


def _remote(name: str, wanted: str | None, lock: Mapping | None, installed: str | None, place: Place) -> Required:
    version = None if lock is None else plain(lock.get("version"))
    missing = installed is None or (version is not None and str(version) != installed)
    locked = None if lock is None else _wanted(lock)
    return Required(name, wanted, locked, installed, local=False, missing=missing, place=place)


def _items(document: object) -> list[Mapping]:
    return list(mappings_of(document.get("packages"))) if isinstance(document, Mapping) else []


def _wanted(item: Mapping) -> str | None:
    """Return what an item asks for: `[">=1.0", "<2"]` as `>=1.0, <2`."""
    for key in ("version", "revision", "tarball"):
        value = plain(item.get(key))
        if value is not None:
            return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return None


def _name(item: Mapping) -> str:
    """Return the name a package most likely has: the last part of where it comes from."""
    written = next(
        (
            text
            for key in ("name", "subdirectory", "package", "git", "private", "tarball")
            if (text := text_of(item.get(key)))
        ),
        "",
    )
    return posixpath.basename(written.rstrip("/")).removesuffix(".git").replace("-", "_")


def _local_name(layout: Layout, tree: Tree, folder: str) -> str:
    path = join(layout.root, folder, PROJECT_FILE)
    content = tree.read([path]).get(path) if not path.startswith("../") else None
    try:
        return read_layout(content, path).name if content is not None else posixpath.basename(folder.rstrip("/"))
    except RingfenceError:
        return posixpath.basename(folder.rstrip("/"))


def _installed(layout: Layout, disk: str) -> Iterator[tuple[str, str]]:
    """Yield name and version of what is installed; a folder that dbt could not read either is no package."""
    folder = install_folder(layout, disk)
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        content = DiskTree(os.path.join(folder, name)).read([PROJECT_FILE]).get(PROJECT_FILE)
        if content is not None:
            try:
                inner = read_layout(content, PROJECT_FILE)
            except RingfenceError:
                continue
            yield inner.name, text_of(inner.document.get("version")) or ""

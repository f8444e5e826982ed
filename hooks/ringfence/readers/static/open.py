"""From a tree to its dbt projects: discovery, installed packages, adapter."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, mappings_of, plain, text_of
from ringfence.domain.errors import RingfenceError
from ringfence.domain.tree import Entry
from ringfence.readers.static.advance import fill
from ringfence.readers.static.contents import Contents
from ringfence.readers.static.layout import PROJECT_FILE, Layout, discover, join, read_layout, without_installed
from ringfence.readers.static.package import Package
from ringfence.readers.static.project import StaticProject
from ringfence.readers.static.state import Index, State
from ringfence.text import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.domain.tree import Tree


class DiskTree:
    """The files below a folder on disk: how an installed package is read, because git does not hold it."""

    label = "disk"
    version = None

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._found: dict[str, Entry] | None = None
        self._entries: dict[str, Entry | None] = {}

    @property
    def id(self) -> str:
        """The folder itself: a package on disk is evidence of the second rank and never keyed by content."""
        return self._folder

    def entries(self) -> dict[str, Entry]:
        """Return plain files by path from the folder; links are not followed."""
        if self._found is None:
            self._found = {path: entry for path in sorted(self._walk()) if (entry := self.entry(path)) is not None}
        return self._found

    def entry(self, path: str) -> Entry | None:
        """Return a plain file with an id of its content, or None."""
        if path not in self._entries:
            import hashlib

            content = self.read([path]).get(path)
            digest = None if content is None else hashlib.sha1(content, usedforsecurity=False).hexdigest()
            self._entries[path] = None if digest is None else Entry("100644", f"disk-{digest}")
        return self._entries[path]

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Return the content of these paths."""
        found: dict[str, bytes] = {}
        for path in paths:
            full = os.path.join(self._folder, path)
            if os.path.isfile(full) and not os.path.islink(full):
                with open(full, "rb") as file:
                    found[path] = file.read()
        return found

    def _walk(self) -> Iterator[str]:
        for folder, names, files in os.walk(self._folder):
            names[:] = [name for name in names if name not in (".git", "target", "dbt_packages")]
            for name in files:
                full = os.path.join(folder, name)
                if not os.path.islink(full):
                    yield os.path.relpath(full, self._folder).replace(os.sep, "/")


def open_projects(
    tree: Tree, disk: str | None, named: Iterable[tuple[str, str | None]], contents: Contents | None = None
) -> list[StaticProject]:
    """Return the dbt projects of `tree`, every file of them read.

    `named` are (folder, adapter) from ringfence.yml; without any, every dbt_project.yml is a project. `disk` is the
    repository's folder, where installed packages lie (None: do not look); `contents` holds what was read before. Raises
    RingfenceError where there is no project, or a dbt_project.yml cannot be read.
    """
    found = outlined(tree, disk, named, contents or Contents())
    for project in found:
        fill(project)
    return found


def outlined(
    tree: Tree, disk: str | None, named: Iterable[tuple[str, str | None]], contents: Contents
) -> list[StaticProject]:
    """Return the projects as `open_projects`, with nothing recorded of their files yet: see advance.py."""
    adapters = dict(named)
    paths = [join(folder, PROJECT_FILE) for folder in adapters] or discover(tree.entries())
    for path in paths:
        if tree.entry(path) is None:
            raise RingfenceError(
                "there is no dbt_project.yml here",
                where=posixpath.dirname(path) or ".",
                do="correct projects: in ringfence.yml",
            )
    if not paths:
        raise RingfenceError(
            f"no dbt_project.yml in {tree.label}",
            do="add one (git add it for a commit), or name its folder: --project DIR",
        )
    held = tree.read(paths)
    for path in paths:
        if path not in held:
            raise RingfenceError("is a link, and links are not followed", where=path, do="put the file itself here")
    layouts = without_installed([_layout(held[path], path, alone=len(paths) == 1) for path in paths])
    return [outline(layout, tree, disk, adapters.get(layout.root), contents) for layout in layouts]


def _layout(content: bytes, path: str, *, alone: bool) -> Layout:
    """Return a layout; of several that were found, one that cannot be read may be a template or a test's."""
    try:
        return read_layout(content, path)
    except RingfenceError as error:
        if alone:
            raise
        do = f"{error.do}; or name those that are meant under projects: in ringfence.yml"
        raise RingfenceError(error.what, where=error.where, do=do) from None


def outline(
    layout: Layout, tree: Tree, disk: str | None, adapter: str | None, contents: Contents, index: Index | None = None
) -> StaticProject:
    """Return one project over what `index` holds of its files."""
    index = index or Index(State())
    root = Package(layout, tree, contents, index)
    packages, missing = _packages(layout, tree, disk, root)
    return StaticProject(root, packages, frozenset(missing), adapter or _profile_adapter(layout, tree), index)


def _packages(layout: Layout, tree: Tree, disk: str | None, root: Package) -> tuple[dict[str, Package], set[str]]:
    """Return what the project installs: local packages from the tree, others from disk; and the names not found."""
    required, locked = _required(layout, tree)
    found: dict[str, Package] = {}
    names: set[str] = set()
    waiting = [(layout, item) for item in required]
    while waiting:
        owner, item = waiting.pop(0)
        local = text_of(item.get("local"))
        if local is None:
            names.add(_name(item))
            continue
        path = join(owner.root, local, PROJECT_FILE)
        content = tree.read([path]).get(path) if not path.startswith(("../", "/")) else None
        if content is None:
            if disk is None or not _linked(layout, disk, join(owner.root, local)):
                names.add(posixpath.basename(local.rstrip("/")).replace("-", "_"))
            continue
        inner = read_layout(content, path)
        if inner.name not in found:
            found[inner.name] = root.beside(inner, tree)
            waiting += [(inner, more) for more in _required(inner, tree)[0]]
    if disk is not None:
        installed = _installed(layout, disk, locked, root)
        found.update((name, package) for name, package in installed if name not in found)
    return found, {name for name in names if name and name not in found}


def _linked(layout: Layout, disk: str, local: str) -> bool:
    """Return whether a package that lies elsewhere is installed: dbt deps makes a link to it, by its own name."""
    folder, meant = install_folder(layout, disk), os.path.realpath(os.path.join(disk, local))
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return any(os.path.realpath(os.path.join(folder, name)) == meant for name in names)


def _required(layout: Layout, tree: Tree) -> tuple[list[Mapping], dict[str, str]]:
    files = {name: join(layout.root, name) for name in ("packages.yml", "dependencies.yml", "package-lock.yml")}
    contents = tree.read(files.values())
    documents = {name: yaml.parse(contents[path], path).root for name, path in files.items() if path in contents}
    required: list[Mapping] = []
    for name in ("packages.yml", "dependencies.yml"):
        document = documents.get(name)
        if isinstance(document, Mapping):
            required += mappings_of(document.get("packages"))
    lock = documents.get("package-lock.yml")
    locked = {}
    if isinstance(lock, Mapping):
        for item in mappings_of(lock.get("packages")):
            version = plain(item.get("version"))
            if version is not None:
                locked[_name(item)] = str(version)
        if not {"packages.yml", "dependencies.yml"} & documents.keys():
            required += mappings_of(lock.get("packages"))  # whoever made the lock has the file that is missing here
    return required, locked


def _name(item: Mapping) -> str:
    """Return the name a package most likely has: of `dbt-labs/dbt_utils` and of a git address the last part."""
    subfolder = text_of(item.get("subdirectory"))
    if subfolder:
        return subfolder
    written = next(
        (text for key in ("name", "package", "git", "private", "tarball") if (text := text_of(item.get(key)))), ""
    )
    return posixpath.basename(written.rstrip("/")).removesuffix(".git").replace("-", "_")


def _installed(layout: Layout, disk: str, locked: dict[str, str], root: Package) -> Iterator[tuple[str, Package]]:
    """Yield the packages on disk that fit package-lock.yml; what does not fit counts as not installed."""
    folder = install_folder(layout, disk)
    if not os.path.isdir(folder):
        return
    for name in sorted(os.listdir(folder)):
        held = DiskTree(os.path.join(folder, name))
        content = held.read([PROJECT_FILE]).get(PROJECT_FILE)
        if content is None:
            continue
        try:
            inner = read_layout(content, PROJECT_FILE)
        except RingfenceError:
            continue  # a broken installed package is the same as none: its names stay undecided
        version = text_of(inner.document.get("version"))
        if locked.get(inner.name) in (None, version):
            yield inner.name, root.beside(inner, held)


def install_folder(layout: Layout, disk: str) -> str:
    """Return the folder on disk that holds the packages a project installs."""
    return os.path.join(disk, layout.root, layout.install_path)


def _profile_adapter(layout: Layout, tree: Tree) -> str | None:
    """Return the adapter type of a tracked profiles.yml, if all its outputs agree; nothing else of it is read."""
    for path in (join(layout.root, "profiles.yml"), "profiles.yml"):
        content = tree.read([path]).get(path)
        document = yaml.parse(content, path).root if content is not None else None
        if not isinstance(document, Mapping):
            continue
        profile = document.get(text_of(layout.document.get("profile")) or "")
        outputs = profile.get("outputs") if isinstance(profile, Mapping) else None
        if isinstance(outputs, Mapping):
            types = {
                text_of(output.get("type")) for _, output in outputs.entries().values() if isinstance(output, Mapping)
            }
            if len(types) == 1 and None not in types:
                return types.pop()
    return None

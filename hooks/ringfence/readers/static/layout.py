"""dbt_project.yml: where a project's files are and what it configures."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Scalar, Sequence, plain, text_of
from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple
from ringfence.text import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

PROJECT_FILE = "dbt_project.yml"

# https://docs.getdbt.com/reference/dbt_project.yml: key -> folders where it is not written.
_PATHS = {
    "model-paths": ("models",),
    "macro-paths": ("macros",),
    "seed-paths": ("seeds",),
    "snapshot-paths": ("snapshots",),
    "test-paths": ("tests",),
    "analysis-paths": ("analyses",),
    "function-paths": ("functions",),
}
# https://docs.getdbt.com/reference/project-configs/require-dbt-version: what says how old dbt may be.
_AT_LEAST = r"(?:>=|>|==?)?\s*v?([0-9]+)\.([0-9]+)"
_OLD_NAMES = {"model-paths": "source-paths", "seed-paths": "data-paths"}

# Node kind -> the keys of dbt_project.yml that configure it; of two the later wins.
CONFIG_KEYS = {
    "model": ("models",),
    "seed": ("seeds",),
    "snapshot": ("snapshots",),
    "source": ("sources",),
    "test": ("tests", "data_tests"),
    "exposure": ("exposures",),
    "unit_test": ("unit_tests",),
    "semantic_model": ("semantic-models",),
    "metric": ("metrics",),
    "saved_query": ("saved-queries",),
}


class Layout(NamedTuple):
    """One dbt_project.yml. Paths are from the root of the tree that holds it; `root` is its folder ('' for the top)."""

    name: str
    root: str
    path: str
    document: Mapping
    paths: dict[str, tuple[str, ...]]
    install_path: str
    variables: dict[str, object]
    docs: tuple[str, ...] | None = None
    asks_for_flags: bool = False

    def variables_of(self, package: str) -> dict[str, object]:
        """Return what `vars:` says for one package alone."""
        held = self.variables.get(package)
        return held if isinstance(held, dict) else {}

    @property
    def own_variables(self) -> dict[str, object]:
        """What `vars:` says for this project: its own section counts before the rest."""
        return {**self.variables, **self.variables_of(self.name)}

    def configs(self, kind: str) -> Item | None:
        """Return what this project configures for a kind of node, or None."""
        found = [item for key in CONFIG_KEYS.get(kind, ()) if (item := self.document.get(key)) is not None]
        return found[-1] if found else None

    @property
    def oldest_dbt(self) -> tuple[int, int] | None:
        """The oldest dbt that require-dbt-version lets in, or None where it names none."""
        item = self.document.get("require-dbt-version")
        written = [item] if isinstance(item, Scalar) else item.items if isinstance(item, Sequence) else []
        texts = [part.strip() for one in written if isinstance(one, Scalar) for part in one.text.split(",")]
        found = [match for text in texts if (match := re.match(_AT_LEAST, text)) is not None]
        return max(((int(match[1]), int(match[2])) for match in found), default=None)

    def documents(self, path: str) -> bool:
        """Return whether dbt looks for docs blocks in a file here: in docs-paths, by default in all other paths."""
        return path.startswith(self.document_paths)

    @property
    def document_paths(self) -> tuple[str, ...]:
        """How the paths of files begin in which dbt looks for docs blocks."""
        folders = [join(self.root, folder) for found in self.paths.values() for folder in found]
        return tuple(f"{folder}/" if folder else "" for folder in (folders if self.docs is None else self.docs))

    def under(self, kind: str, path: str) -> str | None:
        """Return `path` relative to the one of the `kind` folders that holds it, or None."""
        for folder in self.paths[kind]:
            prefix = join(self.root, folder)
            if prefix == "" or path.startswith(f"{prefix}/"):
                return path[len(prefix) + 1 :] if prefix else path
        return None


def join(root: str, *parts: str) -> str:
    """Return a normalised path from the tree's root, '' for the root itself."""
    path = posixpath.normpath(posixpath.join(root, *parts))
    return "" if path == "." else path


def read_layout(content: bytes, path: str) -> Layout:
    """Return what a dbt_project.yml says. Raises RingfenceError where it cannot be read."""
    document = yaml.parse(content, path)
    if document.problems:
        problem = document.problems[0]
        raise RingfenceError(problem.message, where=str(problem.place), do=problem.fix)
    root = document.root
    if not isinstance(root, Mapping):
        raise RingfenceError("is not a mapping of settings", where=path, do="start it with: name: your_project")
    name = text_of(root.get("name"))
    if name is None:
        raise RingfenceError("has no name", where=path, do="add: name: your_project")
    variables = plain(root.get("vars"))
    return Layout(
        name=name,
        root=posixpath.dirname(path),
        path=path,
        document=root,
        paths={key: _folders(root, key, default) for key, default in _PATHS.items()},
        install_path=text_of(root.get("packages-install-path")) or "dbt_packages",
        variables=variables if isinstance(variables, dict) else {},
        docs=tuple(join(posixpath.dirname(path), one) for one in _folders(root, "docs-paths", ()))
        if root.get("docs-paths")
        else None,
        asks_for_flags=b"ringfence." in content,
    )


def discover(paths: Iterable[str]) -> list[str]:
    """Return the dbt_project.yml files among `paths` that are projects of their own, shallowest first.

    Installed packages, and folders whose name is a template, are none. A custom packages-install-path is left out once
    the project that names it has been read (see `without_installed`).
    """
    found = [path for path in paths if posixpath.basename(path) == PROJECT_FILE]
    skipped = ("dbt_packages", "dbt_modules")
    kept = [path for path in found if "{{" not in path and not any(part in skipped for part in path.split("/"))]
    return sorted(kept, key=lambda path: (path.count("/"), path))


def without_installed(layouts: list[Layout]) -> list[Layout]:
    """Return the layouts that do not lie in another one's packages-install-path."""
    installed = [f"{join(layout.root, layout.install_path)}/" for layout in layouts]
    return [layout for layout in layouts if not any(layout.path.startswith(folder) for folder in installed)]


def _folders(root: Mapping, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    item = root.get(key)
    if item is None and key in _OLD_NAMES:
        item = root.get(_OLD_NAMES[key])
    if isinstance(item, Scalar) and item.text:
        return (item.text,)
    if isinstance(item, Sequence):
        return tuple(entry.text for entry in item.items if isinstance(entry, Scalar))
    return default

"""ringfence.yml, or `[tool.ringfence]` of pyproject.toml, of a tree."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from ringfence.domain.document import Item, Mapping, Scalar, Sequence
from ringfence.domain.errors import RingfenceError
from ringfence.domain.place import Place
from ringfence.domain.settings import Settings, read_settings
from ringfence.text import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.tree import Tree

FILE = "ringfence.yml"


def read_configuration(tree: Tree, folder: str, rule_names: Iterable[str]) -> Settings | None:
    """Return the settings that stand in `folder` of a tree, paths made relative to the tree's root, or None.

    Raises RingfenceError where a file is there and cannot be read or holds something unknown.
    """
    path = posixpath.join(folder, FILE)
    toml = posixpath.join(folder, "pyproject.toml")
    contents = tree.read([path, toml])
    if path in contents:
        document = yaml.parse(contents[path], path)
        if document.problems:
            problem = document.problems[0]
            raise RingfenceError(problem.message, where=str(problem.place), do=problem.fix)
        root = document.root
    elif (content := contents.get(toml)) is not None and b"tool.ringfence" in content:
        path, root = toml, _toml(content, toml)
    else:
        return None
    settings = read_settings(root, path, rule_names)
    return settings._replace(
        projects=tuple((_inside(folder, project, path), adapter) for project, adapter in settings.projects),
        layers=tuple(layer._replace(root=_inside(folder, layer.root, path)) for layer in settings.layers),
    )


def parsed(content: bytes, path: str) -> Item | None:
    """Return what a YAML or TOML file holds (of pyproject.toml: our own table), or None where it cannot be read."""
    name = posixpath.basename(path)
    if not name.endswith(".toml"):
        document = yaml.parse(content, path)
        return None if document.problems else document.root
    try:
        return _toml(content, path) if name == "pyproject.toml" else _item(_table(content, path), path)
    except RingfenceError:
        return None


def _inside(folder: str, written: str, path: str) -> str:
    joined = posixpath.normpath(posixpath.join(folder, written or "."))
    if joined.startswith(("..", "/")):
        raise RingfenceError(f"the path {written} leaves the repository", where=path, do="name a folder inside it")
    return "" if joined == "." else joined


def _toml(content: bytes, path: str) -> Item | None:
    tool = _table(content, path).get("tool", {})
    return _item(tool["ringfence"], path) if "ringfence" in tool else None


def _table(content: bytes, path: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RingfenceError(f"is not TOML: {error}", where=path) from error


def _item(value: object, path: str) -> Item:
    """Return a TOML value as a positioned one; TOML keeps no places, so all point at the file."""
    if isinstance(value, dict):
        mapping = Mapping(Place(path))
        mapping.pairs = [(_scalar(key, path), _item(inner, path)) for key, inner in value.items()]
        return mapping
    if isinstance(value, list):
        sequence = Sequence(Place(path))
        sequence.items = [_item(inner, path) for inner in value]
        return sequence
    return _scalar(value, path)


def _scalar(value: object, path: str) -> Scalar:
    return Scalar(value, str(value), isinstance(value, str), path, (0, 0, 0, 0))

"""Lock files: `ringfence/locks/<model>[.vN].yml`, one per locked model, so that no two changes meet in one file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Problem, Scalar, Sequence, text_of
from ringfence.domain.lock import UNTYPED, History, Interface, Lock, Shape
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.place import Place
from ringfence.text import yaml
from ringfence.text.scalars import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Map

    from ringfence.domain.tree import Tree
    from ringfence.text.yaml import Document

FOLDER = "ringfence/locks"
_FORMAT = 1
_PLAIN = r"[A-Za-z_]([A-Za-z0-9_ .,()<>/-]*[A-Za-z0-9_.)>])?"
_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
_HEADER = (
    "# Held fast by ringfence. To change the model, change it and type: ringfence lock update {label} --reason WHY\n"
)


class Found(NamedTuple):
    """The lock of one model, and what is wrong with its files."""

    lock: Lock | None
    problems: tuple[Problem, ...]


class Locks(NamedTuple):
    """The locks of one project by label, and what is wrong with their files."""

    locks: Map[str, Lock]
    problems: tuple[Problem, ...]


def read_locks(tree: Tree, root: str) -> Locks:
    """Return the locks in the project folder `root` of a tree. A file that is no lock is a located problem."""
    paths = [path for path, entry in tree.entries().items() if entry.is_file and label_of(path, root) is not None]
    contents = tree.read(paths)
    locks: dict[str, Lock] = {}
    problems: list[Problem] = []
    for path in sorted(contents):
        found = read_lock(contents[path], path)
        if isinstance(found, Problem):
            problems.append(found)
        elif found.label in locks:
            problems.append(_twice(locks[found.label], path))
        else:
            locks[found.label] = found
    return Locks(locks, tuple(problems))


def find_lock(tree: Tree, root: str, label: str, document: Callable[[Tree, str], Document]) -> Found:
    """Return the lock of a model as a tree has it; of two files the first counts. `document` reads a YAML file."""
    lock: Lock | None = None
    problems: list[Problem] = []
    for path in lock_paths(root, label):
        entry = tree.entry(path)
        if entry is None or not entry.is_file:
            continue
        found = lock_in(document(tree, path), path)
        if isinstance(found, Problem):
            problems.append(found)
        elif lock is not None:
            problems.append(_twice(lock, path))
        else:
            lock = found
    return Found(lock, tuple(problems))


def lock_path(root: str, label: str) -> str:
    """Return where the lock of a model lies, from the tree's root."""
    return posixpath.join(root, FOLDER, f"{label}.yml")


def lock_paths(root: str, label: str) -> list[str]:
    """Return where the lock of a model may lie, in order of their paths."""
    return [posixpath.join(root, FOLDER, f"{label}{suffix}") for suffix in (".yaml", ".yml")]


def label_of(path: str, root: str) -> str | None:
    """Return the label of the model whose lock lies at a path; None where no lock lies there."""
    folder, _, name = path.rpartition("/")
    stem, suffix = posixpath.splitext(name)
    return stem if folder == posixpath.join(root, FOLDER) and suffix in (".yaml", ".yml") else None


def read_lock(content: bytes, path: str) -> Lock | Problem:
    """Return the lock in a file, or what is wrong with it."""
    return lock_in(yaml.parse(content, path), path)


def lock_in(document: Document, path: str) -> Lock | Problem:
    """Return the lock in a file that has been parsed, or what is wrong with it."""
    fix = "restore the file from git, then change the lock with: ringfence lock update"
    if document.problems:
        return document.problems[0]._replace(fix=fix)
    root = document.root
    if not isinstance(root, Mapping):
        return Problem("is not a lock file", Place(path), fix)
    named = root.get("model")
    label = text_of(named)
    version = root.get("version")
    interface = root.get("interface")
    if named is None or label is None or not isinstance(interface, Mapping):
        return Problem("is not a lock file: model or interface is missing", Place(path), fix)
    if label != posixpath.splitext(posixpath.basename(path))[0]:
        return Problem(f"locks {label}, which its name does not say", Place(path), fix)
    if not isinstance(version, Scalar) or version.value != _FORMAT:
        return Problem(
            "has an unknown format version", version.place if version is not None else Place(path), "upgrade ringfence"
        )
    for mapping in (root, interface):
        for first, again in mapping.repeated():
            return Problem(f"holds {again.text} twice, first at line {first.place.line}", again.place, fix)
    places = {"": named.place}
    settings = {}
    for key, value in interface.entries().values():
        if key.text != "columns":
            settings[key.text] = value.text if isinstance(value, Scalar) else ""
            places[key.text] = key.place
    columns: dict[str, Shape] = {}
    for key, shape in _columns(interface.get("columns")):
        if f"column {key.text.lower()}" in places:
            return Problem(f"holds the column {key.text} twice", key.place, fix)
        columns[key.text] = shape
        places[f"column {key.text.lower()}"] = key.place
    history = tuple(_history(root.get("changes")))
    tombstone = root.get("released")
    released = isinstance(tombstone, Scalar) and tombstone.value is True
    return Lock(label, path, Interface(settings, columns), history, released, places)


def render(lock: Lock) -> str:
    """Return the text of a lock file: sorted settings, columns in the model's order, one change a line."""
    lines = [
        _HEADER.format(label=lock.label).rstrip("\n"),
        f"version: {_FORMAT}",
        f"model: {_scalar(lock.label)}",
        "guard: interface",
    ]
    if lock.released:
        lines.append("released: true")
    lines.append("interface:")
    lines += [f"  {field}: {_scalar(value)}" for field, value in sorted(lock.interface.settings.items())]
    lines.append("  columns:" if lock.interface.columns else "  columns: []")
    lines += [f"    - {_scalar(name)}: {_scalar(str(shape))}" for name, shape in lock.interface.columns.items()]
    lines.append("changes:" if lock.history else "changes: []")
    for entry in lock.history:
        pairs = [
            ("date", entry.date),
            ("class", entry.change_class),
            ("what", entry.what),
            ("reason", entry.reason),
            ("by", entry.by),
        ]
        lines.append("  - {" + ", ".join(f"{key}: {quoted(value)}" for key, value in pairs) + "}")
    return "\n".join(lines) + "\n"


def _twice(lock: Lock, path: str) -> Problem:
    return Problem(f"locks {lock.label}, as {lock.path} does", Place(path), "keep one file per model")


def _columns(item: Item | None) -> list[tuple[Scalar, Shape]]:
    found = []
    for entry in item.items if isinstance(item, Sequence) else []:
        for key, value in entry.entries().values() if isinstance(entry, Mapping) else []:
            kind, *constraints = _split(value.text if isinstance(value, Scalar) else "")
            found.append((key, Shape(None if kind == UNTYPED else kind, tuple(constraints))))
    return found


def _history(item: Item | None) -> list[History]:
    found = []
    for entry in item.items if isinstance(item, Sequence) else []:
        if isinstance(entry, Mapping):
            date, kind, what, reason, by = (
                text_of(entry.get(key)) or "" for key in ("date", "class", "what", "reason", "by")
            )
            found.append(History(date, kind, what, reason, by))
    return found


def _split(text: str) -> list[str]:
    """Split `decimal(18, 2), not_null` at the commas outside brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "(<[") - (character in ")>]")
        if character == "," and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
    return [*parts, text[start:].strip()]


def _scalar(text: str) -> str:
    return text if re.fullmatch(_PLAIN, text) and text.lower() not in _WORDS else quoted(text)

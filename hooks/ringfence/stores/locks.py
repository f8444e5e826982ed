"""Lock files: `ringfence/locks/<model>[.vN].yml`, one per locked model, so that no two changes meet in one file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Problem, Scalar, Sequence, text_of
from ringfence.domain.fact import Unknown
from ringfence.domain.lock import FORMAT, INFERRED, KEYS, READER, UNKNOWN, UNTYPED, History, Interface, Lock, Shape
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.names import did_you_mean
from ringfence.domain.place import Place
from ringfence.text import yaml
from ringfence.text.scalars import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Mapping as Map

    from ringfence.domain.tree import Tree
    from ringfence.text.yaml import Document

FOLDER = "ringfence/locks"
PERMITS = "ringfence/permits"
_PLAIN = r"[A-Za-z_]([A-Za-z0-9_ .,()<>/-]*[A-Za-z0-9_.)>])?"
_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
_HISTORY = ("date", "class", "what", "reason", "by", "ticket", "permit", "approvers", "expires", "seal")
_RECORDED = Unknown("the lock was taken when it was not known")
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
    if not isinstance(version, Scalar) or version.value != FORMAT:
        return Problem(
            "has an unknown format version", version.place if version is not None else Place(path), "upgrade ringfence"
        )
    for key, _ in root.entries().values():
        if key.text not in KEYS:
            return Problem(f"has an unknown key {key.text}{did_you_mean(key.text, KEYS)}", key.place, fix)
    for mapping in (root, interface):
        for first, again in mapping.repeated():
            return Problem(f"holds {again.text} twice, first at line {first.place.line}", again.place, fix)
    places = {"": named.place}
    held = _interface_in(interface, places)
    if isinstance(held, Problem):
        return held._replace(fix=fix)
    return Lock(
        label,
        path,
        held,
        tuple(_history(root.get("changes"))),
        isinstance(tombstone := root.get("released"), Scalar) and tombstone.value is True,
        places,
        text_of(root.get("guard")) or "interface",
        dict(_logic(root.get("logic"))),
        reader.value if isinstance(reader := root.get("reader"), Scalar) and isinstance(reader.value, int) else READER,
    )


def _interface_in(item: Mapping, places: dict[str, Place]) -> Interface | Problem:
    """Return what a lock holds of an interface, and add where each thing stands; or what is wrong with it."""
    settings = {}
    for key, value in item.entries().values():
        if key.text not in ("columns", "unknown"):
            settings[key.text] = value.text if isinstance(value, Scalar) else ""
            places[key.text] = key.place
    unknown = dict.fromkeys(_texts(item.get("unknown")), _RECORDED)
    columns: dict[str, Shape] = {}
    for key, shape in _columns(item.get("columns")):
        name = f"column {key.text.lower()}"
        if name in places:
            return Problem(f"holds the column {key.text} twice", key.place)
        if shape.data_type == UNKNOWN:
            unknown[name] = _RECORDED
        columns[key.text] = shape._replace(data_type=None) if name in unknown else shape
        places[name] = key.place
    return Interface(settings, columns, unknown)


def render(lock: Lock) -> str:
    """Return the text of a lock file: sorted settings, columns in the model's order, one change a line."""
    lines = [
        _HEADER.format(label=lock.label).rstrip("\n"),
        f"version: {FORMAT}",
        f"model: {_scalar(lock.label)}",
        f"guard: {lock.guard}",
    ]
    if lock.released:
        lines.append("released: true")
    if any(shape.inferred for shape in lock.interface.columns.values()):
        lines.append(f"reader: {lock.reader}")
    lines += _interface_lines(lock.interface)
    if lock.logic:
        lines.append("logic:")
        lines += [f"  {_scalar(part)}: {_scalar(value)}" for part, value in sorted(lock.logic.items())]
    lines.append("changes:" if lock.history else "changes: []")
    lines += [_entry_line(entry) for entry in lock.history]
    return "\n".join(lines) + "\n"


def _interface_lines(interface: Interface) -> list[str]:
    lines = ["interface:", *(f"  {field}: {_scalar(value)}" for field, value in sorted(interface.settings.items()))]
    fields = sorted(field for field in interface.unknown if not field.startswith("column "))
    if fields:
        lines.append(f"  unknown: [{', '.join(map(_scalar, fields))}]")
    lines.append("  columns:" if interface.columns else "  columns: []")
    for name, shape in interface.columns.items():
        known = f"column {name.lower()}" not in interface.unknown
        words = [str(shape if known else shape._replace(data_type=UNKNOWN)), *([INFERRED] if shape.inferred else [])]
        lines.append(f"    - {_scalar(name)}: {_scalar(', '.join(words))}")
    return lines


def _entry_line(entry: History) -> str:
    values = [", ".join(value) if isinstance(value, tuple) else value for value in entry]
    said = [
        f"{key}: {quoted(value)}" for key, value in zip(_HISTORY, values, strict=True) if value or key in _HISTORY[:5]
    ]
    return "  - {" + ", ".join(said) + "}"


def _twice(lock: Lock, path: str) -> Problem:
    return Problem(f"locks {lock.label}, as {lock.path} does", Place(path), "keep one file per model")


def _columns(item: Item | None) -> list[tuple[Scalar, Shape]]:
    found = []
    for entry in item.items if isinstance(item, Sequence) else []:
        for key, value in entry.entries().values() if isinstance(entry, Mapping) else []:
            kind, *words = _split(value.text if isinstance(value, Scalar) else "")
            constraints = tuple(word for word in words if word != INFERRED)
            found.append((key, Shape(None if kind == UNTYPED else kind, constraints, INFERRED in words)))
    return found


def _logic(item: Item | None) -> Iterator[tuple[str, str]]:
    for key, value in item.entries().values() if isinstance(item, Mapping) else ():
        yield key.text, value.text if isinstance(value, Scalar) else ""


def _texts(item: Item | None) -> list[str]:
    return [one.text for one in item.items if isinstance(one, Scalar)] if isinstance(item, Sequence) else []


def _history(item: Item | None) -> list[History]:
    found = []
    for entry in item.items if isinstance(item, Sequence) else []:
        if isinstance(entry, Mapping):
            date, kind, what, reason, by, ticket, permit, approvers, expires, seal = (
                text_of(entry.get(key)) or "" for key in _HISTORY
            )
            named = tuple(one.strip() for one in approvers.split(",") if one.strip())
            found.append(History(date, kind, what, reason, by, ticket, permit, named, expires, seal))
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

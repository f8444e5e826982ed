"""Permits: `ringfence/permits/<id>.yml`, one file each, so that each is reviewed and spent by itself."""

from __future__ import annotations

import datetime
import posixpath
from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Problem, Scalar, Sequence, text_of
from ringfence.domain.permit import CLASSES, DAYS, Permit
from ringfence.domain.place import Place
from ringfence.stores.locks import PERMITS
from ringfence.text import yaml
from ringfence.text.scalars import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.tree import Tree

_KEYS = ("id", "models", "classes", "reason", "ticket", "by", "created", "expires")
_FIX = 'take the file away, and write another: ringfence lock permit MODEL --class CLASS --reason "WHY"'


def is_permit(path: str, root: str) -> bool:
    """Return whether a path is that of a permit of the project in the folder `root`."""
    folder, _, name = path.rpartition("/")
    return folder == posixpath.join(root, PERMITS) and name.endswith((".yml", ".yaml"))


def permit_path(root: str, name: str) -> str:
    """Return where a permit lies, from the tree's root."""
    return posixpath.join(root, PERMITS, f"{name}.yml")


def read_permits(tree: Tree, paths: Iterable[str]) -> tuple[Permit, ...]:
    """Return the permits at these paths of a tree, in order of their ids; a file that is none permits nothing."""
    found = (read_permit(content, path) for path, content in tree.read(paths).items())
    return tuple(sorted(one for one in found if isinstance(one, Permit)))


def read_permit(content: bytes, path: str) -> Permit | Problem:
    """Return the permit in a file, or what is wrong with it."""
    document = yaml.parse(content, path)
    if document.problems:
        return document.problems[0]
    root = document.root
    if not isinstance(root, Mapping):
        return Problem("is not a permit", Place(path), _FIX)
    for _, again in root.repeated():
        return Problem(f"holds {again.text} twice", again.place, _FIX)
    for key, _ in root.entries().values():
        if key.text not in _KEYS:
            return Problem(f"is not a permit: it holds {key.text}", key.place, _FIX)
    name, reason, by, created, expires = (text_of(root.get(key)) or "" for key in ("id", *_KEYS[3:4], *_KEYS[5:]))
    models, classes = _texts(root.get("models")), _texts(root.get("classes"))
    told = {"id": name, "models": models, "classes": classes, "reason": reason.strip(), "by": by}
    wrong = next((key for key, value in told.items() if not value), None)
    if wrong is not None:
        return Problem(f"is not a permit: {wrong} is missing", Place(path), _FIX)
    if name != posixpath.splitext(posixpath.basename(path))[0]:
        return Problem(f"is the permit {name}, which its name does not say", Place(path), _FIX)
    unknown = next((one for one in classes if one not in CLASSES), None)
    if unknown is not None:
        return Problem(f"permits changes that are {unknown}, which is none of {', '.join(CLASSES)}", Place(path), _FIX)
    problem = _days(created, expires)
    if problem is not None:
        at = root.get("expires")
        return Problem(problem, at.place if at is not None else Place(path), _FIX)
    return Permit(name, models, classes, reason, by, created, expires, text_of(root.get("ticket")) or "", path)


def render(permit: Permit) -> str:
    """Return the text of a permit's file."""
    lines = [f"# Counts once it is merged, for one change, until {permit.expires}."]
    for key in _KEYS:
        value = getattr(permit, key)
        if isinstance(value, tuple):
            lines.append(f"{key}: [{', '.join(map(quoted, value))}]")
        elif value:
            lines.append(f"{key}: {quoted(value)}")
    return "\n".join(lines) + "\n"


def _days(created: str, expires: str) -> str | None:
    """Return what is wrong with the days of a permit, or None."""
    try:
        first, last = (datetime.date.fromisoformat(day) for day in (created, expires))
    except ValueError:
        first = last = datetime.date.min
    if (first.isoformat(), last.isoformat()) != (created, expires):
        return "is not a permit: created and expires are no days such as 2026-11-20"
    if not datetime.timedelta(0) <= last - first <= datetime.timedelta(days=DAYS):
        return f"holds from {created} to {expires}, and a permit holds {DAYS} days at most"
    return None


def _texts(item: Item | None) -> tuple[str, ...]:
    return tuple(one.text for one in item.items if isinstance(one, Scalar)) if isinstance(item, Sequence) else ()

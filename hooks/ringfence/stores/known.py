"""ringfence/known.json: findings that were accepted when they were met, one a line."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from ringfence.domain.errors import RingfenceError
from ringfence.domain.known import KnownFinding

if TYPE_CHECKING:
    from ringfence.domain.tree import Tree

FILE = "ringfence/known.json"
_VERSION = 1
_FINGERPRINT = re.compile(r'"fingerprint"\s*:\s*"([^"]*)"')
_RESTORE = "restore the file from git, then use: ringfence known"


def known_path(root: str) -> str:
    """Return the path of a project's known findings from the repository's root."""
    return posixpath.join(root, FILE)


def read_known(tree: Tree, root: str) -> tuple[KnownFinding, ...]:
    """Return the known findings of a project. Raises RingfenceError where the file is not what it should be."""
    path = known_path(root)
    content = tree.read([path]).get(path) if tree.entry(path) is not None else None
    if content is None:
        return ()
    try:
        document: Any = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RingfenceError(f"is not JSON: {error}", where=path, do=_RESTORE) from error
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        version = document.get("version") if isinstance(document, dict) else None
        raise RingfenceError(f"has the version {version}, not {_VERSION}", where=path, do=_RESTORE)
    findings = document.get("findings")
    if not isinstance(findings, list):
        raise RingfenceError("holds no list of findings", where=path, do=_RESTORE)
    return tuple(_read(one, path, number) for number, one in enumerate(findings))


def lines_of(tree: Tree, root: str) -> dict[str, int]:
    """Return the line on which each fingerprint stands, counted from 1."""
    path = known_path(root)
    text = tree.read([path])[path].decode("utf-8")
    return {found[1]: text.count("\n", 0, found.start()) + 1 for found in _FINGERPRINT.finditer(text)}


def _read(one: Any, path: str, number: int) -> KnownFinding:
    texts = [key for key in KnownFinding._fields if key != "times"]
    right = isinstance(one, dict) and one.keys() == set(KnownFinding._fields) and isinstance(one["times"], int)
    if not right or not all(isinstance(one[key], str) for key in texts):
        raise RingfenceError(f"finding {number + 1} is not one that ringfence wrote", where=path, do=_RESTORE)
    if not one["reason"].strip():
        raise RingfenceError(f"finding {number + 1} has no reason", where=path, do="give it a reason, or remove it")
    return KnownFinding(**one)


def render(known: tuple[KnownFinding, ...]) -> str:
    """Return the text of the file: one finding a line, in order of rule and description."""
    lines = [f"  {json.dumps(one._asdict(), ensure_ascii=False)}" for one in known]
    body = "\n{}\n".format(",\n".join(lines)) if lines else ""
    return f'{{"version": {_VERSION}, "findings": [{body}]}}\n'

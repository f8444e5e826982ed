"""Changes of logic that change nothing: compiled SQL of both states, read as trees, is the same.

It takes a manifest of the judged state and one of the base, each proven by content for what it is asked. What is shown
so is no finding; the lock's fingerprints are out of date from then on, until somebody updates it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ringfence.commands import evidence
from ringfence.domain.errors import RingfenceError
from ringfence.domain.finding import Finding
from ringfence.domain.logic import OWN, moved
from ringfence.stores.locks import find_lock

if TYPE_CHECKING:
    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.finding import Undecidable
    from ringfence.domain.tree import Tree
    from ringfence.readers.manifest.meaning import Meanings
    from ringfence.readers.static.project import StaticProject

VARIABLE = "DBT_STATE"
CODE = "RF108"
# Parts of logic that all of compiled SQL shows; hooks, seeds and materializations stand elsewhere.
_COMPILED = ("ephemeral", "var", "ref")


def without_same(
    session: Session, judged: Judged, found: list[Finding | Undecidable], earlier: StaticProject | None
) -> list[Finding | Undecidable]:
    """Return what was found, less the changes of logic of which compiled SQL shows that nothing changed.

    Nothing is less where there is no base, or one of the manifests is missing, cannot be read, or is not proven.
    """
    suspects = [one for one in found if _is_of_logic(one)]
    paths = _manifests(session, judged)
    if not suspects or paths is None or earlier is None:
        return found
    try:
        sides = [
            _meanings(path, project, tree, evidence.disk_of(session))
            for path, project, tree in zip(
                paths, (earlier, judged.project), (session.base, session.head.tree), strict=True
            )
        ]
        same = {one for one in suspects if _same(one, sides, session, judged, earlier)}
    except RingfenceError:
        return found
    return [one for one in found if one not in same]


def _is_of_logic(one: Finding | Undecidable) -> bool:
    return isinstance(one, Finding) and one.code == CODE and one.subject.key.endswith("#logic")


def _manifests(session: Session, judged: Judged) -> tuple[str, str] | None:
    """Return the paths of the manifests of base and head, where both are there.

    A configured path has to lie inside the repository, links resolved; whoever sets DBT_STATE may name any folder. One
    that the judged tree holds itself is no evidence: the change that is judged may have written it.
    """
    head = evidence.locate(session, judged)
    top = os.path.realpath(evidence.disk_of(session))
    state = session.ground.environment.get(VARIABLE)
    named = os.path.join(state, "manifest.json") if state else judged.settings.base_manifest
    base = os.path.realpath(os.path.join(top, judged.project.root, named)) if named else ""
    inside = bool(state) or os.path.commonpath([base or top, top]) == top
    if head is None or not inside or not (os.path.isfile(base) and os.path.isfile(head.full)):
        return None
    held = any(_is_held(session, top, path) for path in (base, head.full))
    return None if held else (base, head.full)


def _is_held(session: Session, top: str, path: str) -> bool:
    """Return whether the judged tree holds a file, or what a link leads to."""
    inside = {os.path.relpath(one, top).replace(os.sep, "/") for one in (path, os.path.realpath(path))}
    return any(session.head.tree.entry(one) is not None for one in inside)


def _meanings(path: str, project: StaticProject, tree: Tree, disk: str) -> Meanings:
    from ringfence.readers.manifest.freshness import Comparison
    from ringfence.readers.manifest.meaning import Meanings
    from ringfence.readers.manifest.open import open_manifest

    return Meanings(Comparison(open_manifest(path, root=project.root), project, tree, disk))


def _same(
    one: Finding | Undecidable, sides: list[Meanings], session: Session, judged: Judged, earlier: StaticProject
) -> bool:
    """Return whether all that moved shows in compiled SQL, and both states compile to the same tree."""
    key = one.subject.key.removesuffix("#logic")
    document, root = judged.project.package.contents.document, judged.project.root
    trees = (session.head.tree, session.base)
    lock, before = (find_lock(tree, root, one.subject.name, document).lock for tree in trees)
    nodes = [earlier.node(key), judged.project.node(key)]
    if lock is None or before is None or lock.logic != before.logic or moved(lock.logic, earlier.logic(key)):
        return False  # the base is not what was locked
    old, new = (None if node is None else side.of(node) for side, node in zip(sides, nodes, strict=True))
    if old is None or new is None or old[0] != new[0]:
        return False
    return all(_is_compiled(part.part, new[1]) for part in moved(lock.logic, judged.project.logic(key)))


def _is_compiled(part: str, macros: frozenset[str]) -> bool:
    kind, _, name = part.partition(" ")
    return part == OWN or kind in _COMPILED or (kind == "macro" and f"macro.{name}" in macros)

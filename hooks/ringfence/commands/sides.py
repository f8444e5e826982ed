"""A manifest as one side of a comparison, or as both: `ringfence diff --base MANIFEST --head MANIFEST|TREE`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ringfence import changes
from ringfence.commands.evidence import disk_of
from ringfence.commands.session import CATALOGUE, has_project
from ringfence.domain.errors import RingfenceError
from ringfence.domain.evidence import EvidencedProject
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.pairs import States
from ringfence.domain.runner import compare
from ringfence.readers.manifest.freshness import Comparison
from ringfence.readers.manifest.grounds import ManifestEvidence
from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.static.open import open_projects

if TYPE_CHECKING:
    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.change import Change
    from ringfence.domain.project import Project
    from ringfence.domain.tree import Tree
    from ringfence.readers.manifest.project import ManifestProject
    from ringfence.readers.static.project import StaticProject


class Sides(NamedTuple):
    """The manifests that stand for base and head as they were named; None where a tree does."""

    base: str | None
    head: str | None


def compared(session: Session, sides: Sides) -> tuple[list[Change], Judged]:
    """Return the changes between the two sides, and the project of the judged tree that they are about.

    Raises RingfenceError where a manifest cannot be read, or is of another project than the other side.
    """
    judged, root = _project(session, sides)
    opened = {path: _opened(session, path, root, judged.project.name) for path in sides if path is not None}
    base, after = opened.get(sides.base or ""), opened.get(sides.head or "")
    among = after.differing(base) if base is not None and after is not None else None
    earlier: Project | None = base
    if base is None:
        before = _tree(session, judged)
        earlier = None if before is None else _evidenced(session, before, session.base, opened)
    head: Project = after or _evidenced(session, judged.project, judged.tree, opened)
    if earlier is None:
        return [], judged
    _tell_adapters(earlier, head)
    lock = judged.settings.lock
    states = States(earlier, head, frozenset({*lock.tags, *lock.require}))
    kinds = [changes.load(info) for info in CATALOGUE if info.level == "change"]
    found = list(compare(kinds, states, among))
    return [one if among is None else one._replace(evidence="compiled") for one in found], judged


def _project(session: Session, sides: Sides) -> tuple[Judged, str]:
    """Return the project that the manifests are of, and its folder."""
    named = next(path for path in sides if path is not None)
    several = session.judged
    if len(several) == 1:
        return several[0], several[0].project.root
    name = _read(session, named, "").name
    for judged in several:
        if judged.project.name == name:
            return judged, judged.project.root
    known = ", ".join(judged.project.name for judged in several)
    raise RingfenceError(
        f"the manifest is of the project {name}, which is not here", where=named, do=f"projects here: {known}"
    )


def _opened(session: Session, path: str, root: str, name: str) -> ManifestProject:
    opened = _read(session, path, root)
    if opened.name != name:
        raise RingfenceError(
            f"the manifest is of the project {opened.name}, and {name} is compared",
            where=path,
            do=f"name a manifest of {name}, or the folder of {opened.name}: --project DIR",
        )
    return opened


def _read(session: Session, path: str, root: str) -> ManifestProject:
    try:
        return open_manifest(os.path.join(session.ground.folder, path), root=root)
    except RingfenceError as error:
        raise RingfenceError(error.what, where=path, do=error.do) from error


def _evidenced(session: Session, project: StaticProject, tree: Tree, opened: dict[str, ManifestProject]) -> Project:
    """Return a project that takes from the manifest beside it what it does not know and what has not changed."""
    (manifest,) = opened.values()
    return EvidencedProject(project, ManifestEvidence(Comparison(manifest, project, tree, disk_of(session))))


def _tree(session: Session, judged: Judged) -> StaticProject | None:
    """Return the project as the base has it, or None where it has none."""
    root = judged.project.root
    if not has_project(session.base, root):
        return None
    contents = judged.project.package.contents
    return open_projects(session.base, session.git.root, [(root, judged.project.adapter)], contents)[0]


def _tell_adapters(base: Project, head: Project) -> None:
    if base.adapter != head.adapter and None not in (base.adapter, head.adapter):
        sys.stderr.write(
            f"ringfence: the base was made for the adapter {base.adapter}, the head for {head.adapter}: "
            "what is enabled for one of them only looks added or removed\n"
        )

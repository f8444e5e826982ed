"""What one run keeps for the next: where a project's records were left, whether they still hold, and saving them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.tree import Entry, Version
from ringfence.readers.installed import stamp
from ringfence.readers.static.advance import Wave, advance, fill
from ringfence.readers.static.layout import PROJECT_FILE
from ringfence.readers.static.open import install_folder
from ringfence.readers.static.state import FINDINGS, LINKS, OUTPUTS, RESULTS, UNITS, State
from ringfence.readers.versions import VersionTree, differing
from ringfence.stores.cache import Save, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.domain.settings import Settings
    from ringfence.domain.tree import Tree
    from ringfence.readers.git import Git
    from ringfence.readers.static.project import StaticProject
    from ringfence.readers.static.state import Changes
    from ringfence.stores.cache import Cache

_MANY = 200  # changed paths that nobody reads: from here on it pays to note the new tree


class Judged(NamedTuple):
    """One project of the judged tree with what its team configured.

    `wave` is what moved since the records below it were made (None: everything was read), `changes` the files that
    differ since, `slot` where the records came from.
    """

    project: StaticProject
    settings: Settings
    tree: Tree
    wave: Wave | None
    changes: Changes
    slot: Slot | None


class Keeper:
    """The records of the last judged tree, project by project."""

    def __init__(self, git: Git, cache: Cache | None) -> None:
        self._git, self.cache = git, cache
        self._since: dict[tuple[str, str, str], Changes | None] = {}

    def discovered(self, tree: Tree, find: Callable[[Tree], list[str]]) -> list[str]:
        """Return the folders of dbt projects, as the last run found them where no dbt_project.yml has moved."""
        name = f"{self._git.directory}|projects"
        slot = self._slot(name, tree)
        if slot is not None:
            changes = self._changes(slot, tree)
            if changes is not None and not any(path.rpartition("/")[2] == PROJECT_FILE for path in changes):
                if len(changes) > _MANY and tree.version is not None:
                    self._keep(name, slot, slot.units, tree.version)
                folders: list[str] = json.loads(slot.units)
                return folders
        found = find(tree)
        if tree.version is not None:
            self._keep(name, slot, json.dumps(found), tree.version)
        return found

    def _keep(self, name: str, slot: Slot | None, units: str, version: Version) -> None:
        if self.cache is not None:
            self.cache.save(Save(name, slot, _slot_of(units, "", version), frozenset(), {}, LINKS))

    def ready(self, project: StaticProject, settings: Settings, tree: Tree, disk: str) -> Judged:
        """Return a project with its records: those of the last judged tree brought up to this one, or all made anew."""
        slot = self._slot(self._name(project), tree)
        if slot is not None and self.cache is not None and slot.units == _units(project, disk):
            changes = self._changes(slot, tree)
            past = VersionTree(self._git, Version(slot.tree, _entries(slot.overlay)))
            if changes is not None and not project.shaken(changes, past):
                moved = project.over(State(self.cache.records(slot)))
                wave = advance(moved, changes, past)
                if wave is not None:
                    return Judged(moved, settings, tree, wave, changes, slot)
        fill(project)
        return Judged(project, settings, tree, None, {}, slot)

    def save(self, judged: Judged, results: str, disk: str) -> None:
        """Keep the records of a project and the verdicts that `results` stands for, where there is anything new."""
        project, version, state = judged.project, judged.tree.version, judged.project.index.state
        if self.cache is None or version is None or project.package.unreadable:
            return
        fresh = {UNITS, RESULTS, FINDINGS, OUTPUTS} if judged.wave is None else state.forgotten
        if not fresh and not any(state.changed.values()) and len(judged.changes) < _MANY:
            return
        after = _slot_of(_units(project, disk), results, version)
        self.cache.save(Save(self._name(project), judged.slot, after, frozenset(fresh), state.changed, LINKS))

    def close(self) -> None:
        """Write the cache."""
        if self.cache is not None:
            self.cache.close()

    def _name(self, project: StaticProject) -> str:
        return f"{self._git.directory}|{project.root}"

    def _slot(self, name: str, tree: Tree) -> Slot | None:
        return self.cache.slot(name) if self.cache is not None and tree.version is not None else None

    def _changes(self, slot: Slot, tree: Tree) -> Changes | None:
        """Return what differs between a slot's tree and another, or None where git has forgotten the former."""
        if tree.version is None:
            return None
        key = slot.tree, repr(slot.overlay), tree.id
        if key not in self._since:
            try:
                self._since[key] = differing(self._git, Version(slot.tree, _entries(slot.overlay)), tree.version)
            except RingfenceError:
                self._since[key] = None
        return self._since[key]


def verdicts_rest_on(codes: list[str], settings: Settings) -> str:
    """Return what verdicts rest on besides the files: the rules and what the team says of them."""
    return repr((codes, settings))


def _units(project: StaticProject, disk: str) -> str:
    """Return what the records of files rest on besides the files of the tree."""
    installed = stamp(install_folder(project.package.layout, disk))
    return repr((project.name, project.adapter, project.missing_packages, installed))


def _slot_of(units: str, results: str, version: Version) -> Slot:
    overlay = {path: None if entry is None else list(entry) for path, entry in version.overlay.items()}
    return Slot(0, units, results, version.tree, overlay, os.urandom(8).hex())


def _entries(overlay: dict[str, list[str] | None]) -> dict[str, Entry | None]:
    return {path: None if entry is None else Entry(*entry) for path, entry in overlay.items()}

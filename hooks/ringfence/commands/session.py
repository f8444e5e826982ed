"""What every command starts from: the repository, the judged tree, its projects and their settings, and the base."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from ringfence.changes.index import CHANGES
from ringfence.commands.ground import Ground
from ringfence.commands.known import Judged, Keeper
from ringfence.domain.errors import RingfenceError
from ringfence.domain.settings import Settings
from ringfence.readers.configuration import read_configuration
from ringfence.readers.static.contents import Contents
from ringfence.readers.static.layout import PROJECT_FILE, discover, join
from ringfence.readers.static.open import outlined
from ringfence.rules.index import RULES

if TYPE_CHECKING:
    from types import TracebackType

    from ringfence.domain.tree import Entry, Tree
    from ringfence.readers.span import Head
    from ringfence.readers.static.project import StaticProject

CATALOGUE = tuple(sorted((*RULES, *CHANGES)))


class Session:
    """The states that a command works on; the base is resolved when a rule first needs it."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.git = ground, ground.git

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the cache and end what still runs."""
        if "keeper" in self.__dict__:
            self.keeper.close()
        self.git.close()

    @property
    def head(self) -> Head:
        """The judged tree."""
        return self.ground.head

    @cached_property
    def base(self) -> Tree:
        """The tree that the head is compared with."""
        return self.ground.base(self.branch)

    @cached_property
    def earlier(self) -> dict[str, tuple[StaticProject | None, frozenset[str] | None]]:
        """The projects of the base that were read, by folder, each with the keys of nodes that may differ."""
        return {}

    @cached_property
    def changes(self) -> dict[str, tuple[Entry | None, Entry | None]]:
        """What differs between the two: path -> what the head has there, what the base has."""
        return self.ground.differing(self.base)

    @cached_property
    def today(self) -> str:
        """The day in UTC; an answer in which it had a say holds for no other."""
        import datetime

        return datetime.datetime.now(tz=datetime.UTC).date().isoformat()

    @cached_property
    def settings(self) -> Settings:
        """The settings at the repository's root; the defaults where there are none."""
        return self._root_settings or Settings()

    @cached_property
    def keeper(self) -> Keeper:
        """What is kept from run to run."""
        return Keeper(self.git, self.ground.cache(self.settings.cache_folder))

    @cached_property
    def judged(self) -> list[Judged]:
        """The projects of the judged tree. Raises RingfenceError where there is none."""
        tree, root = self.head.tree, self._root_settings
        if root is not None and root.projects:
            named: list[tuple[str, str | None]] = list(root.projects)
        else:
            named = [(folder, None) for folder in self.keeper.discovered(tree, _folders)]
        named = self._chosen(named)
        own = {folder: read_configuration(tree, folder, self.rule_names) if folder else None for folder, _ in named}
        adapters = {folder: adapter or _own_adapter(own[folder], folder) for folder, adapter in named}
        if not named and root is not None and root.layers:
            return []
        contents = Contents(self.keeper.cache)
        found = outlined(tree, self.git.root, list(adapters.items()), contents)
        return [
            self.keeper.ready(project, own.get(project.root) or self.settings, tree, self.git.root) for project in found
        ]

    @cached_property
    def rule_names(self) -> list[str]:
        """The names of all rules and kinds of change, for the configuration's check."""
        return [info.name for info in CATALOGUE]

    @cached_property
    def _root_settings(self) -> Settings | None:
        return read_configuration(self.head.tree, "", self.rule_names)

    @cached_property
    def branch(self) -> str | None:
        """The branch that changes are merged into, as the team configured it."""
        if self._root_settings is not None:
            return self._root_settings.branch
        return next((one.settings.branch for one in self.judged if one.settings.branch), None)

    def _chosen(self, named: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
        """Return the project asked for; else the one whose folder we stand in; else all."""
        here, asked = self.ground.here, self.ground.project
        if asked is not None:
            wanted = join(here, asked.replace(os.sep, "/"))
            chosen = [(folder, adapter) for folder, adapter in named if folder == wanted]
            if not chosen:
                known = ", ".join(folder or "." for folder, _ in named) or "none"
                raise RingfenceError("no dbt project in this folder", where=asked, do=f"projects here: {known}")
            return chosen
        inside = [(folder, adapter) for folder, adapter in named if folder and f"{here}/".startswith(f"{folder}/")]
        return inside or named


def _folders(tree: Tree) -> list[str]:
    return [join(path, "..") for path in discover(tree.entries())]


def has_project(tree: Tree, root: str) -> bool:
    """Return whether a tree has a dbt project in a folder."""
    return tree.entry(join(root, PROJECT_FILE)) is not None


def _own_adapter(settings: Settings | None, folder: str) -> str | None:
    return dict(settings.projects).get(folder) if settings is not None else None

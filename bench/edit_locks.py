"""What the locks of a project say of an edit: every lock rule is asked, as a run would ask it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module

from ringfence.domain.fact import Undecided
from ringfence.domain.lock import Lock, LockSubject, interface_of
from ringfence.domain.settings import LockSettings
from ringfence.domain.tree import Entry
from ringfence.readers.static.contents import Contents
from ringfence.readers.static.open import open_projects
from ringfence.readers.static.project import StaticProject

SETTINGS = LockSettings()
_RULES = (
    "locked_model_changed", "locked_model_removed", "lock_tag_lost", "locked_contract_lost", "locked_logic_changed",
    "locked_model_obscured",
)  # fmt: skip
RULES = [import_module(f"ringfence.rules.{name}").RULE for name in _RULES]


class Texts:
    """A tree of files that are given as text."""

    id = label = "texts"
    version = None

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def entries(self) -> dict[str, Entry]:
        """Return the files, each with its text for an id."""
        return {path: Entry("100644", text) for path, text in sorted(self._files.items())}

    def entry(self, path: str) -> Entry | None:
        """Return one file, or None."""
        return Entry("100644", self._files[path]) if path in self._files else None

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Return the content of these files."""
        return {path: self._files[path].encode() for path in paths if path in self._files}


class _Kept:
    """What was read of each text, for the next project."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], str] = {}

    def get(self, kind: str, blobs: Iterable[str]) -> Mapping[str, str]:
        return {blob: self._texts[kind, blob] for blob in blobs if (kind, blob) in self._texts}

    def put(self, kind: str, blob: str, text: str) -> None:
        self._texts[kind, blob] = text


_CONTENTS = Contents(_Kept())


def opened(files: Mapping[str, str], adapter: str = "duckdb") -> StaticProject:
    """The project of these files. Raises RingfenceError where it cannot be read."""
    return open_projects(Texts(files), None, [("", adapter)], _CONTENTS)[0]


def locks(project: StaticProject, labels: Sequence[str], guard: str) -> list[Lock]:
    """The locks that would be taken of these models now."""
    found = []
    for label in labels:
        node = project.node(f"model.{project.name}.{label}")
        assert node is not None
        logic = project.logic(node.key).recorded() if guard == "logic" else {}
        interface = interface_of(node, SETTINGS, project)
        found.append(Lock(label, f"ringfence/locks/{label}.yml", interface, guard=guard, logic=logic))
    return found


def told(held: Sequence[Lock], project: StaticProject) -> Iterator[str]:
    """Every finding, and what is undecided, of a project against locks taken before."""
    for lock in held:
        node = project.node(f"model.{project.name}.{lock.label}")
        subject = LockSubject(lock.label, node, lock, lock, SETTINGS, lock.path)
        for rule in RULES:
            try:
                yield from (f"{rule.code} {one.message}" for one in rule.check(subject, project))
            except Undecided as cause:
                yield f"{rule.code} undecided: {cause.reason}"

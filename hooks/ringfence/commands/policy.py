"""The policy that locks are judged by: the head's settings, made as strict as those of the base."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ringfence.commands.session import CATALOGUE
from ringfence.domain.document import plain
from ringfence.domain.errors import RingfenceError
from ringfence.domain.finding import Finding
from ringfence.domain.namedtuple import NamedTuple
from ringfence.readers.configuration import FILE, read_configuration
from ringfence.readers.span import on_target
from ringfence.readers.static.layout import PROJECT_FILE
from ringfence.stores.locks import FOLDER, PERMITS, lock_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.finding import Subject, Undecidable
    from ringfence.domain.settings import Settings
    from ringfence.readers.static.project import StaticProject

_TABLE = "pyproject.toml"
_UNREADABLE = "RF001"
EMERGENCY = "RF119"
# Files whose names alone say that they guard locks, wherever they lie.
_GUARDS = frozenset({FILE, _TABLE, "CODEOWNERS", ".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"})
_HELD = tuple(f"{folder}/" for folder in (FOLDER, PERMITS))


class Earlier(NamedTuple):
    """The settings that a project has at the base (None: none that count), or why they cannot be read."""

    settings: Settings | None
    unread: str | None = None


def policed(session: Session, judged: Judged) -> Judged:
    """Return a project with the settings that count for its locks; nothing is read where both have the same files."""
    if not moved(session, judged):
        return judged
    base = earlier(session, judged).settings
    if base is None:
        return judged
    from ringfence.domain.policy import tightened

    return judged._replace(settings=tightened(base, judged.settings, severities()))


def moved(session: Session, judged: Judged) -> bool:
    """Return whether a file that may hold the project's settings differs between head and base."""
    if judged.tree.id == session.base.id:
        return False
    return any(path in session.changes for path in settings_paths(judged.project.root))


def guarded(session: Session, judged: Judged) -> bool:
    """Return whether anything differs between head and base that a rule over a range rests on."""
    if judged.tree.id == session.base.id:
        return False
    return any(
        (name := posixpath.basename(path)) in _GUARDS
        or any(folder in path for folder in _HELD)
        or (name == PROJECT_FILE and now is None)
        for path, (now, _) in session.changes.items()
    )


def weighed(
    session: Session,
    judged: Judged,
    results: list[Finding | Undecidable],
    before: Callable[[Session, Judged], tuple[StaticProject | None, object]],
) -> list[Finding | Undecidable]:
    """Return results in which an open emergency weighs what it does today; `before` reads the project of the base.

    It is a warning until its day is over; then it fails the branch that changes are merged into, and changes that touch
    the model, and stays a warning elsewhere.
    """
    if not any(one.code == EMERGENCY for one in results):
        return results
    on_target = on_target_branch(session)
    return [
        one._replace(severity="warning")
        if isinstance(one, Finding)
        and one.code == EMERGENCY
        and one.severity == "error"
        and (session.today <= (one.old or "") or not (on_target or _touches(session, judged, one.subject, before)))
        else one
        for one in results
    ]


def on_target_branch(session: Session) -> bool:
    """Return whether the judged commit stands on the branch that changes are merged into."""
    return on_target(session.git, session.branch, session.ground.environment)


def _touches(
    session: Session,
    judged: Judged,
    subject: Subject,
    before: Callable[[Session, Judged], tuple[StaticProject | None, object]],
) -> bool:
    """Return whether the change touches a model's file, its lock, or its entry in a properties file."""
    if judged.tree.id == session.base.id:
        return False
    node, root = judged.project.node(subject.key), judged.project.root
    if node is None or any(path in session.changes for path in (node.path, *lock_paths(root, subject.name))):
        return True
    if node.place.path not in session.changes:
        return False
    base = before(session, judged)[0]
    name = node.identity.name
    return base is None or _entries(base, name) != _entries(judged.project, name)


def _entries(project: StaticProject, name: str) -> list[object]:
    return [plain(entry.body) for entry in project.declared("model", name)]


def settings_paths(root: str) -> list[str]:
    """Return where the settings of a project may stand."""
    return [posixpath.join(folder, name) for folder in dict.fromkeys((root, "")) for name in (FILE, _TABLE)]


def earlier(session: Session, judged: Judged) -> Earlier:
    """Return the settings of a project at the base; none count where it has no lock there and asks nothing of locks."""
    root, base = judged.project.root, session.base
    try:
        own = read_configuration(base, root, session.rule_names) if root else None
        found = own or read_configuration(base, "", session.rule_names)
    except RingfenceError as error:
        return Earlier(None, f"{error.where}: {error.what}")
    from ringfence.domain.settings import LockSettings, Settings

    settings = Settings() if found is None else found
    folder = posixpath.join(root, FOLDER) + "/"
    asks = settings.lock != LockSettings() or not settings.rules.keys().isdisjoint(severities())
    return Earlier(settings if asks or any(path.startswith(folder) for path in base.entries()) else None)


def severities() -> dict[str, str]:
    """Return what the rules about locks say by themselves, by name; one on files that nobody can read is among them."""
    return {info.name: info.severity for info in CATALOGUE if info.family == "RF1" or info.code == _UNREADABLE}

"""Judges what happened to locks and to what guards them between base and head. Imported where something did."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ringfence import rules
from ringfence.commands.policy import earlier, moved, settings_paths, severities
from ringfence.domain.codeowners import PLACES, chosen, read_owners
from ringfence.domain.errors import RingfenceError
from ringfence.domain.hookconfig import PREK
from ringfence.domain.permit import Permits
from ringfence.domain.place import Place
from ringfence.domain.policy import loosened
from ringfence.domain.range import Move, RangeSubject, Side, moves_of
from ringfence.domain.runner import verdict
from ringfence.readers.configuration import FILE, parsed, read_configuration
from ringfence.readers.static.layout import PROJECT_FILE, discover
from ringfence.stores.locks import FOLDER, find_lock, label_of, lock_paths, read_locks
from ringfence.stores.permits import is_permit, read_permits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.document import Item
    from ringfence.domain.finding import Finding, Undecidable
    from ringfence.domain.lock import Lock
    from ringfence.domain.policy import Loosened
    from ringfence.domain.rule import RuleInfo
    from ringfence.domain.tree import Tree

_GITLAB = ".gitlab-ci.yml"


def over_range(session: Session, judged: Judged, wanted: Iterable[RuleInfo]) -> list[Finding | Undecidable]:
    """Return what the wanted rules over a range say of a project, which `policed` has given its settings."""
    subject = _subject(session, judged)
    active = [rules.load(info) for info in wanted]
    outcome = verdict(active, subject, judged.project, judged.settings.rules)
    return [*outcome.findings, *outcome.undecided]


def _subject(session: Session, judged: Judged) -> RangeSubject:
    root, policy = judged.project.root, judged.settings.lock
    moves = _moves(session, judged)
    first = _answers(session, judged)
    asks = moved(session, judged) and (first or _own(session, root))
    unread, less = _loosened(session, judged) if asks else (None, ())
    owning = any(path in PLACES for path in session.changes)
    asked = bool(policy.approvers and moves) or owning or any(move.left for move in moves)
    hooked = first and any(path in PREK for path in session.changes)
    permits = permits_of(session) if asked or hooked or less or (moves and policy.prior) else Permits()
    return RangeSubject(
        root,
        moves,
        policy,
        session.today,
        permits,
        less,
        unread,
        _side(session, session.base, owners=asked, hooks=hooked),
        _side(session, session.head.tree, owners=asked, hooks=hooked),
        _owned(session, root, shared=first) if owning else (),
        _called(session.base.label),
    )


def _side(session: Session, tree: Tree, *, owners: bool, hooks: bool) -> Side:
    files = {path: content.decode(errors="replace") for path, content in tree.read(PLACES if owners else ()).items()}
    path = chosen(files, gitlab=session.base.entry(_GITLAB) is not None)
    documents = {name: parsed(content, name) for name, content in tree.read(PREK if hooks else ()).items()}
    return Side(None if path is None else (path, read_owners(files[path])), documents)


def _called(label: str) -> str:
    """Return what git takes for a base: `main@1a2b3c4` stands for where a branch left main."""
    found = re.fullmatch(r".*@([0-9a-f]{7})", label)
    return found[1] if found is not None else label


def _answers(session: Session, judged: Judged) -> bool:
    """Return whether a project is the first of those that share what guards the whole repository."""
    roots = [one.project.root for one in session.judged]
    sharing = [root for root in roots if not root or not _own(session, root)]
    return judged.project.root == (sharing or roots)[0]


def _own(session: Session, root: str) -> bool:
    """Return whether a project has settings of its own on either side."""
    try:
        sides = [read_configuration(tree, root, session.rule_names) for tree in (session.base, session.head.tree)]
    except RingfenceError:
        return True  # the base's cannot be read, which is told of this project
    return any(settings is not None for settings in sides)


def _owned(session: Session, root: str, *, shared: bool) -> tuple[str, ...]:
    """Return the files that stand on both sides and whose owners matter; `*` stands for permits that are to come."""
    locks, permits = posixpath.join(root, FOLDER), posixpath.join(root, "ringfence/permits/*.yml")
    found = [path for path in session.base.entries() if path.startswith(f"{locks}/")]
    settings = [path for path in settings_paths(root) if posixpath.basename(path) == FILE and (path != FILE or shared)]
    both = [path for path in (*found, *settings) if session.base.entry(path) and session.head.tree.entry(path)]
    return (*both, permits)


def _loosened(session: Session, judged: Judged) -> tuple[str | None, tuple[tuple[Loosened, Place], ...]]:
    """Return why the base's settings cannot be read, and what the head's ask for less, with its place."""
    base = earlier(session, judged)
    if base.settings is None:
        return base.unread, ()
    tree, root = session.head.tree, judged.project.root
    own = read_configuration(tree, root, session.rule_names) if root else None
    head = own or session.settings
    contents = tree.read(settings_paths("" if own is None else root))
    documents = {path: parsed(content, path) for path, content in contents.items()}
    gone = [path for path in settings_paths(root) if session.base.entry(path) is not None]
    path = next((path for path, found in documents.items() if found is not None), (*gone, FILE)[0])
    document = documents.get(path)
    found = loosened(base.settings, head, severities(), session.today)
    return None, tuple((one, _place(document, one.key, path)) for one in found)


def _place(root: Item | None, key: str, path: str) -> Place:
    """Return where the settings speak of a key, or of what it stands in."""
    from ringfence.domain.document import Mapping

    place, item = Place(path), root
    for word in key.split("."):
        written = item.key(word) if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or written is None:
            break
        place, item = written.place, item.get(word)
    return place


def _moves(session: Session, judged: Judged) -> tuple[Move, ...]:
    root, document = judged.project.root, judged.project.package.contents.document
    before: dict[str, Lock] = {}
    after: dict[str, Lock] = {}
    there = set()
    for label in sorted({label for path in session.changes if (label := label_of(path, root)) is not None}):
        for tree, found in ((session.base, before), (session.head.tree, after)):
            lock = find_lock(tree, root, label, document).lock
            if lock is not None:
                found[label] = lock
        if any(session.head.tree.entry(path) is not None for path in lock_paths(root, label)):
            there.add(label)
    for label, lock in _left_behind(session, judged).items():
        before.setdefault(label, lock)
        if label not in after:
            there.add(label)
    return moves_of(before, after, there, judged.project.adapter)


def _left_behind(session: Session, judged: Judged) -> dict[str, Lock]:
    """Return the locks of projects that the base judges and the head does not; the first project answers for them.

    Where only one project was asked for, nothing is known of the others.
    """
    first = session.judged[0].project.root == judged.project.root
    if not first or session.ground.project is not None or session.ground.here:
        return {}
    if not any(path in (FILE, "pyproject.toml") or path.endswith(PROJECT_FILE) for path in session.changes):
        return {}
    now = {one.project.root for one in session.judged}
    found: dict[str, Lock] = {}
    for root in _roots(session) - now:
        found.update(read_locks(session.base, root).locks)
    return found


def _roots(session: Session) -> set[str]:
    """Return the folders of the projects that the base judges."""
    try:
        settings = read_configuration(session.base, "", session.rule_names)
    except RingfenceError:
        settings = None  # said by what judges the settings
    if settings is not None and settings.projects:
        return {folder for folder, _ in settings.projects}
    return {posixpath.dirname(path) for path in discover(session.base.entries())}


def permits_of(session: Session) -> Permits:
    """Return the permits of all projects as they are at the base, and which of them are spent there."""
    base, head = session.base, session.head.tree
    roots = [judged.project.root for judged in session.judged]
    before = [path for path in base.entries() if any(is_permit(path, root) for root in roots)]
    added = {path for path in session.changes if any(is_permit(path, root) for root in roots)} - {*before}
    merged = read_permits(base, before)
    locks = [lock for root in roots for lock in read_locks(base, root).locks.values()] if merged else []
    return Permits(
        merged,
        frozenset(entry.permit for lock in locks for entry in lock.history if entry.permit),
        frozenset(one.id for one in read_permits(head, added)),
        frozenset(one.id for one in merged if head.entry(one.path) is None),
    )

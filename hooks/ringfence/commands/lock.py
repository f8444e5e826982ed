"""`ringfence lock`: add, update, release, rename and verify locks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ringfence.commands.locking import (
    by_policy,
    by_project,
    check_reason,
    entry,
    locks_of,
    models_of,
    open_session,
    save,
    say,
    taken,
    told,
)
from ringfence.commands.output import command
from ringfence.commands.permitting import granted
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.lock import (
    LOCKED,
    READER,
    RENAMED,
    Lock,
    as_read_now,
    interface_of,
    obscured,
    protective_tags,
)
from ringfence.domain.lockdiff import differences
from ringfence.domain.logic import incomparable, moved
from ringfence.domain.logic import obscured as hidden_parts
from ringfence.domain.names import did_you_mean
from ringfence.domain.settings import CHANGE_CLASSES
from ringfence.stores.locks import lock_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.node import Node


_ANEW = "read anew by another version of ringfence"


def add(arguments: argparse.Namespace) -> int:
    """Lock the named models; without names, every model that should be locked and is not."""
    with open_session(arguments) as session:
        written = []
        for judged, names in by_project(session, arguments.models):
            locks = locks_of(session, judged)
            nodes = models_of(judged)
            for label in names or [label for label, node in nodes.items() if _should_be_locked(label, node, judged)]:
                before = locks.get(label)
                if before is not None and not before.released:
                    if names:
                        say(f"{label} is locked already")
                    continue
                if before is not None:
                    check_reason(arguments, judged)
                lock = taken(judged, nodes[label], before, arguments.guard)
                reason = arguments.reason or "first lock"
                lock = lock.sealed(entry(session, arguments, "non-breaking", LOCKED, reason))
                written.append(save(session, lock))
        return told(written, "every model that should be locked is locked")


def update(arguments: argparse.Namespace) -> int:
    """Record what the named models are now; without names, every locked model that differs."""
    with open_session(arguments) as session:
        ready = []  # nothing is changed where one of the changes is refused
        for judged, names in by_project(session, arguments.models):
            check_reason(arguments, judged)
            locks = locks_of(session, judged)
            nodes = models_of(judged)
            for label in names or [label for label in locks if label in nodes]:
                lock = locks.get(label)
                if lock is None or lock.released:
                    if not names:
                        continue
                    raise RingfenceError(f"{label} is not locked", do=f"type: {command()} lock add {label}")
                new = taken(judged, nodes[label], lock, arguments.guard)
                found = pending(lock, new, nodes[label], judged)
                if found:
                    what = "; ".join(said for _, said in found)
                    recorded = entry(session, arguments, _worst(kind for kind, _ in found), what, arguments.reason)
                    ready.append(new.sealed(granted(session, judged, lock, recorded, arguments)))
        return told([save(session, lock) for lock in ready], "nothing to update: every lock fits its model")


def release(arguments: argparse.Namespace) -> int:
    """Release locks: each file stays as a tombstone with its history and the reason."""
    with open_session(arguments) as session:
        ready = []  # nothing is changed where one of the changes is refused
        for judged, label, lock in _named_locks(session, arguments.models):
            check_reason(arguments, judged)
            recorded = entry(session, arguments, "breaking", f"{label}: released", arguments.reason)
            recorded = granted(session, judged, lock, recorded, arguments)
            ready.append(lock._replace(released=True).sealed(recorded))
        return told([save(session, lock) for lock in ready], "nothing released")


def rename(arguments: argparse.Namespace) -> int:
    """Move the lock of a model that was renamed: its history goes with it."""
    old, new = arguments.old, arguments.new
    with open_session(arguments) as session:
        for judged, label, lock in _named_locks(session, [old]):
            check_reason(arguments, judged)
            nodes = models_of(judged)
            if new not in nodes:
                raise RingfenceError(
                    f"there is no model {new}{did_you_mean(new, nodes)}", do="rename the model first, then its lock"
                )
            if label in nodes:
                raise RingfenceError(f"{old} is still a model of the project", do="delete or rename its file first")
            there = locks_of(session, judged).get(new)
            if there is not None and not there.released:
                raise RingfenceError(f"{new} is locked already", where=there.path, do="release one of the two locks")
            moving = lock._replace(label=new, path=lock_path(judged.project.root, new))
            now = taken(judged, nodes[new], moving, None)
            found = [("breaking", RENAMED + old), *pending(moving, now, nodes[new], judged, moving=True)]
            what = "; ".join(said for _, said in found)
            recorded = entry(session, arguments, _worst(kind for kind, _ in found), what, arguments.reason)
            recorded = granted(session, judged, lock, recorded, arguments)
            written = save(session, now.sealed(recorded))
            os.unlink(os.path.join(session.git.root, lock.path))
            return told([written], "")
        return told([], "nothing renamed")


def verify(arguments: argparse.Namespace) -> int:
    """Check every lock against the project: the same as `check --rule RF1`."""
    from ringfence.commands import check

    return check.run(arguments)


def _named_locks(session: Session, names: list[str]) -> list[tuple[Judged, str, Lock]]:
    """Return the locks that stand under these names, with their projects. Raises RingfenceError where one does not."""
    found = []
    every: set[str] = set()
    for judged in session.judged:
        locks = {label: lock for label, lock in locks_of(session, judged).items() if not lock.released}
        every |= {*locks}
        counted = by_policy(session, judged)
        found += [(counted, label, locks[label]) for label in names if label in locks]
    for name in names:
        if name not in {label for _, label, _ in found}:
            raise RingfenceError(f"{name} is not locked{did_you_mean(name, every)}", do="locks are in ringfence/locks/")
    return found


def pending(lock: Lock, new: Lock, node: Node, judged: Judged, *, moving: bool = False) -> list[tuple[str, str]]:
    """Return what a new lock records beside the old one: the class of each change and what it is."""
    current = interface_of(node, judged.settings.lock, judged.project)
    found = [
        (one.change_class, one.what)
        for one in differences(lock.interface, as_read_now(lock, current), judged.project.adapter)
    ]
    found += [("breaking", f"{key}: no longer known") for key in sorted(obscured(lock, current))]
    if lock.guard != new.guard:
        found.append(("breaking" if lock.guard == "logic" else "non-breaking", f"guard: {lock.guard} -> {new.guard}"))
    elif new.guard == "logic":
        logic = judged.project.logic(node.key)
        found += [("breaking", one.what) for one in moved(lock.logic, logic)]
        found += [("breaking", f"{part}: no longer known") for part in sorted(hidden_parts(lock.logic, logic))]
        found += [("non-breaking", f"{part}: {_ANEW}") for part in incomparable(lock.logic, logic)]
    if moving:
        return found
    if lock.emergency is not None:
        found.append((lock.emergency.change_class, f"emergency of {lock.emergency.date}: settled"))
    if lock.reader != READER and not found:
        found.append(("non-breaking", f"columns: {_ANEW}"))
    if lock.edited and not found:
        found.append(("breaking", "what was edited by hand: settled"))
    return found


def _should_be_locked(label: str, node: Node, judged: Judged) -> bool:
    tags = protective_tags(node, judged.settings.lock)
    if isinstance(tags, Unknown):
        say(f"{label} is left out, its tags are not known: {tags.reason}")
        return False
    return bool(tags.value) and not (isinstance(node.enabled, Known) and not node.enabled.value)


def _worst(classes: Iterable[str]) -> str:
    found = set(classes)
    return next((name for name in reversed(CHANGE_CLASSES) if name in found), "breaking")

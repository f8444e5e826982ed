"""`ringfence lock`: add, update, release and verify locks."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from ringfence.commands.ground import Ground
from ringfence.commands.output import command
from ringfence.commands.session import Session
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.lock import LOCKED, History, Lock, interface_of, protective_tags
from ringfence.domain.lockdiff import Difference, differences
from ringfence.domain.names import did_you_mean
from ringfence.stores.files import write_atomic
from ringfence.stores.locks import lock_path, read_locks, render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from ringfence.commands.known import Judged
    from ringfence.domain.node import Node


def add(arguments: argparse.Namespace) -> int:
    """Lock the named models; without names, every model that should be locked and is not."""
    with _session(arguments) as session:
        written = []
        for judged, names in _by_project(session, arguments.models):
            locks = _locks(session, judged)
            nodes = _models(judged)
            labels = names or [label for label, node in nodes.items() if _should_be_locked(label, node, judged)]
            for label in labels:
                if label in locks and not locks[label].released:
                    if names:
                        _say(f"{label} is locked already")
                    continue
                reason = arguments.reason or "first lock"
                history = locks[label].history if label in locks else ()
                entry = _entry(session, "non-breaking", LOCKED, reason)
                written.append(_write(session, judged, nodes[label], label, (*history, entry)))
        return _told(written, "every model that should be locked is locked")


def update(arguments: argparse.Namespace) -> int:
    """Record what the named models are now; without names, every locked model that differs."""
    with _session(arguments) as session:
        written = []
        for judged, names in _by_project(session, arguments.models):
            _check_reason(arguments.reason, judged)
            locks = _locks(session, judged)
            nodes = _models(judged)
            for label in names or [label for label in locks if label in nodes]:
                lock = locks.get(label)
                if lock is None or lock.released:
                    raise RingfenceError(f"{label} is not locked", do=f"type: {command()} lock add {label}")
                found = differences(lock.interface, interface_of(nodes[label], judged.settings.lock))
                if found:
                    entry = _entry(session, _worst(found), "; ".join(one.what for one in found), arguments.reason)
                    written.append(_write(session, judged, nodes[label], label, (*lock.history, entry)))
        return _told(written, "nothing to update: every lock fits its model")


def release(arguments: argparse.Namespace) -> int:
    """Release locks: each file stays as a tombstone with its history and the reason."""
    with _session(arguments) as session:
        written = []
        for judged in session.judged:
            _check_reason(arguments.reason, judged)
            locks = _locks(session, judged)
            for label in arguments.models:
                lock = locks.get(label)
                if lock is None and len(session.judged) > 1:
                    continue
                if lock is None or lock.released:
                    raise RingfenceError(
                        f"{label} is not locked{did_you_mean(label, locks)}", do="locks are in ringfence/locks/"
                    )
                entry = _entry(session, "breaking", "released", arguments.reason)
                written.append(_save(session, lock._replace(released=True, history=(*lock.history, entry))))
        return _told(written, "nothing released")


def verify(arguments: argparse.Namespace) -> int:
    """Check every lock against the project: the same as `check --rule RF1`."""
    from ringfence.commands import check

    return check.run(arguments)


def _session(arguments: argparse.Namespace) -> Session:
    return Session(Ground(head="worktree", project=arguments.project))


def _locks(session: Session, judged: Judged) -> dict[str, Lock]:
    held = read_locks(session.head.tree, judged.project.root)
    for problem in held.problems:
        raise RingfenceError(problem.message, where=str(problem.place), do=problem.fix)
    return dict(held.locks)


def _models(judged: Judged) -> dict[str, Node]:
    return {node.identity.label: node for node in judged.project.nodes("model")}


def _by_project(session: Session, names: list[str]) -> Iterator[tuple[Judged, list[str]]]:
    """Yield each project with those of the names that are models of it. Raises RingfenceError on an unknown name."""
    every = {label for judged in session.judged for label in _models(judged)}
    for name in names:
        if name not in every:
            raise RingfenceError(f"there is no model {name}{did_you_mean(name, every)}")
    for judged in session.judged:
        mine = [name for name in names if name in _models(judged)]
        if mine or not names:
            yield judged, mine


def _should_be_locked(label: str, node: Node, judged: Judged) -> bool:
    tags = protective_tags(node, judged.settings.lock)
    if isinstance(tags, Unknown):
        _say(f"{label} is left out, its tags are not known: {tags.reason}")
        return False
    return bool(tags.value) and not (isinstance(node.enabled, Known) and not node.enabled.value)


def _check_reason(reason: str | None, judged: Judged) -> None:
    pattern = judged.settings.lock.reason_pattern
    if not reason or not reason.strip():
        raise RingfenceError("a reason is required", do='add: --reason "WHY"')
    if pattern is not None and not re.search(pattern, reason):
        raise RingfenceError(
            f"the reason {reason!r} does not match lock.reason_pattern {pattern}", do="name what the pattern asks for"
        )


def _worst(found: Iterable[Difference]) -> str:
    classes = {one.change_class for one in found}
    return next(name for name in ("critical", "breaking", "non-breaking") if name in classes)


def _entry(session: Session, change_class: str, what: str, reason: str) -> History:
    import datetime

    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return History(today, change_class, what, reason, _author(session))


def _author(session: Session) -> str:
    """Return who git says is at work, without the time stamp."""
    identity = session.git.ask("var", "GIT_AUTHOR_IDENT") or ""
    return identity.rpartition("> ")[0] + ">" if "> " in identity else identity or "unknown"


def _write(session: Session, judged: Judged, node: Node, label: str, history: tuple[History, ...]) -> str:
    current = interface_of(node, judged.settings.lock)
    return _save(session, Lock(label, lock_path(judged.project.root, label), current, history))


def _save(session: Session, lock: Lock) -> str:
    write_atomic(os.path.join(session.git.root, lock.path), render(lock))
    return lock.path


def _told(written: list[str], nothing: str) -> int:
    for path in written:
        _say(f"wrote {path}")
    _say(f"now type: git add {' '.join(sorted({os.path.dirname(path) for path in written}))}" if written else nothing)
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")

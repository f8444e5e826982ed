"""What the commands on locks share: the projects they work on, who does it and when, and how a lock is written."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ringfence.commands.ground import Ground
from ringfence.commands.policy import policed
from ringfence.commands.session import Session
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Undecided
from ringfence.domain.lock import History, Lock, guard_of, interface_of
from ringfence.domain.logic import Logic
from ringfence.domain.names import did_you_mean
from ringfence.stores.files import write_atomic
from ringfence.stores.locks import lock_path, read_locks, render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ringfence.commands.known import Judged
    from ringfence.domain.node import Node


def open_session(arguments: argparse.Namespace) -> Session:
    """Return a session over the work tree: locks are taken of what lies there."""
    return Session(Ground(head="worktree", project=arguments.project))


def locks_of(session: Session, judged: Judged) -> dict[str, Lock]:
    """Return the locks of a project by label. Raises RingfenceError on a file that is no lock."""
    held = read_locks(session.head.tree, judged.project.root)
    for problem in held.problems:
        raise RingfenceError(problem.message, where=str(problem.place), do=problem.fix)
    return dict(held.locks)


def models_of(judged: Judged) -> dict[str, Node]:
    """Return the models of a project by label."""
    return {node.identity.label: node for node in judged.project.nodes("model")}


def by_project(session: Session, names: list[str]) -> Iterator[tuple[Judged, list[str]]]:
    """Yield each project with those of the names that are models of it. Raises RingfenceError on an unknown name."""
    every = {label for judged in session.judged for label in models_of(judged)}
    for name in names:
        if name not in every:
            raise RingfenceError(f"there is no model {name}{did_you_mean(name, every)}")
    for judged in session.judged:
        mine = [name for name in names if name in models_of(judged)]
        if mine or not names:
            yield by_policy(session, judged), mine


def by_policy(session: Session, judged: Judged) -> Judged:
    """Return a project with the settings that count for its locks in CI; without a base its own do."""
    try:
        return policed(session, judged)
    except RingfenceError:
        return judged  # there is nothing to compare with here, and whoever verifies is told so


def check_reason(arguments: argparse.Namespace, judged: Judged) -> None:
    """Raise RingfenceError where there is no reason, or the team's pattern stands in neither reason nor ticket."""
    reason, ticket = arguments.reason, arguments.ticket or ""
    if not reason or not reason.strip():
        raise RingfenceError("a reason is required", do='add: --reason "WHY"')
    pattern = judged.settings.lock.unmatched(f"{ticket} {reason}".strip())
    if pattern is not None:
        raise RingfenceError(
            f"the reason {reason!r} does not match lock.reason_pattern {pattern}",
            do="name what the pattern asks for, in --reason or --ticket",
        )


def entry(session: Session, arguments: argparse.Namespace, change_class: str, what: str, reason: str) -> History:
    """Return what the history of a lock records of a change made now."""
    return History(today(), change_class, what, reason, arguments.by or author(session), arguments.ticket or "")


def today() -> str:
    """Return the day in UTC, as dates are written."""
    import datetime

    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def author(session: Session) -> str:
    """Return who git says is at work, without the time stamp."""
    identity = session.git.ask("var", "GIT_AUTHOR_IDENT") or ""
    return identity.rpartition("> ")[0] + ">" if "> " in identity else identity or "unknown"


def taken(judged: Judged, node: Node, before: Lock | None, guard: str | None) -> Lock:
    """Return the lock of a model as it is now, with the history of the one before.

    `guard` is what was asked for; a model gets no less than the team says and its lock held.
    """
    settings, project, label = judged.settings.lock, judged.project, node.identity.label
    try:
        held = guard or guard_of(node, before, settings, project)
    except Undecided as cause:
        raise RingfenceError(
            f"whether the logic of {label} is guarded cannot be told: {cause.reason}",
            do="say so: --guard interface or --guard logic",
        ) from cause
    logic = project.logic(node.key) if held == "logic" else Logic({})
    return Lock(
        label,
        before.path if before is not None else lock_path(project.root, label),
        interface_of(node, settings, project),
        before.history if before is not None else (),
        guard=held,
        logic=logic.recorded(),
    )


def save(session: Session, lock: Lock) -> str:
    """Write a lock into the work tree. Returns its path from the repository's root."""
    write_atomic(os.path.join(session.git.root, lock.path), render(lock))
    return lock.path


def told(written: list[str], nothing: str) -> int:
    """Say which files were written and what to type now. Returns the exit code."""
    for path in written:
        say(f"wrote {path}")
    say(f"now type: git add {' '.join(sorted({os.path.dirname(path) for path in written}))}" if written else nothing)
    return 0


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")

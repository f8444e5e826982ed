"""`ringfence approve`: accept a change by its fingerprint, with a reason."""

from __future__ import annotations

import datetime
import os
import posixpath
import sys
from typing import TYPE_CHECKING

from ringfence.commands.ground import Ground
from ringfence.commands.judging import compared
from ringfence.commands.session import Session
from ringfence.domain.errors import RingfenceError
from ringfence.stores.approvals import FILE, Approval, read_approvals, render
from ringfence.stores.files import write_atomic

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Record the approval of one change between the base and the work tree."""
    with Session(Ground(head="worktree", base=arguments.base, project=arguments.project)) as session:
        return _approve(session, arguments)


def _approve(session: Session, arguments: argparse.Namespace) -> int:
    for judged in session.judged:
        for change in compared(session, judged):
            if change.fingerprint == arguments.fingerprint:
                before = read_approvals(session.head.tree, judged.project.root)
                path = posixpath.join(judged.project.root, FILE)
                today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
                author = session.git.ask("config", "user.name") or "unknown"
                kept = tuple(one for one in before if one.fingerprint != change.fingerprint)
                entry = Approval(change.fingerprint, change.message, arguments.reason, author, today)
                write_atomic(os.path.join(session.git.root, path), render((*kept, entry)))
                sys.stdout.write(f"approved: {change.message}\nwrote {path}\nnow type: git add {path}\n")
                return 0
    raise RingfenceError(
        f"no change since {session.base.label} has the fingerprint {arguments.fingerprint}",
        do="list them: ringfence diff",
    )

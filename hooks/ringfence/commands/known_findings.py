"""`ringfence known`: accept findings as known, and take those off the list that are gone."""

from __future__ import annotations

import datetime
import os
import sys
from typing import TYPE_CHECKING

from ringfence.commands.check import inside, within
from ringfence.commands.ground import Ground
from ringfence.commands.judging import chosen_rules, found
from ringfence.commands.session import Session
from ringfence.commands.silencing import ignored
from ringfence.domain.errors import RingfenceError
from ringfence.domain.finding import Finding
from ringfence.domain.known import KnownFinding, can_be_known, described, pruned, recorded
from ringfence.stores.files import write_atomic
from ringfence.stores.known import known_path, read_known, render

if TYPE_CHECKING:
    import argparse

    from ringfence.commands.known import Judged


def add(arguments: argparse.Namespace) -> int:
    """Accept what is found in the work tree, by rule and path where these are named. Returns the exit code."""
    with Session(_ground(arguments)) as session:
        wanted = {inside(session.ground, path) for path in arguments.paths}
        by = session.git.ask("config", "user.name") or "unknown"
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        for judged in session.judged:
            _check_reason(judged, arguments.reason)
            before = read_known(judged.tree, judged.project.root)
            every = _findings(session, judged, arguments.rule)
            new = [one for one in every if not wanted or within(one.place.path, wanted)]
            _write(session, judged, before, recorded(new, before, arguments.reason.strip(), by, today))
    return 0


def update(arguments: argparse.Namespace) -> int:
    """Describe the known findings as they are said now, and drop those that are gone. Returns the exit code."""
    return _shrink(arguments, anew=True)


def prune(arguments: argparse.Namespace) -> int:
    """Drop the known findings that are gone. Returns the exit code."""
    return _shrink(arguments, anew=False)


def _shrink(arguments: argparse.Namespace, *, anew: bool) -> int:
    with Session(_ground(arguments)) as session:
        for judged in session.judged:
            before = read_known(judged.tree, judged.project.root)
            names = sorted({one.rule for one in before})
            now = _findings(session, judged, names) if names else []
            after = described(before, now) if anew else pruned(before, now)
            _write(session, judged, before, after)
    return 0


def _ground(arguments: argparse.Namespace) -> Ground:
    return Ground(head="worktree", project=arguments.project)


def _findings(session: Session, judged: Judged, names: list[str]) -> list[Finding]:
    """Return what the rules find that are on, or those named, and that no ignore takes away."""
    wanted = chosen_rules(names)
    results, _ = found(session, judged, wanted)
    _, left, _ = ignored(judged, results, {info.code for info in wanted})
    return [one for one in left if isinstance(one, Finding) and can_be_known(one)]


def _check_reason(judged: Judged, reason: str) -> None:
    import re

    pattern = judged.settings.lock.reason_pattern
    if not reason.strip():
        raise RingfenceError("a known finding needs a reason", do="--reason WHY")
    if pattern is not None and not re.search(pattern, reason):
        raise RingfenceError(f"the reason does not match {pattern}", do="see lock.reason_pattern in ringfence.yml")


def _write(session: Session, judged: Judged, before: tuple[KnownFinding, ...], after: tuple[KnownFinding, ...]) -> None:
    path = known_path(judged.project.root)
    if after == before:
        sys.stdout.write(f"{path}: {len(before)} known findings, nothing new\n")
        return
    write_atomic(os.path.join(session.git.root, path), render(after))
    told = {one.fingerprint for one in before}
    more = sum(1 for one in after if one.fingerprint not in told)
    gone = len(told - {one.fingerprint for one in after})
    sys.stdout.write(
        f"wrote {path}: {len(after)} known findings, {more} added, {gone} gone\nnow type: git add {path}\n"
    )

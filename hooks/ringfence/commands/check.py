"""`ringfence check`: judge the whole tree, print what was asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ringfence.commands.judging import Judgement, chosen_rules, judge
from ringfence.commands.output import emit, here
from ringfence.commands.session import Session
from ringfence.domain.errors import RingfenceError
from ringfence.reporters import choose

if TYPE_CHECKING:
    import argparse

    from ringfence.domain.finding import Finding


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code: 1 where a printed finding has the severity error."""
    with Session(head=arguments.head, base=arguments.base, project=arguments.project) as session:
        judgement = judge(session, chosen_rules(arguments.rule))
        shown = _filtered(session, judgement, arguments)
    result = judgement._replace(findings=tuple(shown))
    emit(choose(arguments.format).findings(result, here(shown)), arguments.output)
    if arguments.format == "text" and arguments.statistics:
        emit(_statistics(result), None)
    if judgement.undecided and arguments.format != "json":
        _tell_undecided(judgement)
    failed = any(finding.severity == "error" for finding in shown)
    return 1 if failed and not arguments.exit_zero else 0


def _filtered(session: Session, judgement: Judgement, arguments: argparse.Namespace) -> list[Finding]:
    """Return the findings in the files asked for; without files, all."""

    wanted: set[str] | None = None
    if arguments.paths:
        wanted = {_inside(session, path) for path in arguments.paths}
    if arguments.changed:
        changed = set(session.changes)
        wanted = changed if wanted is None else wanted & changed
    if wanted is None:
        return list(judgement.findings)
    return [
        one
        for one in judgement.findings
        if any(path in (".", one.place.path) or one.place.path.startswith(f"{path}/") for path in wanted)
    ]


def _inside(session: Session, path: str) -> str:
    """Return a path from the repository's root ('.' for the root). Raises RingfenceError where nothing is there."""
    import os

    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(session.git.root)).replace(os.sep, "/")
    if os.path.exists(path) or session.head.tree.entry(inside) is not None:
        return inside
    if any(entry.startswith(f"{inside}/") for entry in session.head.tree.entries()):
        return inside
    raise RingfenceError("there is no such file or folder", where=path, do="name one of this repository, or none")


def _statistics(judgement: Judgement) -> str:
    from collections import Counter

    counted = Counter((finding.code, finding.name, finding.severity) for finding in judgement.findings)
    return "".join(
        f"{number:6}  {code} {name} ({severity})\n" for (code, name, severity), number in counted.most_common()
    )


def _tell_undecided(judgement: Judgement) -> None:
    first = judgement.undecided[0]
    more = f", and {len(judgement.undecided) - 1} more" if len(judgement.undecided) > 1 else ""
    sys.stderr.write(
        f"ringfence: undecided, neither passed nor failed: {first.place}: {first.code} {first.name} "
        f"{first.subject.kind} {first.subject.name}: {first.reason}{more} (all of them: --format json)\n"
    )

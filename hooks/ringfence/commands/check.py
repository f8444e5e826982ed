"""`ringfence check`: judge the whole tree, print what was asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ringfence.commands.ground import Ground
from ringfence.commands.output import emit, here
from ringfence.commands.recall import Judgement, recall
from ringfence.domain.errors import RingfenceError
from ringfence.reporters import choose

if TYPE_CHECKING:
    import argparse

    from ringfence.commands.fix import Mended
    from ringfence.domain.finding import Finding
    from ringfence.domain.settings import RuleSettings
    from ringfence.domain.tree import Tree

# An edit may make room for another, such as that of a second key at the same place.
_ROUNDS = 10


def run(arguments: argparse.Namespace) -> int:
    """Return the exit code: 1 where a printed finding has the severity error."""
    if arguments.fix or arguments.diff:
        return _mend(arguments)
    judgement, shown = _look(arguments)
    return _report(arguments, judgement, shown)


def _look(arguments: argparse.Namespace) -> tuple[Judgement, list[Finding]]:
    ground = _ground(arguments)
    try:
        return _judged(ground, arguments)
    finally:
        ground.git.close()


def _ground(arguments: argparse.Namespace) -> Ground:
    return Ground(head=arguments.head, base=arguments.base, project=arguments.project, left=arguments.left)


def _report(arguments: argparse.Namespace, judgement: Judgement, shown: list[Finding]) -> int:
    result = judgement._replace(findings=tuple(shown))
    emit(choose(arguments.format).findings(result, here(shown)), arguments.output)
    if arguments.format == "text" and arguments.statistics:
        emit(_statistics(result), None)
    if judgement.undecided and arguments.format != "json":
        _tell_undecided(judgement)
    failed = any(finding.severity == "error" for finding in shown)
    return 1 if failed and not arguments.exit_zero else 0


def _mend(arguments: argparse.Namespace) -> int:
    """Make or show the edits, then report what is left.

    What was judged in the index or in a commit is as it was until somebody stages the edited files, so its findings
    still count; of the work tree those count that are left when nothing can be edited any more.
    """
    from ringfence.commands import fix

    judgement, shown, mended, again = _mend_once(arguments)
    number, files, rounds = len(mended.findings), frozenset(mended.files), 1
    while again and rounds < _ROUNDS:
        judgement, shown, mended, again = _mend_once(arguments)
        number, files, rounds = number + len(mended.findings), files.union(mended.files), rounds + 1
    left = [one for one in shown if one not in mended.findings]
    if again:
        judgement, shown = _look(arguments)
        left = shown
    done = fix.Done(number, files, mended.refused, not again)
    fix.tell(done, left, written=not arguments.diff, unsafe=arguments.unsafe_fixes)
    if arguments.diff:
        return 1 if any(one.severity == "error" for one in shown) and not arguments.exit_zero else 0
    return _report(arguments, judgement, shown)


def _mend_once(arguments: argparse.Namespace) -> tuple[Judgement, list[Finding], Mended, bool]:
    """Judge, and edit what is offered. Returns also whether something was edited that another look may find."""
    from ringfence.commands import fix
    from ringfence.readers.trees import WorkTree

    ground = _ground(arguments)
    try:
        judgement, shown = _judged(ground, arguments)
        mended = fix.mend(ground, shown, unsafe=arguments.unsafe_fixes)
        if arguments.diff:
            emit(fix.show(ground, mended), arguments.output)
        else:
            fix.write(ground, mended)
        again = isinstance(ground.head.tree, WorkTree) and bool(mended.files) and not arguments.diff
    finally:
        ground.git.close()
    return judgement, shown, mended, again


def _judged(ground: Ground, arguments: argparse.Namespace) -> tuple[Judgement, list[Finding]]:
    """Return the judgement and those of its findings that are to be shown."""
    question: object = sorted(arguments.rule)
    only = None
    if arguments.select or arguments.exclude:
        question = question, arguments.select, arguments.exclude
        only = _selected(arguments)
    known = recall(ground, question)
    if known is not None:
        judgement, base = known
        if base is not None or not arguments.changed:
            return judgement, _filtered(ground, judgement, arguments, base)
    from ringfence.commands.judging import chosen_rules, judge
    from ringfence.commands.session import Session

    with Session(ground) as session:
        judgement = judge(session, chosen_rules(arguments.rule), question, only)
        base = session.base if arguments.changed else None
        return judgement, _filtered(ground, judgement, arguments, base)


def _selected(arguments: argparse.Namespace) -> RuleSettings:
    """Return what the command line selects. Raises RingfenceError on a selector that is none."""
    from ringfence.domain.selection import parse_selection
    from ringfence.domain.settings import RuleSettings

    return RuleSettings(
        select=parse_selection(arguments.select, "--select") if arguments.select else None,
        exclude=parse_selection(arguments.exclude, "--exclude") if arguments.exclude else None,
    )


def _filtered(ground: Ground, judgement: Judgement, arguments: argparse.Namespace, base: Tree | None) -> list[Finding]:
    """Return the findings in the files asked for; without files, all."""
    wanted: set[str] | None = None
    if arguments.paths:
        wanted = {inside(ground, path) for path in arguments.paths}
    if arguments.changed and base is not None:
        changed = set(ground.differing(base))
        wanted = changed if wanted is None else {path for path in changed if within(path, wanted)}
    if wanted is None:
        return list(judgement.findings)
    return [one for one in judgement.findings if within(one.place.path, wanted)]


def within(path: str, wanted: set[str]) -> bool:
    """Return whether a path is one of those wanted, or stands in a wanted folder."""
    return any(one in (".", path) or path.startswith(f"{one}/") for one in wanted)


def inside(ground: Ground, path: str) -> str:
    """Return a path from the repository's root ('.' for the root). Raises RingfenceError where nothing is there."""
    import os

    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(ground.git.root)).replace(os.sep, "/")
    if os.path.exists(path) or ground.head.tree.entry(inside) is not None:
        return inside
    if any(entry.startswith(f"{inside}/") for entry in ground.head.tree.entries()):
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

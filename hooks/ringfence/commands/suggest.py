"""`ringfence suggest`: which models others rest on, which tags that speaks for, and with --write those tags."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from ringfence.commands.ground import Ground
from ringfence.commands.output import emit
from ringfence.commands.session import Session
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Known, Undecided
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.selection import parse_selection
from ringfence.domain.suggest import flags, ranked
from ringfence.domain.tagging import tagging
from ringfence.readers.history import changes

if TYPE_CHECKING:
    import argparse

    from ringfence.commands.known import Judged
    from ringfence.domain.selection import Selection
    from ringfence.domain.suggest import Flag, Ranked


class Suggested(NamedTuple):
    """What is suggested for one project: every model that was selected, and what is odd about all of its tags.

    `history` says why the changes that were counted are not all, None where there is no history at all.
    """

    judged: Judged
    models: list[Ranked]
    flags: list[Flag]
    history: str | None


def run(arguments: argparse.Namespace) -> int:
    """Print the ranking; with --write put the proposed tags in. Raises RingfenceError on a selector that is none."""
    selection = parse_selection(arguments.select, "--select")
    with Session(Ground(head=arguments.head, project=arguments.project)) as session:
        found = [_suggested(session, judged, arguments, selection) for judged in session.judged]
        reporter = import_module(f"ringfence.reporters.suggest_{arguments.format}")
        text: str = reporter.suggest(found, arguments.limit, session.head.tree.label)
        emit(text, arguments.output)
        if arguments.write:
            _write(session, found, arguments.limit)
    return 0


def _suggested(session: Session, judged: Judged, arguments: argparse.Namespace, selection: Selection) -> Suggested:
    project = judged.project
    layout = project.package.layout
    folders = [f"{layout.root}/{path}".strip("/") for path in layout.paths["model-paths"]]
    history = changes(session.git, session.head.commit, folders)
    nodes = [node for node in project.nodes("model") if not isinstance(node.enabled, Known) or node.enabled.value]
    every = ranked(
        nodes, project, judged.settings.lock, arguments.fan_out, None if history is None else history.by_path
    )
    odd = flags(every, judged.settings.lock, arguments.max_tagged, project.tags)
    chosen = [one for one in every if _is_selected(one, judged, selection)]
    return Suggested(judged, chosen, odd, None if history is None else history.short)


def _is_selected(one: Ranked, judged: Judged, selection: Selection) -> bool:
    try:
        return selection.matches(one.node, judged.project)
    except Undecided as cause:
        sys.stderr.write(
            f"ringfence: {one.label} is left out, it is not known whether it is selected: {cause.reason}\n"
        )
        return False


def _write(session: Session, found: list[Suggested], limit: int) -> None:
    """Put the tags that were printed into properties files, each edit proven, in files that are what was judged.

    Raises RingfenceError where none of them could be written.
    """
    from ringfence.commands import fix

    wanted: list[Finding] = []
    for suggested in found:
        for one in suggested.models[: limit or None]:
            tags = [proposal.tag for proposal in one.proposals]
            if not tags:
                continue
            edits = tagging(one.node, suggested.judged.project, tags)
            if isinstance(edits, str):
                sys.stderr.write(f"ringfence: not tagged: {one.label}: {edits}\n")
                continue
            told = f"tag {one.label} {', '.join(tags)}"
            wanted.append(Finding(told, one.node.place, Subject("model", one.label), told, edits=edits))
    mended = fix.mend(session.ground, wanted, unsafe=True)
    fix.write(session.ground, mended)
    for refused in mended.refused:
        sys.stderr.write(f"ringfence: not edited: {refused.edit.place}: {refused.reason}\n")
    number = len(mended.findings)
    sys.stderr.write(
        f"ringfence: tagged {number} model{'' if number == 1 else 's'} in "
        f"{len(mended.files)} file{'' if len(mended.files) == 1 else 's'}\n"
    )
    if wanted and not mended.findings and mended.refused:
        raise RingfenceError("no tag was written", do="see the reasons above")

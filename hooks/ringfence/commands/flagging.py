"""Judges what a project says of feature flags. Imported where it says anything.

It is judged in every run: what a flag is worth changes with the day, and a use may stand in any file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence import rules
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.flags import FlagSubject, UseSubject
from ringfence.domain.runner import verdict
from ringfence.readers.static.flags import read_flags
from ringfence.stores.locks import find_lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.finding import Finding, Undecidable
    from ringfence.domain.flags import Flags, Use
    from ringfence.domain.rule import RuleInfo


def on_flags(session: Session, judged: Judged, wanted: Iterable[RuleInfo]) -> list[Finding | Undecidable]:
    """Return what the wanted rules about flags say of one project."""
    flags = read_flags(judged.project)
    by_level: dict[str, list[RuleInfo]] = {}
    for info in wanted:
        by_level.setdefault(info.level, []).append(info)
    results: list[Finding | Undecidable] = []
    for level, infos in sorted(by_level.items()):
        active = [rules.load(info) for info in infos]
        for subject in _subjects(session, judged, flags, level):
            outcome = verdict(active, subject, judged.project, judged.settings.rules)
            results += [*outcome.findings, *outcome.undecided]
    return results


def _subjects(session: Session, judged: Judged, flags: Flags, level: str) -> Iterator[object]:
    if level == "flag":
        for flag in flags.registry:
            uses = tuple(use for use in flags.uses if use.flag == flag.name)
            yield FlagSubject(flag, uses, flags.unseen, session.today)
    elif level == "flag-use":
        names = tuple(flag.name for flag in flags.registry)
        for use in (*flags.uses, *flags.overrides):
            if use.where != "package":
                yield UseSubject(use, names, flags.undeclared, _locked(judged, use))
    elif level == "flag-read":
        yield from flags.reads
    else:
        yield from flags.truths


def _locked(judged: Judged, use: Use) -> Fact[tuple[str, ...]]:
    """Return the labels of the locked models among the nodes that a use reaches."""
    project, tags = judged.project, {*judged.settings.lock.tags}
    found: list[str] = []
    for key in use.nodes:
        node = project.whole(key)
        if node is None or node.identity.kind != "model":
            continue
        label = node.identity.label
        lock = find_lock(judged.tree, project.root, label, project.package.contents.document).lock
        if lock is not None:
            found += [] if lock.released else [label]
        elif isinstance(node.tags, Unknown):
            return node.tags
        elif node.tags.value & tags:
            found.append(label)
    return Known(tuple(found))

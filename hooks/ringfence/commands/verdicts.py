"""The verdicts on one tree, subject by subject: those of the last judged tree, less what a change moved, judged anew.

Nothing here knows the base: what is compared with it is judged in every run (judging.py), because only what differs
between two trees can be found there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence import rules
from ringfence.domain.document import Problem
from ringfence.domain.finding import pack_result, unpack_result
from ringfence.domain.lock import LockSubject
from ringfence.domain.runner import Outcome, verdict
from ringfence.readers.static.layout import join
from ringfence.readers.static.state import FINDINGS, RESULTS
from ringfence.stores.locks import PERMITS, find_lock, label_of, lock_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ringfence.commands.known import Judged
    from ringfence.domain.finding import Finding, Undecidable
    from ringfence.domain.rule import Rule, RuleInfo
    from ringfence.domain.tree import Tree
    from ringfence.readers.static.project import StaticProject


class Bench:
    """Judges the subjects of one project by a set of rules. Rules are imported when a subject needs them."""

    def __init__(self, judged: Judged, catalogue: Iterable[RuleInfo]) -> None:
        self._judged = judged
        self._by_level: dict[str, list[RuleInfo]] = {}
        for info in catalogue:
            chosen = judged.settings.rules.get(info.name)
            if chosen is None or chosen.severity != "off":
                self._by_level.setdefault(info.level, []).append(info)
        self._loaded: dict[str, Rule] = {}

    def judge(self, subject: str) -> Outcome:
        """Return the outcome of a subject: `N|key` a node, `F|path` a file, `L|label` a lock, `P|path` a permit."""
        kind, _, name = subject.partition("|")
        if kind == "N":
            return self._node(name)
        if kind == "F":
            return self._file(name)
        if kind == "P":
            return self._permit(name)
        return self.lock(name, None)

    def lock(self, label: str, base: Tree | None, earlier: StaticProject | None = None) -> Outcome:
        """Return the outcome of a model's lock; without a base the lock counts as unchanged since then.

        `earlier` is the project as the base has it.
        """
        project, document = self._judged.project, self._judged.project.package.contents.document
        found = find_lock(self._judged.tree, project.root, label, document)
        findings = [one for problem in found.problems for one in self._run("problem", problem).findings]
        if found.lock is None and found.problems:
            return Outcome(tuple(findings), ())
        before = found.lock if base is None else find_lock(base, project.root, label, document).lock
        node = project.node(f"model.{project.name}.{label}")
        path = found.lock.path if found.lock is not None else lock_path(project.root, label)
        subject = LockSubject(label, node, found.lock, before, self._judged.settings.lock, path, earlier)
        outcome = self._run("lock", subject)
        return Outcome((*findings, *outcome.findings), outcome.undecided)

    def _node(self, key: str) -> Outcome:
        node = self._judged.project.node(key)
        return Outcome((), ()) if node is None else self._run("node", node)

    def _file(self, path: str) -> Outcome:
        package = self._judged.project.package
        outcomes = [self._run("problem", problem) for problem in package.problems_in(path)]
        if "properties" in package.roles(path):
            file = package.file(path)
            outcomes.append(self._run("file", file))
            outcomes += [self._run("entry", entry) for entry in file.entries]
        return _joined(outcomes)

    def _permit(self, path: str) -> Outcome:
        from ringfence.stores.permits import read_permit

        found = self._judged.tree.read([path]).get(path)
        problem = None if found is None else read_permit(found, path)
        return self._run("problem", problem) if isinstance(problem, Problem) else Outcome((), ())

    def _run(self, level: str, subject: object) -> Outcome:
        kind = getattr(getattr(subject, "identity", subject), "kind", "")
        active = [
            self._load(info)
            for info in self._by_level.get(level, ())
            if level not in ("node", "entry") or not info.kinds or kind in info.kinds
        ]
        return verdict(active, subject, self._judged.project, self._judged.settings.rules)

    def _load(self, info: RuleInfo) -> Rule:
        if info.code not in self._loaded:
            self._loaded[info.code] = rules.load(info)
        return self._loaded[info.code]


def refresh(judged: Judged, bench: Bench, *, stand: bool) -> None:
    """Bring the recorded verdicts of a project up to its tree; `stand` says whether the recorded ones still count."""
    state, index = judged.project.index.state, judged.project.index
    if not stand:
        state.forget(RESULTS, FINDINGS)
    for subject in sorted(_dirty(judged, stand=stand)):
        index.begin()
        outcome = bench.judge(subject)
        uses = index.end() - {f"node:{subject[2:]}", f"node:model.{judged.project.name}.{subject[2:]}"}
        said: list[Finding | Undecidable] = [*outcome.findings, *outcome.undecided]
        state.put(RESULTS, subject, {"r": sorted(uses)} if uses else None)
        state.put(FINDINGS, subject, [pack_result(one) for one in said] if said else None)


def standing(judged: Judged, without: Collection[str]) -> list[Finding | Undecidable]:
    """Return all recorded results but those of the subjects `without`, in no order."""
    records = judged.project.index.state.records(FINDINGS)
    return [unpack_result(packed) for subject, said in records if subject not in without for packed in said]


def spoken_of(judged: Judged) -> list[str]:
    """Return the labels of the locks on which there are results."""
    records = judged.project.index.state.records(FINDINGS)
    return [subject[2:] for subject, said in records if said and subject.startswith("L|")]


def _dirty(judged: Judged, *, stand: bool) -> set[str]:
    project, wave = judged.project, judged.wave
    if wave is None or not stand:
        nodes, files = list(project.keys()), project.paths()
        labels = set(_labels(judged.tree.entries(), project.root))
        permits = _permits(judged.tree.entries(), project.root)
        subjects: set[str] = set()
    else:
        nodes, files = list(wave.nodes), list(wave.units)
        labels = set(_labels(judged.changes, project.root))
        permits = _permits(judged.changes, project.root)
        looked_at = [*wave.touched, *(f"whole:{key}" for key in nodes)]
        subjects = {owner for key in looked_at for owner in project.index.state.owners("r", key)}
    prefix = f"model.{project.name}."
    labels |= {key.removeprefix(prefix) for key in nodes if key.startswith(prefix)}
    subjects |= {f"P|{path}" for path in permits}
    return subjects | {f"N|{key}" for key in nodes} | {f"F|{path}" for path in files} | {f"L|{one}" for one in labels}


def _labels(paths: Iterable[str], root: str) -> Iterator[str]:
    return (label for path in paths if (label := label_of(path, root)) is not None)


def _permits(paths: Iterable[str], root: str) -> set[str]:
    folder = join(root, PERMITS)
    return {path for path in paths if path.endswith((".yml", ".yaml")) and path.rpartition("/")[0] == folder}


def _joined(outcomes: list[Outcome]) -> Outcome:
    findings = tuple(one for outcome in outcomes for one in outcome.findings)
    return Outcome(findings, tuple(one for outcome in outcomes for one in outcome.undecided))

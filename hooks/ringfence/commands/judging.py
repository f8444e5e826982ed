"""Judges the projects of a session: rules over the head, changes against the base, what was accepted taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ringfence import changes, rules
from ringfence.commands.session import CATALOGUE, Judged, Session
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Undecidable
from ringfence.domain.lock import LOCKED, Lock, LockSubject, differences, interface_of
from ringfence.domain.names import did_you_mean
from ringfence.domain.pairs import States
from ringfence.domain.rule import FAMILIES
from ringfence.domain.runner import Outcome, chosen_for, compare, run
from ringfence.domain.settings import RuleSettings
from ringfence.readers.modules import read_modules
from ringfence.stores.approvals import read_approvals
from ringfence.stores.locks import Locks, lock_path, read_locks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.change import Change
    from ringfence.domain.finding import Finding
    from ringfence.domain.rule import RuleInfo

_UNREADABLE = "RF001"
# Kinds of change that a lock holds fast: once the lock's history says yes, the diff says it no more.
_HELD_BY_LOCKS = frozenset(
    {
        "model-removed",
        "column-removed",
        "column-type-changed",
        "contract-dropped",
        "protective-tag-lost",
        "materialization-changed",
    }
)


class Judgement(NamedTuple):
    """Everything a check found, over all projects; `accepted` counts changes that an approval or a lock allows."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecidable, ...]
    projects: int
    accepted: int


def chosen_rules(names: Iterable[str]) -> list[RuleInfo]:
    """Return the rules that names, codes or families (RF2) mean; none named: every one that is on by itself.

    Raises RingfenceError on an unknown name.
    """
    wanted = list(names)
    if not wanted:
        return [info for info in CATALOGUE if info.enabled]
    found: dict[str, RuleInfo] = {info.code: info for info in CATALOGUE if info.code == _UNREADABLE}
    for name in wanted:
        matches = [
            info for info in CATALOGUE if name in (info.name, info.code) or name.upper() in (info.code, info.family)
        ]
        if not matches:
            every = [info.name for info in CATALOGUE] + [info.code for info in CATALOGUE] + list(FAMILIES)
            raise RingfenceError(f"there is no rule {name}{did_you_mean(name, every)}", do="list them: ringfence rules")
        found.update((info.code, info) for info in matches)
    return sorted(found.values())


def judge(session: Session, wanted: list[RuleInfo]) -> Judgement:
    """Return the judgement of the session's head by these rules."""
    findings: list[Finding] = []
    undecided: list[Undecidable] = []
    accepted = 0
    for judged in session.judged:
        outcome = _rules(session, judged, wanted)
        findings += outcome.findings
        undecided += outcome.undecided
        kept, doubtful, dropped = _changes(session, judged, wanted)
        findings += kept
        undecided += doubtful
        accepted += dropped
    findings += _modules(session, wanted)
    findings.sort(key=lambda one: (one.place, one.code, one.subject.column or ""))
    return Judgement(tuple(findings), tuple(undecided), len(session.judged), accepted)


def compared(session: Session, judged: Judged) -> list[Change]:
    """Return every change of one project since the base, accepted ones included."""
    if session.base.id == session.head.tree.id:
        return []
    before = session.before.get(judged.project.root)
    if before is None:
        return []
    lock = judged.settings.lock
    states = States(before, judged.project, frozenset({*lock.tags, *lock.require}))
    found: list[Change] = []
    for info in CATALOGUE:
        if info.level == "change":
            found += compare(changes.load(info), states)
    return found


def locks_of(session: Session, judged: Judged) -> Locks:
    """Return the locks of a project as the head has them."""
    return read_locks(session.head.tree, judged.project.root)


def acknowledged(session: Session, judged: Judged) -> frozenset[str]:
    """Return the labels of locked models whose lock fits the project and records a change made since the base.

    Taking a lock records no change: what was done to a model before it was first locked is not settled by locking it.
    """
    now = locks_of(session, judged).locks
    before = read_locks(session.base, judged.project.root).locks
    settled = set()
    for label, lock in now.items():
        recorded = set(lock.history) - set(before[label].history if label in before else ())
        if all(entry.what == LOCKED for entry in recorded):
            continue
        node = judged.project.node(f"model.{judged.project.name}.{label}")
        if lock.released or (
            node is not None and not differences(lock.interface, interface_of(node, judged.settings.lock))
        ):
            settled.add(label)
    return frozenset(settled)


def _rules(session: Session, judged: Judged, wanted: list[RuleInfo]) -> Outcome:
    active = [info for info in wanted if info.level not in ("change", "module") and _severity(judged, info) != "off"]
    for info in active:
        chosen = judged.settings.rules.get(info.name, RuleSettings())
        if info.level == "lock" and (chosen.select is not None or chosen.exclude is not None):
            raise RingfenceError(
                f"rules.{info.name}: a lock cannot be selected away",
                where="ringfence.yml",
                do="use lock.tags and lock.require",
            )
    held = locks_of(session, judged)
    subjects: dict[str, list[object]] = {}
    if any(info.level == "lock" for info in active):
        subjects["lock"] = list(_lock_subjects(session, judged, held))
    subjects["problem"] = [*judged.project.problems(), *held.problems]
    loaded = [rules.load(info) for info in active]
    return run(loaded, judged.project, judged.settings.rules, subjects)


def _lock_subjects(session: Session, judged: Judged, held: Locks) -> Iterable[LockSubject]:
    project = judged.project
    base = read_locks(session.base, project.root).locks
    nodes = {node.identity.label: node for node in project.nodes("model")}
    for label in sorted({*nodes, *held.locks, *base}):
        lock: Lock | None = held.locks.get(label)
        path = lock.path if lock is not None else lock_path(project.root, label)
        unreadable = any(problem.place.path == path for problem in held.problems)
        if not unreadable:
            yield LockSubject(label, nodes.get(label), lock, base.get(label), judged.settings.lock, path)


def _changes(session: Session, judged: Judged, wanted: list[RuleInfo]) -> tuple[list[Finding], list[Undecidable], int]:
    names = {info.name for info in wanted if info.level == "change" and _severity(judged, info) != "off"}
    if not names:
        return [], [], 0
    approved = {approval.fingerprint for approval in read_approvals(session.head.tree, judged.project.root)}
    settled = acknowledged(session, judged)
    kept: list[Finding] = []
    undecided: list[Undecidable] = []
    dropped = 0
    for change in compared(session, judged):
        if change.kind not in names or change.level not in ("breaking", "risky"):
            continue
        if change.fingerprint in approved or (change.kind in _HELD_BY_LOCKS and change.subject.name in settled):
            dropped += 1
            continue
        chosen = judged.settings.rules.get(change.kind, RuleSettings())
        finding = change.as_finding()
        try:
            if not chosen_for(finding, judged.project, chosen):
                continue
        except Undecided as cause:
            undecided.append(Undecidable(finding.code, finding.name, finding.subject, cause.reason, finding.place))
            continue
        fix = f'{finding.fix}; if it is meant, type: ringfence approve {change.fingerprint} --reason "WHY"'
        kept.append(finding._replace(fix=fix, severity=chosen.severity or finding.severity))
    return kept, undecided, dropped


def _modules(session: Session, wanted: list[RuleInfo]) -> list[Finding]:
    chosen = {info.name: session.settings.rules.get(info.name, RuleSettings()).severity for info in wanted}
    active = [info for info in wanted if info.level == "module" and chosen[info.name] != "off"]
    if not active or not session.settings.layers:
        return []
    found, problems = read_modules(session.head.tree, session.settings.layers)
    findings: list[Finding] = []
    for info in active:
        rule = rules.load(info)
        severity = chosen[info.name] or rule.severity
        for module in found:
            findings += [
                one._replace(code=rule.code, name=rule.name, severity=severity) for one in rule.check(module, None)
            ]
    unreadable = rules.load(next(info for info in CATALOGUE if info.code == _UNREADABLE))
    for problem in problems:
        for one in unreadable.check(problem, None):
            findings.append(one._replace(code=unreadable.code, name=unreadable.name, severity=unreadable.severity))
    return findings


def _severity(judged: Judged, info: RuleInfo) -> str | None:
    chosen = judged.settings.rules.get(info.name)
    return chosen.severity if chosen is not None else None

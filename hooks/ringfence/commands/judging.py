"""Judges the projects of a session: rules over the head, changes against the base, what was accepted taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence import changes, rules
from ringfence.commands.known import Judged, verdicts_rest_on
from ringfence.commands.policy import EMERGENCY, guarded, policed, weighed
from ringfence.commands.recall import Judgement, Rests, remember
from ringfence.commands.session import CATALOGUE, Session, has_project
from ringfence.commands.silencing import silence
from ringfence.commands.verdicts import Bench, refresh, spoken_of, standing
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Undecided
from ringfence.domain.finding import Finding, Undecidable
from ringfence.domain.lock import LOCKED, as_read_now, interface_of, renamed_from
from ringfence.domain.lockdiff import differences
from ringfence.domain.names import did_you_mean
from ringfence.domain.pairs import States
from ringfence.domain.rule import FAMILIES
from ringfence.domain.runner import chosen_for, compare, order
from ringfence.domain.settings import RuleSettings
from ringfence.readers.installed import stamp
from ringfence.readers.static.advance import advance
from ringfence.readers.static.open import install_folder, open_projects
from ringfence.readers.static.state import State
from ringfence.stores.approvals import read_approvals
from ringfence.stores.locks import find_lock, label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.domain.change import Change
    from ringfence.domain.lock import Lock
    from ringfence.domain.node import Node
    from ringfence.domain.rule import RuleInfo
    from ringfence.domain.tree import Tree
    from ringfence.readers.static.project import StaticProject

_UNREADABLE, _STALE, LOGIC = "RF001", "RF002", "RF108"
_NONE = (None, None)
_LOCKING = ("lock", "range")
_FLAGS = "RF8"
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


def chosen_rules(names: Iterable[str]) -> list[RuleInfo]:
    """Return the rules that names, codes or families (RF2) mean; none named: every one.

    A rule that is off by itself is on where its own name or code asks for it, or where a team gives it a severity.
    Raises RingfenceError on an unknown name.
    """
    wanted = list(names)
    if not wanted:
        return list(CATALOGUE)
    found: dict[str, RuleInfo] = {info.code: info for info in CATALOGUE if info.code == _UNREADABLE}
    for name in wanted:
        matches = [
            info for info in CATALOGUE if name in (info.name, info.code) or name.upper() in (info.code, info.family)
        ]
        if not matches:
            every = [info.name for info in CATALOGUE] + [info.code for info in CATALOGUE] + list(FAMILIES)
            raise RingfenceError(f"there is no rule {name}{did_you_mean(name, every)}", do="list them: ringfence rules")
        alone = name.upper() not in FAMILIES
        found.update(
            (info.code, info._replace(enabled=True) if alone else found.get(info.code, info)) for info in matches
        )
    return sorted(found.values())


def judge(
    session: Session, wanted: list[RuleInfo], question: object = None, only: RuleSettings | None = None
) -> Judgement:
    """Return the judgement of the session's head by these rules, and keep it as the answer to a question.

    `only` selects what is told of it.
    """
    results: list[Finding | Undecidable] = []
    accepted = 0
    until: str | None = None
    looked = False  # what is read in a manifest lies beside the judged tree: no answer that rests on it is kept
    against = any(info.level == "change" or info.family == "RF1" for info in wanted)
    for one in session.judged:
        judged = policed(session, one) if against else one
        judgements, weighed = found(session, judged, wanted)
        looked = looked or weighed or any(one.code == EMERGENCY for one in judgements)
        silenced = silence(session, judged, wanted, judgements)
        told = [*silenced.results]
        until = min(filter(None, (until, silenced.until)), default=None)
        kept, dropped = _changes(session, judged, wanted)
        told += kept
        results += told if only is None else _told(told, judged, only)
        accepted += dropped + silenced.number
    if only is None or only.select is None:
        results += _modules(session, wanted)
    results.sort(key=order)
    findings = tuple(one for one in results if isinstance(one, Finding))
    undecided = tuple(one for one in results if isinstance(one, Undecidable))
    judgement = Judgement(findings, undecided, len(session.judged), accepted)
    if question is not None and not undecided and not looked and session.keeper.cache is not None:
        remember(session.ground, session.keeper.cache, question, judgement, _rests(session, until))
    return judgement


def _told(results: list[Finding | Undecidable], judged: Judged, only: RuleSettings) -> Iterator[Finding | Undecidable]:
    """Yield the results on what is selected; where that is unknown, the result is undecided."""
    for one in results:
        try:
            if chosen_for(one, judged.project, only):
                yield one
        except Undecided as cause:
            yield Undecidable(one.code, one.name, one.subject, cause.reason, one.place)


def found(session: Session, judged: Judged, wanted: list[RuleInfo]) -> tuple[list[Finding | Undecidable], bool]:
    """Return what the rules say of one project before anything is silenced, and whether a manifest was looked at."""
    results, looked = _found(session, judged, wanted)
    return [*results, *_of_flags(session, judged, wanted)], looked


def _of_flags(session: Session, judged: Judged, wanted: list[RuleInfo]) -> list[Finding | Undecidable]:
    """Return what is said of feature flags: no manifest knows more of them than the files do."""
    active = [info for info in wanted if info.family == _FLAGS and info.level != "change" and _on(judged, info)]
    if not active or not judged.project.package.speaks_of_flags:
        return []
    from ringfence.commands.flagging import on_flags

    return on_flags(session, judged, active)


def _found(session: Session, judged: Judged, wanted: list[RuleInfo]) -> tuple[list[Finding | Undecidable], bool]:
    results = _rules(session, judged, wanted)
    moved = any(one.code == LOGIC and isinstance(one, Finding) for one in results)
    if moved and judged.settings.manifest != "ignored":
        from ringfence.commands import meaning

        results = meaning.without_same(session, judged, results, session.earlier.get(judged.project.root, _NONE)[0])
    if not _asks_for_manifest(judged, wanted, results):
        return results, moved
    from ringfence.commands import evidence

    return evidence.weigh(session, judged, wanted, results), True


def _asks_for_manifest(judged: Judged, wanted: list[RuleInfo], found: list[Finding | Undecidable]) -> bool:
    """Return whether a manifest has a say: it is required or asked for, or something is left undecided."""
    if judged.settings.manifest == "ignored":
        return False
    alone = {info.code for info in wanted} - {_UNREADABLE} == {_STALE}
    return alone or judged.settings.manifest == "required" or any(isinstance(one, Undecidable) for one in found)


def _rests(session: Session, until: str | None) -> Rests:
    """Return what a judgement rests on; the base only where a rule asked for it."""
    base = session.base if "base" in session.__dict__ else None
    if "today" in session.__dict__:
        until = min(session.today, until or session.today)
    folders = [install_folder(judged.project.package.layout, session.git.root) for judged in session.judged]
    return Rests(session.branch, base, {folder: stamp(folder) for folder in folders}, until, _documents(session))


def _documents(session: Session) -> tuple[str, ...]:
    """Return how the paths of files begin in which dbt looks for docs blocks."""
    packages = [package for judged in session.judged for package in judged.project.packages.values()]
    layouts = [package.layout for package in packages if package.tree is session.head.tree]
    return tuple(sorted({start for layout in layouts for start in layout.document_paths}))


def compared(session: Session, judged: Judged) -> list[Change]:
    """Return every change of one project since the base, accepted ones included."""
    if session.base.id == session.head.tree.id:
        return []
    before, among = _before(session, judged)
    if before is None:
        return []
    lock = judged.settings.lock
    states = States(before, judged.project, frozenset({*lock.tags, *lock.require}))
    present = None if among is None else {key.split(".", 1)[0] for key in among}
    kinds = [
        changes.load(info)
        for info in CATALOGUE
        if info.level == "change" and (present is None or present.intersection(info.kinds))
    ]
    return list(compare(kinds, states, among))


def _before(session: Session, judged: Judged) -> tuple[StaticProject | None, frozenset[str] | None]:
    """Return the project as the base has it, read once: see _read_before."""
    root = judged.project.root
    if root not in session.earlier:
        session.earlier[root] = _read_before(session, judged)
    return session.earlier[root]


def _read_before(session: Session, judged: Judged) -> tuple[StaticProject | None, frozenset[str] | None]:
    """Return the project as the base has it, and the keys of nodes that may differ (None: any of them).

    It is read over the records of the head: only files that differ between the two are looked at, unless something
    differs on which everything rests.
    """
    project, base = judged.project, session.base
    if not has_project(base, project.root):
        return None, frozenset()
    differing = session.changes
    if not project.shaken(differing, base, places=False) and not project.package.unreadable:
        earlier = project.over(State(project.index.state), base)
        wave = advance(earlier, differing, judged.tree, outputs=False)
        if wave is not None:
            return earlier, wave.nodes
    named = [(project.root, project.adapter)]
    return open_projects(base, session.git.root, named, project.package.contents)[0], None


def acknowledged(session: Session, judged: Judged) -> frozenset[str]:
    """Return the labels of locked models whose lock fits the project and records a change made since the base.

    Taking a lock records no change: what was done to a model before it was first locked is not settled by locking it.
    """
    settled = set()
    for label in _moved_locks(session, judged):
        now, before = lock_of(session.head.tree, judged, label), lock_of(session.base, judged, label)
        recorded = set(now.history if now is not None else ()) - set(before.history if before is not None else ())
        if now is None or all(entry.what == LOCKED for entry in recorded):
            continue
        node = judged.project.node(f"model.{judged.project.name}.{label}")
        if now.released or (node is not None and _fits(now, node, judged)):
            settled.add(label)
    return frozenset(settled)


def _fits(lock: Lock, node: Node, judged: Judged) -> bool:
    current = interface_of(node, judged.settings.lock, judged.project)
    return not differences(lock.interface, as_read_now(lock, current), judged.project.adapter)


def lock_of(tree: Tree, judged: Judged, label: str) -> Lock | None:
    """Return the lock of a model as a tree has it, released or not, or None."""
    return find_lock(tree, judged.project.root, label, judged.project.package.contents.document).lock


def _moved_locks(session: Session, judged: Judged) -> list[str]:
    """Return the labels of the locks whose files differ between head and base."""
    root = judged.project.root
    return sorted({label for path in session.changes if (label := label_of(path, root)) is not None})


def _rules(session: Session, judged: Judged, wanted: list[RuleInfo]) -> list[Finding | Undecidable]:
    """Return what the wanted rules say of one project. All that are on are judged: the next hook asks for others."""
    active = {info.code for info in wanted if info.level != "change" and _on(judged, info)}
    locking = any(info.level in _LOCKING for info in wanted if info.code in active)
    if locking:
        _refuse_selections(judged)
    catalogue = [info for info in CATALOGUE if _on(judged, info) or info.code in active]
    rested_on = verdicts_rest_on([info.code for info in catalogue], judged.settings)
    bench = Bench(judged, catalogue)
    refresh(judged, bench, stand=judged.slot is not None and judged.slot.results == rested_on)
    session.keeper.save(judged, rested_on, session.git.root)
    again = _held_against_base(session, judged) if locking and judged.tree.id != session.base.id else []
    results = standing(judged, {f"L|{label}" for label in again})
    moved = _renamed(session, judged, again)
    for label in again:
        base = None if label in moved else session.base
        outcome = bench.lock(label, base, _before(session, judged)[0])
        results += [*outcome.findings, *outcome.undecided]
    if locking and guarded(session, judged):
        from ringfence.commands.ranging import over_range

        results += over_range(
            session, judged, [info for info in wanted if info.level == "range" and info.code in active]
        )
    return weighed(session, judged, [one for one in results if one.code in active], _before)


def _renamed(session: Session, judged: Judged, labels: list[str]) -> set[str]:
    """Return the labels of locks that went on under another name, where the model of the old one is gone."""
    locks = [lock_of(session.head.tree, judged, label) for label in labels]
    names = {old for lock in locks if lock is not None for old in renamed_from(lock)}
    return {name for name in names if judged.project.node(f"model.{judged.project.name}.{name}") is None}


def _held_against_base(session: Session, judged: Judged) -> list[str]:
    """Return the labels of the locks that differ from the base's, and of those of which something is to be said."""
    return sorted({*_moved_locks(session, judged), *spoken_of(judged)})


def _refuse_selections(judged: Judged) -> None:
    for info in CATALOGUE:
        chosen = judged.settings.rules.get(info.name, RuleSettings())
        off = chosen.severity == "off"
        if info.level in _LOCKING and not off and (chosen.select is not None or chosen.exclude is not None):
            raise RingfenceError(
                f"rules.{info.name}: a lock cannot be selected away",
                where="ringfence.yml",
                do="use lock.tags and lock.require",
            )


def _changes(session: Session, judged: Judged, wanted: list[RuleInfo]) -> tuple[list[Finding | Undecidable], int]:
    names = {info.name for info in wanted if info.level == "change" and _severity(judged, info) != "off"}
    if not names:
        return [], 0
    approved = {approval.fingerprint for approval in read_approvals(session.head.tree, judged.project.root)}
    found = compared(session, judged)
    serious = [one for one in found if one.kind in names and one.level in ("breaking", "risky")]
    if not serious:
        return [], 0
    settled = acknowledged(session, judged)
    kept: list[Finding | Undecidable] = []
    dropped = 0
    for change in serious:
        if change.fingerprint in approved or (change.kind in _HELD_BY_LOCKS and change.subject.name in settled):
            dropped += 1
            continue
        chosen = judged.settings.rules.get(change.kind, RuleSettings())
        finding = change.as_finding()
        try:
            if not chosen_for(finding, judged.project, chosen):
                continue
        except Undecided as cause:
            kept.append(Undecidable(finding.code, finding.name, finding.subject, cause.reason, finding.place))
            continue
        fix = f'{finding.fix}; if it is meant, type: ringfence approve {change.fingerprint} --reason "WHY"'
        kept.append(finding._replace(fix=fix, severity=chosen.severity or finding.severity))
    return kept, dropped


def _modules(session: Session, wanted: list[RuleInfo]) -> list[Finding]:
    chosen = {info.name: session.settings.rules.get(info.name, RuleSettings()).severity for info in wanted}
    active = [info for info in wanted if info.level == "module" and chosen[info.name] != "off"]
    if not active or not session.settings.layers:
        return []
    from ringfence.readers.modules import read_modules

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


def _on(judged: Judged, info: RuleInfo) -> bool:
    """Return whether a rule judges a project: what the team says of it counts, else whether it is on by itself."""
    return judged.settings.rules.get(info.name, RuleSettings()).runs(enabled=info.enabled)


def _severity(judged: Judged, info: RuleInfo) -> str | None:
    chosen = judged.settings.rules.get(info.name)
    return chosen.severity if chosen is not None else None

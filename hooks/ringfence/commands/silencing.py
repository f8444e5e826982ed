"""What takes findings away after they were judged: ignores where they stand, and the list of known findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence import rules
from ringfence.domain.errors import RingfenceError
from ringfence.domain.finding import Finding, Undecidable
from ringfence.domain.ignores import IgnoreUse, wrong_with
from ringfence.domain.known import KnownUse, can_be_known
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.runner import verdict
from ringfence.stores.known import known_path, lines_of, read_known

if TYPE_CHECKING:
    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.ignores import Ignore
    from ringfence.domain.known import KnownFinding
    from ringfence.domain.rule import RuleInfo

Results = list[Finding | Undecidable]


class Silenced(NamedTuple):
    """What is left, how many findings were taken away, and the last day on which this holds (None: for ever)."""

    results: Results
    number: int
    until: str | None


def silence(session: Session, judged: Judged, wanted: list[RuleInfo], results: Results) -> Silenced:
    """Take away what is ignored or known, and add what is wrong with the ignores and the list themselves."""
    uses, kept, until = ignored(judged, results, {info.code for info in wanted})
    known, left = _known(session, judged, wanted, kept)
    subjects: list[tuple[str, object]] = [*(("ignore", use) for use in uses), *(("known", use) for use in known)]
    told = [one for level, subject in subjects for one in _verdict(judged, wanted, level, subject)]
    return Silenced([*left, *told], len(results) - len(left), until)


def ignored(judged: Judged, results: Results, wanted: set[str]) -> tuple[list[IgnoreUse], Results, str | None]:
    """Return the ignores of a project with what became of them, the results they leave, and the first day one ends."""
    found = judged.project.ignores()
    if not found:
        return [], results, None
    from ringfence.commands.session import CATALOGUE

    codes = {word: info.code for info in CATALOGUE for word in (info.name, info.code)}
    today = _today()
    wrong = [wrong_with(ignore, codes, today) for _, ignore in found]
    valid = [one for one, said in zip(found, wrong, strict=True) if not said]
    about: dict[tuple[str, int], list[tuple[str, Ignore]]] = {}
    for path, ignore in valid:
        about.setdefault((path, ignore.target) if ignore.target else (ignore.subject, 0), []).append((path, ignore))
    kept: Results = []
    used: set[tuple[str, Ignore]] = set()
    for one in results:
        covering = [] if isinstance(one, Undecidable) else _covering(one, about)
        used.update(covering)
        if not covering:
            kept.append(one)
    undecided = {(one.place.path, one.code) for one in results if isinstance(one, Undecidable)}
    uses = []
    for (path, ignore), said in zip(found, wrong, strict=True):
        asked = {codes[rule] for rule in ignore.rules if rule in codes}
        open_end = not asked <= wanted or any((path, code) in undecided for code in asked)
        uses.append(IgnoreUse(path, ignore, said, (path, ignore) in used or open_end))
    return uses, kept, min((one.expires for _, one in valid if one.expires), default=None)


def _covering(finding: Finding, about: dict[tuple[str, int], list[tuple[str, Ignore]]]) -> list[tuple[str, Ignore]]:
    """Return the ignores that cover a finding; what `meta` says holds for its subject in every file."""
    place, subject = finding.place, finding.subject
    near = [*about.get((place.path, place.line), ()), *about.get((f"{subject.kind} {subject.name}", 0), ())]
    return [(path, ignore) for path, ignore in near if ignore.covers(finding)]


def _known(
    session: Session, judged: Judged, wanted: list[RuleInfo], results: Results
) -> tuple[list[KnownUse], Results]:
    root = judged.project.root
    known = read_known(judged.tree, root)
    if not known:
        return [], results
    counts = {one.fingerprint: one.times for one in known}
    kept: Results = []
    for one in results:
        if isinstance(one, Finding) and can_be_known(one) and counts.get(one.fingerprint, 0):
            counts[one.fingerprint] -= 1
        else:
            kept.append(one)
    undecided = {one.name for one in results if isinstance(one, Undecidable)}
    judgeable = {info.name for info in wanted} - undecided
    gone = ((one, one.times - counts[one.fingerprint]) for one in known if one.rule in judgeable)
    less = tuple((one, left) for one, left in gone if left < one.times)
    return [KnownUse(known_path(root), lines_of(judged.tree, root), less, _added(session, judged, known))], kept


def _added(session: Session, judged: Judged, known: tuple[KnownFinding, ...]) -> tuple[KnownFinding, ...]:
    """Return what the base does not know, where the change touches files that dbt reads as well."""
    project = judged.project
    if judged.tree.id == session.base.id or known_path(project.root) not in session.changes:
        return ()
    if not any(project.package.roles(path) or project.rests_on(path) for path in session.changes):
        return ()
    try:
        earlier = read_known(session.base, project.root)
    except RingfenceError:
        earlier = ()  # the change mends a list that nobody could read: all of it is new
    before = {one.fingerprint: one.times for one in earlier}
    return tuple(one for one in known if one.times > before.get(one.fingerprint, 0))


def _verdict(judged: Judged, wanted: list[RuleInfo], level: str, subject: object) -> Results:
    chosen = judged.settings.rules
    active = [
        rules.load(info)
        for info in wanted
        if info.level == level and (info.name not in chosen or chosen[info.name].severity != "off")
    ]
    outcome = verdict(active, subject, judged.project, chosen)
    return [*outcome.findings, *outcome.undecided]


def _today() -> str:
    import datetime

    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()

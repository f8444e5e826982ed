"""Runs rules over subjects and kinds of change over pairs: the loops, the selection, and the third outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Undecided, known
from ringfence.domain.finding import Finding, Subject, Undecidable
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.node import Config, Identity, Node
from ringfence.domain.pairs import pairs
from ringfence.domain.place import Place
from ringfence.domain.selection import Selection, parse_selection
from ringfence.domain.settings import RuleSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ringfence.domain.change import Change, ChangeKind
    from ringfence.domain.pairs import States
    from ringfence.domain.project import Project
    from ringfence.domain.rule import Rule


class Outcome(NamedTuple):
    """What a run found: findings in order of place, and what it could not decide."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecidable, ...]


def run(
    rules: Iterable[Rule],
    project: Project,
    settings: Mapping[str, RuleSettings],
    subjects: Mapping[str, Iterable[object]],
) -> Outcome:
    """Return the outcome of `rules` over one project. `subjects` are those of the levels other than node."""
    outcomes = [
        verdict([rule], subject, project, settings) for rule in rules for subject in _subjects(rule, project, subjects)
    ]
    findings = (finding for outcome in outcomes for finding in outcome.findings)
    undecided = (one for outcome in outcomes for one in outcome.undecided)
    return Outcome(tuple(sorted(findings, key=order)), tuple(sorted(undecided, key=order)))


def verdict(rules: Iterable[Rule], subject: object, project: Project, settings: Mapping[str, RuleSettings]) -> Outcome:
    """Return what rules of the subject's level and kind say about it."""
    findings: list[Finding] = []
    undecided: list[Undecidable] = []
    for rule in rules:
        chosen = settings.get(rule.name, _BY_DEFAULT)
        severity = chosen.severity or rule.severity
        try:
            if isinstance(subject, Node) and not _selected(subject, project, rule, chosen):
                continue
            findings.extend(  # what was found before an unknown value came up stays found
                one._replace(code=rule.code, name=rule.name, severity=one.severity or severity)
                for one in _checked(rule, subject, project, chosen)
                if isinstance(subject, Node) or chosen_for(one, project, chosen)
            )
        except Undecided as undecidable:
            undecided.append(_undecidable(rule, subject, undecidable))
    return Outcome(tuple(findings), tuple(undecided))


def _checked(rule: Rule, subject: object, project: Project, chosen: RuleSettings) -> Iterable[Finding]:
    return rule.check(subject, project, **dict(chosen.options)) if chosen.options else rule.check(subject, project)


def compare(kinds: Iterable[ChangeKind], states: States, among: Collection[str] | None = None) -> Iterator[Change]:
    """Yield the changes of these kinds, with code, name and axis filled in; `among` are the keys that may differ."""
    every = list(kinds)
    for pair in pairs(states, *sorted({node for kind in every for node in kind.kinds}), among=among):
        present = next(node for node in pair if node is not None)
        for kind in every:
            if present.identity.kind in kind.kinds:
                for change in kind.compare(pair, states):
                    yield change._replace(code=kind.code, kind=kind.name, axis=kind.axis)


_BY_DEFAULT = RuleSettings()


def _subjects(rule: Rule, project: Project, subjects: Mapping[str, Iterable[object]]) -> Iterator[object]:
    if rule.level == "node":
        yield from project.nodes(*rule.kinds)
    elif rule.level == "file":
        yield from project.files()
    elif rule.level == "entry":
        for file in project.files():
            yield from (entry for entry in file.entries if not rule.kinds or entry.kind in rule.kinds)
    elif rule.level == "project":
        yield project
    else:
        yield from subjects.get(rule.level, ())


def _selected(node: Node, project: Project, rule: Rule, chosen: RuleSettings) -> bool:
    if not known(node.enabled):
        return False
    select: Selection = parse_selection(rule.select) if chosen.select is None else chosen.select
    if not select.matches(node, project):
        return False
    return chosen.exclude is None or not chosen.exclude.matches(node, project)


def chosen_for(finding: Finding | Undecidable, project: Project, chosen: RuleSettings) -> bool:
    """Return whether a team's select and exclude let a finding stand that is not about one node alone.

    What it speaks of is looked up; a thing without a node, such as an entry for a missing model, is selected by what is
    known of it: its kind, name, package and file. Raises Undecided where a value that is asked for is unknown.
    """
    if chosen.select is None and chosen.exclude is None:
        return True
    subject = finding.subject
    node = project.whole(subject.key) or project.whole(f"{subject.kind}.{project.name}.{subject.name}")
    if node is None:
        identity = Identity(subject.kind, project.name, subject.name)
        node = Node(
            identity, finding.place.path, finding.place, None, (project.name, subject.name), Config({}), Known("")
        )
    if chosen.select is not None and not chosen.select.matches(node, project):
        return False
    return chosen.exclude is None or not chosen.exclude.matches(node, project)


def _undecidable(rule: Rule, subject: object, cause: Undecided) -> Undecidable:
    if isinstance(subject, Node):
        named, place = subject_of(subject), subject.place
    else:
        label = str(getattr(subject, "name", "") or getattr(subject, "path", ""))
        named = Subject(str(getattr(subject, "kind", rule.level)), label)
        place = getattr(subject, "place", None) or Place(str(getattr(subject, "path", "")))
    return Undecidable(rule.code, rule.name, named, cause.reason, cause.place or place)


def subject_of(node: Node, column: str | None = None) -> Subject:
    """Return how a finding names a node."""
    return Subject(node.identity.kind, node.identity.label, column, node.key)


def named(node: Node, column: str | None = None) -> str:
    """Return how a sentence names a node, or a column of it: `model orders`, `column id of source shop.orders`."""
    about = f"{node.identity.kind} {node.identity.label}"
    return about if column is None else f"column {column} of {about}"


def order(result: Finding | Undecidable) -> tuple[object, ...]:
    """Return what results are sorted by: the same results come in the same order, whatever they were found by."""
    subject = result.subject
    told = result.message if isinstance(result, Finding) else result.reason
    return (result.place, result.code, subject.column or "", subject.kind, subject.name, subject.key, told)

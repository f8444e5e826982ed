"""The manifest as evidence: read only where the sources leave something undecided, or where it is required.

The sources have judged everything by then. What they left undecided is judged again over what the manifest proves, and
nothing of it is kept for the next run.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from ringfence import rules
from ringfence.commands.session import CATALOGUE
from ringfence.commands.verdicts import Bench
from ringfence.domain.document import text_of
from ringfence.domain.errors import RingfenceError
from ringfence.domain.evidence import EvidencedProject, ManifestReport, called
from ringfence.domain.fact import Known
from ringfence.domain.finding import Finding, Undecidable, unpack_result
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.runner import verdict
from ringfence.readers.static.open import DiskTree
from ringfence.readers.static.state import FINDINGS, OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ringfence.commands.known import Judged
    from ringfence.commands.session import Session
    from ringfence.domain.evidence import Difference, Evidence
    from ringfence.domain.rule import RuleInfo
    from ringfence.readers.manifest.freshness import Comparison
    from ringfence.readers.manifest.grounds import ManifestEvidence
    from ringfence.readers.manifest.project import ManifestProject
    from ringfence.readers.static.package import Package
    from ringfence.readers.static.project import StaticProject

STALE, _UNREADABLE = "RF002", "RF001"
VARIABLE = "DBT_TARGET_PATH"
_FILE = "manifest.json"
_READERS = ("node", "lock", "change", "project")  # levels whose rules may read nodes
_RELATIONS = frozenset({"model", "seed", "snapshot", "source"})  # what such a rule may read besides its own kinds


class Location(NamedTuple):
    """Where a manifest lies: its full path, and the path that a person is shown."""

    full: str
    shown: str


def weigh(
    session: Session, judged: Judged, wanted: list[RuleInfo], found: list[Finding | Undecidable]
) -> list[Finding | Undecidable]:
    """Return what was found, with what a manifest decides of the rest, and a word about a manifest that is stale.

    Raises RingfenceError where the manifest is required and cannot be read.
    """
    required = judged.settings.manifest == "required"
    from ringfence.readers.manifest.grounds import ManifestEvidence

    try:
        location = locate(session, judged)
        if location is None or not os.path.lexists(location.full):
            return [*found, *_said(judged, wanted, _absent(session, judged, location))] if required else found
        comparison = compare(session, judged, location)
        evidence = ManifestEvidence(comparison)
        results, needed = _rejudged(session, judged, evidence, found)
        if required:
            results += _of_columns(judged, wanted, evidence, results)
        outcome = _outcome_of(needed)
        if comparison.foreign is not None:
            outcome = "foreign"
        elif required or asks_for_manifest_alone(wanted):
            sees = seen_by(CATALOGUE if asks_for_manifest_alone(wanted) else wanted)
            freshness = comparison.freshness()
            outcome, needed = freshness.outcome(sees), list(freshness.relevant(sees))
    except RingfenceError as error:
        if required:
            raise
        report = _report(session, judged, error.where, "unreadable", f"cannot be used: {error.what}")
        return [*found, *_said(judged, wanted, report)]
    report = _report(session, judged, location.shown, outcome, f"cannot be used: {comparison.foreign}")
    report = report._replace(made=made_by(comparison.manifest), differences=tuple(needed))
    return [*results, *_said(judged, wanted, report._replace(remedy=remedy(judged.project.root, needed)))]


def asks_for_manifest_alone(wanted: Iterable[RuleInfo]) -> bool:
    """Return whether nothing but the rule about manifests was asked for, beside the one that always is."""
    return {info.code for info in wanted} - {_UNREADABLE} == {STALE}


def locate(session: Session, judged: Judged) -> Location | None:
    """Return where dbt writes a project's manifest, there or not; None where a template names the folder.

    Raises RingfenceError where the project names a folder outside the repository.
    """
    top = disk_of(session)
    project = os.path.join(top, judged.project.root)
    named = session.ground.environment.get(VARIABLE)
    if named:
        full = os.path.join(project, named, _FILE)
        return Location(full, _shown(full, top))
    folder = text_of(judged.project.package.layout.document.get("target-path")) or "target"
    if "{{" in folder:
        return None
    full = os.path.join(project, folder, _FILE)
    real, inside = os.path.realpath(full), os.path.realpath(top)
    shown = _shown(full, top)
    if os.path.commonpath([real, inside]) != inside:
        raise RingfenceError(
            "lies outside the repository, and is not opened", where=shown, do=f"set {VARIABLE}, or put it inside"
        )
    return Location(full, shown)


def disk_of(session: Session) -> str:
    """Return the folder on disk that belongs to the judged tree."""
    tree = session.head.tree
    return tree.id if isinstance(tree, DiskTree) else session.git.root


def compare(session: Session, judged: Judged, location: Location) -> Comparison:
    """Return the comparison of the manifest at a location with the judged tree.

    Raises RingfenceError where it cannot be read; the error names the location as a person is shown it.
    """
    from ringfence.readers.manifest.freshness import Comparison
    from ringfence.readers.manifest.open import open_manifest

    try:
        manifest = open_manifest(location.full, root=judged.project.root)
    except RingfenceError as error:
        raise RingfenceError(error.what, where=location.shown, do=error.do) from error
    return Comparison(manifest, judged.project, judged.tree, disk_of(session))


def seen_by(wanted: Iterable[RuleInfo]) -> Callable[[str], bool]:
    """Return whether one of these rules may read the node with a key: its own kinds, and what such nodes read."""
    reading = [info for info in wanted if info.level in _READERS and info.code != STALE]
    kinds = {kind for info in reading for kind in info.kinds} | (_RELATIONS if reading else frozenset())
    return lambda key: key.split(".", 1)[0] in kinds


def made_by(manifest: ManifestProject) -> str:
    """Return who wrote a manifest, for which adapter and when, as far as it says so."""
    metadata = manifest.metadata
    parts = [
        f"dbt {metadata.dbt_version}" if metadata.dbt_version else "",
        manifest.adapter or "",
        metadata.generated_at,
    ]
    return ", ".join(part for part in parts if part)


class _Weighed(EvidencedProject):
    """What the bench asks of a project beyond the interface of rules."""

    def __init__(self, project: StaticProject, evidence: Evidence) -> None:
        super().__init__(project, evidence)
        self._package = project.package

    @property
    def package(self) -> Package:
        """The files of the project itself."""
        return self._package


def remedy(root: str, differences: Iterable[Difference]) -> str:
    """Return what to type for a manifest that describes the project as it is."""
    deps = any(one.subject.kind == "package" for one in differences)
    folder = f" --project-dir {root}" if root else ""
    return f"type: {f'dbt deps{folder} && ' if deps else ''}dbt parse{folder}"


def _rejudged(
    session: Session, judged: Judged, evidence: ManifestEvidence, found: list[Finding | Undecidable]
) -> tuple[list[Finding | Undecidable], list[Difference]]:
    """Return what was found with the undecided judged again, and the differences that stood in the way."""
    undecided = [one for one in found if isinstance(one, Undecidable)]
    if not undecided or evidence.foreign:
        return found, []
    project = cast("StaticProject", _Weighed(judged.project, evidence))
    infos = {info.code: info for info in CATALOGUE}
    results: list[Finding | Undecidable] = [one for one in found if isinstance(one, Finding)]
    needed: dict[Difference, None] = {}
    earlier = session.earlier.get(judged.project.root, (None, None))[0]
    for code, subject, recorded in _subjects(judged, undecided):
        bench = Bench(judged._replace(project=project), [infos[code]])
        outcome = bench.judge(subject) if recorded else bench.lock(subject[2:], session.base, earlier)
        results += [one._replace(evidence="compiled") for one in outcome.findings if one not in results]
        results += outcome.undecided
        for one in outcome.undecided:
            needed.update(dict.fromkeys(evidence.against(one.reason, one.place)))
    return results, list(needed)


def _of_columns(
    judged: Judged, wanted: Iterable[RuleInfo], evidence: ManifestEvidence, found: list[Finding | Undecidable]
) -> list[Finding | Undecidable]:
    """Return what the rules find further where compiled SQL tells of columns that the sources left unknown.

    A rule says nothing of columns that it does not know, so who asked for them is looked up. It costs a look at every
    such model, which is why only a required manifest is used so.
    """
    if evidence.foreign:
        return []
    state = judged.project.index.state
    project = _Weighed(judged.project, evidence)
    unknown = [key for key, record in state.records(OUTPUTS) if isinstance(record["n"], str)]
    told = [key for key in unknown if (node := project.node(key)) is not None and isinstance(node.outputs, Known)]
    subjects = sorted({owner for key in told for owner in state.owners("r", f"outputs:{key}")})
    bench = Bench(judged._replace(project=cast("StaticProject", project)), wanted)
    outcomes = (bench.judge(subject) for subject in subjects)
    added = dict.fromkeys(one for outcome in outcomes for one in outcome.findings if one not in found)
    return [one._replace(evidence="compiled") for one in added]


def _subjects(judged: Judged, undecided: Iterable[Undecidable]) -> dict[tuple[str, str, bool], None]:
    """Return rule and subject of what is undecided, and whether its verdict is recorded.

    The others are locks that were compared with the base.
    """
    recorded: dict[object, str] = {}
    for subject, said in judged.project.index.state.records(FINDINGS):
        recorded.update((one, subject) for one in map(unpack_result, said) if isinstance(one, Undecidable))
    return {(one.code, recorded.get(one, f"L|{one.subject.name}"), one in recorded): None for one in undecided}


def _outcome_of(needed: Iterable[Difference]) -> str:
    return "stale" if any(one.certain for one in needed) else "fresh"


def _absent(session: Session, judged: Judged, location: Location | None) -> ManifestReport:
    if location is None:
        told = f"cannot be found: target-path is a template, and {VARIABLE} is not set"
        return _report(session, judged, judged.project.package.layout.path, "missing", told)
    return _report(session, judged, location.shown, "missing", "is not there")


def _report(session: Session, judged: Judged, path: str, outcome: str, told: str) -> ManifestReport:
    root, required = judged.project.root, judged.settings.manifest == "required"
    return ManifestReport(path, called(session.head.tree.label), "", outcome, told, (), remedy(root, ()), required)


def _said(judged: Judged, wanted: Iterable[RuleInfo], report: ManifestReport) -> Iterable[Finding]:
    """Return what the rule about manifests says: where it is asked for, or the configuration requires a manifest."""
    info = next(one for one in CATALOGUE if one.code == STALE)
    chosen = judged.settings.rules.get(info.name)
    if (chosen is not None and chosen.severity == "off") or not (report.required or info in wanted):
        return ()
    rule = rules.load(info)
    rule = rule._replace(severity="error") if report.required else rule
    return verdict([rule], report, judged.project, judged.settings.rules).findings


def _shown(full: str, top: str) -> str:
    """Return a path from the repository's root; one outside as it is."""
    inside = os.path.relpath(full, top).replace(os.sep, "/")
    return os.path.normpath(full) if inside.startswith("../") else inside

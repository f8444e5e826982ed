"""Findings that a team has accepted as known, so that only what is new counts: they may become fewer, never more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.ignores import FAMILIES
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.finding import Finding


class KnownFinding(NamedTuple):
    """One known finding: how often it occurs, the rule's name, what was said; why, by whom and when accepted."""

    fingerprint: str
    times: int
    rule: str
    what: str
    reason: str
    by: str
    date: str


class KnownUse(NamedTuple):
    """The known findings of a project against what is found: where they stand, what is gone, what a change added.

    `gone` are those that occur less often than they are known, with the number that is left; `added` those that the
    base does not know, where the change touches something else as well; `lines` is where each stands, by fingerprint.
    """

    path: str
    lines: dict[str, int]
    gone: tuple[tuple[KnownFinding, int], ...]
    added: tuple[KnownFinding, ...]


def can_be_known(finding: Finding) -> bool:
    """Return whether a finding may be accepted as known: locks and changes have workflows of their own."""
    return finding.code[:3] in FAMILIES


def count(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how often each fingerprint occurs among the findings that may be known."""
    found: dict[str, int] = {}
    for one in findings:
        if can_be_known(one):
            found[one.fingerprint] = found.get(one.fingerprint, 0) + 1
    return found


def recorded(
    findings: Iterable[Finding], before: Iterable[KnownFinding], reason: str, by: str, date: str
) -> tuple[KnownFinding, ...]:
    """Return all known findings after these were added; one that is known already keeps its reason and its date."""
    kept = {one.fingerprint: one for one in before}
    every = [one for one in findings if can_be_known(one)]
    counts = count(every)
    for finding in every:
        held = kept.get(finding.fingerprint)
        number = counts[finding.fingerprint]
        if held is None:
            made = KnownFinding(finding.fingerprint, number, finding.name, told(finding), reason, by, date)
            kept[finding.fingerprint] = made
        elif held.times < number:
            kept[finding.fingerprint] = held._replace(times=number)
    return tuple(sorted(kept.values(), key=_order))


def pruned(before: Iterable[KnownFinding], findings: Iterable[Finding]) -> tuple[KnownFinding, ...]:
    """Return the known findings that still occur, as often as they do now and no oftener than before."""
    counts = count(findings)
    kept = [one._replace(times=min(one.times, counts.get(one.fingerprint, 0))) for one in before]
    return tuple(sorted((one for one in kept if one.times), key=_order))


def described(before: Iterable[KnownFinding], findings: Iterable[Finding]) -> tuple[KnownFinding, ...]:
    """Return the known findings as they are said now, without those that are gone."""
    said = {one.fingerprint: one for one in findings}
    return tuple(
        one._replace(rule=said[one.fingerprint].name, what=told(said[one.fingerprint]))
        for one in pruned(before, findings)
    )


def told(finding: Finding) -> str:
    """Return how a finding is described in the file: its message, without the place that moves."""
    return " ".join(finding.message.split())


def _order(known: KnownFinding) -> tuple[str, str, str]:
    return known.rule, known.what, known.fingerprint

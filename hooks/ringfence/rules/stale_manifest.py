"""A manifest was looked at, and it no longer describes what is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.place import Place
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.evidence import ManifestReport
    from ringfence.domain.project import Project

_NAMED = 5


def check(report: ManifestReport, project: Project) -> Iterator[Finding]:
    """Report a manifest that is stale where it was needed, or that was needed and cannot be used."""
    subject = Subject("manifest", report.path, None, f"manifest.{project.name}")
    if report.outcome in ("missing", "unreadable", "foreign"):
        required = ", and ringfence.yml requires it" if report.required else ""
        message = f"{report.path} {report.told}{required}"
        yield Finding(message, Place(report.path), subject, report.remedy, new=report.outcome, evidence="compiled")
    elif report.outcome == "stale":
        certain = [one for one in report.differences if one.certain]
        told = "; ".join(one.told() for one in certain[:_NAMED])
        more = f"; and {len(certain) - _NAMED} more" if len(certain) > _NAMED else ""
        yield Finding(
            f"{report.path}{f' ({report.made})' if report.made else ''} differs from {report.tree}: {told}{more}",
            certain[0].place,
            subject,
            report.remedy,
            old=certain[0].old,
            new=certain[0].new,
            evidence="compiled",
        )


RULE = Rule(
    code="RF002",
    name="stale-manifest",
    level="project",
    summary="A manifest that was needed no longer describes what is judged",
    severity="info",
    check=check,
    kinds=(),
    needs="manifest",
)

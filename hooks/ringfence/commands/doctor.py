"""`ringfence doctor`: what a check here would rest on, and what there is to do about it."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from ringfence import __version__
from ringfence.commands.evidence import VARIABLE, compare, disk_of, locate, remedy, seen_by
from ringfence.commands.ground import Ground
from ringfence.commands.hooks import hooks_of
from ringfence.commands.output import emit
from ringfence.commands.session import CATALOGUE, Session
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Unknown
from ringfence.domain.settings import RuleSettings
from ringfence.readers.packages import required_packages
from ringfence.readers.static.shares import FIELDS, construct, values

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from ringfence.commands.evidence import Location
    from ringfence.commands.known import Judged
    from ringfence.domain.evidence import Difference
    from ringfence.domain.rule import RuleInfo

Json = dict[str, Any]
_REASONS = 3


def run(arguments: argparse.Namespace) -> int:
    """Return 1 where something needs to be done, else 0."""
    with Session(Ground(head=arguments.head, base=arguments.base, project=arguments.project)) as session:
        told = _told(session)
    if arguments.format == "json":
        emit(json.dumps(told, indent=2), None)
    else:
        from ringfence.reporters.doctor_text import doctor

        emit(doctor(told), None)
    return 1 if told["actions"] else 0


def _told(session: Session) -> Json:
    """Return the document of schemas/doctor.json."""
    projects = [_project(session, judged) for judged in session.judged]
    base, hooks = _base(session), _hooks(session)
    told = {
        "version": 1,
        "tool": {"name": "ringfence", "version": __version__},
        "head": session.head.tree.label,
        "base": base,
        "cache": _cache(session),
        "hooks": hooks,
        "projects": projects,
    }
    actions = [] if base["label"] is not None else [{"what": f"there is no base: {base['how']}", "do": base["do"]}]
    actions += [{"what": what, "do": do} for what, do in hooks.pop("wrong")]
    actions += [action for project in projects for action in project.pop("actions")]
    del base["do"]
    return {**told, "actions": actions}


def _base(session: Session) -> Json:
    """Return what the head is compared with, and who says so, in the order in which it is looked for."""
    ground = session.ground
    try:
        label = session.base.label
    except RingfenceError as error:
        return {"label": None, "how": error.what, "do": error.do}
    environment = ground.environment
    if ground.named_base is not None:
        how = "--base"
    elif environment.get("PRE_COMMIT_FROM_REF"):
        how = "PRE_COMMIT_FROM_REF"
    elif session.head.commit is None:
        how = "before the first commit there is nothing to compare with"
    elif environment.get("GITHUB_ACTIONS") or environment.get("GITLAB_CI"):
        how = "the CI service names it"
    elif label != "HEAD":
        how = "where this branch left the branch that it is to be merged into"
    else:
        how = "the last commit, because the remote's default branch and base.branch of ringfence.yml name no branch"
    return {"label": label, "how": how, "do": ""}


def _cache(session: Session) -> Json:
    from ringfence.stores.cache_file import files

    cache = session.keeper.cache
    if cache is None:
        return {"path": None, "bytes": 0, "used": False}
    size = next((file.size for file in files(cache.folder) if file.path == cache.path), 0)
    return {"path": cache.path or cache.folder, "bytes": size, "used": cache.path is not None}


def _hooks(session: Session) -> Json:
    found = hooks_of(session.head.tree, session.git)
    wrong = list(found.wrong)
    automatic = session.ground.environment.get("CI", "").lower() in ("1", "true")
    if found.ids and not found.stages and not automatic:
        wrong.append((f"{found.file} names hooks, and git runs none in this clone", "type: pre-commit install"))
    return {
        "file": found.file,
        "ids": list(found.ids),
        "revisions": list(found.revisions),
        "stages": list(found.stages),
        "wrong": wrong,
    }


def _project(session: Session, judged: Judged) -> Json:
    project = judged.project
    packages = required_packages(project.package.layout, judged.tree, disk_of(session))
    manifest, actions = _manifest(session, judged)
    missing = [one.name for one in packages.values() if one.missing]
    if missing:
        folder = f" --project-dir {project.root}" if project.root else ""
        names = ", ".join(sorted(missing))
        actions.insert(0, {"what": f"packages that are not installed as asked for: {names}", "do": f"dbt deps{folder}"})
    return {
        "name": project.name,
        "path": project.root or ".",
        "adapter": {"type": project.adapter, "from": _adapter_from(session, judged)},
        "packages": [
            {
                "name": one.name,
                "wanted": one.wanted,
                "locked": one.locked,
                "installed": one.installed,
                "local": one.local,
                "missing": one.missing,
            }
            for one in packages.values()
        ],
        "manifest": manifest,
        "unknown": list(_unknown(judged)),
        "actions": actions,
    }


def _adapter_from(session: Session, judged: Judged) -> str | None:
    root, adapter = judged.project.root, judged.project.adapter
    configured = [dict(settings.projects).get(root) for settings in (session.settings, judged.settings)]
    return None if adapter is None else "ringfence.yml" if adapter in configured else "profiles.yml"


def _manifest(session: Session, judged: Judged) -> tuple[Json, list[Json]]:
    """Return what is known of a project's manifest, and what there is to do about it."""
    mode = judged.settings.manifest
    told: Json = {"mode": mode, "path": None, "outcome": "missing", "told": "", "schema": None, "dbt": None}
    told |= {"adapter": None, "generated_at": None, "differences": []}
    required = mode == "required"
    if mode == "ignored":
        return told | {"outcome": "ignored", "told": "ringfence.yml says that no manifest is opened"}, []
    parse = _typed(judged, ())
    try:
        location = locate(session, judged)
        if location is None:
            told["told"] = f"target-path is a template: set {VARIABLE}"
            return told, [{"what": "the manifest is not found", "do": f"set {VARIABLE}"}] if required else []
        told["path"] = location.shown
        if not os.path.lexists(location.full):
            return told, [{"what": f"{location.shown} is required, and is not there", "do": parse}] if required else []
        return _compared(session, judged, location, told)
    except RingfenceError as error:
        told |= {"path": error.where or told["path"], "outcome": "unreadable", "told": error.what}
        return told, [{"what": f"{told['path']}: {error.what}", "do": error.do or parse}]


def _compared(session: Session, judged: Judged, location: Location, told: Json) -> tuple[Json, list[Json]]:
    comparison = compare(session, judged, location)
    freshness, sees = comparison.freshness(), seen_by(_active(judged))
    outcome, metadata = freshness.outcome(sees), comparison.manifest.metadata
    relevant = set(freshness.relevant(sees))
    told |= {
        "outcome": outcome,
        "told": freshness.foreign or "",
        "schema": (metadata.dbt_schema_version or "").rpartition("/")[2].removesuffix(".json") or None,
        "dbt": metadata.dbt_version,
        "adapter": metadata.adapter_type,
        "generated_at": metadata.generated_at,
        "differences": [_difference(one, seen=one in relevant) for one in freshness.differences],
    }
    if outcome == "foreign":
        return told, [{"what": f"{location.shown}: {freshness.foreign}", "do": _typed(judged, ())}]
    if outcome != "stale":
        return told, []
    certain = [one for one in freshness.differences if one in relevant and one.certain]
    what = f"{location.shown} is stale: {len(certain)} difference{'' if len(certain) == 1 else 's'}"
    return told, [{"what": what, "do": _typed(judged, certain)}]


def _typed(judged: Judged, differences: Iterable[Difference]) -> str:
    return remedy(judged.project.root, differences).removeprefix("type: ")


def _difference(one: Difference, *, seen: bool) -> Json:
    return {
        "kind": one.subject.kind,
        "name": one.subject.name,
        "path": one.place.path,
        "line": one.place.line,
        "reason": one.reason,
        "old": one.old,
        "new": one.new,
        "certain": one.certain,
        "seen": seen,
    }


def _active(judged: Judged) -> Iterator[RuleInfo]:
    """Yield the rules that a check without names runs."""
    for info in CATALOGUE:
        if judged.settings.rules.get(info.name, RuleSettings()).runs(enabled=info.enabled):
            yield info


def _unknown(judged: Judged) -> Iterator[Json]:
    """Yield for every field how many values there are, how many are unknown, and why."""
    total: Counter[str] = Counter()
    hidden: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for field, fact in values(judged.project):
        total[field] += 1
        if isinstance(fact, Unknown):
            hidden[field][construct(fact.reason)] += 1
    for field in FIELDS:
        reasons = [{"reason": reason, "count": count} for reason, count in hidden[field].most_common(_REASONS)]
        yield {"field": field, "values": total[field], "unknown": hidden[field].total(), "reasons": reasons}

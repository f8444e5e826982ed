"""What `ringfence doctor` found, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.reporters.clean import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
_OUTCOMES = {
    "fresh": "fresh: it describes what is judged",
    "irrelevant": "stale, but in nothing that a rule which is on may read",
    "stale": "stale",
    "unproven": "not proven fresh: something cannot be compared",
    "foreign": "of no use",
    "unreadable": "cannot be read",
    "missing": "none",
    "ignored": "not opened",
}


def doctor(told: Json) -> str:
    """Return the document of schemas/doctor.json as text, what there is to do last."""
    lines = [f"ringfence {told['tool']['version']}", *_states(told)]
    for project in told["projects"]:
        lines += ["", *_project(project)]
    lines.append("")
    if not told["actions"]:
        lines.append("nothing to do")
    for action in told["actions"]:
        lines += [f"to do: {action['what']}", f"    {action['do']}"]
    return "\n".join(map(printable, lines))


def _states(told: Json) -> Iterator[str]:
    base, cache, hooks = told["base"], told["cache"], told["hooks"]
    yield f"judged    {told['head']}"
    yield f"base      {base['label'] or 'none'} ({base['how']})"
    if cache["path"] is None:
        yield "cache     off"
    else:
        used = "" if cache["used"] else ", not made yet"
        yield f"cache     {cache['path']}, {cache['bytes']:,} bytes{used}"
    if hooks["file"] is None:
        yield "hooks     none: there is no .pre-commit-config.yaml"
    else:
        revisions = f" at {', '.join(hooks['revisions'])}" if hooks["revisions"] else ""
        stages = f"; git runs hooks at {', '.join(hooks['stages'])}" if hooks["stages"] else "; git runs none here"
        yield f"hooks     {', '.join(hooks['ids']) or 'none of ours'}{revisions}{stages}"


def _project(project: Json) -> Iterator[str]:
    adapter = project["adapter"]
    yield f"project   {project['name']} in {project['path']}"
    if adapter["type"] is None:
        yield "adapter   not known: name it in ringfence.yml, under projects: - {path: ..., adapter: ...}"
    else:
        yield f"adapter   {adapter['type']} ({adapter['from']})"
    for number, package in enumerate(project["packages"]):
        yield f"{'packages' if number == 0 else '':<10}{_package(package)}"
    yield from _manifest(project["manifest"])
    fields = [one for one in project["unknown"] if one["values"]]
    unknown = [one for one in fields if one["unknown"]]
    total = sum(one["values"] for one in fields)
    yield f"known     {total - sum(one['unknown'] for one in fields)} of {total} values"
    for one in unknown:
        reasons = "; ".join(f"{each['reason']} {each['count']}" for each in one["reasons"])
        yield f"            {one['field']}: {one['unknown']} of {one['values']} unknown: {reasons}"


def _package(package: Json) -> str:
    if package["local"]:
        return f"{package['name']}: local, in {package['wanted']}"
    parts = [f"asked for {package['wanted']}" if package["wanted"] else "asked for by another package"]
    parts += [f"locked {package['locked']}"] if package["locked"] else []
    parts.append(f"installed {package['installed']}" if package["installed"] is not None else "not installed")
    return f"{package['name']}: {', '.join(parts)}{' (missing)' if package['missing'] else ''}"


def _manifest(manifest: Json) -> Iterator[str]:
    told = f": {manifest['told']}" if manifest["told"] else ""
    named = f"{manifest['path']} " if manifest["path"] else ""
    yield f"manifest  {named}({manifest['mode']}): {_OUTCOMES[manifest['outcome']]}{told}"
    if manifest["schema"] is not None:
        when = f", {manifest['generated_at']}" if manifest["generated_at"] else ""
        adapter = manifest["adapter"] or "an adapter that it does not name"
        yield f"            schema {manifest['schema']}, dbt {manifest['dbt'] or 'not named'}, {adapter}{when}"
        yield "            for one target and environment; a manifest does not say which"
    for one in manifest["differences"]:
        values = f" ({one['old'] or 'none'} -> {one['new'] or 'none'})" if one["old"] or one["new"] else ""
        unseen = "" if one["seen"] else " [no rule reads it]"
        yield f"            {one['path']}:{one['line']}: {one['kind']} {one['name']}: {one['reason']}{values}{unseen}"

"""A dbt manifest, reduced to what a reader of the sources must agree on, whatever the dbt version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

BUILTIN = ("dbt", "dbt_duckdb")
RESOURCES = ("nodes", "sources", "exposures", "groups", "unit_tests", "semantic_models", "metrics", "saved_queries")
# Reported under "more", and only when they differ from these defaults.
CONFIG_DEFAULTS: Json = {
    "alias": None,
    "batch_size": None,
    "check_cols": None,
    "column_types": {},
    "database": None,
    "delimiter": ",",
    "docs": {"show": True, "node_color": None},
    "event_time": None,
    "grants": {},
    "group": None,
    "incremental_strategy": None,
    "meta": {},
    "on_schema_change": "ignore",
    "persist_docs": {},
    "post-hook": [],
    "pre-hook": [],
    "quote_columns": None,
    "schema": None,
    "strategy": None,
    "target_schema": None,
    "unique_key": None,
    "updated_at": None,
}
TEST_DEFAULTS: Json = {
    "alias": None,
    "error_if": "!= 0",
    "fail_calc": "count(*)",
    "group": None,
    "limit": None,
    "meta": {},
    "store_failures": None,
    "warn_if": "!= 0",
}


def normal_form(manifest: Json) -> Json:
    """Nodes by id, generic tests as a sorted list."""
    nodes: dict[str, Json] = {}
    tests: list[Json] = []
    for node, enabled in _all_nodes(manifest):
        if node["package_name"] in BUILTIN:
            continue
        if node.get("test_metadata"):
            tests.append(_generic_test(node, enabled))
        else:
            nodes[_free_id(node, nodes)] = _FORMS[node["resource_type"]](node, enabled)
    return {"nodes": nodes, "tests": sorted(tests, key=_sort_key)}


def _sort_key(value: object) -> str:
    return repr(sorted(value.items())) if isinstance(value, dict) else repr(value)


def _all_nodes(manifest: Json) -> Iterator[tuple[Json, bool]]:
    for resource in RESOURCES:
        for node in manifest.get(resource, {}).values():
            # dbt leaves a test whose target is missing or disabled among the nodes, switched off
            yield node, (node.get("config") or {}).get("enabled") is not False
    disabled = [node for several in manifest["disabled"].values() for node in several]
    for node in sorted(disabled, key=lambda each: (each["unique_id"], each["original_file_path"])):
        yield node, False


def _free_id(node: Json, taken: dict[str, Json]) -> str:
    """The unique id; a singular test without its hash; `#2` for a second (disabled) node of the same id."""
    base = node["unique_id"]
    if node["resource_type"] == "test":
        base = f"test.{node['package_name']}.{node['name']}"
    number = 2
    wanted = base
    while wanted in taken:
        wanted, number = f"{base}#{number}", number + 1
    return str(wanted)


def _common(node: Json, enabled: bool) -> Json:
    return {
        "name": node["name"],
        "path": node["original_file_path"].replace("\\", "/"),
        "package": node["package_name"],
        "enabled": enabled,
    }


def _tags(node: Json) -> list[str]:
    """The tags that selection sees; `config` may hold tags that dbt does not apply."""
    tags = node["tags"] if "tags" in node else (node.get("config") or {}).get("tags")
    return sorted({tags} if isinstance(tags, str) else set(tags or []))


def _refs(node: Json) -> list[list[Any]]:
    """A version as text: dbt writes 1 and "1" for the same reference."""
    refs = [[ref.get("package"), ref["name"], _text(ref.get("version"))] for ref in node.get("refs") or []]
    return sorted(_unique(refs), key=_sort_key)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _sources(node: Json) -> list[list[str]]:
    return sorted(_unique([list(source) for source in node.get("sources") or []]))


def _unique(items: list[list[Any]]) -> list[list[Any]]:
    return [item for place, item in enumerate(items) if item not in items[:place]]


def _columns(node: Json) -> list[list[Any]]:
    return [[column["name"], column.get("data_type")] for column in (node.get("columns") or {}).values()]


def _macros(node: Json) -> list[str]:
    names = (node.get("depends_on") or {}).get("macros") or []
    return sorted(name for name in set(names) if name.split(".")[1] not in BUILTIN)


def _relation(node: Json, enabled: bool) -> Json:
    """Models, seeds and snapshots."""
    config = node["config"]
    form = {
        **_common(node, enabled),
        "version": node.get("version"),
        "materialized": config.get("materialized"),
        "tags": _tags(node),
        "contract": bool((config.get("contract") or {}).get("enforced")),
        "columns": _columns(node),
        "refs": _refs(node),
        "sources": _sources(node),
        "macros": _macros(node),
        "described": bool((node.get("description") or "").strip()),
    }
    return _with_more(form, {**_changed(config, CONFIG_DEFAULTS), **_declared(node)})


def _with_more(form: Json, more: Json) -> Json:
    return {**form, "more": more} if more else form


def _changed(config: Json, defaults: Json) -> Json:
    changed = {key: config[key] for key in defaults if config.get(key, defaults[key]) != defaults[key]}
    for key in ("pre-hook", "post-hook"):
        if key in changed:
            changed[key] = [hook["sql"] for hook in changed[key]]
    if changed.get("quote_columns") is False and "quote_columns" in defaults:
        del changed["quote_columns"]  # 1.8 and later disagree about how to write "not set"
    return changed


def _declared(node: Json) -> Json:
    """Constraints, quoted and tagged columns, version facts: only where present."""
    columns = list((node.get("columns") or {}).values())
    constraints = [[None, each["type"]] for each in node.get("constraints") or []]
    constraints += [[column["name"], each["type"]] for column in columns for each in column.get("constraints") or []]
    found = {
        "constraints": sorted(constraints, key=_sort_key),
        "quoted": [column["name"] for column in columns if column.get("quote")],
        "column_tags": {column["name"]: sorted(column["tags"]) for column in columns if column.get("tags")},
        "column_meta": {column["name"]: column["meta"] for column in columns if column.get("meta")},
        "latest_version": node.get("latest_version"),
        "access": None if node.get("access") == "protected" else node.get("access"),
        "deprecation_date": node.get("deprecation_date"),
    }
    return {key: value for key, value in found.items() if value not in ([], {}, None)}


def _source(node: Json, enabled: bool) -> Json:
    form = {
        **_common(node, enabled),
        "tags": _tags(node),
        "columns": _columns(node),
        "described": bool((node.get("description") or "").strip()),
    }
    more = {key: node[key] for key in ("loader", "identifier", "schema", "meta") if node.get(key)}
    if more.get("identifier") == node["name"]:
        del more["identifier"]
    if more.get("schema") == node["source_name"]:
        del more["schema"]
    return _with_more(form, {**more, **_declared(node)})


def _reader(node: Json, enabled: bool) -> Json:
    """Exposures, singular tests, semantic models, metrics: what reads relations."""
    form = {**_common(node, enabled), "tags": _tags(node), "refs": _refs(node), "sources": _sources(node)}
    if node["resource_type"] != "test":
        return form
    return _with_more({**form, **_severity(node)}, _changed(node["config"], TEST_DEFAULTS))


def _severity(node: Json) -> Json:
    config = node["config"]
    return {"severity": str(config.get("severity")).lower(), "where": config.get("where")}


def _unit_test(node: Json, enabled: bool) -> Json:
    return {**_common(node, enabled), "model": node["model"], "tags": _tags(node), "version": node.get("version")}


def _group(node: Json, _enabled: bool) -> Json:
    return {key: value for key, value in _common(node, True).items() if key != "enabled"}


def _generic_test(node: Json, enabled: bool) -> Json:
    data = node["test_metadata"]
    kwargs = dict(data["kwargs"])
    kwargs.update(kwargs.pop("arguments", None) or {})
    form = {
        "test": data["name"],
        "namespace": data.get("namespace"),
        "attached": node.get("attached_node"),
        "column": node.get("column_name"),
        "kwargs": {key: kwargs[key] for key in sorted(kwargs) if key not in ("model", "column_name")},
        "tags": _tags(node),
        "enabled": enabled,
        **_severity(node),
        "path": node["original_file_path"].replace("\\", "/"),
        "refs": _refs(node),
        "sources": _sources(node),
    }
    return _with_more(form, _changed(node["config"], TEST_DEFAULTS))


_FORMS: dict[str, Callable[[Json, bool], Json]] = {
    "model": _relation,
    "seed": _relation,
    "snapshot": _relation,
    "analysis": _reader,
    "source": _source,
    "exposure": _reader,
    "test": _reader,
    "semantic_model": _reader,
    "metric": _reader,
    "saved_query": _reader,
    "unit_test": _unit_test,
    "group": _group,
    "operation": _reader,
    "function": _reader,
    "sql_operation": _reader,
}

"""What kind of value dbt reads under a key of a properties file. It stops at any other kind.

Source: the annotations of the classes that dbt-core 1.8 to 1.11 validates properties with (see propertykeys.py), which
agree in all of these versions; tests/domain/test_propertytypes.py asks the installed dbt about each key and kind. Keys
without an entry are not judged: dbt looks at them late, or not at all.
"""

from __future__ import annotations

from ringfence.domain.propertykeys import ENTRIES

_TEXT, _OPTIONAL = ("text",), ("text", "nothing")
_FLAG, _OPTIONAL_FLAG = ("flag",), ("flag", "nothing")
_LIST, _MAPPING = ("list",), ("mapping",)
_LIST_OR_TEXT = ("list", "text")

Kinds = tuple[str, ...]

# Key -> kinds, wherever nothing else is said.
_COMMON: dict[str, Kinds] = {
    **dict.fromkeys(("name", "description"), _TEXT),
    **dict.fromkeys(("config", "meta", "docs", "owner"), _MAPPING),
    **dict.fromkeys(
        ("columns", "constraints", "tables", "arguments", "tags", "data_tests", "tests", "versions"), _LIST
    ),
    **dict.fromkeys(("data_type", "label", "access", "group", "schema", "database", "identifier", "type"), _OPTIONAL),
    **dict.fromkeys(("loaded_at_field", "loaded_at_query", "url", "granularity", "defined_in"), _OPTIONAL),
    "quote": _OPTIONAL_FLAG,
}
# Place -> kinds of keys that are of another kind there; None: not judged.
_OTHER: dict[str, dict[str, Kinds | None]] = {
    "file": dict.fromkeys(ENTRIES, _LIST) | {"data_tests": None, "tests": None},
    "model": {"group": None, "time_spine": ("mapping", "nothing"), "access": _OPTIONAL},
    "seed": {"group": None},
    "snapshot": {"group": None, "relation": _TEXT},
    "analysis": {"group": None},
    "version": {"data_tests": ("list", "nothing"), "tests": ("list", "nothing")},
    "source": {"loader": _TEXT, "quoting": _MAPPING, "freshness": ("mapping", "nothing"), "tags": _LIST},
    "table": {"quoting": _MAPPING, "freshness": ("mapping", "nothing"), "external": ("mapping", "nothing")},
    "exposure": {"type": _TEXT, "depends_on": _LIST, "maturity": _OPTIONAL},
    "owner": {"name": _OPTIONAL, "email": ("text", "list", "nothing")},
    "group": {"description": _OPTIONAL},
    "unit_test": {
        "model": _TEXT,
        "given": _LIST,
        "expect": _MAPPING,
        "overrides": ("mapping", "nothing"),
        "versions": ("mapping", "nothing"),
    },
    "given": {"input": _TEXT, "rows": ("text", "list", "nothing"), "format": _TEXT, "fixture": _OPTIONAL},
    "expect": {"rows": ("text", "list", "nothing"), "format": _TEXT, "fixture": _OPTIONAL},
    "overrides": {"macros": _MAPPING, "vars": _MAPPING, "env_vars": _MAPPING},
    "docs": {"show": _FLAG, "node_color": _OPTIONAL},
    "quoting": dict.fromkeys(("database", "schema", "identifier", "column"), _OPTIONAL_FLAG),
    "freshness": {
        "warn_after": ("mapping", "nothing"),
        "error_after": ("mapping", "nothing"),
        "filter": _OPTIONAL,
    },
    "period": {"count": ("number", "nothing"), "period": _OPTIONAL},
    "time_spine": {"standard_granularity_column": _TEXT, "custom_granularities": _LIST},
    "granularity": {"column_name": _OPTIONAL},
    "function_argument": {"data_type": _TEXT, "description": _OPTIONAL},
    "returns": {"data_type": _TEXT, "description": _OPTIONAL},
    "semantic_model": {
        "model": _TEXT,
        "description": _OPTIONAL,
        "defaults": ("mapping", "nothing"),
        "entities": _LIST,
        "measures": _LIST,
        "dimensions": _LIST,
        "primary_entity": _OPTIONAL,
    },
    "entity": {"type": _TEXT, "description": _OPTIONAL, "expr": _OPTIONAL, "role": _OPTIONAL},
    "dimension": {"type": _TEXT, "description": _OPTIONAL, "expr": _OPTIONAL, "is_partition": _FLAG},
    "measure": {"agg": _TEXT, "description": _OPTIONAL, "create_metric": _FLAG},
    "saved_query": {
        "description": _OPTIONAL,
        "query_params": _MAPPING,
        "exports": _LIST,
        "tags": _LIST_OR_TEXT,
    },
    "query_params": {"metrics": _LIST, "group_by": _LIST},
    # v2 has metrics of another form
    "metric": {"type": _TEXT, "label": None},
    # dbt builds these without a look at the kinds
    "constraint": dict.fromkeys(("name", "type", "columns"), None),
    "external": {},
    "external_partition": dict.fromkeys(("name", "description", "data_type", "meta"), None),
    "contract": {},
}

_BUILT: dict[str, Kinds] = {
    "enabled": _FLAG,
    "tags": _LIST_OR_TEXT,
    **dict.fromkeys(("meta", "docs", "grants", "quoting", "persist_docs", "column_types"), _MAPPING),
    **dict.fromkeys(("alias", "schema", "database", "group", "on_schema_change", "incremental_strategy"), _OPTIONAL),
    "materialized": _TEXT,
    "full_refresh": _OPTIONAL_FLAG,
    "unique_key": ("text", "list", "nothing"),
}
# Kind of resource -> kinds of settings.
_SETTINGS: dict[str, dict[str, Kinds]] = {
    "model": _BUILT,
    "version": _BUILT,
    "seed": {**_BUILT, "quote_columns": _OPTIONAL_FLAG, "delimiter": _TEXT},
    "snapshot": {
        **_BUILT,
        **dict.fromkeys(("strategy", "target_schema", "target_database", "updated_at"), _OPTIONAL),
        "check_cols": ("text", "list", "nothing"),
    },
    "source": {"enabled": _FLAG},
    "table": {"enabled": _FLAG},
    "exposure": {"enabled": _FLAG},
    "test": {"enabled": _FLAG, "tags": _LIST_OR_TEXT, "meta": _MAPPING},
}
# Keys whose lists hold one kind of item only.
_ITEMS: dict[str, Kinds] = {
    **dict.fromkeys(("columns", "constraints", "tables", "versions", "arguments", "given", "entities"), _MAPPING),
    **dict.fromkeys(("measures", "dimensions", "exports", "custom_granularities"), _MAPPING),
    **dict.fromkeys(("tags", "depends_on"), _TEXT),
    **dict.fromkeys(("data_tests", "tests"), ("text", "mapping")),
}
# Keys where one of these words is wanted. An exposure may be of any type in later versions.
WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("exposure", "type"): ("dashboard", "notebook", "analysis", "ml", "application"),
    ("exposure", "maturity"): ("low", "medium", "high"),
    ("model", "access"): ("private", "protected", "public"),
    ("config", "access"): ("private", "protected", "public"),
    ("config", "on_configuration_change"): ("apply", "continue", "fail"),
    ("given", "format"): ("dict", "csv", "sql"),
    ("expect", "format"): ("dict", "csv", "sql"),
    ("period", "period"): ("minute", "hour", "day"),
}


def kinds_of(place: str, owner: str, key: str) -> tuple[str, ...] | None:
    """Return the kinds of value that dbt reads under a key, or None where it is not judged."""
    if place in ("config", "export_config"):
        return _SETTINGS.get(owner, {}).get(key)
    other = _OTHER.get(place, {})
    return other[key] if key in other else _COMMON.get(key)


def items_of(place: str, key: str) -> tuple[str, ...] | None:
    """Return the kinds of item that dbt reads in the list under a key, or None where they are not judged."""
    if place == "file":
        return _MAPPING if key in ENTRIES and key != "data_tests" else None
    return None if place in ("constraint", "external", "analysis_column") else _ITEMS.get(key)

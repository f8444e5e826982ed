"""Keys that dbt 1.8 to 1.11 and the v2 engine know in properties files, by the place where they stand.

Source: https://docs.getdbt.com/reference/configs-and-properties and the dataclasses of dbt-core. Places that adapters
or teams may extend freely are `OPEN`: there only a near miss of a known key is certainly a mistake.
"""

from __future__ import annotations

_TESTS = {"data_tests", "tests"}
_COMMON = {"name", "description", "config", "meta", "docs"}
_NODE = (
    _COMMON | _TESTS | {"columns", "group", "access", "enabled", "tags", "materialized", "schema", "alias", "database"}
)
# The semantic layer written on the model itself, from dbt 1.12 and v2 on.
_SEMANTIC = {"agg_time_dimension", "derived_semantics", "metrics", "primary_entity", "semantic_model"}

# Settings of single adapters that look like a mistyped setting of dbt itself.
_ADAPTERS = {
    "auto_refresh",
    "buckets",
    "cluster",
    "clustered_by",
    "cluster_id",
    "databricks_tags",
    "database_role",
    "field_delimiter",
    "liquid_clustered_by",
    "lf_grants",
    "partition",
    "partitioned_by",
    "partitions",
    "table_tag",
    "target_lag",
    "target_table",
    "unique_keys",
}

KEYS: dict[str, frozenset[str]] = {
    "file": frozenset(
        {
            "version",
            "models",
            "seeds",
            "snapshots",
            "sources",
            "macros",
            "exposures",
            "groups",
            "unit_tests",
            "semantic_models",
            "metrics",
            "saved_queries",
            "analyses",
            "functions",
            "data_tests",
            "tests",
            "anchors",
        }
    ),
    "model": frozenset(
        _NODE
        | {
            "constraints",
            "contract",
            "versions",
            "latest_version",
            "deprecation_date",
            "time_spine",
            "primary_key",
            "freshness",
        }
        | _SEMANTIC
    ),
    "seed": frozenset(_NODE),
    "analysis": frozenset(_COMMON | {"columns", "tags", "group", "access", "enabled"}),
    "snapshot": frozenset(_NODE | {"relation"}),
    "version": frozenset(
        _TESTS
        | {
            "v",
            "defined_in",
            "description",
            "access",
            "config",
            "constraints",
            "docs",
            "columns",
            "deprecation_date",
            "freshness",
            "meta",
        }
    ),
    "column": frozenset(
        _TESTS
        | {
            "name",
            "description",
            "data_type",
            "constraints",
            "meta",
            "tags",
            "quote",
            "config",
            "granularity",
            "policy_tags",
            "dimension",
            "entity",
            "include",
            "exclude",
        }
    ),
    "source": frozenset(
        {
            "name",
            "description",
            "config",
            "meta",
            "database",
            "schema",
            "loader",
            "loaded_at_field",
            "loaded_at_query",
            "quoting",
            "freshness",
            "tags",
            "tables",
            "overrides",
            "catalog",
        }
    ),
    "table": frozenset(
        _TESTS
        | {
            "name",
            "description",
            "config",
            "meta",
            "identifier",
            "loader",
            "loaded_at_field",
            "loaded_at_query",
            "quoting",
            "freshness",
            "tags",
            "columns",
            "external",
        }
    ),
    "exposure": frozenset(
        {
            "name",
            "type",
            "owner",
            "description",
            "label",
            "maturity",
            "meta",
            "tags",
            "url",
            "depends_on",
            "config",
            "enabled",
        }
    ),
    "macro": frozenset({"name", "description", "docs", "meta", "arguments", "config"}),
    "argument": frozenset({"name", "type", "description"}),
    "group": frozenset({"name", "owner", "description", "config", "meta"}),
    "unit_test": frozenset(
        {"name", "model", "given", "expect", "description", "overrides", "config", "versions", "tags", "meta"}
    ),
    "config": frozenset(
        {
            "enabled",
            "materialized",
            "tags",
            "meta",
            "contract",
            "alias",
            "schema",
            "database",
            "access",
            "group",
            "grants",
            "docs",
            "full_refresh",
            "unique_key",
            "on_schema_change",
            "incremental_strategy",
            "persist_docs",
            "pre_hook",
            "post_hook",
            "column_types",
            "quote_columns",
            "delimiter",
            "strategy",
            "updated_at",
            "check_cols",
            "hard_deletes",
            "target_schema",
            "target_database",
            "event_time",
            "severity",
            "where",
            "limit",
            "fail_calc",
            "warn_if",
            "error_if",
            "store_failures",
            "store_failures_as",
            "batch_size",
            "lookback",
            "begin",
            "pre-hook",
            "post-hook",
            "sql_header",
            "packages",
            "quoting",
            "incremental_predicates",
            "merge_update_columns",
            "merge_exclude_columns",
            "invalidate_hard_deletes",
            "dbt_valid_to_current",
            "snapshot_meta_column_names",
            "on_configuration_change",
            "concurrent_batches",
            "loaded_at_query",
            "partition_by",
            "cluster_by",
            "freshness",
            "loaded_at_field",
        }
        | _ADAPTERS
    ),
    "contract": frozenset({"enforced", "alias_types", "checksum"}),
}

OPEN = frozenset({"column", "config"})

# Key of a file -> the place its entries are, for KEYS.
ENTRIES = {
    "models": "model",
    "seeds": "seed",
    "snapshots": "snapshot",
    "sources": "source",
    "exposures": "exposure",
    "analyses": "analysis",
    "macros": "macro",
    "groups": "group",
    "unit_tests": "unit_test",
}
# Place -> lists of mappings below it, by key.
LISTS = {
    "model": {"columns": "column", "versions": "version"},
    "version": {"columns": "column"},
    "seed": {"columns": "column"},
    "snapshot": {"columns": "column"},
    "analysis": {"columns": "column"},
    "source": {"tables": "table"},
    "table": {"columns": "column"},
    "macro": {"arguments": "argument"},
}

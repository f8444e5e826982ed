"""Settings that dbt 1.8 to 1.11, the v2 engine and the adapters read under `config:`, by kind of resource.

Sources: the config dataclasses of dbt-core (dbt/artifacts/resources/v1, dbt/contracts/graph/model_config.py), for the
adapters' settings the JSON schema that dbt-core 1.11 ships (dbt/jsonschemas/resources/latest.json; published as
https://github.com/dbt-labs/dbt-jsonschema) and the adapters' own config classes. tests/domain/test_propertykeys.py
compares these tables with the installed dbt. Anybody may add settings of their own, which macros and materializations
read, so a setting that stands in no table is not wrong by itself.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text: a table of names reads better without a quote around each."""
    return frozenset(text.split())


_EVERY = frozenset({"enabled", "meta", "tags"})
_RELATION = _EVERY | {"alias", "database", "docs", "event_time", "group", "schema", "static_analysis"}
# What dbt gives to everything that is built, however little of it a kind makes use of.
_BUILT = _RELATION | words(
    "batch_size begin column_types concurrent_batches full_refresh grants incremental_strategy lookback "
    "materialized on_configuration_change on_schema_change packages persist_docs post-hook post_hook pre-hook "
    "pre_hook quoting sql_header unique_key"
)
_FRESHNESS = frozenset({"freshness", "loaded_at_field", "loaded_at_query"})

# The adapters' settings: BigQuery, Databricks, Spark, Snowflake, Redshift, PostgreSQL, Athena, Trino, DuckDB, Fabric,
# ClickHouse, Starburst and dbt's Python models.
ADAPTERS = words(
    "adapter_properties additional_libs as_columnstore auto_liquid_cluster auto_refresh automatic_clustering "
    "backup base_location base_location_root base_location_subpath batch_id bind bucket_count buckets catalog "
    "catalog_name category cluster cluster_by cluster_id clustered_by compression copy_grants "
    "create_notebook custom_checks database_role databricks_compute databricks_tags dataproc_cluster_name "
    "dataset delimiter delta_table_path dist dist_by dist_style distributed_by distribution "
    "enable_list_inference enable_refresh engine event_time_column external_access_integrations "
    "external_volume field_delimiter file_format force_batch format full_import glue_register grant_access_to "
    "ha hours_to_expiration http_path imports include_full_name_in_path include_policy_tags "
    "incremental_predicates index_url indexes initialize insert_overwrite intermediate_format is_external "
    "jar_file_uri job_cluster_config job_execution_timeout_seconds kms_key_name labels labels_from_meta "
    "lf_grants lf_tags lf_tags_config liquid_clustered_by location location_root matched_condition "
    "max_staleness merge_exclude_columns merge_update_columns merge_with_schema_evolution native_drop "
    "not_matched_by_source_action not_matched_by_source_condition not_matched_condition notebook_template_id "
    "options order_by parallel partition partition_by partition_expiration_days partitioned_by partitions "
    "policy_tags predicates primary_key project properties python_job_config python_version query_tag quoting "
    "refresh refresh_interval_minutes refresh_mode require_partition_filter resource_tags row_access_policy "
    "row_format s3_data_dir s3_data_naming schedule schema_origin secrets secure seed_by_insert serde "
    "skip_matched_step skip_not_matched_step snowflake_warehouse sort sort_type sorted_by source_alias state "
    "strictness submission_method sync table_format table_properties table_tag table_tags table_type "
    "target_alias target_lag target_table tblproperties timeout tmp_relation_type tmp_schema transient ttl "
    "unique_keys unlogged unique_tmp_table_suffix use_anonymous_sproc user_folder_for_python versions_to_keep "
    "view_security warehouse with_no_schema_binding write_compression workgroup"
)

# Kind of resource -> the settings that dbt itself reads for it.
CONFIG: dict[str, frozenset[str]] = {
    "model": _BUILT | {"access", "contract", "freshness"},
    "seed": _BUILT | {"delimiter", "quote_columns"},
    "snapshot": _BUILT
    | words(
        "check_cols dbt_valid_to_current hard_deletes invalidate_hard_deletes quote_columns "
        "snapshot_meta_column_names strategy target_database target_schema updated_at"
    ),
    "analysis": _BUILT,
    "source": _EVERY | _FRESHNESS | {"event_time", "static_analysis", "quoting", "schema_origin", "sync"},
    "test": _RELATION
    | words(
        "error_if fail_calc full_refresh limit materialized quoting severity sql_header store_failures "
        "store_failures_as warn_if where"
    ),
    "unit_test": _EVERY | {"static_analysis"},
    "function": _BUILT | {"access", "entry_point", "runtime_version", "type", "volatility"},
    "exposure": _EVERY,
    "macro": frozenset({"docs", "meta"}),
    "group": frozenset({"meta"}),
    "metric": _EVERY | {"group"},
    "semantic_model": _EVERY | {"group"},
    "saved_query": _EVERY | {"cache", "export_as", "group", "schema"},
    "column": frozenset({"databricks_tags", "meta", "tags"}),
    "element": frozenset({"meta"}),
}

# Every setting that something reads somewhere.
SETTINGS = frozenset().union(*CONFIG.values()) | ADAPTERS

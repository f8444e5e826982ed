"""The vocabulary of properties files: which keys dbt knows where, and what it does with any other.

A *place* is a mapping of a certain kind: an entry under `models:`, one of its columns, the owner of an exposure.
Sources: https://docs.getdbt.com/reference/configs-and-properties, the dataclasses that dbt-core 1.8 to 1.11 validates
properties with (dbt/contracts/graph/unparsed.py and dbt/artifacts/resources), and for the v2 engine and what dbt 1.10
deprecates the JSON schema that dbt-core ships (dbt/jsonschemas/resources/latest.json, published as
https://github.com/dbt-labs/dbt-jsonschema). A key that one of these versions knows is known here.
tests/domain/test_propertykeys.py compares the tables with the installed dbt, key by key.
"""

from __future__ import annotations

from ringfence.domain.configkeys import CONFIG
from ringfence.domain.namedtuple import NamedTuple

# What dbt does with a key that it does not know: it refuses the file; it forgets the key (from 1.10 on with a
# deprecation warning, on some adapters); it keeps the key for whoever may read it.
STOPS, IGNORES, KEEPS = "stops", "ignores", "keeps"


class Place(NamedTuple):
    """What may stand in one kind of mapping; `below` names the places of what stands under a key, one or a list."""

    keys: frozenset[str]
    beyond: str
    below: dict[str, str]
    called: str = ""


def _place(keys: str, beyond: str, called: str = "", **below: str) -> Place:
    return Place(frozenset(keys.split()), beyond, below, called)


_TESTS = "data_tests tests"
_V2 = "static_analysis_off_reason"

PLACES: dict[str, Place] = {
    "file": _place(
        "version models seeds snapshots sources macros exposures groups unit_tests semantic_models metrics "
        f"saved_queries analyses functions anchors {_TESTS}",
        IGNORES,
    ),
    "model": _place(
        "name description config meta docs group access contract columns constraints versions "
        f"latest_version deprecation_date time_spine {_TESTS} "
        # the semantic layer on the model itself, from dbt 1.12 and v2 on
        f"agg_time_dimension derived_semantics metrics primary_entity semantic_model identifier {_V2}",
        IGNORES,
        columns="column",
        versions="version",
        constraints="constraint",
        docs="docs",
        contract="contract",
        config="config",
        time_spine="time_spine",
    ),
    "seed": _place(
        f"name description config meta docs group access columns {_TESTS} {_V2}",
        IGNORES,
        columns="column",
        docs="docs",
        config="config",
    ),
    "snapshot": _place(
        f"name description config meta docs group access columns relation {_TESTS} {_V2}",
        IGNORES,
        columns="column",
        docs="docs",
        config="config",
    ),
    "analysis": _place(
        f"name description config meta docs group access columns {_V2}",
        IGNORES,
        columns="analysis_column",
        docs="docs",
        config="config",
    ),
    "version": _place(
        f"v defined_in description access config constraints docs columns deprecation_date {_TESTS}",
        STOPS,
        columns="column",
        constraints="constraint",
        docs="docs",
        config="config",
    ),
    "column": _place(
        f"name description data_type constraints meta tags quote config docs granularity {_TESTS} "
        # read by adapters, and by v2
        "column_mask databricks_tags dimension entity policy_tags include exclude masking_policy tag",
        KEEPS,
        constraints="constraint",
        docs="docs",
        config="config",
    ),
    "analysis_column": _place("name description data_type constraints meta config docs", KEEPS, config="config"),
    "source": _place(
        "name description config meta database schema loader loaded_at_field loaded_at_query quoting freshness tags "
        # BigQuery's names of schema and database; catalog on Databricks and in v2
        "tables overrides catalog dataset project",
        STOPS,
        tables="table",
        quoting="quoting",
        freshness="freshness",
        config="config",
    ),
    "table": _place(
        "name description config meta identifier loaded_at_field loaded_at_query quoting freshness tags columns "
        f"external {_TESTS}",
        IGNORES,
        columns="column",
        quoting="quoting",
        freshness="freshness",
        external="external",
        config="config",
    ),
    "external": _place(
        # what dbt-external-tables reads besides
        "location file_format row_format tbl_properties partitions options pattern integration aws_sns_topic "
        "auto_refresh snowpipe infer_schema ignore_case hive_compatible_partitions expected_external_table "
        "table_format using connection external_volume catalog strategy",
        KEEPS,
        partitions="external_partition",
    ),
    "external_partition": _place(
        "name description data_type meta expression vals path_macro macro args quote_value", KEEPS, "partition"
    ),
    "exposure": _place(
        "name type owner description label maturity meta tags url depends_on config",
        STOPS,
        owner="owner",
        config="config",
    ),
    "owner": _place("name email", KEEPS),
    "macro": _place(
        "name description docs meta arguments config", IGNORES, arguments="argument", docs="docs", config="config"
    ),
    "argument": _place("name type description", STOPS),
    "group": _place("name owner description config", STOPS, owner="owner", config="config"),
    "unit_test": _place(
        f"name model given expect description overrides config versions {_V2}",
        STOPS,
        given="given",
        expect="expect",
        overrides="overrides",
        config="config",
        versions="include_exclude",
    ),
    "given": _place("input rows format fixture", STOPS),
    "expect": _place("rows format fixture", STOPS),
    "overrides": _place("macros vars env_vars", STOPS),
    "include_exclude": _place("include exclude", STOPS, "versions"),
    "data_test": _place(f"name description config meta docs {_V2}", IGNORES, docs="docs", config="config"),
    "function": _place(
        f"name description config meta docs access arguments returns identifier language {_TESTS} {_V2}",
        IGNORES,
        arguments="function_argument",
        returns="returns",
        docs="docs",
        config="config",
    ),
    "function_argument": _place("name data_type description default_value", STOPS, "argument"),
    "returns": _place("data_type description", STOPS),
    "semantic_model": _place(
        "name model config description label defaults entities measures dimensions primary_entity",
        STOPS,
        defaults="defaults",
        entities="entity",
        measures="measure",
        dimensions="dimension",
        config="config",
    ),
    "defaults": _place("agg_time_dimension", STOPS),
    "entity": _place("name type description label role expr config", STOPS, config="config"),
    "dimension": _place(
        "name type description label is_partition type_params expr config",
        STOPS,
        type_params="dimension_params",
        config="config",
    ),
    "dimension_params": _place("time_granularity validity_params", STOPS, "type_params", validity_params="validity"),
    "validity": _place("is_start is_end", STOPS, "validity_params"),
    "measure": _place(
        "name agg description label expr agg_params non_additive_dimension agg_time_dimension create_metric config "
        "create_metric_display_name",
        STOPS,
        agg_params="agg_params",
        non_additive_dimension="non_additive",
        config="config",
    ),
    "agg_params": _place("percentile use_discrete_percentile use_approximate_percentile", STOPS),
    "non_additive": _place("name window_choice window_groupings", STOPS, "non_additive_dimension"),
    "metric": _place(
        "name label type type_params description filter time_granularity meta tags config "
        # v2 has no type_params: what is below them stands here
        "agg agg_time_dimension base_metric calculation constant_properties conversion_metric denominator entity expr "
        "fill_nulls_with grain_to_date hidden input_metric input_metrics join_to_timespine non_additive_dimension "
        "numerator percentile percentile_type period_agg window",
        STOPS,
        type_params="metric_params",
        config="config",
    ),
    "metric_params": _place(
        "measure numerator denominator expr window grain_to_date metrics conversion_type_params cumulative_type_params",
        STOPS,
        "type_params",
        measure="metric_measure",
        numerator="metric_input",
        denominator="metric_input",
        metrics="metric_input",
        conversion_type_params="conversion",
        cumulative_type_params="cumulative",
    ),
    "metric_measure": _place("name filter alias join_to_timespine fill_nulls_with", STOPS, "measure"),
    "metric_input": _place("name filter alias offset_window offset_to_grain", STOPS, "metric"),
    "conversion": _place(
        "base_measure conversion_measure entity calculation window constant_properties",
        STOPS,
        "conversion_type_params",
        base_measure="metric_measure",
        conversion_measure="metric_measure",
        constant_properties="constant_property",
    ),
    "constant_property": _place("base_property conversion_property", STOPS, "constant_properties"),
    "cumulative": _place("window grain_to_date period_agg", STOPS, "cumulative_type_params"),
    "saved_query": _place(
        "name query_params description label exports config tags",
        STOPS,
        query_params="query_params",
        exports="export",
        config="config",
    ),
    "query_params": _place("metrics group_by where order_by limit", STOPS),
    "export": _place("name config", STOPS, config="export_config"),
    "export_config": _place("export_as schema schema_name alias database", STOPS, "config"),
    "docs": _place("show node_color", STOPS),
    "contract": _place("enforced alias_types checksum", IGNORES),
    "constraint": _place("type name expression warn_unenforced warn_unsupported to to_columns columns", IGNORES),
    "quoting": _place("database schema identifier column snowflake_ignore_case", STOPS),
    "freshness": _place("warn_after error_after filter", STOPS, warn_after="period", error_after="period"),
    "config_freshness": _place(
        "warn_after error_after filter", IGNORES, "freshness", warn_after="config_period", error_after="config_period"
    ),
    "config_period": _place("count period", IGNORES),
    "period": _place("count period", STOPS),
    "model_freshness": _place("build_after", KEEPS, "freshness", build_after="build_after"),
    "build_after": _place("count period updates_on", KEEPS),
    "time_spine": _place("standard_granularity_column custom_granularities", STOPS, custom_granularities="granularity"),
    "granularity": _place("name column_name", STOPS, "custom_granularities"),
}

PLACES["config"] = _place("", KEEPS)
PLACES["test"] = _place("", KEEPS, config="config")

# The keys that hold generic tests, and the places that have them.
TESTS = ("data_tests", "tests")
TESTED = frozenset(place for place, known in PLACES.items() if place != "file" and "data_tests" in known.keys)

# Mappings below `config:`, whatever resource it belongs to. A model's freshness is of another form than a source's.
CONFIG_BELOW = {"contract": "contract", "docs": "docs"}
FRESHNESS_BELOW = {"model": "model_freshness", "source": "config_freshness", "table": "config_freshness"}

# Key of a file -> the place that its entries are.
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
    "data_tests": "data_test",
    "functions": "function",
    "semantic_models": "semantic_model",
    "metrics": "metric",
    "saved_queries": "saved_query",
}

# Place -> the kind of resource whose settings its `config:` holds, where it is not called the same.
_SETTINGS_OF = {
    "table": "source",
    "version": "model",
    "analysis_column": "column",
    "data_test": "test",
    "entity": "element",
    "dimension": "element",
    "measure": "element",
}


def settings_of(place: str) -> frozenset[str]:
    """Return the settings that dbt itself reads under the `config:` of a place."""
    return CONFIG.get(_SETTINGS_OF.get(place, place), frozenset())

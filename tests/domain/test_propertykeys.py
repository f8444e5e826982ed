"""The vocabulary of properties files, key by key against the classes of the installed dbt."""

from __future__ import annotations

import dataclasses
import importlib
import json
from importlib import resources
from typing import Any

import pytest

from ringfence.domain.configkeys import ADAPTERS, CONFIG, SETTINGS
from ringfence.domain.propertykeys import ENTRIES, IGNORES, KEEPS, PLACES, STOPS, TESTED, settings_of

importlib.import_module("dbt.cli.main")  # its parts cannot be imported in another order
artifacts: Any = importlib.import_module("dbt.artifacts.resources")
config: Any = importlib.import_module("dbt.artifacts.resources.v1.config")
unparsed: Any = importlib.import_module("dbt.contracts.graph.unparsed")
constraints: Any = importlib.import_module("dbt_common.contracts.constraints")

# Place -> the class of dbt that such a mapping becomes.
CLASSES: dict[str, Any] = {
    "model": unparsed.UnparsedModelUpdate,
    "seed": unparsed.UnparsedNodeUpdate,
    "snapshot": unparsed.UnparsedNodeUpdate,
    "analysis": unparsed.UnparsedAnalysisUpdate,
    "version": unparsed.UnparsedVersion,
    "column": unparsed.UnparsedColumn,
    "analysis_column": unparsed.HasColumnProps,
    "source": unparsed.UnparsedSourceDefinition,
    "table": unparsed.UnparsedSourceTableDefinition,
    "external": artifacts.ExternalTable,
    "external_partition": artifacts.ExternalPartition,
    "exposure": unparsed.UnparsedExposure,
    "owner": artifacts.Owner,
    "macro": unparsed.UnparsedMacroUpdate,
    "argument": artifacts.MacroArgument,
    "group": unparsed.UnparsedGroup,
    "unit_test": unparsed.UnparsedUnitTest,
    "given": artifacts.UnitTestInputFixture,
    "expect": artifacts.UnitTestOutputFixture,
    "overrides": artifacts.UnitTestOverrides,
    "include_exclude": artifacts.UnitTestNodeVersions,
    "semantic_model": unparsed.UnparsedSemanticModel,
    "defaults": artifacts.Defaults,
    "entity": unparsed.UnparsedEntity,
    "dimension": unparsed.UnparsedDimension,
    "dimension_params": unparsed.UnparsedDimensionTypeParams,
    "validity": artifacts.DimensionValidityParams,
    "measure": unparsed.UnparsedMeasure,
    "agg_params": artifacts.MeasureAggregationParameters,
    "non_additive": unparsed.UnparsedNonAdditiveDimension,
    "metric": unparsed.UnparsedMetric,
    "metric_params": unparsed.UnparsedMetricTypeParams,
    "metric_measure": unparsed.UnparsedMetricInputMeasure,
    "metric_input": unparsed.UnparsedMetricInput,
    "conversion": unparsed.UnparsedConversionTypeParams,
    "constant_property": artifacts.ConstantPropertyInput,
    "saved_query": unparsed.UnparsedSavedQuery,
    "query_params": unparsed.UnparsedQueryParams,
    "export": unparsed.UnparsedExport,
    "docs": artifacts.Docs,
    "contract": config.ContractConfig,
    "constraint": constraints.ModelLevelConstraint,
    "quoting": artifacts.Quoting,
    "freshness": artifacts.FreshnessThreshold,
    "period": artifacts.Time,
}
# Classes that the oldest dbt we read does not have yet.
NEWER = {
    "data_test": (unparsed, "UnparsedSingularTestUpdate"),
    "function": (unparsed, "UnparsedFunctionUpdate"),
    "function_argument": (artifacts, "FunctionArgument"),
    "returns": (artifacts, "FunctionReturns"),
    "cumulative": (unparsed, "UnparsedCumulativeTypeParams"),
    "time_spine": (artifacts, "TimeSpine"),
    "granularity": (artifacts, "CustomGranularity"),
    "model_freshness": (artifacts, "ModelFreshness"),
    "build_after": (artifacts, "ModelBuildAfter"),
}
CLASSES |= {place: getattr(module, name) for place, (module, name) in NEWER.items() if hasattr(module, name)}
# What dbt fills in itself, and the names its schema gives to fields.
INTERNAL = {
    "_extra",
    "loaded_at_field_present",
    "original_file_path",
    "package_name",
    "unrendered_database",
    "unrendered_schema",
    "yaml_key",
}
# Fields that the classes share and that nothing reads at this place: rule ignored-key speaks of them.
UNREAD = {
    "model": {"data_type", "quote_columns"},
    "seed": {"constraints", "data_type", "quote_columns"},
    "snapshot": {"constraints", "data_type", "quote_columns"},
    "analysis": {"constraints", "data_type"},
    "macro": {"constraints", "data_type"},
    "table": {"constraints", "data_type", "docs"},
    "data_test": {"constraints", "data_type"},
    "function": {"constraints", "data_type"},
}  # fmt: skip
NOT_ONE_CLASS = {"file", "config", "test", "export_config", "config_freshness", "config_period"}
# dbt builds these without asking the class whether it knows the keys.
UNCHECKED = {"constraint", "contract"}


def fields(made: Any) -> set[str]:
    return {field.name for field in dataclasses.fields(made)} - INTERNAL


@pytest.mark.parametrize("place", sorted(CLASSES))
def test_every_field_of_dbt_is_known(place: str) -> None:
    assert fields(CLASSES[place]) - PLACES[place].keys == UNREAD.get(place, set())


@pytest.mark.parametrize("place", sorted(CLASSES))
def test_what_dbt_does_with_other_keys(place: str) -> None:
    refuses = CLASSES[place].json_schema().get("additionalProperties") is False
    assert (refuses and place not in UNCHECKED) == (PLACES[place].beyond == STOPS)


def test_every_place_is_compared_with_a_class() -> None:
    assert set(PLACES) - NOT_ONE_CLASS == set(CLASSES) | set(NEWER)


SCHEMA = "jsonschemas/resources/latest.json"
DEFINITIONS = {
    "ModelProperties": "model",
    "SeedProperties": "seed",
    "SnapshotProperties": "snapshot",
    "AnalysesProperties": "analysis",
    "ColumnProperties": "column",
    "SourceProperties": "source",
    "Tables": "table",
    "ExposureProperties": "exposure",
    "MacrosProperties": "macro",
    "MacrosArguments": "argument",
    "GroupProperties": "group",
    "UnitTestProperties": "unit_test",
    "Given": "given",
    "Expect": "expect",
    "UnitTestOverrides": "overrides",
    "DataTestProperties": "data_test",
    "FunctionProperties": "function",
    "FunctionArgument": "function_argument",
    "FunctionReturnType": "returns",
    "MetricsProperties": "metric",
    "SavedQueriesProperties": "saved_query",
    "SavedQueriesQueryParams": "query_params",
    "Export": "export",
    "ExportConfig": "export_config",
    "DocsConfig": "docs",
    "DbtContract": "contract",
    "ModelConstraint": "constraint",
    "DbtQuoting": "quoting",
    "FreshnessDefinition": "freshness",
    "FreshnessRules": "period",
    "ModelFreshness": "model_freshness",
    "ModelFreshnessRules": "build_after",
    "ModelPropertiesTimeSpine": "time_spine",
    "TimeSpineCustomGranularity": "granularity",
}


@pytest.fixture(scope="module")
def definitions() -> dict[str, Any]:
    """What the JSON schema of the installed dbt says; older ones bring none."""
    file = resources.files("dbt").joinpath(SCHEMA)
    if not file.is_file():
        pytest.skip("this dbt ships no JSON schema")
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {"file": schema, **schema["definitions"]}


def test_every_key_of_the_schema_is_known(definitions: dict[str, Any]) -> None:
    there = {name: place for name, place in {"file": "file", **DEFINITIONS}.items() if name in definitions}
    assert len(there) > 25  # the schema of 1.10 lacks some
    for name, place in there.items():
        # a table's loader is in the schema, and no dbt reads it; dimensions of a query dbt refuses
        unread = UNREAD.get(place, set()) | {"loader", "dimensions"}
        assert set(definitions[name]["properties"]) - PLACES[place].keys - unread == set(), place


def test_every_setting_of_the_schema_is_known(definitions: dict[str, Any]) -> None:
    held = [
        body["properties"]
        for name, body in definitions.items()
        if name.endswith("Config") and f"{name[:-6]}Properties" in definitions
    ]
    assert len(held) >= 8
    every = {key for body in held for key in body}
    assert every - SETTINGS - {"description"} == set()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("model", "ModelConfig"),
        ("seed", "SeedConfig"),
        ("snapshot", "SnapshotConfig"),
        ("source", "SourceConfig"),
        ("test", "TestConfig"),
        ("unit_test", "UnitTestConfig"),
        ("exposure", "ExposureConfig"),
        ("metric", "MetricConfig"),
        ("semantic_model", "SemanticModelConfig"),
        ("saved_query", "SavedQueryConfig"),
    ],
)
def test_every_setting_of_dbt_is_known(kind: str, name: str) -> None:
    given_to_all_and_read_by_models = {"contract"} if kind in ("seed", "snapshot") else set()
    assert fields(getattr(artifacts, name)) - CONFIG[kind] == given_to_all_and_read_by_models


def test_settings_by_place() -> None:
    assert "materialized" in settings_of("version")
    assert settings_of("table") == settings_of("source")
    assert settings_of("owner") == frozenset()
    assert not ADAPTERS & {"materialized", "tags", "enabled", "meta"}


def test_places_below_places_exist() -> None:
    assert set(ENTRIES.values()) <= set(PLACES)
    for known in PLACES.values():
        assert set(known.below.values()) <= set(PLACES)
        assert known.beyond in (STOPS, IGNORES, KEEPS)
    assert {"model", "column", "table", "version", "seed", "snapshot"} <= TESTED
    assert "file" not in TESTED

"""The dbt package, run by the dbt of this environment on copies of integration_tests/."""

from __future__ import annotations

import csv
import importlib.util
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from dbtproject import ENGINES, READS_ARGUMENTS, REPOSITORY, Engine, Project, copied, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

EXPECTED_ROWS = REPOSITORY / "integration_tests" / "expected"
TESTS = tuple(sorted(path.stem for path in (REPOSITORY / "dbt_package" / "tests" / "generic").glob("*.sql")))

# One process parses every case: starting dbt costs more than parsing.
PARSE_EACH = """
import json, pathlib, sys
from dbt.cli.main import dbtRunner

messages = {}
for name, properties in json.load(sys.stdin).items():
    pathlib.Path("models/case.yml").write_text(properties)
    result = dbtRunner().invoke(["--quiet", "parse"])
    messages[name] = "" if result.success else " ".join(str(result.exception).split())
pathlib.Path("messages.json").write_text(json.dumps(messages))
"""


class WrongRow(NamedTuple):
    test: str
    what: str
    where_: str
    expected: str
    got: str
    hint: str


class Build(NamedTuple):
    project: Project
    process: subprocess.CompletedProcess[str]
    outcomes: dict[str, tuple[str, int]]


def build(project: Project, *arguments: str) -> Build:
    process = project.dbt("build", *arguments)
    outcomes = {
        result["unique_id"].split(".")[2]: (result["status"], result["failures"])
        for result in project.results()
        if result["unique_id"].startswith("test.")
    }
    return Build(project, process, outcomes)


def expected_rows(engine: Engine) -> list[WrongRow]:
    """The wrong rows that are expected: those of every engine, and those of this one in NAME.ENGINE.csv."""
    rows = []
    for path in sorted(EXPECTED_ROWS.glob("*.csv")):
        if path.stem.partition(".")[2] in ("", engine.name):
            with path.open(encoding="utf-8", newline="") as file:
                rows += [WrongRow(**row) for row in csv.DictReader(file)]
    return [row for row in rows if READS_ARGUMENTS or not row.test.endswith("_arguments_form")]


def stored_rows(project: Project) -> list[WrongRow]:
    tables = project.rows("select table_name from information_schema.tables where table_schema = 'main_wrong_rows'")
    selects = [
        f"select '{table}', what, where_, expected, got, hint from main_wrong_rows.{table}" for (table,) in tables
    ]
    return [WrongRow(*(value or "" for value in row)) for row in project.rows(" union all ".join(selects))]


# What the project says in the SQL of the other engines, or holds there alone: on Spark these tests show nothing.
NOT_ON_SPARK = {
    "healthy_columns_are_allow_empty": "the types that it names",
    "healthy_columns_are_ordered": "the types that it names",
    "broken_requires_rows_hostile_names": "a condition whose names are quoted for the others",
    "broken_null_rate_below_arguments_form": "NULL in a seed, which dbt loads as the text None",
    "broken_not_null_where_arguments_form": "NULL in a seed, which dbt loads as the text None",
}


def skip_on_spark(built: Build) -> None:
    """Skip where a test needs types, names or rows as the other engines write them."""
    if built.project.engine.name == "spark":
        pytest.skip("the rows and types that are expected are those of the other engines")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Build:
    lane = {"RINGFENCE_ARGUMENTS_LANE": "models_arguments_form"} if READS_ARGUMENTS else {}
    return build(copied(tmp_path_factory.mktemp("package"), engine, **lane))


def test_healthy_data_passes_and_broken_data_fails(built: Build) -> None:
    left_out = NOT_ON_SPARK if built.project.engine.name == "spark" else {}
    found = {name: status for name, (status, _) in built.outcomes.items() if name not in left_out}
    assert built.process.returncode == 1
    assert all(name.startswith(("broken_", "healthy_")) for name in found)
    assert found == {name: "pass" if name.startswith("healthy_") else "fail" for name in found}
    assert len(found) >= 180 - (not READS_ARGUMENTS) * 40


def test_broken_data_gives_the_wrong_rows_that_are_expected(built: Build) -> None:
    skip_on_spark(built)
    found = {name: count for name, (status, count) in built.outcomes.items() if status == "fail"}
    assert found == Counter(row.test for row in expected_rows(built.project.engine))


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("sqlfluff") is None, reason="sqlfluff is not installed here")
def test_the_sql_that_the_macros_give_passes_the_linter(built: Build) -> None:
    """What sqlfluff cannot see in a macro it sees in the compiled tests.

    Left out is what dbt and the adapter write: white space, quoted names, spelling of types, the `where:` subquery.
    """
    if built.project.engine.name != "duckdb":
        pytest.skip("the linter of this project is set to DuckDB")
    compiled = sorted((built.project.folder / "target" / "compiled").rglob("*.yml/*.sql"))
    assert len(compiled) == len(built.outcomes)
    left_out = "layout,references.quoting,references.special_chars,capitalisation.types,aliasing.table"
    # The sides of a union keep one order of columns; a text made by a macro is a case of its own.
    left_out += ",structure.column_order,structure.nested_case"
    options = ["--dialect", "duckdb", "--templater", "raw", "--disable-progress-bar", "--exclude-rules", left_out]
    linted = built.project.run(sys.executable, "-m", "sqlfluff", "lint", *options, *map(str, compiled))
    assert linted.returncode == 0, linted.stdout


def test_every_test_has_a_healthy_and_a_broken_twin(built: Build) -> None:
    names = " ".join(built.outcomes)
    assert [test for test in TESTS if f"healthy_{test}" not in names or f"broken_{test}" not in names] == []


def test_wrong_rows_say_what_where_expected_and_got(built: Build) -> None:
    skip_on_spark(built)
    assert sorted(stored_rows(built.project)) == sorted(expected_rows(built.project.engine))


def test_tags_agree_with_names(built: Build) -> None:
    tests = [node for node in built.project.nodes().values() if node["resource_type"] == "test"]
    assert [node["name"] for node in tests if node["tags"] != [node["name"].split("_")[0]]] == []


@pytest.mark.slow
def test_emptiness_is_not_judged_in_an_empty_run(built: Build) -> None:
    skip_on_spark(built)
    empty = build(built.project, "--empty")
    # Columns are there without rows as well.
    columns = Counter(row.test for row in expected_rows(built.project.engine) if row.where_.startswith("column "))
    still = {name: ("fail", count) for name, count in columns.items() if name.startswith("broken_columns_are")}
    assert still
    assert empty.outcomes == dict.fromkeys(built.outcomes, ("pass", 0)) | still, empty.process.stdout
    assert empty.process.stdout.count("--empty, so rows are not judged") == len(empty.outcomes)


def case(test: str, arguments: str) -> str:
    return f"models: [{{name: orders, data_tests: [{{ringfence.{test}: {{{arguments}}}}}]}}]"


WRONG_ARGUMENTS = {
    "unknown": (case("not_empty", "group: [a]"), "unknown argument 'group'. It takes hint."),
    "no when": (
        case("requires_rows", "in: ref('orders')"),
        'when is missing, it must be an SQL condition. Write when: "..." as after the word where.',
    ),
    "when is no text": (
        case("requires_rows", "when: true, in: ref('orders')"),
        "when must be an SQL condition, not 'True'. Write when: \"...\" as after the word where.",
    ),
    "no in": (
        case("requires_rows", "when: a > 0"),
        "in is missing, it must be a relation. Write in: ref('...') or source('...', '...').",
    ),
    "in is a name": (
        case("requires_rows", "when: a > 0, in: orders"),
        "in must be a relation, not 'orders'. Write in: ref('...') or source('...', '...').",
    ),
    "by is a text": (
        case("requires_rows", "when: a > 0, in: ref('orders'), by: a"),
        "by must be a list of column names, not 'a'. Write by: [column, ...] with the names as the database has them.",
    ),
    "by is empty": (
        case("requires_rows", "when: a > 0, in: ref('orders'), by: []"),
        "by must be a list of column names, not '[]'. Write by: [column, ...] with the names as the database has them.",
    ),
    "in_where is empty": (
        case("requires_rows", "when: a > 0, in: ref('orders'), in_where: ''"),
        "in_where must be an SQL condition, not ''. Write in_where: \"...\" as after the word where.",
    ),
    "min_matches is a share": (
        case("requires_rows", "when: a > 0, in: ref('orders'), min_matches: 0.5"),
        "min_matches must be a whole number, not '0.5'. Write min_matches: 1, or leave it out.",
    ),
    "allow_empty is a text": (
        case("requires_rows", "when: a > 0, in: ref('orders'), allow_empty: 'no'"),
        "allow_empty must be true or false, not 'no'. Write allow_empty: true, without quotes.",
    ),
    "no compare_to": (
        case("row_count_within", "max_change_pct: 1"),
        "compare_to is missing, it must be a relation. Write compare_to: ref('...') or source('...', '...').",
    ),
    "max_change_pct is negative": (
        case("row_count_within", "compare_to: ref('orders'), max_change_pct: -1"),
        "max_change_pct must be a percentage, not '-1'. Write max_change_pct: 0.5 for half a percent.",
    ),
    "min_rows is true": (
        case("row_count_within", "compare_to: ref('orders'), min_rows: true"),
        "min_rows must be a whole number, not 'True'. Write min_rows: 1, or leave it out.",
    ),
    "group_by holds a number": (
        case("row_count_within", "compare_to: ref('orders'), group_by: [1]"),
        "group_by must be a list of column names, not '[1]'.",
    ),
    "no columns": (
        case("unique_key", ""),
        "columns is missing, it must be a list of column names. Write columns: [column, ...], or put the test under a",
    ),
    "columns twice": (
        "models: [{name: orders, columns: [{name: a, data_tests: [{ringfence.unique_key: {columns: [b]}}]}]}]",
        "it has columns, and stands under the column a. Leave columns out, or move the test to the data_tests of the",
    ),
    "no column": (
        case("null_rate_below", "max_pct: 5"),
        "column is missing, it must be the name of a column. Write column: name, as the database has it.",
    ),
    "another column": (
        "models: [{name: orders, columns: [{name: a, data_tests: [{ringfence.not_null_where: {column: b}}]}]}]",
        "column is b, and it stands under the column a. Leave column out, or move the test to the data_tests of the",
    ),
    "a rate that nothing exceeds": (
        case("null_rate_below", "column: a, max_pct: 100"),
        "max_pct is 100, so the test can never fail. Write a percentage below 100.",
    ),
    "abs is a text": (
        case("sums_match", "column: a, compare_to: ref('orders'), abs: '1'"),
        "abs must be a number that is not negative, not '1'. Write abs: 0.01, or leave it out.",
    ),
    "tolerance without keys": (
        case("same_rows_as", "compare_to: ref('orders'), tolerance: 0.1"),
        "tolerance needs keys, which say what row is compared with what row. Write keys: [column, ...].",
    ),
    "tolerance below zero": (
        case("same_rows_as", "compare_to: ref('orders'), keys: [a], tolerance: {a: -1}"),
        "tolerance must be a number that is not negative, not '-1'.",
    ),
    "an age without unit": (
        case("fresh_within", "column: a, max_age: 24"),
        "max_age must be a number and a unit, not '24'. Write max_age: 24 hours; the units are seconds, minutes, ",
    ),
    "groups without by": (
        case("fresh_within", "column: a, max_age: 1 day, expected_groups: [north]"),
        "expected_groups must be a list of values of the columns in by, not ['north']. Write by: [region] and",
    ),
    "groups of other length": (
        case("fresh_within", "column: a, max_age: 1 day, by: [a], expected_groups: [[1, 2]]"),
        "expected_groups holds [1, 2], and by names a. Write a list of as many values for each group.",
    ),
    "no names and no types": (
        case("columns_are", "ordered: false"),
        "neither names nor types are given. Write names: [column, ...].",
    ),
    "types is a list": (
        case("columns_are", "types: [integer]"),
        "types must be a mapping of columns to types, not '['integer']'. Write types: {order_id: integer}.",
    ),
    "ordered without names": (
        case("columns_are", "types: {a: integer}, ordered: true"),
        "ordered needs names. Write names: [column, ...] in their order.",
    ),
    "append_only without keys": (
        case("append_only", "against: ref('orders')"),
        "keys is missing, it must be a list of column names. Write keys: [column, ...].",
    ),
    "against is a name": (
        case("append_only", "keys: [a], against: orders"),
        "against must be a relation, not 'orders'. Write against: ref('...') or source('...', '...').",
    ),
    "on_missing is unknown": (
        case("row_count_vs_previous", "max_change_pct: 1, on_missing: skip"),
        "on_missing must be one of warn, fail, pass, not 'skip'. Write on_missing: warn.",
    ),
    "no percentage": (
        case("row_count_vs_previous", ""),
        "max_change_pct is missing, it must be a percentage. Write max_change_pct: 0.5 for half a percent.",
    ),
    "an undeclared variable": (
        case("conditional_on_var", "var: growht, then: a > 0"),
        "no variable 'growht' is declared, so the test would never look. Declare it under vars: in dbt_project.yml,",
    ),
    "rows is a number": (
        case("conditional_on_var", "var: growth, then: a > 0, rows: 1"),
        "rows must be one of every, some, not '1'. Write rows: every.",
    ),
    "no start": (
        case("no_overlap", "end: a"),
        "start is missing, it must be the name of a column. Write start: name, as the database has it.",
    ),
    "under a column": (
        "models: [{name: orders, columns: [{name: a, data_tests: [ringfence.not_empty]}]}]",
        "it stands under the column a. It judges whole relations: move it to the model's own data_tests.",
    ),
}
if not READS_ARGUMENTS:
    WRONG_ARGUMENTS["arguments form on a dbt that does not read it"] = (
        case("not_empty", "arguments: {hint: Load it}"),
        "this dbt does not read `arguments:`. Write the arguments directly under the name of the test, or use dbt ",
    )


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    model = {"models/orders.sql": "select 1 as a\n"}
    project = written(tmp_path_factory.mktemp("wrong_arguments"), Engine("duckdb"), model)
    cases = {"none": case("not_empty", "")} | {name: properties for name, (properties, _) in WRONG_ARGUMENTS.items()}
    process = project.run(sys.executable, "-c", PARSE_EACH, stdin=json.dumps(cases))
    assert process.returncode == 0, process.stderr
    messages: dict[str, str] = json.loads((project.folder / "messages.json").read_text())
    assert messages.pop("none") == ""
    return messages


@pytest.mark.parametrize("name", WRONG_ARGUMENTS)
def test_wrong_argument_stops_the_parse_with_the_way_out(messages: dict[str, str], name: str) -> None:
    properties, expected = WRONG_ARGUMENTS[name]
    test = properties.split("ringfence.")[1].split(":")[0].split("]")[0]
    assert f"ringfence.{test} on ref('orders'): {expected}" in messages[name]


@pytest.mark.slow
def test_package_installs_from_a_tag_and_a_subdirectory(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "dbt_package", repository / "dbt_package")
    made = Project(repository, Engine("duckdb"))
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
    for arguments in ("init --quiet", "add .", "commit --quiet --message one", "tag v0.1.0"):
        assert made.run("git", *author, *arguments.split()).returncode == 0

    package = {"git": repository.as_uri(), "subdirectory": "dbt_package", "revision": "v0.1.0"}
    project = written(tmp_path / "project", Engine("duckdb"), {"packages.yml": json.dumps({"packages": [package]})})
    shutil.rmtree(project.folder / "dbt_packages")
    for command in ("deps", "parse"):
        process = project.dbt(command)
        assert process.returncode == 0, process.stdout
    macros = json.loads((project.folder / "target" / "manifest.json").read_text())["macros"]
    assert {f"macro.ringfence.test_{name}" for name in TESTS} <= set(macros)

"""The run log and the identifiers of a run, on real engines."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from datetime import timedelta

import pytest

from dbtproject import DBT_VERSION, ENGINES, Engine, Project, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

FILES = {
    "dbt_project.yml": """
name: consumer
profile: ringfence_integration_tests
vars:
  ringfence_identifiers: [scenario, plan]
  plan: it's "p"
on-run-start:
  - "{{ ringfence.require_identifiers() }}"
  - "{{ ringfence.log_run_start() }}"
on-run-end:
  - "{{ ringfence.log_run_end(results) }}"
""",
    "models/good.sql": "select 1 as id",
    "models/other.sql": "select 1 as id",
    "models/bad.sql": "select no_such_column from {{ ref('other') }}",
    "models/after.sql": "select * from {{ ref('bad') }}",
    "models/schema.yml": """
models:
  - name: good
    data_tests:
      - ringfence.not_empty
      - ringfence.not_empty: {name: missed, config: {where: id = 2}}
""",
}
# dbt 1.8 goes on behind a hook at the start that failed, and ends with an error all the same.
FAILED_HOOK = 2 if DBT_VERSION >= (1, 9) else 1
Run = tuple[Project, "subprocess.CompletedProcess[str]"]
LOG = "select {} from main.ringfence_run_log order by started_at, event desc"


def project(tmp_path_factory: pytest.TempPathFactory, duckdb_first: Engine) -> Project:
    return written(tmp_path_factory.mktemp("run_log") / "consumer", duckdb_first, FILES)._replace(
        variables={"RINGFENCE_GIT_SHA": "abc'1"}
    )


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, duckdb_first: Engine
) -> tuple[Project, subprocess.CompletedProcess[str]]:
    made = project(tmp_path_factory, duckdb_first)
    return made, made.dbt("build", "--vars", "{scenario: 7, secret: s3cr3t}")


def test_a_run_leaves_a_row_when_it_starts_and_one_when_it_ends(run: Run) -> None:
    made, process = run
    assert process.returncode == 1, process.stdout
    columns = "event, command, project, target, git_sha, identifiers, finished_at is null"
    identifiers = json.dumps({"plan": 'it\'s "p"', "scenario": 7})
    shared = ("build", "consumer", made.engine.name, "abc'1", identifiers)
    assert made.rows(LOG.format(columns)) == [("started", *shared, True), ("finished", *shared, False)]


def test_nodes_are_counted_by_status(run: Run) -> None:
    made, _ = run
    counts = "count_success, count_pass, count_warn, count_fail, count_error, count_skipped, count_other"
    start, end = made.rows(LOG.format(counts))
    assert start == (None,) * 7
    assert end == (2, 1, 0, 1, 1, 1, 0)


def test_both_rows_are_of_one_run_with_its_times(run: Run) -> None:
    made, _ = run
    start, end = made.rows(LOG.format("invocation_id, vars_hash, dbt_version, started_at, finished_at"))
    assert start[:4] == end[:4]
    assert len(start[0]) == 36
    given = json.dumps({"scenario": 7, "secret": "s3cr3t"}, sort_keys=True)
    assert start[1] == hashlib.md5(given.encode()).hexdigest()
    assert timedelta(0) < end[4] - end[3] < timedelta(minutes=10)


@pytest.mark.slow
def test_later_runs_only_add_rows_and_empty_ones_none(run: Run) -> None:
    made, _ = run
    before = made.rows(LOG.format("*"))
    empty = made.dbt("run", "--empty", "--select", "good", "--vars", "{scenario: 7}")
    assert empty.returncode == 0, empty.stdout
    assert empty.stdout.count("--empty, so no row is written") == 2
    assert made.rows(LOG.format("*")) == before
    # a table of an older version, without a column that this one writes
    made.rows("alter table main.ringfence_run_log drop column count_other")
    again = made.dbt("run", "--select", "good", "--vars", "{scenario: 8, ringfence_enforce_identifiers: true}")
    assert again.returncode == 0, again.stdout
    assert len(made.rows(LOG.format("*"))) == 4
    assert made.rows(LOG.format("count_other")) == [(None,), (None,), (None,), (0,)]


@pytest.mark.slow
def test_a_table_that_may_not_be_made_stops_the_run_with_what_to_type(run: Run) -> None:
    made, _ = run
    process = made.dbt("run", "--vars", "{ringfence_schema: audit, ringfence_create_tables: false}")
    assert process.returncode == FAILED_HOOK
    assert "lacks what this version writes, and ringfence_create_tables is false. Type:" in process.stdout
    assert "create schema if not exists" in process.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ("{ringfence_enforce_identifiers: true}", "this run does not say its scenario, and ringfence_enforce"),
        ("{ringfence_enforce_identifiers: true, scenario: ' ', plan: ''}", "does not say its scenario, plan"),
        ("{ringfence_enforce_identifiers: true, ringfence_identifiers: []}", "no identifier is declared"),
        ("{ringfence_enforce_identifiers: 'true'}", "must be true or false, not 'true' (a text)"),
        ("{ringfence_identifiers: scenario}", "must be a list of names of vars, not 'scenario'"),
    ],
)
def test_a_run_that_does_not_say_what_it_is_stops(run: Run, variables: str, said: str) -> None:
    made, _ = run
    process = made.dbt("run", "--select", "good", "--vars", variables)
    assert process.returncode in {FAILED_HOOK, 2}, process.stdout
    lines = [re.sub(r"^\d\d:\d\d:\d\d ", "", line).strip() for line in process.stdout.splitlines()]
    assert said in " ".join(lines), process.stdout

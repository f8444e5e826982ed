"""The stores of row_count_vs_previous and append_only over several runs of one project."""

from __future__ import annotations

import json
import sys
from typing import Any, NamedTuple

import pytest

from dbtproject import ENGINES, Engine, Project, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

# One process runs every step: starting dbt costs more than a run.
RUN_EACH = """
import json, pathlib, sys
from dbt.cli.main import dbtRunner

steps = []
for arguments in json.load(sys.stdin):
    result = dbtRunner().invoke(["--quiet", *arguments])
    assert result.exception is None, result.exception
    found = result.result.results if arguments[0] == "build" else []
    steps.append({one.node.name: str(one.status) for one in found})
pathlib.Path("steps.json").write_text(json.dumps(steps))
"""

FILES = {
    "dbt_project.yml": """
name: consumer
profile: ringfence_integration_tests
flags: {send_anonymous_usage_stats: false}
vars: {rows: 4, changed: 0}
models: {+materialized: table}
on-run-end:
  - "{{ ringfence.record_row_counts(results) }}"
  - "{{ ringfence.keep_previous_rows(results) }}"
""",
    "models/events.sql": """
select event_id, case when event_id = {{ var('changed') }} then 'changed' else 'as it was' end as state
from (select 1 as event_id union all select 2 union all select 3 union all select 4 union all select 5) as all_events
where event_id <= {{ var('rows') }}
""",
    "models/audits.sql": "select 1 as audit_id",
    "models/tests.yml": """
models:
  - name: events
    data_tests:
      - ringfence.row_count_vs_previous: {name: counted, max_change_pct: 50}
      - ringfence.row_count_vs_previous: {name: counted_where, max_drop_pct: 0, config: {where: event_id = 1}}
      - ringfence.append_only: {name: appended, keys: [event_id]}
  - name: audits
    data_tests:
      - ringfence.row_count_vs_previous: {name: audited, max_change_pct: 0}
      - ringfence.append_only: {name: audits_appended, keys: [audit_id], on_missing: fail}
""",
}


class History(NamedTuple):
    project: Project
    steps: dict[str, dict[str, str]]


def build(rows: int, changed: int = 0, *more: str) -> list[str]:
    return ["build", "--select", "events", "--vars", json.dumps({"rows": rows, "changed": changed}), *more]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, duckdb_first: Engine) -> History:
    project = written(tmp_path_factory.mktemp("history"), duckdb_first, FILES)
    production = [
        "build",
        "--select",
        "audits",
        "--vars",
        json.dumps({"ringfence_production_targets": [duckdb_first.name]}),
    ]
    steps = {
        "empty": build(4, 0, "--empty"),
        "first": build(4),
        "grown": build(5),
        "shrunk": build(2),
        "still shrunk": build(2),
        "counts accepted": ["run-operation", "record_row_counts", "--args", "{only: [events]}"],
        "rows accepted": ["run-operation", "keep_previous_rows"],
        "after that": build(2),
        "changed": build(2, 2),
        "first in production": production,
        "second in production": production,
    }
    process = project.run(sys.executable, "-W", "ignore", "-c", RUN_EACH, stdin=json.dumps(list(steps.values())))
    assert process.returncode == 0, process.stdout + process.stderr
    outcomes: list[dict[str, Any]] = json.loads((project.folder / "steps.json").read_text())
    return History(project, dict(zip(steps, outcomes, strict=True)))


def outcomes(history: History, step: str) -> tuple[str, ...]:
    return tuple(history.steps[step][name] for name in ("counted", "counted_where", "appended"))


@pytest.mark.slow
def test_a_first_run_passes_and_keeps_what_the_next_is_held_to(history: History) -> None:
    assert outcomes(history, "empty") == ("pass", "pass", "pass")
    assert outcomes(history, "first") == ("pass", "pass", "pass")
    assert outcomes(history, "grown") == ("pass", "pass", "pass")


@pytest.mark.slow
def test_a_fault_does_not_become_what_the_next_run_is_held_to(history: History) -> None:
    assert outcomes(history, "shrunk") == ("fail", "pass", "fail")
    assert outcomes(history, "still shrunk") == ("fail", "pass", "fail")


@pytest.mark.slow
def test_an_operation_accepts_what_is_there(history: History) -> None:
    assert outcomes(history, "after that") == ("pass", "pass", "pass")


@pytest.mark.slow
def test_a_changed_row_is_found_where_the_count_stays(history: History) -> None:
    assert outcomes(history, "changed") == ("pass", "pass", "fail")


@pytest.mark.slow
def test_a_missing_past_fails_once_in_production(history: History) -> None:
    found = [history.steps[f"{when} in production"] for when in ("first", "second")]
    assert [step["audited"] for step in found] == ["fail", "pass"]
    assert [step["audits_appended"] for step in found] == ["fail", "pass"]


@pytest.mark.slow
def test_the_store_holds_a_count_for_each_run_that_passed(history: History) -> None:
    stored = history.project.rows(
        'select "target", "relation", "rows" from main.ringfence_row_counts order by "counted_at", "relation"'
    )
    assert {target for target, _, _ in stored} == {history.project.engine.name}
    counts: dict[str, list[int]] = {}
    for _, relation, rows in stored:
        counts.setdefault(relation.split(".", 1)[1], []).append(rows)
    # first, grown, accepted, after that, changed; and twice a test passed while its neighbour failed
    assert counts == {
        "main.events": [4, 5, 2, 2, 2],
        "main.events where event_id = 1": [1, 1, 1, 1, 1, 1, 1],
        "main.audits": [1, 1],
    }

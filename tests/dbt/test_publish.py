"""Write, audit, publish: branches in schemas of their own, views pointed at them, rollback; on real engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbtproject import ENGINES, Answer, Engine, Project, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

FILES = {
    "dbt_project.yml": "{name: consumer, profile: ringfence_integration_tests}\n",
    "macros/generate_schema_name.sql": """
{% macro generate_schema_name(custom_schema_name, node) %}
    {{ return(ringfence.branch_schema(default__generate_schema_name(custom_schema_name, node))) }}
{% endmacro %}
""",
    "models/orders.sql": """
{{ config(materialized='table') }}
select {{ var('amount', 1) }} as amount{% if var('wide', false) %}, 'x' as note{% endif %}
""",
    "models/revenue.sql": "select sum(amount) as revenue from {{ ref('orders') }}",
    "models/notes.sql": "{{ config(schema='other', materialized='table') }} select {{ var('amount', 1) }} as n",
    "models/private.sql": "{{ config(meta={'ringfence': {'publish': false}}) }} select 1 as one",
}
# An engine whose DDL is not transactional, and an operation that stops at a view.
STEPWISE = {
    "dbt_project.yml": """
name: consumer
profile: ringfence_integration_tests
dispatch: [{macro_namespace: ringfence, search_order: [consumer, ringfence]}]
""",
    "macros/stepwise.sql": """
{% macro default__ddl_is_transactional() %}{{ return(false) }}{% endmacro %}
{% macro ENGINE__point_view(row) %}
    {% if row.view_name == var('stop_at', '') %}
        {% do exceptions.raise_compiler_error('the power went out') %}
    {% endif %}
    {{ return(ringfence.PACKAGES__point_view(row)) }}
{% endmacro %}
""",
}
PUBLISH = ["run-operation", "ringfence.publish_views"]
ROLLBACK = ["run-operation", "ringfence.rollback"]


def on(branch: str, command: list[str], **variables: object) -> list[str]:
    given = {"ringfence_branch": branch, **variables}
    return [*command, "--vars", "{" + ", ".join(f"{name}: {value}" for name, value in given.items()) + "}"]


def drop(branch: str, *more: str) -> list[str]:
    return ["run-operation", "ringfence.drop_branch", "--args", "{" + ", ".join([f"branch: {branch}", *more]) + "}"]


def state(project: Project) -> tuple[object, ...]:
    (orders,) = project.rows("select * from main.orders")
    (revenue,) = project.rows("select revenue from main.revenue")
    (note,) = project.rows("select n from main_other.notes")
    return (*orders, *revenue, *note)


def succeeded(answers: list[Answer]) -> None:
    assert [answer.plain for answer in answers if not answer.success] == []


@pytest.fixture
def project(tmp_path: Path, duckdb_first: Engine) -> Project:
    return written(tmp_path / "consumer", duckdb_first, FILES)


@pytest.mark.slow
def test_views_follow_the_branch_that_is_published(project: Project) -> None:
    succeeded(project.session(on("r1", ["run"], amount=1), on("r1", PUBLISH)))
    assert state(project) == (1, 1, 1)
    assert project.rows("select count(*) from main.ringfence_publications where state = 'done'") == [(3,)]
    # a branch that is only built moves nothing; columns may come and go
    answers = project.session(on("r2", ["run"], amount=2, wide="true"))
    succeeded(answers)
    assert state(project) == (1, 1, 1)
    succeeded(project.session(on("r2", PUBLISH)))
    assert state(project) == (2, "x", 2, 2)
    succeeded(project.session(ROLLBACK))
    assert state(project) == (1, 1, 1)


@pytest.mark.slow
def test_a_branch_is_dropped_when_nothing_needs_it(project: Project) -> None:
    for branch in ("r1", "r2"):
        succeeded(project.session(on(branch, ["run"]), on(branch, PUBLISH)))
    refused = project.session(drop("r2"), drop("r1"))
    assert [answer.success for answer in refused] == [False, False]
    assert "reads branch r2. Publish another branch or roll back first." in refused[0].plain
    assert "would need branch r1" in refused[1].plain
    succeeded(project.session(ROLLBACK, drop("r2")))
    assert state(project) == (1, 1, 1)
    schemas = "select distinct table_schema from information_schema.tables where table_schema like '%run%'"
    assert sorted(project.rows(schemas)) == [("main__run_r1",), ("main_other__run_r1",)]


@pytest.mark.slow
def test_a_publication_takes_effect_as_a_whole_or_not_at_all(project: Project) -> None:
    succeeded(project.session(on("r1", ["run"]), on("r1", PUBLISH), on("r2", ["run"], amount=2)))
    # the last of the views is in the way: a view that cannot be replaced, then a table
    if project.engine.name == "postgres":
        project.rows("create view main.reader as select revenue from main.revenue")
        project.rows("drop view main__run_r2.revenue")
        project.rows("create table main__run_r2.revenue as select 'two' as revenue")
        (answer,) = project.session(on("r2", PUBLISH))
        assert not answer.success
        assert "depend" in answer.plain
        assert state(project) == (1, 1, 1)
        project.rows("drop view main.reader")
    project.rows("drop view main.revenue")
    project.rows("create table main.revenue as select 7 as revenue")
    (answer,) = project.session(on("r2", PUBLISH))
    assert not answer.success
    assert "is a table, and only views can be pointed anew. Rename it or drop it, then publish again." in answer.plain
    assert state(project) == (1, 7, 1)
    assert project.rows("select count(*) from main.ringfence_publications") == [(3,)]


@pytest.mark.slow
def test_what_is_refused(project: Project) -> None:
    succeeded(project.session(on("r1", ["run"])))
    project.rows("create schema if not exists main")
    project.rows("create view main.revenue as select 0 as revenue")
    refused = {
        "there is no publication to undo. Publish a branch first.": ROLLBACK,
        "no branch is named": PUBLISH,
        'ringfence_branch must be 1 to 32 lower-case letters, digits and underscores, not "R 1"': on("R 1", PUBLISH),
        "branch must be 1 to 32 lower-case": drop("a; b"),
        "__run_r9": on("r9", PUBLISH),
        "is a view that no publication made. To replace it, add --args '{adopt: true}'": on("r1", PUBLISH),
        "there is no model gone to publish in consumer": [*on("r1", PUBLISH), "--args", "{models: [gone]}"],
    }
    for answer, said in zip(project.session(*refused.values()), refused, strict=True):
        assert not answer.success, said
        assert said in answer.plain
    adopted = [*on("r1", PUBLISH), "--args", "{models: [revenue], adopt: true}"]
    succeeded(project.session(adopted, ROLLBACK, drop("r1")))
    views = project.rows("select table_name from information_schema.tables where table_schema = 'main'")
    assert views == [("ringfence_publications",)]


@pytest.mark.slow
def test_where_ddl_is_not_transactional_what_stopped_is_carried_on(tmp_path: Path, duckdb_first: Engine) -> None:
    own = "postgres" if duckdb_first.name == "postgres" else "default"
    macros = STEPWISE["macros/stepwise.sql"].replace("ENGINE", duckdb_first.name).replace("PACKAGES", own)
    project = written(tmp_path / "consumer", duckdb_first, {**FILES, **STEPWISE, "macros/stepwise.sql": macros})
    succeeded(project.session(on("r1", ["run"]), on("r1", PUBLISH), on("r2", ["run"], amount=2)))
    stopped, forbidden, carried_on = project.session(
        on("r2", PUBLISH, stop_at="revenue"), drop("r2"), ["run-operation", "ringfence.finish_publications"]
    )
    assert not stopped.success
    assert "the power went out" in stopped.plain
    assert "did not end. Type: dbt run-operation ringfence.finish_publications." in forbidden.plain
    assert carried_on.success
    assert "of branch r2 did not end; it is carried on" in carried_on.plain
    assert state(project) == (2, 2, 2)
    (again,) = project.session(["run-operation", "ringfence.finish_publications"])
    assert again.success
    assert "carried on" not in again.plain
    succeeded(project.session(ROLLBACK))
    assert state(project) == (1, 1, 1)

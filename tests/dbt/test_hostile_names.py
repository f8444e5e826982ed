"""Names of columns that break whatever is not quoted, or quoted and not escaped: every test and macro of the package
gives the right answer or a clear error, and nothing that stands in a name is run.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from dbtproject import ENGINES, Engine, Project, written
from hostile import NAMES, is_short_enough, quoted

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

# Rows of `good` and `bad` differ in everything that a test looks for; `id` tells rows apart.
MODELS = {
    "good": "select {n} as id, {n} as {name}, {n} * 10 as lo, {n} * 10 + 5 as hi from ({numbers}) as numbers",
    "bad": "select 1 as id, 1 as {name}, 1 as lo, 9 as hi union all select 2, 1, 5, 9 union all select 3, null, 5, 9",
    "now": "select 1 as id, cast(current_timestamp as timestamp) as {name}",
    "then": "select 1 as id, cast('2020-01-01 00:00:00' as timestamp) as {name}",
}
# The healthy and the broken use of each test: which model, with which arguments. NAME is the hostile name.
TESTS = {
    "append_only": ("good", "bad", {"keys": ["id"], "against": "ref('good_AT')"}),
    "columns_are": ("good", "now", {"names": ["id", "NAME", "lo", "hi"]}),
    "conditional_on_var": ("good", "bad", {"var": "on", "then": "QUOTED is not null"}),
    "fresh_within": ("now", "then", {"column": "NAME", "max_age": "1 day", "timezone": "UTC", "no_future": False}),
    "no_overlap": ("good", "bad", {"start": "lo", "end": "hi", "by": ["NAME"]}),
    "not_null_where": ("good", "bad", {"condition": "QUOTED is null or QUOTED > 0", "column": "NAME"}),
    "null_rate_below": ("good", "bad", {"column": "NAME", "max_pct": 1}),
    "requires_rows": ("good", "bad", {"when": "1 = 1", "in": "ref('good_AT')", "by": ["NAME"]}),
    "row_count_within": ("good", "bad", {"compare_to": "ref('good_AT')", "group_by": ["NAME"]}),
    "same_rows_as": ("good", "bad", {"compare_to": "ref('good_AT')", "keys": ["NAME"]}),
    "sums_match": ("good", "bad", {"compare_to": "ref('good_AT')", "column": "NAME", "by": ["id"]}),
    "unique_key": ("good", "bad", {"columns": ["NAME"]}),
}
# What a macro gives as a query over `good`, and the number of its rows.
QUERIES = {
    "row_hash": ("select distinct {{ ringfence.row_hash([NAME]) }} as h from {{ ref('good_AT') }}", 3),
    "table_digest": ("{{ ringfence.table_digest(ref('good_AT'), columns=[NAME]) }}", 1),
    "column_digests": ("{{ ringfence.column_digests(ref('good_AT'), keys=['id'], columns=[NAME]) }}", 1),
    "profile": ("{{ ringfence.profile(ref('good_AT'), columns=[NAME]) }}", 1),
    "valid_rows": ("{{ ringfence.valid_rows(ref('good_AT'), [{'name': NAME, 'condition': 'id > 1'}]) }}", 2),
    "rejected_rows": ("{{ ringfence.rejected_rows(ref('good_AT'), [{'name': NAME, 'condition': 'id > 1'}]) }}", 1),
    "project_columns": ("{{ ringfence.project_columns(ref('good_AT'), ref('good_AT')) }}", 3),
    "rollout": ("{{ ringfence.rollout('a_flag', ref('good_AT'), ref('good_AT'), NAME, 50) }}", 3),
}
OPERATION = """
{% macro clear_and_compare() %}
    {% for name in var('names') %}
        {% set good, bad = ref('good_' ~ loop.index0), ref('bad_' ~ loop.index0) %}
        {% set table = api.Relation.create(
            database=good.database, schema=good.schema, identifier='cleared_' ~ loop.index0, type='table'
        ) %}
        {% do ringfence.run_at_once('create table ' ~ table ~ ' as select * from ' ~ good) %}
        {# looked up first: else dbt's cache would take the schema for one of this table alone #}
        {% do adapter.cache_added(table) if load_relation(good) %}
        {% do ringfence.run_at_once(ringfence.clear_partition(table, name, 2)) %}
        {% set same = ringfence.diff_relations(good, good, keys=[name], quiet=true) %}
        {% set other = ringfence.diff_relations(good, bad, keys=['id'], quiet=true) %}
        {% do log('VERDICT ' ~ loop.index0 ~ ' ' ~ same.verdict ~ ' ' ~ other.verdict ~ ' '
            ~ run_query('select count(*) from ' ~ table).rows[0][0], info=true) %}
    {% endfor %}
{% endmacro %}
"""


def project(folder: Path, engine: Engine) -> Project:
    entries, files = [], {"macros/operation.sql": OPERATION}
    for at, name in enumerate(NAMES):
        numbers = " union all ".join(f"select {n} as n" for n in (1, 2, 3))
        given = {"name": f"{{{{ ringfence.quoted(var('names')[{at}]) }}}}", "numbers": numbers, "n": "n"}
        for model, sql in MODELS.items():
            files[f"models/{model}_{at}.sql"] = sql.format(**given)
            entries.append({"name": f"{model}_{at}", "data_tests": list(_tests(model, at, name))})
        for macro, (sql, _) in QUERIES.items():
            place = f"var('names')[{at}]"
            files[f"models/{macro}_{at}.sql"] = sql.replace("NAME", place).replace("AT", str(at))
    files["models/tests.yml"] = json.dumps({"models": entries}, ensure_ascii=False)
    flag = {"a_flag": {"description": "d", "owner": "o", "type": "ops", "permanent": True, "default": True}}
    settings = {"names": NAMES, "on": True, "ringfence_flags": flag}
    files["dbt_project.yml"] = json.dumps(
        {"name": "consumer", "profile": "ringfence_integration_tests", "vars": settings}, ensure_ascii=False
    )
    return written(folder, engine, files)


def _tests(model: str, at: int, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for test, (healthy, broken, arguments) in TESTS.items():
        text = json.dumps(arguments).replace("AT", str(at)).replace("QUOTED", json.dumps(quoted(name))[1:-1])
        given = json.loads(text.replace("NAME", json.dumps(name)[1:-1]))
        for twin, where in (("healthy", healthy), ("broken", broken)):
            if where == model:
                found.append({f"ringfence.{test}": {"name": f"{twin}_{test}_{at}", **given}})
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> tuple[Project, dict[str, tuple[str, str]]]:
    """The project after a build, and of each node its status and message."""
    made = project(tmp_path_factory.mktemp("hostile") / "consumer", engine)
    (made.folder / "target").mkdir()
    made.rows("create schema if not exists main")
    made.rows("create table main.canary as select 1 as alive")
    made.dbt("build")
    return made, {one["unique_id"].split(".")[2]: (one["status"], one["message"] or "") for one in made.results()}


@pytest.mark.slow
def test_every_test_gives_the_right_answer_or_a_clear_error(
    built: tuple[Project, dict[str, tuple[str, str]]],
) -> None:
    made, outcomes = built
    wrong = []
    for at, name in enumerate(NAMES):
        for test in TESTS:
            for twin, right in (("healthy", "pass"), ("broken", "fail")):
                status, message = outcomes[f"{twin}_{test}_{at}"]
                clear = status == "error" and "ringfence" in message and not is_short_enough(name, made.engine.name)
                if status != right and not clear:
                    wrong.append((name, test, twin, status, message[:300]))
    assert wrong == []


@pytest.mark.slow
def test_every_macro_gives_the_right_answer_or_a_clear_error(
    built: tuple[Project, dict[str, tuple[str, str]]],
) -> None:
    made, outcomes = built
    wrong = []
    for at, name in enumerate(NAMES):
        for macro, (_, count) in QUERIES.items():
            status, message = outcomes[f"{macro}_{at}"]
            if status == "success":
                ((found,),) = made.rows(f"select count(*) from main.{macro}_{at}")
                if found != count:
                    wrong.append((name, macro, f"{found} rows", ""))
            elif is_short_enough(name, made.engine.name) or "ringfence" not in message:
                wrong.append((name, macro, status, message[:300]))
    assert wrong == []


@pytest.mark.slow
def test_operations_and_the_canary(built: tuple[Project, dict[str, tuple[str, str]]]) -> None:
    made, _ = built
    (answer,) = made.session("run-operation clear_and_compare")
    assert answer.success, answer.said
    said = Counter(line.split("VERDICT ")[1].split(" ", 1)[1] for line in answer.said.splitlines() if "VERDICT" in line)
    # a key that the engine has under a shorter name is no column of the relation, and that is said
    cut = sum(not is_short_enough(name, made.engine.name) for name in NAMES)
    assert said == Counter({"identical different 2": len(NAMES) - cut, "not comparable different 2": cut})
    assert made.rows("select alive from main.canary") == [(1,)]

"""Tables, keys of flags and values of vars whose names break what is not escaped: run log, stores, publications,
comparisons and flags keep them as they are, and nothing that stands in one is run.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbtproject import ENGINES, Answer, Engine, Project, written
from hostile import NAMES, is_short_enough, literal

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

MACROS = """
{% macro generate_schema_name(custom_schema_name, node) %}
    {{ return(ringfence.branch_schema(default__generate_schema_name(custom_schema_name, node))) }}
{% endmacro %}

{% macro compare_and_clear() %}
    {% for name in var('tables') + var('with_quotes') %}
        {% set there = {'schema': 'main', 'identifier': name} %}
        {% set found = ringfence.diff_relations(there, there, keys=['label'], quiet=true) %}
        {% do log('VERDICT ' ~ found.verdict, info=true) %}
        {% do ringfence.run_at_once(ringfence.clear_partition(ref('cleared'), 'label', [name])) %}
    {% endfor %}
    {% do log('CLEARED ' ~ run_query('select count(*) from ' ~ ref('cleared')).rows[0][0], info=true) %}
{% endmacro %}
"""
HOOKS = {
    "on-run-start": ["{{ ringfence.require_identifiers() }}", "{{ ringfence.log_run_start() }}"],
    "on-run-end": [
        "{{ ringfence.record_row_counts(results) }}",
        "{{ ringfence.keep_previous_rows(results) }}",
        "{{ ringfence.log_run_end(results) }}",
    ],
}
BRANCH = ("--vars", "{ringfence_branch: r1}")


def tables(engine: Engine) -> list[str]:
    """The names of tables that dbt itself can build twice: names with quotes stand in its queries as they are."""
    return [name for name in NAMES if not _has_quote(name) and is_short_enough(name, engine.name)]


def _has_quote(name: str) -> bool:
    return '"' in name or "'" in name


def project(folder: Path, engine: Engine) -> Project:
    names = tables(engine)
    why = {"description": "d", "owner": "o", "permanent": True, "default": True}
    flags = {f"flag_{at}": {**why, "rollout": {"salt": name}} for at, name in enumerate(NAMES)}
    settings = {
        **{name: name for name in NAMES},
        "ringfence_identifiers": NAMES,
        "ringfence_enforce_identifiers": True,
        "ringfence_flags": flags,
        "tables": names,
        "with_quotes": [name for name in NAMES if _has_quote(name)],
    }
    files = {
        "dbt_project.yml": json.dumps(
            {"name": "consumer", "profile": "ringfence_integration_tests", "vars": settings, **HOOKS}
        ),
        "macros/all.sql": MACROS,
        "models/keys.sql": " union all ".join(f"select {n} as id" for n in range(200)),
        "models/cleared.sql": "{{ config(materialized='table') }} "
        + " union all ".join(f"select cast({literal(name)} as varchar(200)) as label" for name in NAMES),
    }
    entries = []
    for at, name in enumerate(names):
        config = f"{{{{ config(materialized='table', alias=var('tables')[{at}]) }}}} "
        files[f"models/table_{at}.sql"] = config + f"select cast({literal(name)} as varchar(200)) as label"
        tests = [
            {"ringfence.row_count_vs_previous": {"max_drop_pct": 1}},
            {"ringfence.append_only": {"keys": ["label"]}},
        ]
        entries.append({"name": f"table_{at}", "data_tests": tests})
    for at in range(len(NAMES)):
        sides = "ref('keys'), ref('keys'), 'id', 50"
        files[f"models/rolled_{at}.sql"] = f"select * from {{{{ ringfence.rollout('flag_{at}', {sides}) }}}} as keys"
    files["models/tests.yml"] = json.dumps({"models": entries})
    return written(folder, engine, files)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> tuple[Project, list[Answer]]:
    """The project after a publication that is undone and two builds, and what the commands said."""
    made = project(tmp_path_factory.mktemp("hostile") / "consumer", engine)
    (made.folder / "target").mkdir()
    made.rows("create schema if not exists main")
    made.rows("create table main.canary as select 1 as alive")
    answers = made.session(
        ["build", *BRANCH],
        ["run-operation", "ringfence.publish_views", *BRANCH],
        "run-operation ringfence.rollback",
        ["run-operation", "ringfence.drop_branch", "--args", "{branch: r1}"],
        "build",
        "build",
        "run-operation compare_and_clear",
    )
    return made, answers


@pytest.mark.slow
def test_every_command_succeeds_and_the_canary_lives(built: tuple[Project, list[Answer]]) -> None:
    made, answers = built
    assert [answer.said.partition("Finished running")[2] for answer in answers if not answer.success] == []
    assert made.rows("select alive from main.canary") == [(1,)]


@pytest.mark.slow
def test_publications_hold_the_names_of_the_views(built: tuple[Project, list[Answer]]) -> None:
    made, _ = built
    found = made.rows("select view_name from main.ringfence_publications where kind = 'publish' and state = 'done'")
    assert {name for (name,) in found} >= set(tables(made.engine))


@pytest.mark.slow
def test_the_run_log_holds_the_values_of_all_identifiers(built: tuple[Project, list[Answer]]) -> None:
    made, _ = built
    found = made.rows("select identifiers from main.ringfence_run_log")
    assert len(found) == 6
    assert [json.loads(text) for (text,) in found] == [{name: name for name in NAMES}] * 6


@pytest.mark.slow
def test_stores_know_every_table_by_its_name(built: tuple[Project, list[Answer]]) -> None:
    made, answers = built
    counts = made.rows("select relation from main.ringfence_row_counts")
    known = {relation.partition(".main.")[2] for (relation,) in counts}
    assert known >= set(tables(made.engine))
    assert " WARN=0 ERROR=0 " in answers[5].said  # each test found what the build before had kept


@pytest.mark.slow
def test_comparisons_and_partitions_take_any_name_of_a_table_and_any_value(built: tuple[Project, list[Answer]]) -> None:
    made, answers = built
    said = answers[6].said
    with_quotes = sum(map(_has_quote, NAMES))
    # dbt is not asked for a name with a quote in it: it would put it into its own queries as it is
    assert said.count("VERDICT not comparable") == with_quotes
    assert said.count("VERDICT identical") == len(tables(made.engine))
    assert f"CLEARED {len(NAMES) - len(tables(made.engine)) - with_quotes}" in said


@pytest.mark.slow
def test_rollouts_with_any_salt_lose_no_key(built: tuple[Project, list[Answer]]) -> None:
    made, _ = built
    for at in range(len(NAMES)):
        assert made.rows(f"select count(*), count(distinct id) from main.rolled_{at}") == [(200, 200)]

"""One part of an incremental model is built anew, and nothing else is touched."""

from __future__ import annotations

import pytest

from dbtproject import ENGINES, Engine, Project, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

MODEL = """
{{ config(materialized='incremental', pre_hook="{{ clear_MODEL(this) }}") }}
select {{ var('year') }} as "a year", '{{ var("label", "first") }}' as label
"""
MACROS = """
{% macro clear_parts(relation) %}
    {{ return(ringfence.clear_partition(relation, 'a year', var('year'))) }}
{% endmacro %}
{% macro clear_labels(relation) %}
    {{ return(ringfence.clear_partition(relation, 'label', [var('label', 'first'), "it's"])) }}
{% endmacro %}
"""
FILES = {
    "dbt_project.yml": "{name: consumer, profile: ringfence_integration_tests, vars: {year: 2025}}\n",
    "macros/clear.sql": MACROS,
    "models/parts.sql": MODEL.replace("MODEL", "parts"),
    "models/labels.sql": MODEL.replace("MODEL", "labels"),
}


def run(variables: str) -> list[str]:
    return ["run", "--vars", variables]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, duckdb_first: Engine) -> Project:
    return written(tmp_path_factory.mktemp("clear") / "consumer", duckdb_first, FILES)


@pytest.mark.slow
def test_one_part_is_built_anew(project: Project) -> None:
    answers = project.session(run("{year: 2025}"), run("{year: 2026}"), run("{year: 2025, label: second}"))
    assert all(answer.success for answer in answers), answers
    assert sorted(project.rows("select * from main.parts")) == [(2025, "second"), (2026, "first")]
    # by label: the second run took the rows of the first away, the third none
    assert sorted(project.rows("select * from main.labels")) == [(2025, "second"), (2026, "first")]


@pytest.mark.slow
def test_what_is_not_clear_is_refused(project: Project) -> None:
    name = project.engine.name
    refused = {
        "{year: ''}": "the value of a year must be a number or a text, not ''",
        "{year: []}": "the list of values is empty. Give at least one value.",
        "{ringfence_clear_mode: month}": "the mode must be year or all, not 'month'",
        f"{{ringfence_clear_mode: all, ringfence_production_targets: [{name}]}}": (
            f"Use the mode year, or name the target: ringfence_clear_mode: {{{name}: all}}"
        ),
    }
    assert project.session(run("{year: 2025}"))[0].success
    before = sorted(project.rows("select * from main.parts"))
    for answer, said in zip(project.session(*map(run, refused)), refused.values(), strict=True):
        assert not answer.success
        assert said in answer.plain
    assert sorted(project.rows("select * from main.parts")) == before


@pytest.mark.slow
def test_the_mode_all_takes_every_row(project: Project) -> None:
    name = project.engine.name
    by_target = f"{{year: 2027, ringfence_clear_mode: {{{name}: all}}, ringfence_production_targets: [{name}]}}"
    assert all(answer.success for answer in project.session(run("{year: 2026}"), run(by_target)))
    assert project.rows("select * from main.parts") == [(2027, "first")]

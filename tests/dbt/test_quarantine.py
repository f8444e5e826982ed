"""valid_rows and rejected_rows share the rows out; project_columns selects what the target has."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NamedTuple

import pytest

from dbtproject import ENGINES, Engine, Project, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

RULES: list[dict[str, str]] = [
    {"name": "amount_positive", "condition": "amount > 0", "reason": "it's not \\ an amount"},
    {"name": "status_known", "condition": "status in ('paid', 'open') -- as the shop has them"},
    {"name": "paid_has_day", "condition": "status <> 'paid' or paid_on is not null", "reason": "no day of payment"},
]
# 100 rows: ten break a rule, two of those more than one; rows 1 and 2 are copies.
ROWS = """
with numbers as (
    {% for number in range(1, 101) %}select {{ number }} as n{{ ' union all ' if not loop.last }}{% endfor %}
)

select
    case when n = 2 then 1 else n end as id,
    case when n between 91 and 94 then -1 when n = 95 then null else 10 end as amount,
    case when n in (94, 96, 97) then 'lost' when n = 98 then null else 'paid' end as status,
    case when n in (93, 99, 100) then null else '2026-01-01' end as paid_on
from numbers
"""
FILES = {
    "models/given.sql": ROWS,
    "models/valid.sql": "{{ ringfence.valid_rows(ref('given'), var('rules')) }}",
    "models/rejected.sql": "{{ ringfence.rejected_rows(ref('given'), var('rules')) }}",
    "models/one_rule.sql": "{{ ringfence.rejected_rows(ref('given'), var('rules')[:1]) }}",
    "models/wide.sql": "select 1 as a, 2 as b, 3 as c, 4 as d, 5 as e, 6 as f, 7 as g, 8 as h",
    "models/narrow.sql": "select 1 as g, 1 as a",
    "models/other.sql": "select 1 as a, cast(null as {{ dbt.type_bigint() }}) as extra, 1 as b",
    "models/projected.sql": """
        -- depends_on: {{ ref('narrow') }}
        {{ ringfence.project_columns(ref('wide'), ref('narrow')) }}""",
    "models/filled.sql": """
        -- depends_on: {{ ref('other') }}
        {{ ringfence.project_columns(ref('wide'), ref('other'), missing='null') }}""",
    "models/lacking.sql": """
        -- depends_on: {{ ref('other') }}
        {{ ringfence.project_columns(ref('wide'), ref('other')) }}""",
    "models/clashing_input.sql": "select 1 as amount, 'paid' as status, 'x' as paid_on, 'y' as rejected_rules",
    "models/clashing.sql": "{{ ringfence.rejected_rows(ref('clashing_input'), var('rules')) }}",
    # Nothing of ours in it: what a project can say itself.
    "tests/nothing_lost_or_doubled.sql": """
        select id, sum(side) as balance
        from (
            select id, 1 as side from {{ ref('given') }}
            union all select id, -1 as side from {{ ref('valid') }}
            union all select id, -1 as side from {{ ref('rejected') }}
        ) as sides
        group by id
        having sum(side) <> 0""",
}


class Build(NamedTuple):
    project: Project
    said: str
    outcomes: dict[str, tuple[str, str]]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.project.rows(sql)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, duckdb_first: Engine) -> Build:
    settings = {"name": "consumer", "profile": "ringfence_integration_tests", "vars": {"rules": RULES}}
    settings["models"] = {"+materialized": "table"}
    files = {**FILES, "dbt_project.yml": json.dumps(settings)}
    project = written(tmp_path_factory.mktemp("quarantine"), duckdb_first, files)
    process = project.dbt("build")
    outcomes = {
        result["unique_id"].split(".")[2]: (result["status"], " ".join((result["message"] or "").split()))
        for result in project.results()
    }
    return Build(project, " ".join(process.stdout.split()), outcomes)


def test_ten_bad_rows_of_a_hundred_are_set_apart_with_their_reasons(built: Build) -> None:
    assert built.rows("select count(*) from main.valid") == [(90,)]
    amount, status, day = (
        "amount_positive: it's not \\ an amount",
        "status_known: status in ('paid', 'open') -- as the shop has them",
        "paid_has_day: no day of payment",
    )
    unknown = " (the condition is NULL)"
    assert built.rows("select id, rejected_rules, rejected_reasons, rejected_count from main.rejected order by id") == [
        (91, "amount_positive", amount, 1),
        (92, "amount_positive", amount, 1),
        (93, "amount_positive, paid_has_day", f"{amount}; {day}", 2),
        (94, "amount_positive, status_known", f"{amount}; {status}", 2),
        (95, "amount_positive", amount + unknown, 1),
        (96, "status_known", status, 1),
        (97, "status_known", status, 1),
        (98, "status_known", status + unknown, 1),
        (99, "paid_has_day", day, 1),
        (100, "paid_has_day", day, 1),
    ]


def test_each_row_is_in_one_of_both_and_copies_stay(built: Build) -> None:
    ids = [row[0] for row in built.rows("select id from main.valid union all select id from main.rejected")]
    assert Counter(ids) == Counter([1, 1, *range(3, 101)])
    assert built.outcomes["nothing_lost_or_doubled"][0] == "pass"
    assert built.rows("select count(*) from main.one_rule") == [(5,)]


def test_a_column_that_is_there_already_is_named(built: Build) -> None:
    status, message = built.outcomes["clashing"]
    assert status == "error"
    assert "ringfence.rejected_rows in model.consumer.clashing:" in message
    assert "has a column rejected_rules already. Rename it in a model before" in message


def test_projected_columns_are_those_of_the_target_in_its_order(built: Build) -> None:
    assert built.rows("select * from main.projected") == [(7, 1)]
    assert built.rows("select * from main.filled") == [(1, None, 2)]


def test_more_than_five_dropped_columns_are_a_warning_that_names_them(built: Build) -> None:
    assert re.search(
        r"project_columns: 6 columns of \S*wide\S* are not in \S*narrow\S* .*: b, c, d, e, f, h", built.said
    )
    assert "project_columns: 5 columns" not in built.said
    log = (built.project.folder / "logs" / "dbt.log").read_text()
    assert re.search("project_columns: 6 columns of", log)


def test_a_missing_column_stops_the_model(built: Build) -> None:
    status, message = built.outcomes["lacking"]
    assert status == "error"
    assert "ringfence.project_columns in model.consumer.lacking:" in message
    assert "lacks extra of" in message
    assert "write missing='null'" in message

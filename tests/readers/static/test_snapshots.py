"""Columns of snapshots and of models with an enforced contract; what dbt builds of them is held in tests/dbt."""

from __future__ import annotations

import pytest

from ringfence.readers.static.open import open_projects
from ringfence.readers.static.project import StaticProject
from ringfence.sql.shape import Gap
from states import Texts

MODEL = "select 1 as id, cast('2020-01-01' as timestamp) as at, 'x' as note"
TIMED = (
    "{% snapshot s %}{{ config(strategy='timestamp', updated_at='at') }} select * from {{ ref('m') }}{% endsnapshot %}"
)
SELECTED = [("id", "INTEGER"), ("at", "TIMESTAMP"), ("note", "VARCHAR")]
ADDED = [
    ("dbt_scd_id", "VARCHAR"),
    ("dbt_updated_at", "TIMESTAMP"),
    ("dbt_valid_from", "TIMESTAMP"),
    ("dbt_valid_to", "TIMESTAMP"),
]


def read(files: dict[str, str], adapter: str | None = "duckdb") -> StaticProject:
    return open_projects(Texts({"models/m.sql": MODEL, **files}), None, [("", adapter)])[0]


def told(project: StaticProject, key: str = "snapshot.shop.s") -> list[tuple[str | None, str | None]]:
    output = project.outputs.of(key)
    return [(None, None) if isinstance(one, Gap) else (one.name, one.type) for one in output]


def gaps(project: StaticProject, key: str = "snapshot.shop.s") -> list[str]:
    return [one.why for one in project.outputs.of(key) if isinstance(one, Gap)]


def snapshot(settings: str) -> dict[str, str]:
    return {"snapshots/s.sql": TIMED.replace("updated_at='at'", settings)}


def test_dbt_adds_columns_and_keeps_those_that_are_gone() -> None:
    project = read({"snapshots/s.sql": TIMED, "models/after.sql": "select note, dbt_valid_to from {{ ref('s') }}"})
    assert told(project) == [*SELECTED, *ADDED, (None, None)]
    assert told(project, "model.shop.after") == [("note", "VARCHAR"), ("dbt_valid_to", "TIMESTAMP")]


def test_a_file_may_hold_several() -> None:
    other = "{% snapshot t %}{{ config(strategy='check') }} select 1 as only{% endsnapshot %}"
    project = read({"snapshots/s.sql": TIMED + other})
    assert told(project)[:3] == SELECTED
    assert told(project, "snapshot.shop.t") == [("only", "INTEGER"), *ADDED, (None, None)]


def test_names_of_a_team_and_rows_for_what_is_deleted() -> None:
    names = "snapshot_meta_column_names={'dbt_valid_to': 'until', 'dbt_is_deleted': 'gone'}"
    added = told(read(snapshot(f"updated_at='at', hard_deletes='new_record', {names}")))[3:]
    assert added == [*ADDED[:3], ("until", "TIMESTAMP"), ("gone", "VARCHAR"), (None, None)]


@pytest.mark.parametrize(
    ("settings", "adapter", "kinds"),
    [
        ("updated_at='AT'", "duckdb", ["VARCHAR", "TIMESTAMP", "TIMESTAMP", "TIMESTAMP"]),
        ("updated_at='now()'", "duckdb", ["VARCHAR", None, None, None]),
        ("updated_at=env_var('AT')", "duckdb", ["VARCHAR", None, None, None]),
        ("updated_at='at', dbt_valid_to_current='x'", "duckdb", ["VARCHAR", "TIMESTAMP", "TIMESTAMP", None]),
        ("updated_at='at'", "snowflake", [None, None, None, None]),
    ],
)
def test_types_of_what_is_added(settings: str, adapter: str, kinds: list[str | None]) -> None:
    assert [kind for _, kind in told(read(snapshot(settings), adapter))[3:7]] == kinds


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (snapshot("hard_deletes=env_var('HARD')"), "a snapshot whose settings are not known"),
        ({"snapshots/s.sql": TIMED.replace("'timestamp'", "'own'")}, "the snapshot strategy own"),
        (
            {"snapshots/s.sql": TIMED, "macros/m.sql": "{% macro default__build_snapshot_table(s, q) %}{% endmacro %}"},
            "the project makes in a way of its own",
        ),
    ],
)
def test_what_hides_columns_is_named(files: dict[str, str], reason: str) -> None:
    project = read(files)
    assert told(project)[:3] == SELECTED
    assert reason in gaps(project)[-1]


ENTRY = "snapshots:\n  - name: s\n    relation: {relation}\n    config: {{strategy: timestamp, updated_at: at}}\n"


@pytest.mark.parametrize(
    ("relation", "columns"),
    [
        ("ref('m')", [*SELECTED, *ADDED, (None, None)]),
        ("ref('nothing')", [(None, None)]),
        ("\"{{ ref(env_var('WHICH')) }}\"", [(None, None)]),
    ],
)
def test_snapshots_of_a_relation(relation: str, columns: list[tuple[str | None, str | None]]) -> None:
    found = told(read({"snapshots/s.yml": ENTRY.format(relation=relation)}))
    assert found[: len(columns) - 1] == columns[:-1]
    assert found[0] == columns[0]


def test_snapshots_of_a_source() -> None:
    sources = "sources: [{name: raw, tables: [{name: t}]}]\n"
    found = told(read({"snapshots/s.yml": sources + ENTRY.format(relation="source('raw', 't')")}))
    assert found[:2] == [(None, None), ("dbt_scd_id", "VARCHAR")]


CONTRACT = """\
models:
  - name: m
    config: {contract: {enforced: true}, materialized: %s}
    columns:
      - {name: note, data_type: text, constraints: [{type: not_null}]}
      - {name: at, data_type: timestamp}
      - {name: id%s}
"""


@pytest.mark.parametrize(
    ("materialized", "names"),
    [
        ("table", ["note", "at", "id"]),
        ("incremental", ["note", "at", "id"]),
        ("view", ["id", "at", "note"]),
        ("ephemeral", ["id", "at", "note"]),
        ("\"{{ env_var('HOW') }}\"", ["id", "at", "note"]),
    ],
)
def test_a_contract_orders_the_columns_of_a_table(materialized: str, names: list[str]) -> None:
    project = read({"models/m.yml": CONTRACT % (materialized, ", data_type: int")})
    assert [name for name, _ in told(project, "model.shop.m")] == names
    node = project.node("model.shop.m")
    assert node is not None
    assert repr(node.outputs) == "Known(('id', 'at', 'note'))"  # what the text selects: a rule holds it to the entry


def test_a_contract_tells_what_the_text_hides() -> None:
    hidden = {"models/m.sql": "select {{ gone() }}, 'x' as note", "models/m.yml": CONTRACT % ("table", "")}
    project = read({**hidden, "models/after.sql": "select * from {{ ref('m') }}"})
    assert told(project, "model.shop.after") == [("note", "VARCHAR"), ("at", "TIMESTAMP"), ("id", None)]
    assert told(read({**hidden, "models/m.yml": CONTRACT % ("view", "")}), "model.shop.m") == [
        (None, None),
        ("note", "VARCHAR"),
    ]
    assert told(read({**hidden}, "snowflake"), "model.shop.m")[1] == ("NOTE", None)

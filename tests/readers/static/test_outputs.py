"""The columns that nodes produce, upstream first, and what a change makes of them."""

from __future__ import annotations

import random

import pytest

from ringfence.domain.fact import Unknown
from ringfence.domain.node import Node
from ringfence.readers.static.advance import advance
from ringfence.readers.static.open import open_projects
from ringfence.readers.static.project import StaticProject
from ringfence.readers.static.state import OUTPUTS, State
from ringfence.sql.shape import Gap
from states import Texts

SOURCES = """\
sources:
  - name: raw
    tables:
      - name: t
        columns: [{name: id, data_type: integer}]
"""
FILES = {
    "seeds/countries.csv": "code;name\nde;Germany\n",
    "seeds/seeds.yml": "seeds:\n  - name: countries\n    config: {delimiter: ';', column_types: {code: varchar}}\n",
    "models/sources.yml": SOURCES,
    "models/a.sql": "select id, cast(amount as decimal(18, 2)) as amount from {{ source('raw', 't') }}",
    "models/b.sql": "select *, {{ cents('amount') }} as cents from {{ ref('a') }}",
    "models/c.sql": "select b.*, n.name from {{ ref('b') }} b join {{ ref('countries') }} n on true",
    "models/d_v1.sql": "select 1 as one",
    "models/d_v2.sql": "select 1 as one, 2 as two",
    "models/d.yml": "models:\n  - name: d\n    versions: [{v: 1}, {v: 2}]\n",
    "models/e.sql": "select * from {{ ref('d') }}",
    "models/f.sql": "select * from {{ ref('d', v=1) }}",
    "models/p.py": "def model(dbt, session):\n    return dbt.ref('a')\n",
    "models/q.sql": "select * from {{ ref('p') }}",
    "models/odd.sql": "{{ config(materialized='semantic_view') }} select 1 as x",
    "models/wrong.sql": "select {{",
    "macros/m.sql": "{% macro cents(x) %}cast({{ x }} * 100 as integer){% endmacro %}\n",
}


def read(files: dict[str, str], tree: Texts | None = None) -> StaticProject:
    return open_projects(tree or Texts(files), None, [("", "duckdb")])[0]


def told(project: StaticProject, name: str, kind: str = "model") -> list[tuple[str | None, str | None]]:
    """Name and type of each column, a gap as a pair of Nones."""
    output = project.outputs.of(f"{kind}.shop.{name}")
    return [(None, None) if isinstance(one, Gap) else (one.name, one.type) for one in output]


def names(project: StaticProject, name: str, kind: str = "model") -> tuple[str, ...] | str:
    node = project.node(f"{kind}.shop.{name}")
    assert isinstance(node, Node)
    outputs = node.outputs
    return outputs.reason if isinstance(outputs, Unknown) else outputs.value


def test_columns_run_through_the_project() -> None:
    project = read(FILES)
    assert told(project, "countries", "seed") == [("code", "VARCHAR"), ("name", None)]
    assert told(project, "a")[1] == ("amount", "DECIMAL(18,2)")
    assert told(project, "b")[1:] == [("amount", "DECIMAL(18,2)"), ("cents", "INTEGER")]
    assert names(project, "c") == ("id", "amount", "cents", "name")
    assert names(project, "e") == ("one", "two")
    assert names(project, "f") == ("one",)
    assert names(project, "countries", "seed") == ("code", "name")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("q", "a Python model"),
        ("odd", "the materialization semantic_view"),
        ("wrong", "the file cannot be parsed"),
    ],
)
def test_what_hides_columns_is_named(name: str, reason: str) -> None:
    assert reason in names(read(FILES), name)


def test_models_that_read_each_other_have_columns_that_nobody_knows() -> None:
    circle = {
        "models/x.sql": "select *, 1 as x from {{ ref('y') }}",
        "models/y.sql": "select *, 1 as y from {{ ref('z') }}",
        "models/z.sql": "select *, 1 as z from {{ ref('y') }}",
    }
    for order in (("x", "y", "z"), ("z", "y", "x"), ("y", "x", "z")):
        project = read(circle)
        found = {name: told(project, name) for name in order}
        assert found["y"] == found["z"] == [(None, None)]
        assert found["x"] == [(None, None), ("x", None)]  # the circle may hide one of this name


def test_a_node_that_is_not_there_has_unknown_columns() -> None:
    assert told(read(FILES), "nothing") == [(None, None)]
    assert told(read({"models/a.sql": "select * from {{ ref('nothing') }}"}), "a") == [(None, None)]


def _everything(project: StaticProject) -> dict[str, object]:
    keys = project.keys()
    return {key: project.outputs.of(key) for key in keys}


def _over(before: StaticProject, old: dict[str, str], new: dict[str, str], *, outputs: bool = True) -> StaticProject:
    earlier, now = Texts(old), Texts(new)
    moved = before.over(State(before.index.state), now)
    changes = {
        path: (earlier.entry(path), now.entry(path)) for path in {*old, *new} if earlier.entry(path) != now.entry(path)
    }
    wave = advance(moved, changes, earlier, outputs=outputs)
    assert wave is not None
    return moved


@pytest.mark.parametrize(
    ("path", "text", "again"),
    [
        ("models/a.sql", "select id, cast(amount as decimal(18, 3)) as amount from {{ source('raw', 't') }}", "abc"),
        ("models/a.sql", "select id, cast(amount as decimal(18, 2)) as amount from {{ source('raw', 't') }} --", "a"),
        ("macros/m.sql", FILES["macros/m.sql"].replace("integer", "bigint"), "bc"),
        ("macros/m.sql", FILES["macros/m.sql"] + "-- more\n", "b"),
        ("models/sources.yml", FILES["models/sources.yml"].replace("integer", "bigint"), ""),
        ("models/sources.yml", FILES["models/sources.yml"] + "# more\n", ""),
        ("seeds/seeds.yml", FILES["seeds/seeds.yml"].replace("varchar", "text"), ""),
        ("seeds/seeds.yml", FILES["seeds/seeds.yml"].replace(", column_types: {code: varchar}", ""), "c"),
        ("seeds/countries.csv", "code;label\n", "c"),
        ("models/d.yml", FILES["models/d.yml"].replace("    versions", "    latest_version: 1\n    versions"), "ef"),
    ],
)
def test_only_what_moved_is_looked_at_again(path: str, text: str, again: str) -> None:
    before = read(FILES)
    _everything(before)
    new = {**FILES, path: text}
    after = _over(before, FILES, new)
    looked = {key.rpartition(".")[2] for key in after.index.state.changed[OUTPUTS] if key.startswith("model.")}
    assert looked - {"v1", "v2"} == set(again)
    assert _everything(after) == _everything(read(new))


def test_what_is_dropped_is_worked_out_when_it_is_asked_for() -> None:
    before = read(FILES)
    _everything(before)
    new = {**FILES, "models/a.sql": "select 1 as other"}
    after = _over(before, FILES, new, outputs=False)
    assert after.index.state.record(OUTPUTS, "model.shop.c") is None
    assert names(after, "c") == ("other", "cents", "name")


_TEXTS = {
    "models/a.sql": ["select 1 as x", "select * from {{ ref('c') }}", "select * from {{ ref('countries') }}"],
    "models/b.sql": ["select *, {{ cents('x') }} as y from {{ ref('a') }}", "select * from {{ ref('gone') }}"],
    "models/c.sql": [
        "select * from {{ ref('b') }}",
        "select * from {{ ref('d', v=1) }}",
        "select y from {{ ref('b') }}",
    ],
    "models/gone.sql": ["select 1 as z", "{{ config(enabled=false) }} select 2 as z, 3 as w"],
    "models/d.yml": [
        FILES["models/d.yml"],
        "models:\n  - name: d\n    latest_version: 1\n    versions: [{v: 1}, {v: 2}]\n",
        "",
    ],
    "macros/m.sql": [FILES["macros/m.sql"], "{% macro cents(x) %}1 as q, {{ x }}{% endmacro %}\n", ""],
    "macros/n.sql": ["{% macro duckdb__cents(x) %}2{% endmacro %}\n", "{% macro cents(x) %}'a'{% endmacro %}\n"],
    "seeds/countries.csv": ["code,name\n", "code;name\n", "x\n"],
    "seeds/seeds.yml": [
        FILES["seeds/seeds.yml"],
        "seeds:\n  - name: countries\n    config: {column_types: {x: date}}\n",
    ],
    "models/sources.yml": [FILES["models/sources.yml"], ""],
    "models/p.sql": ["select * from {{ source('raw', 't') }} union all select 1, 2"],
}


@pytest.mark.parametrize("seed", range(12))
def test_after_any_change_the_columns_are_those_of_a_fresh_reading(seed: int) -> None:
    chance = random.Random(seed)
    files = {path: text for path, text in FILES.items() if path not in ("models/p.py", "models/wrong.sql")}
    project = read(files)
    for _ in range(12):
        if chance.random() < 0.7:
            _everything(project)
        else:
            project.outputs.of(f"model.shop.{chance.choice('abc')}")
        new = dict(files)
        for path in chance.sample(sorted(_TEXTS), chance.randint(1, 3)):
            text = chance.choice([*_TEXTS[path], None])
            if text is None:
                new.pop(path, None)
            else:
                new[path] = text
        project = _over(project, files, new)
        files = new
        assert {key: project.outputs.of(key) for key in list(project.keys())} == _everything(read(files)), files

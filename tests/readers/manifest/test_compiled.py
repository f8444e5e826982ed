"""Columns by compiled SQL: for which nodes a manifest proves them, and what it leaves as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ringfence.domain.fact import Known, Unknown
from ringfence.readers.manifest.compiled import CompiledColumns
from ringfence.readers.manifest.freshness import Comparison, parts_of
from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.static.open import open_projects
from ringfence.sql.shape import Gap
from states import Texts

HIDDEN = "select {{ columns() }} from {{ ref('base') }}"
FILES = {
    "models/base.sql": "select 1 as id, 'x' as note",
    "models/asks.sql": HIDDEN,
    "models/after.sql": "select *, 2 as more from {{ ref('asks') }}",
    "macros/c.sql": "{% macro columns() %}{{ run_query('select 1').columns }}{% endmacro %}",
}
COMPILED = {
    "base": "select 1 as id, 'x' as note",
    "asks": 'select id, note as "Note" from "db"."main"."base"',
    "after": 'select *, 2 as more from "db"."main"."asks"',
}
CALLS = {"asks": ["macro.shop.columns"]}


class Made:
    """A small project, and the manifest of what it was when it was compiled."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files, self.then = folder, dict(FILES), dict(FILES)
        self.compiled: dict[str, object] = dict(COMPILED)
        self.calls = {name: list(keys) for name, keys in CALLS.items()}
        self.name, self.disabled = "shop", ""
        self.missing: set[str] = set()

    def write(self, path: str, text: str) -> None:
        """Write a file, then as now."""
        self.files[path] = self.then[path] = text

    def _node(self, name: str) -> dict[str, Any]:
        text = self.then[f"models/{name}.sql"]
        read = [one for one in self.then if f"ref('{one.removeprefix('models/').removesuffix('.sql')}')" in text]
        names = [one.removeprefix("models/").removesuffix(".sql") for one in read]
        return {
            "unique_id": f"model.shop.{name}",
            "name": name,
            "package_name": "shop",
            "original_file_path": f"models/{name}.sql",
            "resource_type": "model",
            "fqn": ["shop", name],
            "raw_code": text,
            "language": "sql",
            "config": {"enabled": True, "materialized": "view"},
            "refs": [{"name": one} for one in names],
            "depends_on": {"macros": self.calls.get(name, []), "nodes": [f"model.shop.{one}" for one in names]},
            "compiled_code": self.compiled.get(name),
            "relation_name": f'"db"."main"."{name}"',
        }

    def columns(self) -> CompiledColumns:
        macro = {
            "unique_id": "macro.shop.columns",
            "name": "columns",
            "package_name": "shop",
            "original_file_path": "macros/c.sql",
            "macro_sql": self.then["macros/c.sql"],
        }
        nodes = [self._node(name) for name in COMPILED if name not in self.missing]
        manifest = {
            "metadata": {
                "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
                "project_name": self.name,
                "adapter_type": "duckdb",
            },
            "nodes": {one["unique_id"]: one for one in nodes if one["name"] != self.disabled},
            "disabled": {one["unique_id"]: [one] for one in nodes if one["name"] == self.disabled},
            "macros": {macro["unique_id"]: macro},
        }
        written = self.folder / "manifest.json"
        written.write_text(json.dumps(manifest))
        tree = Texts(self.files)
        (self.project,) = open_projects(tree, None, [("", "duckdb")])
        return CompiledColumns(Comparison(open_manifest(str(written), root=""), self.project, tree, None))

    def told(self, name: str) -> list[tuple[str | None, str | None]]:
        output = self.columns().of(f"model.shop.{name}")
        return [(None, None) if isinstance(one, Gap) else (one.name, one.type) for one in output]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_compiled_sql_closes_what_the_sources_leave_open(made: Made) -> None:
    assert made.told("asks") == [("id", "INTEGER"), ("Note", "VARCHAR")]
    assert made.told("after") == [("id", "INTEGER"), ("Note", "VARCHAR"), ("more", "INTEGER")]
    columns = made.columns()
    node = made.project.node("model.shop.asks")
    assert node is not None
    hidden = Unknown("hidden")
    assert columns.names(node, hidden) == Known(("id", "Note"), None, "compiled")
    assert columns.against(node) == ()
    assert columns.of("model.shop.nothing") == made.project.outputs.of("model.shop.nothing")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("models/asks.sql", "}} from", "}}, 1 as one from"),
        ("macros/c.sql", "select 1", "select 2"),
        ("models/base.sql", "'x' as note", "'x' as note, 2 as n"),
    ],
)
def test_what_the_text_rests_on_has_to_be_as_it_was(made: Made, path: str, old: str, new: str) -> None:
    made.files[path] = made.files[path].replace(old, new)
    assert made.told("asks")[0] == (None, None)
    node = made.project.node("model.shop.asks")
    assert node is not None
    assert [one.place.path for one in made.columns().against(node) or ()] == [path]
    assert isinstance(made.columns().names(node, Unknown("hidden")), Unknown)


def test_a_model_upstream_may_differ_where_nobody_asks_the_warehouse(made: Made) -> None:
    made.files["models/base.sql"] += " -- edited"
    made.write("macros/c.sql", "{% macro columns() %}{{ target.name }}{% endmacro %}")
    assert made.told("asks") == [("id", "INTEGER"), ("Note", "VARCHAR")]


@pytest.mark.parametrize("text", ["{{ var('x') }}", "{{ graph.nodes }}", "{{ context['columns']() }}{{ context[x] }}"])
def test_what_no_manifest_holds_may_decide(made: Made, text: str) -> None:
    made.write("models/asks.sql", FILES["models/asks.sql"].replace("{{ columns() }}", text))
    assert made.told("asks")[0] == (None, None)
    node = made.project.node("model.shop.asks")
    assert node is not None
    assert made.columns().against(node) is None


def test_a_model_that_is_compiled_in_two_ways_is_not_proven(made: Made) -> None:
    made.calls["asks"].append("macro.dbt.is_incremental")
    assert made.told("asks")[0] == (None, None)


@pytest.mark.parametrize("code", [None, 7, "select from where ((", "with", f"select 1 -- {'x' * 1_000_000}"])
def test_compiled_code_that_tells_nothing(made: Made, code: object) -> None:
    made.compiled["asks"] = code
    assert made.told("asks")[0] == (None, None)
    assert made.told("base") == [("id", "INTEGER"), ("note", "VARCHAR")]


def test_tables_that_no_node_is(made: Made) -> None:
    made.compiled["asks"] = 'select id, cast(n as date) as day from "other"."main"."base"'
    assert made.told("asks") == [("id", None), ("day", "DATE")]


def test_models_that_read_each_other(made: Made) -> None:
    made.write("models/base.sql", "select {{ columns() }} from {{ ref('asks') }}")
    made.calls["base"] = ["macro.shop.columns"]
    made.compiled["base"] = 'select id from "db"."main"."asks"'
    assert made.told("base")[0] == (None, None)
    made.write("macros/c.sql", "{% macro columns() %}{{ target.name }}{% endmacro %}")
    made.compiled["asks"] = 'select *, 1 as own from "db"."main"."base"'
    assert made.told("base") == [("id", None)]


def test_what_is_upstream_has_to_be_there(made: Made) -> None:
    made.write("models/asks.sql", "select {{ columns() }} from {{ ref('s') }}")
    made.files["seeds/s.csv"] = "a,b\n1,x\n"
    made.compiled["asks"] = 'select a from "db"."main"."s"'
    assert made.told("asks")[0] == (None, None)


def test_a_manifest_that_is_none_of_the_node(made: Made) -> None:
    made.missing = {"asks"}
    assert made.told("asks")[0] == (None, None)
    made.missing, made.disabled = set(), "asks"
    assert made.told("asks")[0] == (None, None)
    made.disabled, made.name = "", "other"
    assert made.told("asks")[0] == (None, None)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ('"db"."main"."a.b"', ("db", "main", "a.b")),
        ("`p`.`d`.`t`", ("p", "d", "t")),
        ("[db].[dbo].[t]", ("db", "dbo", "t")),
        ("db.main.t", ("db", "main", "t")),
        ("", ()),
    ],
)
def test_parts_of_a_relation_s_name(written: str, parts: tuple[str, ...]) -> None:
    assert parts_of(written) == parts

"""Names, order and types of columns as the sources tell them, held against what dbt builds of the same files."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ringfence.readers.manifest.compiled import CompiledColumns
from ringfence.readers.manifest.freshness import Comparison
from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.static.open import DiskTree, open_projects
from ringfence.readers.static.project import StaticProject
from ringfence.sql.shape import Gap, Output

try:
    DBT_VERSION = tuple(map(int, importlib.metadata.version("dbt-core").split(".")[:2]))
    importlib.metadata.version("dbt-duckdb")
except importlib.metadata.PackageNotFoundError:
    pytest.skip("needs dbt-core and dbt-duckdb", allow_module_level=True)

CONTRACT = "config: {contract: {enforced: true}%s}"
FILES = {
    "dbt_project.yml": """\
name: shop
profile: shop
config-version: 2
seeds:
  shop:
    wide: {+column_types: {code: "{{ 'int64' if target.type == 'bigquery' else 'bigint' }}", label: varchar(20)}}
""",
    "profiles.yml": "shop:\n  target: dev\n  outputs: {dev: {type: duckdb, path: built.duckdb, threads: 1}}\n",
    "seeds/wide.csv": "code,born,seen,size,count,ok,label,none,odd\n"
    "1,2020-01-01,2020-01-01 10:00:00,1.5,7,true,x,,1\n"
    "2,,2020-01-02 11:30:00,2,8,false,y,,a\n",
    "seeds/header.csv": "a,b\n",
    "seeds/iso.csv": "at|amount\n2020-01-01T10:00:00|0.10\n2020-01-01T10:00:00|100\n",
    "seeds/seeds.yml": "seeds: [{name: iso, config: {delimiter: '|'}}]\n",
    "models/plain.sql": "select *, size * 2 as twice, coalesce(count, 0) as number from {{ ref('wide') }}",
    "models/sums.sql": "select label, sum(count) as total, max(seen) as last from {{ ref('plain') }} group by 1",
    "models/promised.sql": "select 1::bigint as b, 'x' as a, cast(1.5 as decimal(10, 2)) as c",
    "models/promised_view.sql": "{{ config(materialized='view') }} select 1::bigint as b, 'x' as a",
    "models/promised_often.sql": "{{ config(materialized='incremental', on_schema_change='fail') }}\n"
    "select 1 as b, 2 as a",
    "models/after.sql": "select * from {{ ref('promised') }}",
    "models/after_view.sql": "select * from {{ ref('promised_view') }}",
    "models/hidden.sql": "select {{ modules.datetime.date.today().year }} as a, 'x' as b",
    # what only the warehouse tells: the sources know no name
    "models/asked.sql": "{{ config(materialized='table') }}\n{% set found = run_query(words()) %}\n"
    "select {% if execute %}{% for name in found.columns[0].values() %}1 as {{ name }}, {% endfor %}{% endif %}2 as z",
    "models/after_asked.sql": "select *, 'more' as more from {{ ref('asked') }}",
    "models/varied.sql": "select {% for name in var('names', ['v']) %}1 as {{ name }}, {% endfor %}"
    "{{ gone_or('1 as w') }}",
    "macros/words.sql": "{% macro words() %}select 'x' as n union all select 'y' order by 1{% endmacro %}\n"
    "{% macro gone_or(text) %}{% do log(run_started_at) %}{{ return(text) }}{% endmacro %}\n",
    "models/asked.yml": "models: [{name: after_asked, columns: [{name: x}, {name: more}, {name: ghost}]}]\n",
    "models/after_hidden.sql": "select b, a from {{ ref('hidden') }}",
    "models/contracts.yml": f"""\
models:
  - name: promised
    {CONTRACT % ", materialized: table"}
    columns: [{{name: a, data_type: text}}, {{name: b, data_type: int8}}, {{name: c, data_type: "decimal(10,2)"}}]
  - name: promised_view
    {CONTRACT % ""}
    columns: [{{name: a, data_type: varchar}}, {{name: b, data_type: bigint}}]
  - name: promised_often
    {CONTRACT % ""}
    columns: [{{name: a, data_type: integer}}, {{name: b, data_type: int}}]
  - name: hidden
    {CONTRACT % ", materialized: table"}
    columns: [{{name: b, data_type: text}}, {{name: a, data_type: integer}}]
""",
    "snapshots/s.sql": """\
{% snapshot kept_by_time %}
{{ config(target_schema='kept', unique_key='code', strategy='timestamp', updated_at='seen') }}
select * from {{ ref('wide') }}
{% endsnapshot %}
{% snapshot kept_by_check %}
{{ config(target_schema='kept', unique_key='code', strategy='check', check_cols=['label']) }}
select code, label from {{ ref('wide') }}
{% endsnapshot %}
""",
    "models/of_kept.sql": "select label, dbt_valid_from, dbt_valid_to, dbt_scd_id from {{ ref('kept_by_check') }}",
}
SINCE_1_9 = {
    "snapshots/s.yml": """\
snapshots:
  - name: kept_by_entry
    relation: ref('wide')
    config:
      unique_key: code
      strategy: timestamp
      updated_at: seen
      hard_deletes: new_record
      snapshot_meta_column_names: {dbt_valid_from: since, dbt_is_deleted: gone}
  - name: kept_until
    relation: ref('wide')
    config:
      unique_key: code
      strategy: timestamp
      updated_at: born
      dbt_valid_to_current: "date '2999-12-31'"
""",
}
# What the sources do not tell, because only a run does.
NOT_TYPED = {("kept_until", "dbt_valid_to")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that dbt has built."""
    folder = tmp_path_factory.mktemp("built")
    for path, text in {**FILES, **(SINCE_1_9 if DBT_VERSION >= (1, 9) else {})}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    (folder / "ringfence.yml").write_text("projects: [{path: ., adapter: duckdb}]\nmanifest: required\n")
    (folder / ".gitignore").write_text("target/\nlogs/\n*.duckdb\n")
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_PROFILES_DIR": "."}
    command = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build"]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    return folder


@pytest.fixture(scope="module")
def project(built: Path) -> StaticProject:
    return open_projects(DiskTree(str(built)), None, [("", "duckdb")])[0]


def described(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Names and types of every relation's columns."""
    duckdb: Any = importlib.import_module("duckdb")
    found: dict[str, list[tuple[str, str]]] = {}
    with duckdb.connect(str(folder / "built.duckdb"), read_only=True) as connection:
        for schema, name in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall() + (
            connection.execute("select schema_name, view_name from duckdb_views() where not internal").fetchall()
        ):
            rows = connection.execute(f'describe "{schema}"."{name}"').fetchall()
            found[name] = [(row[0], row[1]) for row in rows]
    return found


def told(output: Output) -> list[tuple[str | None, str | None]]:
    return [(one.name, one.type) for one in output if not isinstance(one, Gap)]


def test_what_the_sources_tell_is_what_dbt_builds(built: Path, project: StaticProject) -> None:
    truth = described(built)
    kinds = {"seed": "wide header iso", "snapshot": "kept_by_time kept_by_check"}
    if DBT_VERSION >= (1, 9):
        kinds["snapshot"] += " kept_by_entry kept_until"
    keys = {name: f"{kind}.shop.{name}" for kind, names in kinds.items() for name in names.split()}
    unknown = {name: truth.pop(name) for name in ("asked", "after_asked", "varied")}
    ours = {name: told(project.outputs.typed(keys.get(name, f"model.shop.{name}"))) for name in truth}
    wanted: dict[str, list[tuple[str | None, str | None]]] = {
        name: [(column, None if (name, column) in NOT_TYPED else kind) for column, kind in columns]
        for name, columns in truth.items()
    }
    assert ours == wanted
    assert len(truth) >= 14
    assert all(isinstance(project.outputs.typed(f"model.shop.{name}")[0], Gap) for name in unknown if name != "varied")


def test_a_contract_tells_what_the_text_does_not(project: StaticProject) -> None:
    assert told(project.outputs.typed("model.shop.after_hidden")) == [("b", "VARCHAR"), ("a", "INTEGER")]
    assert told(project.outputs.typed("model.shop.hidden")) == [("b", "VARCHAR"), ("a", "INTEGER")]


@pytest.fixture(scope="module")
def columns(built: Path, project: StaticProject) -> CompiledColumns:
    """What the manifest of the build adds."""
    manifest = open_manifest(str(built / "target/manifest.json"), root="")
    return CompiledColumns(Comparison(manifest, project, DiskTree(str(built)), None))


def test_what_dbt_compiled_closes_what_the_sources_leave_open(
    built: Path, project: StaticProject, columns: CompiledColumns
) -> None:
    truth = described(built)
    models = [name for name in truth if project.has(f"model.shop.{name}")]
    ours = {name: told(columns.of(f"model.shop.{name}")) for name in models}
    assert {**ours, "varied": []} == {**{name: truth[name] for name in models}, "varied": []}
    assert ours["asked"] == [("x", "INTEGER"), ("y", "INTEGER"), ("z", "INTEGER")]
    assert ours["after_asked"][-1] == ("more", "VARCHAR")


def test_what_no_manifest_holds_stays_unknown(project: StaticProject, columns: CompiledColumns) -> None:
    node = project.node("model.shop.varied")
    assert node is not None
    assert columns.against(node) is None


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=foreign, check=True, capture_output=True)


def ghosts(folder: Path) -> list[tuple[str, str]]:
    """Ghost columns that a check finds, with what each finding rests on."""
    foreign = ("CI", "GIT_", "DBT_", "RINGFENCE_", "PRE_COMMIT")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    command = [sys.executable, "-m", "ringfence", "check", "--from", "worktree", "--format", "json"]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    findings = json.loads(run.stdout)["findings"]
    return [(one["subject"]["column"], one["evidence"]) for one in findings if one["code"] == "RF308"]


def test_a_check_that_requires_a_manifest_finds_ghosts_among_compiled_columns(built: Path) -> None:
    git(built, "init", "-q", "-b", "main")
    git(built, "add", ".")
    git(built, "commit", "-q", "-m", "built")
    for _ in range(2):
        assert ghosts(built) == [("ghost", "compiled")]
    for path, old, new in (
        ("macros/words.sql", "select 'x' as n", "select 'ghost' as n"),
        ("models/asked.sql", "2 as z", "2 as ghost"),
        ("models/after_asked.sql", "'more' as more", "'more' as more, 1 as ghost"),
    ):
        text = (built / path).read_text()
        (built / path).write_text(text.replace(old, new))
        assert ghosts(built) == []
        (built / path).write_text(text)
    assert ghosts(built) == [("ghost", "compiled")]

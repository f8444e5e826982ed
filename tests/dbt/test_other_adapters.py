"""What the package's macros become on warehouses that are not here: compiled by their own dbt adapters without a
connection, then read by a parser of their SQL. It shows that the SQL is well formed and quoted, not that it runs.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from typing import Any

import pytest

from dbtproject import REPOSITORY, Answer, Engine, copied

Columns = dict[str, list[tuple[str, str]]]
sqlglot: Any = pytest.importorskip("sqlglot", reason="needs sqlglot")
OUTPUTS = {
    "bigquery": "{type: bigquery, method: oauth-secrets, token: none, project: db, schema: main}",
    "databricks": "{type: databricks, host: localhost, http_path: /x, token: t, catalog: db, schema: main}",
    "redshift": "{type: redshift, host: localhost, port: 5439, user: u, password: p, dbname: db, schema: main}",
    "snowflake": "{type: snowflake, account: a, user: u, password: p, database: db, warehouse: w, schema: main}",
    "trino": "{type: trino, method: none, user: u, host: localhost, port: 1, database: db, schema: main}",
}


def _installed(adapter: str) -> bool:
    try:
        return bool(importlib.metadata.version(f"dbt-{adapter}"))
    except importlib.metadata.PackageNotFoundError:
        return False


HERE = [adapter for adapter in OUTPUTS if _installed(adapter)]
if not HERE:
    pytest.skip("needs the adapters of scripts/adapters.sh", allow_module_level=True)

# Every kind of sign that one of the dialects gives a meaning to.
HOSTILE = "it's \\' ' \" ` \\ {x} -- /* \n; drop table canary"
PLAN = """
{% set plan = [
    {'name': 'id', 'type': 'integer', 'in_b': 'id', 'is_key': true, 'tolerance': none},
    {'name': 'a b', 'type': 'integer', 'in_b': 'A b', 'is_key': false, 'tolerance': 0.5},
    {'name': 'note', 'type': 'text', 'in_b': 'note', 'is_key': false, 'tolerance': none},
] %}
"""
FLAG = "{a_flag: {description: d, owner: o, permanent: true, default: true}}"
MODELS = {
    "texts": """
select
    {{ ringfence.text_literal(var('hostile')) }} as said,
    1 as {{ ringfence.quoted(var('hostile') | replace('\\n', ' ')) }}
""",
    "run_log": """
select {% for name, type, value in ringfence.run_columns('started', none, {}) %}
    cast({{ value }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
{% endfor %}
""",
    "hashes": """
select
    {{ ringfence.row_hash(['a b', var('hostile') | replace('\\n', ' ')]) }} as of_names,
    {{ ringfence.row_hash([{'name': 'a b', 'type': 'integer'}, {'name': 'day', 'type': 'date'}]) }} as of_types,
    {{ ringfence.hash_sum(ringfence.row_hash(['a b'])) }} as of_all
from orders
""",
    "pairs": PLAN + "{{ ringfence.paired_rows_sql(plan, 'orders', 'other') }}",
    "multisets": PLAN + "{{ ringfence.multisets_sql(plan, 'orders', 'other') }}",
    "values": PLAN
    + "{% set some = ['12', '34'] %}{{ ringfence.changed_values_sql(plan, plan[1:], 'orders', 'other', some, some) }}",
    "rolled": """
{% set key = var('hostile') | replace('\\n', ' ') %}
select * from {{ ringfence.rollout('a_flag', 'orders', 'other', key, 50) }} as r
""",
    "valid": "{{ ringfence.valid_rows('orders', [{'name': var('hostile'), 'condition': 'id > 1'}]) }}",
    "view": """
{% set row = {'database_name': 'db', 'schema_name': 'main', 'view_name': 'v', 'branch_schema': 'main__run_1'} %}
{{ ringfence.default__point_view(row)[0] }}
""",
}


@pytest.fixture(scope="session")
def columns(tmp_path_factory: pytest.TempPathFactory) -> Columns:
    """What a catalog says of the models of the integration tests, as DuckDB has it."""
    project = copied(tmp_path_factory.mktemp("catalog"), Engine("duckdb"))
    assert all(answer.success for answer in project.session("seed", "run"))
    found: Columns = {}
    for table, name, held in project.rows(
        "select table_name, column_name, data_type from information_schema.columns order by ordinal_position"
    ):
        found.setdefault(table, []).append((name, held))
    return found


@pytest.fixture(scope="module", params=HERE)
def compiled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, columns: Columns
) -> tuple[str, dict[str, str]]:
    """The name of an adapter, and what it makes of every test and macro: SQL by name."""
    adapter = str(request.param)
    project = copied(tmp_path_factory.mktemp(adapter), Engine(adapter))
    outputs = f"  target: {adapter}\n  outputs: {{{adapter}: {OUTPUTS[adapter]}}}\n"
    (project.folder / "profiles.yml").write_text(f"ringfence_integration_tests:\n{outputs}")
    for name, sql in MODELS.items():
        (project.folder / "models" / f"{name}.sql").write_text(sql)
    variables = f"{{hostile: {_yaml(HOSTILE)}, ringfence_flags: {FLAG}}}"
    offline = ["compile", "--no-populate-cache", "--no-introspect", "--vars", variables]
    offline += ["--exclude", "test_name:columns_are"]  # it asks the warehouse how it spells types
    asked = {"adapter": adapter, "columns": columns, "commands": [offline]}
    worker = REPOSITORY / "tests" / "offline_worker.py"
    process = project.run(sys.executable, "-W", "ignore", str(worker), stdin=json.dumps(asked))
    assert process.returncode == 0, process.stdout + process.stderr
    answers = [Answer(*answer) for answer in json.loads(process.stdout.splitlines()[-1])]
    assert [answer.plain[-2000:] for answer in answers if not answer.success] == []
    files = (project.folder / "target" / "compiled").rglob("*.sql")
    ours = (path for path in files if path.parent.suffix == ".yml" or path.stem in MODELS)
    return adapter, {path.stem: path.read_text("utf-8") for path in ours}


def _yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def test_every_statement_is_one_of_the_dialect(compiled: tuple[str, dict[str, str]]) -> None:
    adapter, statements = compiled
    assert len(statements) > 40
    for name, sql in statements.items():
        parsed = sqlglot.parse(sql, read=adapter, error_level=sqlglot.ErrorLevel.RAISE)
        assert len([one for one in parsed if one is not None]) == 1, name


def test_texts_and_names_hold_every_sign(compiled: tuple[str, dict[str, str]]) -> None:
    adapter, statements = compiled
    said, name = sqlglot.parse_one(statements["texts"], read=adapter).expressions
    # Redshift's backslash is doubled whether it escapes there or not
    held = said.this.this.replace("\\\\", "\\") if adapter == "redshift" else said.this.this
    assert re.sub(r"\\n", "\n", held) == HOSTILE
    assert name.alias == HOSTILE.replace("\n", " ")


def test_names_of_the_integration_tests_are_quoted_whole(compiled: tuple[str, dict[str, str]]) -> None:
    adapter, statements = compiled
    sql = statements["broken_requires_rows_hostile_names"]
    names = {found.name for found in sqlglot.parse_one(sql, read=adapter).find_all(sqlglot.exp.Identifier)}
    assert {"order", "a b", "MixedCase", 'say "hi"', "it's", "größe"} <= names

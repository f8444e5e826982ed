"""What the package's macros become on warehouses that are not here: compiled by their own dbt adapters without a
connection, then read by a parser of their SQL. It shows that the SQL is well formed and quoted, not that it runs.
"""

from __future__ import annotations

import importlib.metadata
import re
import shutil
from typing import Any

import pytest

from dbtproject import REPOSITORY, Engine, Project

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
}


@pytest.fixture(scope="module", params=HERE)
def compiled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """The name of an adapter, and what it makes of every test and macro: SQL by name."""
    adapter = str(request.param)
    folder = tmp_path_factory.mktemp(adapter)
    leftovers = shutil.ignore_patterns("target", "dbt_packages", "logs")
    for name in ("dbt_package", "integration_tests"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=leftovers)
    project = Project(folder / "integration_tests", Engine(adapter))
    outputs = f"  target: {adapter}\n  outputs: {{{adapter}: {OUTPUTS[adapter]}}}\n"
    (project.folder / "profiles.yml").write_text(f"ringfence_integration_tests:\n{outputs}")
    for name, sql in MODELS.items():
        (project.folder / "models" / f"{name}.sql").write_text(sql)
    offline = ["compile", "--no-populate-cache", "--no-introspect", "--vars", f"{{hostile: {_yaml(HOSTILE)}}}"]
    answers = project.session("deps", offline)
    assert all(answer.success for answer in answers), answers
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

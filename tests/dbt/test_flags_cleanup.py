"""After `ringfence flags cleanup` a project compiles to what it compiled to with the flag that way."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from dbtproject import ENGINES, Engine, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

# Compiles with the flag given, cleans up, compiles again; one process, as starting dbt costs most.
WORKER = """
import json, pathlib, subprocess, sys
from dbt.cli.main import dbtRunner

def compiled(*arguments):
    done = dbtRunner().invoke(["--quiet", "compile", *arguments])
    assert done.success, done.exception
    return {one.node.name: one.node.compiled_code.split() for one in done.result.results}

answers = {}
for keep in ("on", "off"):
    before = compiled("--vars", json.dumps({"ringfence_flag__new_tax": keep}))
    command = [sys.executable, "-m", "ringfence", "flags", "cleanup", "new_tax", "--keep", keep]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers[keep] = [before, compiled()]
    subprocess.run(["git", "checkout", "-q", "--", "."], check=True)
pathlib.Path("answers.json").write_text(json.dumps(answers))
"""
FILES = {
    "dbt_project.yml": "name: consumer\nprofile: ringfence_integration_tests\nvars:\n  ringfence_flags:\n"
    "    new_tax: {owner: a, expires: 2099-12-31}\n    other: {owner: a, expires: 2099-12-31}\n",
    ".gitignore": "target\nlogs\nanswers.json\n",
    "macros/rate.sql": "{% macro rate() %}{% if ringfence.flag('new_tax') %}{{ return(2) }}{% endif %}"
    "{{ return(1) }}{% endmacro %}\n",
    "models/a.sql": "select 1 as id, 'a' as side",
    "models/b.sql": "select 1 as id, 'b' as side",
    "models/orders.sql": "{%- set old = not ringfence.flag('new_tax') -%}\n"
    "select {{ rate() }} as rate\n{% if ringfence.flag('new_tax') %}\n, 1 as tax\n{% elif ringfence.flag('other') %}\n"
    ", 2 as tax\n{%- else %}\n, 3 as tax\n{% endif %}\n"
    "from {{ ringfence.variation('new_tax', off=ref('a'), on=ref('b')) }} {% if old %}where 1 = 1{% endif %}\n",
    "models/both.sql": "select * from {{ ringfence.variation('other',\n  off=ringfence.variation('new_tax', ref('a'), "
    "on=ref('b')),\n  on=ref('b')) }} where {{ 'id' if ringfence.kill('new_tax') else '2' }} > 1\n",
}


@pytest.mark.slow
def test_a_cleaned_project_compiles_to_the_same(tmp_path: Path) -> None:
    project = written(tmp_path / "project", Engine("duckdb"), FILES)
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
    for arguments in ("init --quiet", "add --force .", "commit --quiet --message one"):
        assert project.run("git", *author, *arguments.split()).returncode == 0
    done = project.run(sys.executable, "-W", "ignore", "-c", WORKER)
    assert done.returncode == 0, done.stdout + done.stderr
    answers = json.loads((project.folder / "answers.json").read_text())
    for before, after in answers.values():
        assert after == before
    assert answers["on"][0] != answers["off"][0]

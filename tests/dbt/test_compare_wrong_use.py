"""Wrong arguments of the macros that are no tests stop with the macro, the problem and the way out."""

from __future__ import annotations

import json
import sys

import pytest

from dbtproject import ENGINES, Engine, written

if "duckdb" not in ENGINES:
    pytest.skip("needs dbt-core and dbt-duckdb", allow_module_level=True)

DIFF, VALID, REJECTED = "diff_relations", "valid_rows", "rejected_rows"
RULE = "{name: a, condition: b}"
CASES = {
    (
        DIFF,
        "{a: x.y, b: x.y, tolerance: {amount: 1}}",
    ): "tolerance needs keys, to know which two values belong together",
    (DIFF, "{a: x.y, b: x.y, tolerance: 0.5, keys: [id]}"): "tolerance must name columns, not '0.5'",
    (DIFF, "{a: x.y, b: x.y, tolerance: {n: '1'}, keys: [id]}"): "the tolerance of n must be a number, not '1'",
    (DIFF, "{a: x.y, b: x.y, keys: id}"): "keys must be a list of column names, not 'id'",
    (DIFF, "{a: x.y, b: x.y, exclude: [1]}"): "exclude must be a list of column names, not '[1]'",
    (DIFF, "{a: x.y, b: 1}"): "b must be a relation, not '1'. Write ref('...')",
    (DIFF, "{a: x.y, b: {schema: x}}"): "b must be a relation, not",
    (DIFF, "{a: x.y, b: x.y, samples: many}"): "samples must be a whole number, not 'many'. Write samples: 5",
    (VALID, "{relation: x, rules: []}"): "rules must be a list of rules, not '[]'. Write [{'name':",
    (VALID, "{relation: x, rules: amount > 0}"): "rules must be a list of rules, not 'amount > 0'",
    (VALID, "{relation: x, rules: [amount > 0]}"): "a rule must have a name and a condition, not be 'amount > 0'",
    (REJECTED, "{relation: x, rules: [{name: a}]}"): "rule 1 has no condition. Write {'name': '...',",
    (REJECTED, "{relation: x, rules: [{condition: a}]}"): "rule 1 has no name",
    (
        REJECTED,
        "{relation: x, rules: [{name: a, condition: b, severity: c}]}",
    ): "a rule has no 'severity'. It takes name,",
    (REJECTED, f"{{relation: x, rules: [{RULE}, {RULE}]}}"): "two rules are named a. Give each a name of its own",
    (VALID, "{relation: x, rules: [{name: a, condition: b, reason: 1}]}"): "the reason of rule a is no text",
    ("project_columns", "{source: x, target: y, missing: ignore}"): "missing must be error or null, not 'ignore'",
    ("table_digest", "{relation: existing, columns: [b]}"): "there is no column 'b'. It has a, A b",
    ("table_digest", "{relation: existing, exclude: [a, a B]}"): "no column is left. Exclude fewer columns",
    ("row_hash", "{columns: a}"): "columns must be a list of columns, not 'a'. Write ['order_id', 'amount']",
    ("row_hash", "{columns: [1]}"): "'1' is no column",
    ("row_hash", "{columns: [a], portable: true}"): "no portable hash is made of column a of type unknown on duckdb",
}
# One process runs every case: starting dbt costs more than that.
RUN_EACH = """
import contextlib, io, json, pathlib, sys
import duckdb
from dbt.cli.main import dbtRunner

pathlib.Path("target").mkdir()
with duckdb.connect("target/integration_tests.duckdb") as connection:
    connection.execute('create table existing (a integer, "A b" integer)')
messages = []
for macro, arguments in json.load(sys.stdin):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        dbtRunner().invoke(["run-operation", f"ringfence.{macro}", "--args", arguments])
    messages.append(" ".join(said.getvalue().split()))
pathlib.Path("messages.json").write_text(json.dumps(messages))
"""


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    project = written(tmp_path_factory.mktemp("wrong_use"), Engine("duckdb"), {})
    process = project.run(sys.executable, "-W", "ignore", "-c", RUN_EACH, stdin=json.dumps(list(CASES)))
    assert process.returncode == 0, process.stderr
    found = json.loads((project.folder / "messages.json").read_text())
    return dict(zip(CASES, found, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("macro", "arguments"), CASES)
def test_wrong_use_stops_with_the_way_out(messages: dict[tuple[str, str], str], macro: str, arguments: str) -> None:
    said = messages[macro, arguments]
    assert f": {CASES[macro, arguments]}" in said
    assert f"ringfence.{macro}" in said

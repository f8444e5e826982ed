"""diff_relations: the verdict, what decided it, and what is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dbtproject import ENGINES, REPOSITORY, Engine, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

OPERATIONS = """
{% macro everything() %}
    {% for statement in statements() %}{% do run_query(statement) %}{% endfor %}
    {% for case in cases() %}
        {% do print('case ' ~ case.name) %}
        {% do ringfence.diff_relations(**case.args) %}
    {% endfor %}
{% endmacro %}
"""
TYPES = {
    "duckdb": {"text": "varchar", "double": "double", "moment": "timestamptz"},
    "postgres": {"text": "text", "double": "double precision", "moment": "timestamptz"},
    "spark": {"text": "string", "double": "double", "moment": "timestamp"},
}
BASE = ["1, 1, 'x', 10.00, 0.5", "2, 1, 'y', 20.00, 'NaN'", "3, null, null, 30.00, 1.5", "null, 2, 'z', null, null"]


def table(name: str, rows: list[str], columns: str = "id, line, label, amount, rate") -> str:
    """Return SQL with the types of the engine left open."""
    cells = [[cell.strip() for cell in row.split(",")] for row in rows]
    kinds = ["integer", "integer", "{text}", "decimal(10,2)", "{double}"]
    names = ["id", "line", "label", "amount", "rate"]
    selects = []
    for row in cells:
        given = dict(zip(names, zip(row, kinds, strict=True), strict=True))
        of = {column: f"cast({given[column][0]} as {given[column][1]}) as {column}" for column in names}
        selects.append("select " + ", ".join(of[column.strip()] for column in columns.split(",")))
    return f"create table main.{name} as " + " union all ".join(selects)


def replaced(old: str, new: str) -> list[str]:
    assert any(old in row for row in BASE)
    return [row.replace(old, new) for row in BASE]


TABLES = [
    table("base", BASE),
    table("other_order", BASE[::-1], "rate, label, id, amount, line"),
    table("changed", [*replaced("'y', 20.00", "'why', 20.50")[1:], "4, 1, 'new', 1, 1"]),
    table("emptied", replaced("3, null, null", "3, null, ''")),
    table("not_a_number", replaced("'NaN'", "null")),
    table("near", [row.replace("10.00", "10.01").replace("0.5", "0.50001") for row in BASE]),
    table("doubled", [*BASE, BASE[0]]),
    table("traded", [BASE[0], *BASE[:-1]]),
    table("swapped", replaced("1, 1, 'x'", "1, 1, 'q'")[:1] + BASE[1:]),
    table("narrow", BASE, "id, line, label"),
    "create table main.retyped as select id, line, label, cast(amount as decimal(12,2)) as amount, rate from main.base",
    "create table main.none as select * from main.base where 1 = 0",
    "create table main.also_none as select * from main.base where 1 = 0",
    "create table main.hostile as select id as {order}, label as {say}, amount as {its} from main.base",
    "create table main.hostile_too as select id as {order}, amount as {its}, label as {say} from main.changed",
]
TEN = " union all ".join(f"select {digit} as digit" for digit in range(10))
MANY = f"with ten as ({TEN}) select ones.digit + 10 * tens.digit + 100 * hundreds.digit {{}} as id from ten as ones"
MANY += " cross join ten as tens cross join ten as hundreds"
TABLES += [
    f"create table main.many as {MANY.format('')}",
    f"create table main.many_moved as {MANY.format('+ 700')}",
    "create table main.hot as select mod(id, 2) as id, id as number from main.many",
    "create table main.hot_moved as select mod(id, 2) as id, id as number from main.many_moved",
]
HOSTILE = {"order": 'order "a b"', "say": 'say "hi" `x`', "its": "it's; drop table main.base; --"}
KEYS: dict[str, Any] = {"keys": ["id", "line"]}


class Case(NamedTuple):
    name: str
    args: dict[str, Any]
    verdict: str
    decided_by: str
    found: dict[str, Any] = {}  # noqa: RUF012 - read only


def sides(b: str, a: str = "base", **more: Any) -> dict[str, Any]:
    return {"a": f"main.{a}", "b": {"schema": "main", "identifier": b}, **more}


CASES = [
    Case("a table and itself", sides("base", **KEYS), "identical", "digest"),
    Case("rows and columns in another order", sides("other_order", **KEYS), "identical", "digest"),
    Case("no rows and no rows", sides("also_none", "none"), "identical", "digest"),
    Case("rows and none", sides("none", **KEYS), "different", "rows", {"removed": 4, "added": 0, "changed": 0}),
    Case(
        "changed, added and removed rows",
        sides("changed", **KEYS),
        "different",
        "rows",
        {"removed": 1, "added": 1, "changed": 1, "columns": {"label": 1, "amount": 1}},
    ),
    Case("the same without keys", sides("changed"), "different", "rows", {"only_in_a": 2, "only_in_b": 2}),
    Case("a change in an excluded column", sides("emptied", exclude=["label"]), "identical", "digest"),
    Case("empty text for NULL", sides("emptied", **KEYS), "different", "rows", {"changed": 1, "columns": {"label": 1}}),
    Case("NULL for NaN", sides("not_a_number", **KEYS), "different", "rows", {"columns": {"rate": 1}}),
    Case(
        "within the tolerance",
        sides("near", **KEYS, tolerance={"amount": 0.01, "rate": 0.001}),
        "identical",
        "rows",
        {"tolerated": 1, "changed": 0},
    ),
    Case(
        "beyond the tolerance",
        sides("near", **KEYS, tolerance={"amount": 0.009, "rate": 0.001}),
        "different",
        "rows",
        {"tolerated": 0, "changed": 1, "columns": {"amount": 1}},
    ),
    Case(
        "NULL is not near to NaN",
        sides("not_a_number", **KEYS, tolerance={"rate": 1000}),
        "different",
        "rows",
        {"changed": 1, "columns": {"rate": 1}},
    ),
    Case("a row twice", sides("doubled"), "different", "rows", {"only_in_a": 0, "only_in_b": 1}),
    Case(
        "a row twice, with keys that are then not unique",
        sides("doubled", **KEYS),
        "different",
        "rows",
        {"only_in_a": 0, "only_in_b": 1},
    ),
    Case(
        "many rows without keys",
        sides("many_moved", "many"),
        "different",
        "rows",
        {"only_in_a": 700, "only_in_b": 700},
    ),
    Case(
        "keys that stand hundreds of times",
        sides("hot_moved", "hot", keys=["id"]),
        "different",
        "rows",
        {"only_in_a": 700, "only_in_b": 700},
    ),
    Case("a row twice for another", sides("traded"), "different", "rows", {"only_in_a": 1, "only_in_b": 1}),
    Case(
        "a tolerance with keys that are not unique",
        sides("doubled", **KEYS, tolerance={"amount": 1}),
        "not comparable",
        "rows",
    ),
    Case("one value", sides("swapped", **KEYS), "different", "rows", {"changed": 1, "columns": {"label": 1}}),
    Case("columns that went", sides("narrow", **KEYS), "different", "columns"),
    Case("columns that went, excluded", sides("narrow", exclude=["amount", "rate"]), "identical", "digest"),
    Case("a type that changed", sides("retyped", **KEYS), "different", "columns"),
    Case("a relation that is not there", sides("nowhere"), "not comparable", "existence"),
    Case("a key that is not there", sides("narrow", keys=["amount"]), "not comparable", "columns"),
    Case("an excluded column that is not there", sides("base", exclude=["nothing"]), "not comparable", "columns"),
    Case("a tolerance for texts", sides("base", **KEYS, tolerance={"label": 1}), "not comparable", "columns"),
    Case(
        "hostile names",
        sides("hostile_too", "hostile", keys=[HOSTILE["order"]]),
        "different",
        "rows",
        {"added": 1, "removed": 1, "changed": 1, "columns": {HOSTILE["say"]: 1, HOSTILE["its"]: 1}},
    ),
    Case("nothing was executed that a name says", sides("other_order", **KEYS), "identical", "digest"),
]


class Told(NamedTuple):
    lines: list[str]
    found: dict[str, Any]


def quoted(engine: Engine, name: str) -> str:
    mark = "`" if engine.name == "spark" else '"'
    return mark + name.replace(mark, mark * 2) + mark


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> dict[str, Told]:
    names = {key: quoted(engine, name) for key, name in HOSTILE.items()} | TYPES[engine.name]
    statements = ["create schema if not exists main", *(statement.format(**names) for statement in TABLES)]
    cases = [{"name": case.name, "args": case.args} for case in CASES]
    given = f"{{% macro statements() %}}{{{{ return({json.dumps(statements)}) }}}}{{% endmacro %}}"
    given += f"{{% macro cases() %}}{{{{ return({json.dumps(cases)}) }}}}{{% endmacro %}}"
    files = {"macros/operations.sql": OPERATIONS, "macros/given.sql": given}
    project = written(tmp_path_factory.mktemp("compare"), engine, files)
    process = project.dbt("run-operation", "everything")
    assert process.returncode == 0, process.stdout
    found: dict[str, Told] = {}
    for part in process.stdout.split("\ncase ")[1:]:
        name, *lines = part.strip().splitlines()
        # dbt may have a word of its own behind it
        end = max(at for at, line in enumerate(lines) if line.startswith("{"))
        found[name] = Told(lines[:end], json.loads(lines[end]))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict_is_right_and_says_what_decided(told: dict[str, Told], case: Case) -> None:
    lines, found = told[case.name]
    assert (found["verdict"], found["decided_by"]) == (case.verdict, case.decided_by), found["reason"]
    assert lines[0] == f"ringfence.diff_relations: {case.verdict} ({found['reason']})"
    for kind, expected in case.found.items():
        if kind == "columns":
            assert {each["column"]: each["rows"] for each in found["changed_columns"]} == expected
        else:
            assert found["rows"][kind] == expected


def test_people_read_counts_columns_and_examples(told: dict[str, Told]) -> None:
    lines, _ = told["changed, added and removed rows"]
    assert lines[0] == "ringfence.diff_relations: different (rows added: 1, removed: 1, changed: 1)"
    assert lines[1].endswith(", 4 rows")
    assert lines[3:] == [
        "  changed columns:",
        "    label: 1 row",
        "    amount: 1 row",
        "  changed, for example:",
        '    id = 2, line = 1: label: "y" -> "why", amount: "20.00" -> "20.50"',
        "  added, for example:",
        "    id = 4, line = 1",
        "  removed, for example:",
        "    id = 1, line = 1",
    ]


def test_of_many_rows_a_few_are_shown_each_from_its_side(told: dict[str, Told]) -> None:
    samples = told["many rows without keys"].found["samples"]
    shown = {side: {int(row["id"]) for row in rows} for side, rows in samples.items()}
    assert {side: len(rows) for side, rows in shown.items()} == {"only_in_a": 5, "only_in_b": 5}
    assert max(shown["only_in_a"]) < 700
    assert min(shown["only_in_b"]) >= 1000


def test_an_empty_text_and_null_are_shown_apart(told: dict[str, Told]) -> None:
    _, found = told["empty text for NULL"]
    assert found["samples"]["changed"] == [{"key": "id = 3, line is null", "values": {"label": {"a": None, "b": ""}}}]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("columns that went", "columns differ (only in a: amount, rate)"),
        ("a row twice, with keys that are then not unique", "4 keys in 4 rows of a, 4 in 5 of b"),
        ("a tolerance with keys that are not unique", "so a tolerance cannot be applied"),
        ("a relation that is not there", "dbt finds no "),
        ("a key that is not there", "has no column amount"),
        ("an excluded column that is not there", "neither has the excluded column nothing"),
        ("a tolerance for texts", "a tolerance is for numbers that are no keys, not for label"),
    ],
)
def test_the_reason_names_what_is_in_the_way(told: dict[str, Told], name: str, reason: str) -> None:
    assert reason in told[name].found["reason"]


def test_a_type_that_changed_is_named_old_and_new(told: dict[str, Told]) -> None:
    (change,) = told["a type that changed"].found["columns"]["retyped"]
    assert change["column"] == "amount"
    assert change["a"].lower().endswith("(10,2)")
    assert change["b"].lower().endswith("(12,2)")


@pytest.mark.slow
@pytest.mark.skipif("duckdb" not in ENGINES, reason="needs dbt-duckdb")
def test_the_benchmark_finds_what_it_changed(tmp_path: Path) -> None:
    """Its verdicts, not its times: with other than the expected ones it stops without figures."""
    figures = tmp_path / "figures.json"
    command = [sys.executable, "bench/compare_tables.py", "--rows", "20000", "--runs", "1", "--json", str(figures)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert "every row changed: rows added: 0, removed: 0, changed: 20000" in done.stdout, done.stdout + done.stderr
    rows = json.loads(figures.read_text())["rows measured"]
    assert len(rows) == 9
    assert all(row["seconds"][0] > 0 for row in rows)

"""Digests of tables: equal content gives equal digests, and no change that a table can suffer goes unseen."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

import hardtypes
from dbtproject import ENGINES, Engine, Project, written

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

# The same on every engine. A change here is a change of the algorithm, which needs a new number.
PORTABLE = "rf1:portable:eaa5646fef97a880:5:11139576305.11295764137.7306819803.13344052868"

PROFILED = "(1, 'a', 0.5), (0, '', 1.5), (null, null, 1.0)"

OPERATIONS = """
{% macro run(statements) %}
    {% for statement in statements %}{% do run_query(statement) %}{% endfor %}
{% endmacro %}

{% macro relation(name) %}
    {{ return(ringfence.relation_named({'schema': target.schema, 'identifier': name})) }}
{% endmacro %}

{% macro told(name, value) %}
    {% do print('told ' ~ tojson([name, value])) %}
{% endmacro %}

{% macro digest_of(name, portable) %}
    {{ return(run_query(ringfence.table_digest(relation(name), portable=portable))[0]['digest']) }}
{% endmacro %}

{% macro everything() %}
    {% do run(statements()) %}
    {% for name in ['hard', 'hard_backwards'] %}
        {% for portable in [false, true] %}
            {% do told(name ~ (' portable' if portable else ' native'), digest_of(name, portable)) %}
        {% endfor %}
    {% endfor %}
    {% do told('native', ringfence.table_digest(relation('random'))) %}
    {% do told('portable', ringfence.table_digest(relation('random_text'), portable=true)) %}
    {% do told('untyped', ringfence.row_hash(random_columns())) %}
    {% do told('keyed', ringfence.column_digests(relation('random'), keys=['k'])) %}
    {% do told('profile', ringfence.profile(relation('profiled'), distinct=true)) %}
{% endmacro %}
"""

# Of each engine: the type and the literals of values that are easily taken for one another.
RANDOM_COLUMNS: dict[str, dict[str, tuple[str, list[str]]]] = {
    "duckdb": {
        "k": ("integer", ["1", "2", "3", "null"]),
        "n": ("decimal(38,2)", ["0", "-0.01", "0.01", "-1", "1", "null"]),
        "h": ("hugeint", ["0", "-1", "1", "18446744073709551616", "null"]),
        "d": ("double", ["0", "'nan'", "1", "'inf'", "'-inf'", "null"]),
        "s": ("varchar", ["''", "'NULL'", "'a'", "'a,'", "',a'", "'1:a;N;'", "null"]),
        "t": ("varchar", ["''", "'NULL'", "'a'", "','", "'1:a'", "';'", "null"]),
        "l": ("integer[]", ["[]", "[null]", "[1]", "[1, null]", "[null, 1]", "[1, 2]", "null"]),
        "i": ("interval", ["'3 days 3 months'", "'5 days 5 months'", "'30 days'", "'1 month'", "null"]),
        "x": ("struct(a integer)", ["{'a': null}", "{'a': 1}", "null"]),
        "z": ("timestamptz", ["'2020-01-01 00:00:00+00'", "'2020-01-01 00:00:00+01'", "null"]),
    },
    "postgres": {
        "k": ("integer", ["1", "2", "3", "null"]),
        "n": ("numeric", ["0", "-1", "1", "10000", "-10000", "'NaN'", "null"]),
        "h": ("bigint", ["0", "1", "4294967296", "-1", "null"]),
        "d": ("double precision", ["0", "'nan'", "1", "'infinity'", "'-infinity'", "null"]),
        "s": ("text", ["''", "'NULL'", "'a'", "'a,'", "',a'", "'1:a;N;'", "'\"'", "null"]),
        "t": ("text", ["''", "'NULL'", "'a'", "','", "'1:a'", "')'", "'\\'", "null"]),
        "l": ("integer[]", ["'{}'", "'{null}'", "'{1}'", "'{1,2}'", "'{{1,2}}'", "'[0:1]={1,2}'", "null"]),
        "i": ("interval", ["'3 days 3 months'", "'5 days 5 months'", "'30 days'", "'1 month'", "null"]),
        "x": ("jsonb", ["'[[1],[2]]'", "'[[1,2]]'", "'{}'", "'null'", "null"]),
        "z": ("timestamptz", ["'2020-01-01 00:00:00+00'", "'2020-01-01 00:00:00+01'", "null"]),
    },
    "spark": {
        "k": ("int", ["1", "2", "3", "null"]),
        "n": ("decimal(38,2)", ["0", "-0.01", "0.01", "-1", "1", "null"]),
        "h": ("bigint", ["0", "1", "4294967296", "-1", "null"]),
        "d": ("double", ["0", "'nan'", "1", "'infinity'", "'-infinity'", "null"]),
        "s": ("string", ["''", "'NULL'", "'a'", "'a,'", "',a'", "'1:a;N;'", "null"]),
        "t": ("string", ["''", "'NULL'", "'a'", "','", "'1:a'", "';'", "null"]),
        "l": ("array<int>", ["array()", "array(null)", "array(1)", "array(1, null)", "array(null, 1)", "null"]),
        "i": ("array<array<int>>", ["array(array(1), array(2))", "array(array(1, 2))", "array(array())", "null"]),
        "x": ("struct<a:int,b:int>", ["struct(null, 1)", "struct(1, null)", "struct(null, null)", "null"]),
        "z": ("timestamp", ["'2020-01-01 00:00:00+00:00'", "'2020-01-01 00:00:00+01:00'", "null"]),
    },
}
# Intervals have no text that all engines share, neither has json: a portable digest refuses them.
NATIVE_ONLY = {"duckdb": ("i",), "postgres": ("i", "x"), "spark": ()}
Row = tuple[str, ...]


def columns_of(engine: Engine, portable: bool) -> dict[str, tuple[str, list[str]]]:
    left_out = NATIVE_ONLY[engine.name] if portable else ()
    return {name: of for name, of in RANDOM_COLUMNS[engine.name].items() if name not in left_out}


def table_of(engine: Engine, rows: list[Row], portable: bool, backwards: bool = False) -> str:
    """Return a query that gives these rows."""
    columns = list(columns_of(engine, portable).items())
    order = range(len(columns))[::-1] if backwards else range(len(columns))
    selects = [
        "select " + ", ".join(f"cast({row[place]} as {columns[place][1][0]}) as {columns[place][0]}" for place in order)
        for row in rows or [("null",) * len(columns)]
    ]
    return " union all ".join(selects) + ("" if rows else " limit 0")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> tuple[Project, dict[str, str]]:
    statements = [
        "create schema if not exists main",
        *hardtypes.statements(engine.name, "main.hard"),
        *hardtypes.statements(engine.name, "main.hard_backwards", backwards=True),
        f"create table main.random as {table_of(engine, [], portable=False)}",
        f"create table main.random_text as {table_of(engine, [], portable=True)}",
        f"create table main.profiled as select * from (values {PROFILED}) as v (n, s, d)",
    ]
    if engine.name == "duckdb":
        statements = ["set timezone = 'America/New_York'", *statements]
    elif engine.name == "postgres":
        statements = ["set timezone to 'America/New_York'", *statements]
    given = f"{{% macro statements() %}}{{{{ return({json.dumps(statements, ensure_ascii=False)}) }}}}{{% endmacro %}}"
    names = json.dumps(list(RANDOM_COLUMNS[engine.name]))
    given += f"{{% macro random_columns() %}}{{{{ return({names}) }}}}{{% endmacro %}}"
    files = {"macros/operations.sql": OPERATIONS, "macros/statements.sql": given}
    project = written(tmp_path_factory.mktemp("digest"), engine, files)
    process = project.dbt("run-operation", "everything")
    assert process.returncode == 0, process.stdout
    found = [json.loads(line[5:]) for line in process.stdout.splitlines() if line.startswith("told ")]
    return project, dict(found)


def test_portable_digests_of_hard_types_are_equal_on_every_engine(told: tuple[Project, dict[str, str]]) -> None:
    assert told[1]["hard portable"] == PORTABLE


def test_order_of_rows_and_columns_does_not_count(told: tuple[Project, dict[str, str]]) -> None:
    assert told[1]["hard_backwards portable"] == told[1]["hard portable"]
    assert told[1]["hard_backwards native"] == told[1]["hard native"]


def test_native_digests_carry_engine_and_version(told: tuple[Project, dict[str, str]]) -> None:
    project, found = told
    assert found["hard native"].startswith(f"rf1:native:{project.engine.name} ")
    version = found["hard native"].split(":")[2].split(" ")[1].removeprefix("v")
    assert version.split(".")[0].isdigit()


def test_profile_measures_each_column_by_its_type(told: tuple[Project, dict[str, str]]) -> None:
    project, found = told
    order = "column_name, row_count, null_count, empty_count, zero_count, mean, smallest, largest, distinct_count"
    rows = project.rows(f"select {order} from ({found['profile']}) as profile order by column_name")
    assert [tuple(None if cell is None else str(cell) for cell in row) for row in rows] == [
        ("d", "3", "0", None, "0", "1.0", "0.5", "1.5", "3"),
        ("n", "3", "1", None, "1", "0.5", "0", "1", "2"),
        ("s", "3", "1", "1", None, None, "0", "1", "2"),
    ]


class Judge:
    """Asks the engine for digests of made-up tables, with the SQL that the macros gave."""

    def __init__(self, told: tuple[Project, dict[str, str]], portable: bool) -> None:
        self.project, self.found = told
        self.portable = portable
        self.engine = self.project.engine
        self.columns = columns_of(self.engine, portable)
        self.sql = self.of_made_up_rows("portable" if portable else "native")

    def of_made_up_rows(self, name: str) -> str:
        """Return the SQL of this name with {rows} for the table that it reads."""
        made, count = re.subn(r"from \S*\bmain\b\S*random\S*", "from ({rows}) as made_up", self.found[name])
        assert count == 1, made
        return made

    def digests(self, tables: list[list[Row]], backwards: bool = False) -> list[str]:
        """Return the digest of each table, all in one query."""
        asked = []
        for number, rows in enumerate(tables):
            query = self.sql.replace("{rows}", table_of(self.engine, rows, self.portable, backwards))
            asked.append(f"select {number} as place, digest from ({query}) as digest_{number}")
        found: list[tuple[Any, ...]] = self.project.rows(" union all ".join(asked))
        return [digest for _, digest in sorted(found)]

    def row(self, source: random.Random) -> Row:
        return tuple(source.choice(values) for _, values in self.columns.values())

    def rows(self, source: random.Random) -> list[Row]:
        return [self.row(source) for _ in range(source.choice([0, 1, 2, 2, 3, 4]))]


def swap(judge: Judge, rows: list[Row], source: random.Random) -> list[Row]:
    """Swap the values of a column between two rows."""
    if len(rows) < 2:
        return rows
    first, second = source.sample(range(len(rows)), 2)
    place = source.randrange(len(judge.columns))
    made = [list(row) for row in rows]
    made[first][place], made[second][place] = made[second][place], made[first][place]
    return [tuple(row) for row in made]


def edit(judge: Judge, rows: list[Row], source: random.Random) -> list[Row]:
    """Change one value, or the values of two columns between them."""
    if not rows:
        return rows
    made = [list(row) for row in rows]
    number = source.randrange(len(rows))
    for place in source.sample(range(len(judge.columns)), source.choice([1, 1, 2])):
        made[number][place] = source.choice(list(judge.columns.values())[place][1])
    return [tuple(row) for row in made]


def double(judge: Judge, rows: list[Row], source: random.Random) -> list[Row]:
    """Add a row twice: an exclusive or of hashes would not see it."""
    added = judge.row(source)
    return [*rows, added, added]


def trade(judge: Judge, rows: list[Row], source: random.Random) -> list[Row]:
    """Have one row twice and another one less, so that the count stays."""
    return [rows[0], *rows[:-1]] if len(rows) > 1 else rows


def retype_text(judge: Judge, rows: list[Row], source: random.Random) -> list[Row]:
    """Move a sign over the border between two texts."""
    names = list(judge.columns)
    left, right = names.index("s"), names.index("t")
    made = [list(row) for row in rows]
    for row in made:
        if row[left] == "'a,'" and row[right] == "''":
            row[left], row[right] = "'a'", "','"
        elif row[left] == "null":
            row[left] = "''"
        else:
            row[left], row[right] = row[right], row[left] if row[left] != "','" else "''"
    return [tuple(row) for row in made]


def fresh(judge: Judge, rows: list[Row], source: random.Random) -> list[Row]:
    """Take other rows altogether."""
    return judge.rows(source)


MUTATIONS: tuple[Callable[[Judge, list[Row], random.Random], list[Row]], ...] = (
    swap,
    edit,
    double,
    trade,
    retype_text,
    fresh,
)


def check(judge: Judge, seed: int, rounds: int, batch: int) -> int:
    """Compare digests with the rows themselves; return how many pairs of different tables were told apart."""
    source = random.Random(seed)
    different = 0
    for _ in range(rounds):
        pairs = []
        for _ in range(batch):
            rows = judge.rows(source)
            pairs.append((rows, source.choice(MUTATIONS)(judge, rows, source)))
        before = judge.digests([rows for rows, _ in pairs])
        shuffled = [source.sample(rows, len(rows)) for rows, _ in pairs]
        assert judge.digests(shuffled, backwards=True) == before
        after = judge.digests([rows for _, rows in pairs])
        for (old, new), of_old, of_new in zip(pairs, before, after, strict=True):
            assert (sorted(old) == sorted(new)) == (of_old == of_new), (old, new, of_old)
            different += sorted(old) != sorted(new)
    return different


@pytest.mark.parametrize("portable", [False, True], ids=["native", "portable"])
def test_no_change_of_random_tables_goes_unseen(told: tuple[Project, dict[str, str]], portable: bool) -> None:
    judge = Judge(told, portable)
    if judge.engine.name == "spark":
        assert check(judge, seed=1, rounds=1, batch=6) > 2
    else:
        assert check(judge, seed=1, rounds=6, batch=12) > 40


@pytest.mark.slow
@pytest.mark.parametrize("portable", [False, True], ids=["native", "portable"])
def test_no_change_of_many_random_tables_goes_unseen(told: tuple[Project, dict[str, str]], portable: bool) -> None:
    judge = Judge(told, portable)
    if judge.engine.name == "spark":
        pytest.skip("a query of Spark takes a second: the quick test covers it")
    assert check(judge, seed=2, rounds=30, batch=20) > 400


@pytest.mark.parametrize("portable", [False, True], ids=["native", "portable"])
def test_each_value_differs_from_every_other(told: tuple[Project, dict[str, str]], portable: bool) -> None:
    judge = Judge(told, portable)
    plain = tuple(values[0] for _, values in judge.columns.values())
    tables: list[list[Row]] = [[]]
    for place, (_, values) in enumerate(judge.columns.values()):
        tables += [[(*plain[:place], value, *plain[place + 1 :])] for value in values[1:]]
    tables.append([plain])
    found = judge.digests(tables)
    assert len(set(found)) == len(found)


SAME_VALUES = {
    "duckdb": [
        ("d", "'-0.0'", "'0.0'"),
        ("d", "'-nan'", "'nan'"),
        ("z", "'2020-01-01 02:00:00+02'", "'2020-01-01 00:00:00+00'"),
    ],
    "postgres": [
        ("d", "'-0'", "'0'"),
        ("n", "1.0", "1.00"),
        ("z", "'2020-01-01 02:00:00+02'", "'2020-01-01 00:00:00+00'"),
    ],
    "spark": [("d", "'-0.0'", "'0.0'"), ("z", "'2020-01-01 02:00:00+02:00'", "'2020-01-01 00:00:00+00:00'")],
}


@pytest.mark.parametrize("portable", [False, True], ids=["native", "portable"])
def test_values_that_are_equal_in_sql_have_equal_digests(told: tuple[Project, dict[str, str]], portable: bool) -> None:
    judge = Judge(told, portable)
    names = list(judge.columns)
    plain = [values[0] for _, values in judge.columns.values()]
    tables = []
    for name, one, other in SAME_VALUES[judge.engine.name]:
        for value in (one, other):
            row = list(plain)
            row[names.index(name)] = value
            tables.append([tuple(row)])
    found = judge.digests(tables)
    assert found[::2] == found[1::2]


def test_hashes_of_names_without_types_tell_the_same_rows_apart(told: tuple[Project, dict[str, str]]) -> None:
    judge = Judge(told, portable=False)
    plain = tuple(values[0] for _, values in judge.columns.values())
    rows = [plain]
    for place, (_, values) in enumerate(judge.columns.values()):
        rows += [(*plain[:place], value, *plain[place + 1 :]) for value in values[1:]]
    query = f"select {told[1]['untyped']} as h from ({table_of(judge.engine, rows, portable=False)}) as made_up"
    counted = judge.project.rows(f"select count(*), count(distinct h) from ({query}) as hashes")
    assert counted == [(len(rows), len(rows))]


def test_keyed_digests_name_the_column_whose_values_were_swapped(told: tuple[Project, dict[str, str]]) -> None:
    project, _ = told
    judge = Judge(told, portable=False)
    plain = [values[0] for _, values in judge.columns.values()]
    names = list(judge.columns)
    sql = judge.of_made_up_rows("keyed")
    answers = []
    for first, second in (("'a'", "'b'"), ("'b'", "'a'")):
        rows = []
        for key, text in (("1", first), ("2", second)):
            row = list(plain)
            row[names.index("k")], row[names.index("s")] = key, text
            rows.append(tuple(row))
        query = sql.replace("{rows}", table_of(judge.engine, rows, portable=False))
        answers.append({row[0]: row[2] for row in project.rows(query)})
    assert [name for name in names if answers[0][name] != answers[1][name]] == ["s"]

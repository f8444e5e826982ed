"""What a query does with each column of what it reads, held against DuckDB where it can be tried."""

from __future__ import annotations

import random
from collections import Counter

import duckdb
import pytest

from ringfence.domain.impact import DECIDING, Usage
from states import project

COLUMNS = {"n": ("a", "b", "c", "d"), "r": ("a", "e", "f")}
SEEDS = {f"seeds/{name}.csv": ",".join(columns) + "\n" for name, columns in COLUMNS.items()}


def usage(sql: str, column: str, adapter: str = "duckdb", **more: str) -> Usage:
    """What the model `q` of this text makes of a column of the seed `n`."""
    files = {**SEEDS, "profiles.yml": f"shop: {{outputs: {{dev: {{type: {adapter}}}}}}}\n", **more}
    files["dbt_project.yml"] = "name: shop\nprofile: shop\n"
    return project(files, q=sql).usage("model.shop.q", {"seed.shop.n": frozenset({column})})


def told(sql: str, column: str = "b", **more: str) -> str:
    found = usage(sql, column, **more)
    assert not found.doubts, found.doubts
    return " ".join([*found.columns, *(f"[{clause}]" for clause in found.clauses)])


N, R = "{{ ref('n') }}", "{{ ref('r') }}"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select a from N", ""),
        ("select b from N", "b"),
        ("select B as x, b + a as y, a as z from N", "x y"),
        ("select * from N", "b"),
        ("select * exclude (b) from N", "[select]"),
        ("select * replace (1 as b) from N", ""),
        ("select * replace (b + 1 as a) from N", "a b"),
        ("select * rename (b as c2) from N", "c2"),
        ("select a from N where b > 1", "[filter]"),
        ("select a from N n where n.b > 1 and n.a > 1", "[filter]"),
        ("select sum(b) as s from N group by a", "s"),
        ("select a, count(*) as k from N group by a, b", "[group]"),
        ("select b as x, count(*) as k from N group by x", "x [group]"),
        ("select b, count(*) as k from N group by 1", "b [group]"),
        ("select a, count(*) as k from N group by 1", ""),
        ("select b, count(*) as k from N group by all", "b [group]"),
        ("select n.b as a, count(*) as k from N n join R r on n.a = r.a group by a", "a [group]"),
        ("select a from N group by a having max(b) > 1", "[filter]"),
        ("select a from N order by b", "[order]"),
        ("select b from N order by 1", "b [order]"),
        ("select a from N order by b limit 3", "[limit]"),
        ("select a from N order by b offset 3", "[limit]"),
        ("select b from N order by 1 limit 3", "b [limit]"),
        ("select b from N limit 3", "b"),
        ("(select b from N) limit 3", "b [limit]"),
        ("select a from N union all select b from N limit 3", "a [limit]"),
        ("select distinct on (a) a, c from N order by a, b", "[limit]"),
        ("select distinct b from N", "b [distinct]"),
        ("{{ dbt_utils.deduplicate(relation=ref('n'), partition_by='a', order_by='b desc') }}", "b [window]"),
        ("with x as (select * from N) {{ dbt_utils.deduplicate('x', 'b', 'a') }}", "b [window]"),
        ("{{ dbt_utils.union_relations([ref('n'), ref('r')], exclude=['b']) }}", ""),
        ("select a, {{ dbt_utils.pivot('b', ['x'], then_value='c') }} from N group by a", "x"),
        ("select distinct a from N", ""),
        ("select distinct on (b) a from N", "[distinct]"),
        ("select a from N qualify row_number() over (partition by b order by a) = 1", "[window]"),
        ("select a, rank() over (order by b) as k from N", "[window]"),
        ("select a, sum(c) over w as k from N window w as (partition by b)", "[window]"),
        ("select a, sum(b) over (partition by a) as k from N", "k"),
        ("select sum(a) filter (where b > 1) as k from N", "[filter]"),
        ("select string_agg(a, ',' order by b) as k from N", "[expression]"),
        ("select list_value(a)[b] as k from N", "[expression]"),
        ("select case when b > 1 then a else c end as k from N", "k"),
        ("select n.a from N n join R r on n.b = r.e", "[join]"),
        ("select n.a from N n join R r on n.a = r.a", ""),
        ("select n.a from N n left join R r on n.a = r.a and n.b in (select e from R)", "[join]"),
        ("select n.a from (N n join R r on n.b = r.e)", "[join]"),
        ("select c, e from N join R using (a)", ""),
        ("select a from N where a in (select e from R where e > b)", "[filter]"),
        ("select a from N n where exists (select 1 from R r where r.e = n.b)", "[filter]"),
        ("select e from R where e in (select b from N)", "[filter]"),
        ("select e, (select max(b) from N) as m from R", "m"),
        ("with x as (select * from N) select a from x", ""),
        ("with x as (select a, b from N) select a from x", "[select]"),
        ("with x as (select a, b + 1 as y from N) select a from x where y > 1", "[filter]"),
        ("with x as (select a, b from N where b > 1), y as (select a from x) select * from y", "[filter]"),
        ("select a from N union all select b from N", "a"),
        ("select a from N union select b from N", "a [set operation]"),
        ("select b from N except select e from R", "b [set operation]"),
        ("select e as a from R union all select a from N", ""),
        ("select unnest(b) as x, a from (select [b] as b, a from N)", "?"),
        ("select x.a from N n, unnest([n.b]) as x(a)", "[join]"),
        ("select l.y from N n, lateral (select n.b as y) l", "y"),
        ("from N", "b"),
        ("select a, c from (select a, c, d from N where d > 1)", ""),
        ("select a from N {% if is_incremental() %} where b > (select max(b) from {{ this }}) {% endif %}", "[filter]"),
        ("select a from N {% if target.name == 'dev' %} where b > 1 {% else %} where c > 1 {% endif %}", "[filter]"),
        ("select a from N {# where b > 1 #} -- where b > 1", ""),
        ("select 'b' as b2, a from N where c = 'b'", ""),
        ("select * from N pivot (sum(a) for b in ('x', 'y'))", "[group]"),
    ],
)
def test_what_becomes_of_a_column(sql: str, expected: str) -> None:
    written = sql.replace("N", N).replace("R", R)
    if expected == "?":
        assert usage(written, "b").doubts
    else:
        assert told(written) == expected


@pytest.mark.parametrize(
    ("sql", "doubt"),
    [
        ("select a from N where {{ env_var('CONDITION') }}", "env_var"),
        ("select a, {{ hidden() }} from N", "hidden"),
        ("select a from N where a = {{ hidden(1) }}(2)", "hidden"),
        ("select a, x_{{ target.name }} from N", "target.name"),
        ("select {{ target.name }}(a) as x from N", "target.name"),
        ("select a from N where a >", "SQL that"),
        ("select a from N {% if %}", "cannot be parsed"),
        ("select columns('x.*') from N", "columns"),
        ("select a from N {{ hidden() }}", "hidden"),
        ("{{ dbt_utils.unpivot(ref('n'), exclude=['a']) }}", "unpivot"),
        ("{{ dbt_utils.union_relations([ref('n')], where='b > 1') }}", "union_relations"),
        ("select " + "+".join(["a"] * 900) + " as x from N", "nests too deeply"),
        ("select struct_pack(x := a) as s from N natural join {{ source('s', 't') }}", "natural join"),
        ("select a from " + "(select * from " * 400 + "N" + ")" * 400, "SQL that"),
        ("select {{ 1 if target.name else 2 }} as x, b from N {{ '' if target.type else '' }}", ""),
        ("{% for i in range(20) %}{% if target[i] %}{% endif %}{% endfor %} select a from N", "variants"),
        ("select m.a from (N n join R r on n.a = r.a) m where m.b > 1", "join in brackets"),
    ],
)
def test_what_cannot_be_told(sql: str, doubt: str) -> None:
    written = sql.replace("N", N, 1) if "natural" in sql else sql.replace("N ", N + " ").replace(" N", " " + N)
    found = usage(written.replace(" R ", f" {R} "), "b")
    assert (doubt in " ".join(found.doubts)) if doubt else not found.doubts


@pytest.mark.parametrize(
    "sql",
    [
        "select a, '{{ target.name }}' as env from N",
        "select a from N, {{ target.schema }}.other",
        "select a::{{ dbt.type_string() }} as a from N",
        "select n.a, s.b from N n join {{ source('s', 't') }} s on s.a = n.a",
        "select a from {{ source('s', 't') }} join N using (a)",
        "select payload.b as x, n.a from R payload join N n on true",
    ],
)
def test_what_is_open_and_cannot_be_the_column(sql: str) -> None:
    written = sql.replace("N", N, 1).replace(" R ", f" {R} ")
    assert usage(written, "b") == Usage()


@pytest.mark.parametrize(
    ("macro", "expected"),
    [
        ("dbt_utils.generate_surrogate_key(['a', 'b'])", "k"),
        ("dbt_utils.generate_surrogate_key(['a', 'c'])", ""),
        ("dbt.datediff('b', 'c', 'day')", "k"),
        ("dbt.dateadd('day', 1, 'b')", "k"),
        ("dateadd(datepart='b', interval=1, from_date_or_timestamp='a')", ""),
        ("dbt.concat(['a', \"' '\", 'b'])", "k"),
        ("dbt.safe_cast('b', api.Column.translate_type('string'))", "k"),
        ("dbt.current_timestamp()", ""),
    ],
)
@pytest.mark.parametrize("adapter", ["snowflake", "bigquery", "postgres", "duckdb"])
def test_macros_that_each_dialect_writes_otherwise(adapter: str, macro: str, expected: str) -> None:
    found = usage(f"select {{{{ {macro} }}}} as k from {N}", "b", adapter)
    assert (" ".join(found.columns).lower(), found.clauses, found.doubts) == (expected, (), ())


def test_a_macro_over_what_only_a_run_decides() -> None:
    assert usage(f"select {{{{ dbt.hash(target.name) }}}} as k from {N}", "b", "snowflake").doubts
    assert usage(f"select {{{{ dbt.hash('a', 'b') }}}} as k from {N}", "b", "snowflake").doubts


def test_a_field_of_a_column_is_a_use_of_it() -> None:
    assert told(f"select b.x as x, a from {N}") == "[expression]"
    assert told(f"select a from {N} where b.x > 1") == "[filter]"


def test_using_and_natural_joins() -> None:
    assert "[join]" in told(f"select n.d from {N} n join {R} r using (a)", "a")
    assert "[join]" in told(f"select n.d from {N} n natural join {R} r", "a")
    assert told(f"select n.d from {N} n natural join {R} r") == ""


class _Maker:
    """Random queries over two tables of whole numbers, all of them valid."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def statement(self) -> str:
        held = {"NN": COLUMNS["n"], "RR": COLUMNS["r"]}
        parts = []
        for number in range(self.chance.randrange(3)):
            sql, names = self.query(held)
            parts.append(f"c{number} as ({sql})")
            held = {**held, f"c{number}": tuple(names)}
        sql, _ = self.query(held)
        return (f"with {', '.join(parts)} " if parts else "") + sql

    def query(self, held: dict[str, tuple[str, ...]]) -> tuple[str, list[str]]:
        sql, names = self.select(held, None)
        if self.chance.random() < 0.2:
            other, _ = self.select(held, len(names))
            link = self.chance.choice(["union all", "union", "intersect", "except"])
            sql = f"select * from ({sql}) {link} select * from ({other})"
        return sql, names

    def select(self, held: dict[str, tuple[str, ...]], width: int | None) -> tuple[str, list[str]]:
        chance = self.chance
        first, second = chance.choice(list(held)), chance.choice(list(held))
        columns = [f"x.{name}" for name in held[first]]
        text = f"from {first} x"
        if chance.random() < 0.5:
            common = sorted({*held[first]} & {*held[second]})
            inner = [f"y.{name}" for name in held[second]]
            if common and chance.random() < 0.4:
                text += f" join {second} y using ({common[0]})"
            else:
                on = f"{chance.choice(columns)} = {chance.choice(inner)}"
                text += f" {chance.choice(['join', 'left join'])} {second} y on {on}"
            columns += inner
        if chance.random() < 0.4:
            text += f" where {self.condition(columns, held)}"
        count = width or chance.randrange(1, 4)
        names = [f"k{number}" for number in range(count)]
        if chance.random() < 0.3:
            keys = chance.sample(columns, min(len(columns), chance.randrange(1, 3)))
            items = [chance.choice([*keys, *map(self.aggregate, columns)]) for _ in names]
            text += f" group by {', '.join(keys)}"
            if chance.random() < 0.4:
                text += f" having {self.aggregate(chance.choice(columns))} > {chance.randrange(6)}"
        else:
            items = [self.value(columns, held) for _ in names]
            if width is None and chance.random() < 0.2 and first != "NN":
                return f"select x.* {text}", list(held[first])
            if chance.random() < 0.2:
                text += f" qualify rank() over (order by {chance.choice(columns)}) < 4"
        distinct = "distinct " if chance.random() < 0.15 else ""
        order = f" order by {chance.choice(['1', names[0]])}" if chance.random() < 0.1 else ""
        if not order and chance.random() < 0.1:  # by all of them: rows that tie are the same rows
            order = f" order by {', '.join(names)} limit {chance.randrange(1, 6)}"
        made = ", ".join(f"{item} as {name}" for item, name in zip(items, names, strict=True))
        return f"select {distinct}{made} {text}{order}", names

    def condition(self, columns: list[str], held: dict[str, tuple[str, ...]]) -> str:
        other = self.chance.choice(list(held))
        inner = self.chance.choice(held[other])
        one = self.chance.choice(columns)
        return self.chance.choice(
            [
                f"{one} > {self.chance.randrange(5)}",
                f"{one} + {self.chance.choice(columns)} > 4",
                f"{one} in (select {inner} from {other})",
                f"exists (select 1 from {other} z where z.{inner} = {one})",
            ]
        )

    def aggregate(self, column: str) -> str:
        return self.chance.choice(["sum({0})", "max({0})", "count(distinct {0})", "count(*)"]).format(column)

    def value(self, columns: list[str], held: dict[str, tuple[str, ...]]) -> str:
        other = self.chance.choice(list(held))
        inner = self.chance.choice(held[other])
        one, two = self.chance.choice(columns), self.chance.choice(columns)
        return self.chance.choice(
            [
                one,
                one,
                f"{one} + {two}",
                f"case when {one} > 2 then {two} else 0 end",
                f"sum({one}) over (partition by {two})",
                f"rank() over (order by {one})",
                f"(select max({inner}) from {other})",
                f"(select count(*) from {other} z where z.{inner} = {one})",
                f"coalesce({one}, 1)",
            ]
        )


def _tables(chance: random.Random) -> dict[str, list[list[int]]]:
    return {name: [[chance.randrange(6) for _ in columns] for _ in range(12)] for name, columns in COLUMNS.items()}


def _ran(
    connection: duckdb.DuckDBPyConnection, sql: str, tables: dict[str, list[list[int]]]
) -> tuple[list[str], Counter[object]]:
    for name, rows in tables.items():
        connection.execute(f"create or replace table {name} ({', '.join(f'{one} integer' for one in COLUMNS[name])})")
        connection.executemany(f"insert into {name} values ({', '.join('?' * len(COLUMNS[name]))})", rows)
    found = connection.execute(sql)
    return [one[0] for one in found.description or ()], Counter(found.fetchall())


def _without(names: list[str], rows: Counter[object], left_out: tuple[str, ...]) -> Counter[object]:
    kept = [place for place, name in enumerate(names) if name not in left_out]
    made: Counter[object] = Counter()
    for row, number in rows.items():
        made[tuple(row[place] for place in kept)] += number  # type: ignore[index]  # a row is a tuple
    return made


@pytest.mark.parametrize(
    ("seed", "number"), [(1, 40), *(pytest.param(seed, 300, marks=pytest.mark.slow) for seed in range(2, 7))]
)
def test_other_values_in_a_column_move_nothing_but_what_is_told(seed: int, number: int) -> None:
    chance = random.Random(seed)
    connection = duckdb.connect()
    clauses: Counter[str] = Counter()
    for _ in range(number):
        sql = _Maker(chance).statement()
        written = sql.replace("NN", N).replace("RR", R)
        plain = sql.replace("NN", "n").replace("RR", "r")
        tables = _tables(chance)
        names, before = _ran(connection, plain, tables)
        for place, column in enumerate(COLUMNS["n"]):
            found = usage(written, column)
            assert not found.doubts, (sql, found)
            clauses.update([*found.clauses, "value" if found.columns else "", "" if found == Usage() else "used"])
            if DECIDING.intersection(found.clauses):
                continue
            for _ in range(3):
                moved = [[*row[:place], chance.randrange(6), *row[place + 1 :]] for row in tables["n"]]
                _, after = _ran(connection, plain, {**tables, "n": moved})
                assert _without(names, before, found.columns) == _without(names, after, found.columns), (
                    sql,
                    column,
                    found,
                )
    # most of what can be told is met: otherwise this would prove nothing
    assert {
        "value",
        "filter",
        "join",
        "group",
        "window",
        "distinct",
        "limit",
        "set operation",
        "select",
    } <= clauses.keys()
    assert clauses["used"] < number * 4

"""Shapes closed over upstream columns: nullability, lineage, other dialects, variants, what is refused."""

from __future__ import annotations

import pytest

from ringfence.domain.fact import Unknown, known
from ringfence.sql.compiled import read_compiled
from ringfence.sql.openvalues import UNDEFINED
from ringfence.sql.resolve import resolve
from ringfence.sql.shape import Gap, Origin, Output, OutputColumn, Relation, Select, Shape, Star
from ringfence.sql.source import read_shape
from ringfence.sql.variants import agreed

UPSTREAM: dict[str, Output] = {
    "a": (OutputColumn("id", "INTEGER", False), OutputColumn("x", "VARCHAR", None), OutputColumn("n", "BIGINT", True)),
    "b": (OutputColumn("id", "INTEGER", False), OutputColumn("y", "DATE", False)),
    "seen_in_part": (OutputColumn("k", "INTEGER", False), Gap("hidden here")),
    "nameless": (OutputColumn(None, "DATE"),),
    "odd": (OutputColumn("id", None, None, (), "why not"),),
}


def columns_of(relation: Relation) -> Output:
    return (
        UPSTREAM.get(relation.parts[-1], (Gap(f"{relation.label} is not there"),)) if relation.parts else (Gap("this"),)
    )


def shape_of(sql: str, adapter: str = "duckdb") -> Shape:
    return read_compiled(
        sql, adapter, lambda parts: Relation("table", parts) if parts[-1].lower() in UPSTREAM else None
    )


def columns(sql: str, adapter: str = "duckdb") -> Output:
    return resolve(shape_of(sql, adapter), columns_of)


def shown(output: Output) -> str:
    return " | ".join(
        "..." if isinstance(one, Gap) else f"{'?' if one.name is None else one.name} {one.type or '?'}"
        for one in output
    )


@pytest.mark.parametrize(
    ("expression", "nullable"),
    [
        ("id", False),
        ("n", True),
        ("x", None),
        ("1", False),
        ("null", True),
        ("id + 1", False),
        ("id + n", True),
        ("id || x", None),
        ("coalesce(n, 0)", False),
        ("coalesce(n, n)", True),
        ("coalesce(n, x)", None),
        ("nullif(id, 1)", True),
        ("case when n > 1 then 1 else 2 end", False),
        ("case when n > 1 then 1 end", True),
        ("count(*)", False),
        ("sum(id)", None),
        ("row_number() over ()", False),
        ("n is null", False),
        ("n = 1", True),
        ("id in (1)", None),
        ("id = 1", False),
        ("cast(id as text)", False),
        ("try_cast(id as text)", True),
        ("(select max(id) from b)", True),
        ("current_date", False),
        ("exists (select 1)", False),
    ],
)
def test_nullability(expression: str, *, nullable: bool | None) -> None:
    (column,) = columns(f"select {expression} as e from a")
    assert isinstance(column, OutputColumn)
    assert column.nullable is nullable


@pytest.mark.parametrize(
    ("sql", "nullable"),
    [
        ("select a.id, b.y from a join b using (id)", [False, False]),
        ("select a.id, b.y from a left join b on true", [False, True]),
        ("select a.id, b.y from a right join b on true", [True, False]),
        ("select a.id, b.y from a full join b on true", [True, True]),
        ("select id from a left join b using (id)", [False]),
        ("select id from a full join b using (id)", [None]),
        ("select id from a right join b using (id)", [False]),
        ("select id from a union all select n from a", [True]),
        ("select id from a union all select id from b", [False]),
        ("select 1 as p union all by name select 2 as q", [True, True]),
        ("with recursive r as (select 1 as n union all select n + 1 from r) select n from r", [None]),
    ],
)
def test_nullability_of_joins_and_set_operations(sql: str, nullable: list[bool | None]) -> None:
    assert [one.nullable for one in columns(sql) if isinstance(one, OutputColumn)] == nullable


@pytest.mark.parametrize(
    ("sql", "origins"),
    [
        ("select id from a", [["a.id"]]),
        ("select a.id + b.id as s, count(*) as c from a, b", [["a.id", "b.id"], []]),
        ("with c as (select id as k from a) select k * 2 as l from c", [["a.id"]]),
        ("select case when a.n > 1 then a.x end as e from a", [["a.n", "a.x"]]),
        ("select id from a union all select id from b", [["a.id", "b.id"]]),
        ("select id from a join b using (id)", [["a.id", "b.id"]]),
        ("select struct_pack(k := id) as s, x.y.z as t from a", [["a.id"], []]),
        ("select (select max(y) from b) as m from a", [["b.y"]]),
        ("select id as i, i + 1 as j from a", [["a.id"], ["a.id"]]),
        ("select sum(id) over (partition by n) as s from a", [["a.id"]]),
        ("select k as known_one from seen_in_part", [["seen_in_part.k"]]),
    ],
)
def test_lineage(sql: str, origins: list[list[str]]) -> None:
    found = [one.origins for one in columns(sql) if isinstance(one, OutputColumn)]
    assert [[f"{origin.relation.parts[-1]}.{origin.column}" for origin in one] for one in found] == origins


@pytest.mark.parametrize(
    ("sql", "adapter", "expected"),
    [
        ('select id, id as Key, "x" as "Low" from a', "snowflake", "ID INTEGER | KEY INTEGER | Low VARCHAR"),
        ('select ID, id as Key, "x" as "Low" from a', "postgres", "id INTEGER | key INTEGER | Low VARCHAR"),
        ('select "ID" as "Key" from a', "redshift", "key INTEGER"),
        ("select ID, id as Key from a", "bigquery", "ID INTEGER | Key INTEGER"),
        ("select id = 1 as t, id + 1 as s, 'x' as l, 1.5 as d from a", "snowflake", "T BOOLEAN | S ? | L ? | D ?"),
        (
            "select cast(x as date) as d, cast(x as boolean) as b, cast(x as int) as i from a",
            "postgres",
            "d DATE | b BOOLEAN | i ?",
        ),
        ("select cast(x as numeric(10, 2)) as n, lower(x), x from a", "bigquery", "n ? | ? ? | x VARCHAR"),
        ("select * from a join b using (id)", "snowflake", "..."),
        ("select y from a join b using (id)", "snowflake", "Y DATE"),
        ("select a.* from a join b using (id)", "snowflake", "id INTEGER | x VARCHAR | n BIGINT"),
        ("select id from a union all select id from b", "snowflake", "ID INTEGER"),
        ("select id from a union all select n from a", "snowflake", "ID ?"),
        ("select id from a full join b using (id)", "snowflake", "ID INTEGER"),
        ("with recursive r as (select id from a union all select id from r) select * from r", "postgres", "id ?"),
        ("select struct(id as k) as s from a", "bigquery", "s ?"),
        ("select as struct id from a", "bigquery", "..."),
        ("select * from a pivot (sum(n) for x in ('p'))", "snowflake", "..."),
        (
            "select * from a lateral view explode(x) e as item",
            "spark",
            "id INTEGER | x VARCHAR | n BIGINT | item ? | ...",
        ),
        (
            "select id, item, * from a array join f(x) as item",
            "clickhouse",
            "id INTEGER | item ? | id INTEGER | x VARCHAR | n BIGINT | ...",
        ),
        ("select * from generate_series(1, 2)", "postgres", "..."),
        ("values (1, 2)", "postgres", "? ? | ? ?"),
        ("select id from a order by 1", "no_such_adapter", "id INTEGER"),
    ],
)
def test_other_dialects(sql: str, adapter: str, expected: str) -> None:
    assert shown(columns(sql, adapter)) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select * from a union all select * from seen_in_part", "id ? | x ? | n ?"),
        ("select * from seen_in_part union all select * from a", "k ? | ..."),
        ("select id from a union all select id, x from a", "id ?"),
        ("select (select * from seen_in_part) as s, (select id, x from a) as t", "s ? | t ?"),
        ("select id from a, b", "id ?"),
        ("select c.id from a as c join b as c on true", "id ?"),
        ("select nobody.id, nobody.* from a", "id ? | ..."),
        ("select a.nothing, nothing from a", "nothing ? | ? ?"),
        ("select * from nameless, a", "? DATE | id INTEGER | x VARCHAR | n BIGINT"),
        ("select * exclude (id) from nameless", "? DATE"),
        ("select anything, nameless.other from nameless", "anything ? | other DATE"),
        ("select id from odd join a using (x)", "id ?"),
        ("select id, x from a join elsewhere using (id)", "id ? | x VARCHAR"),
        ("select id from a where x = 'unfinished", "..."),
        ("select extract(nothing from y) as e, date_part(x, y) as d from a, b", "e BIGINT | d ?"),
        ("select id from odd union all select id from a", "id ?"),
        ("select date_part('1', y) as d from b", "d ?"),
        ("select * from a natural join nameless", "id INTEGER | x VARCHAR | n BIGINT | ..."),
        ("select * from (select id from a) pivot (max(id) for k in ('x'))", "x INTEGER"),
        ("select * from (select id from a) as s join b on true pivot (max(y) for y in ('x'))", None),
        ("create table x as select 1", "..."),
        ("select 1; select 2", "..."),
        ("select from from", "..."),
        ("select from a", "..."),
        ("", "..."),
        ("select * from values (1, 2), (3)", "..."),
        ("select x from unknown_table", "x ?"),
        ("select id from a union all by name (select * from seen_in_part)", "id ? | ..."),
        ("select full_name from a full outer union by name select 1 as b", None),
        ("select nothing + 1 as n, id + nothing as m from odd", "n ? | m ?"),
        ("with r as (select * from r) select * from r", "..."),
        ("with recursive r as (select * from r union all select 1) select * from r", "..."),
    ],
)
def test_what_cannot_be_known(sql: str, expected: str | None) -> None:
    found = shown(columns(sql))
    assert expected is None or found == expected


def test_depth_and_width_are_bounded() -> None:
    assert shown(columns("select " + "(" * 2000 + "1" + ")" * 2000 + " as a")) == "..."
    assert shown(columns("select " + " || ".join(["x"] * 3000) + " as a from a")) in ("...", "a VARCHAR")
    nested = "select * from a"
    for _ in range(60):
        nested = f"select * from ({nested})"
    assert shown(columns(nested)) == "id INTEGER | x VARCHAR | n BIGINT"
    doubled = ", ".join(f"c{n} as (select l.*, r.* from c{n - 1} as l, c{n - 1} as r)" for n in range(1, 40))
    assert shown(columns(f"with c0 as (select * from a), {doubled} select * from c39")) == "..."
    chain = tuple(Select((Star(),), (columns_source(position + 1),)) for position in range(3000))
    assert shown(resolve(Shape("duckdb", (*chain, Gap("the end")), (0,)), columns_of)) == "..."


def columns_source(position: int):  # type: ignore[no-untyped-def]
    from ringfence.sql.shape import Source

    return Source("s", position)


def test_a_column_knows_its_type_as_a_fact() -> None:
    first, second = columns("select id, nothing from odd, a")[0], columns("select id from a")[0]
    assert isinstance(first, OutputColumn)
    assert isinstance(second, OutputColumn)
    assert isinstance(first.data_type, Unknown)
    assert known(second.data_type) == "INTEGER"
    assert Origin(Relation("ref", ("p", "a"), "2"), "x").relation.label == "ref p.a v2"


def test_what_a_compiled_shape_remembers() -> None:
    sql = "with one as (select * from db.s.a), two as (select * from b) select * from one, two, elsewhere"
    shape = shape_of(sql)
    assert shape.relations == (Relation("table", ("db", "s", "a")), Relation("table", ("b",)))
    assert shape.ctes == ("one", "two")
    assert shape.hidden == ()
    assert shown(resolve(shape, columns_of)).endswith("...")


def test_what_a_source_shape_remembers() -> None:
    shape = read_shape(
        "with c as (select 1 as a) select {{ gone() }}, a from c where true "
        "{% if is_incremental() %} and a > {{ var('v', 1) }} "
        "{% endif %} and {{ env_var('E') }}",
        None,
        lambda _: None,
        lambda _: UNDEFINED,
    )
    assert (shape.dialect, shape.incremental, shape.variables, shape.env_vars) == ("", True, ("v",), ("E",))
    assert shape.ctes == ("c",)
    assert ("macro gone", 1) in shape.hidden


def test_a_template_that_is_none() -> None:
    shape = read_shape("{{ ", "duckdb", lambda _: None, lambda _: UNDEFINED)
    assert resolve(shape, columns_of) == (Gap("Jinja that cannot be parsed, line 1: unexpected 'end of template'"),)
    refused = read_shape("{{ exceptions.raise_compiler_error('x') }}", "duckdb", lambda _: None, lambda _: UNDEFINED)
    assert resolve(refused, columns_of) == (Gap("nothing that dbt would run"),)


def test_what_variants_agree_on() -> None:
    one = (OutputColumn("a", "INTEGER", False), OutputColumn("b", "DATE", True), OutputColumn("c", "DATE", None))
    assert agreed([one, one], ()) == one
    other = (OutputColumn("a", "BIGINT", True), OutputColumn("x", "DATE"), OutputColumn("c", "DATE", False))
    head, gap, tail = agreed([one, other], ("target.name",))
    assert head == OutputColumn("a", None, True, (), "depends on target.name")
    assert gap == Gap("depends on target.name")
    assert tail == OutputColumn("c", "DATE", None)
    assert agreed([(Gap("x"), one[0]), (Gap("x"), other[0])], ()) == (
        Gap("x"),
        OutputColumn("a", None, True, (), "variants differ"),
    )
    assert agreed([one[:1], one[:1], ()], ()) == (Gap("variants differ"),)

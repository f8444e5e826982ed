"""Small random queries for DuckDB: expressions over a few tables, joins, CTEs, set operations, stars."""

from __future__ import annotations

import random

_COLUMNS = {
    "t": ["id", "Name", "day", "amt", "f", "d", "b", "ts", "bi", "si", "tz", "ti", "hi", "big"],
    "u": ["ID", "other", "ts"],
    "w": ["id", "other", "z"],
    "texts": ["id", "note", "day"],
    "unknown_table": ["id", "x", "y", "nothing"],
}
_BINARY = ["+", "-", "*", "/", "//", "%", "||", "=", "<", "and", "or", "is distinct from"]
_FUNCTIONS = [
    "abs({0})", "round({0}, 1)", "round({0})", "floor({0})", "ceil({0})", "coalesce({0}, {1})", "nullif({0}, {1})",
    "greatest({0}, {1})", "least({0}, {1}, {2})", "lower({0})", "upper({0})", "length({0})", "concat({0}, {1})",
    "case when {0} is null then {1} else {2} end", "case when {0} > {1} then {2} end", "if({0} is null, {1}, {2})",
    "cast({0} as {type})", "try_cast({0} as {type})", "{0}::{type}", "-{0}", "({0})", "not {0}", "{0} in ({1}, {2})",
    "{0} between {1} and {2}", "md5({0}::varchar)", "date_trunc('{unit}', {0})", "extract({unit} from {0})",
    "date_diff('{unit}', {0}, {1})", "{0} + interval 1 {unit}", "{0} - interval 2 day", "date_part('{unit}', {0})",
    "strftime({0}, '%Y')", "substring({0}, 1, 2)", "split_part({0}, 'x', 1)", "replace({0}, 'a', 'b')", "sqrt({0})",
    "power({0}, 2)", "ln({0})", "sign({0})", "mod({0}, 3)", "ifnull({0}, {1})", "last_day({0})", "year({0})",
    "regexp_replace({0}, 'a', 'b')", "trim({0})", "left({0}, 2)", "[{0}, {1}]", "{0}[1:2]", "list_value({0})",
    "(select max({0}) from w)", "exists (select 1 from w)", "row_number() over (order by {0})",
    "lag({0}) over (order by {1})", "sum({0}) over ()", "avg({0}) over ()", "max({0}) over (partition by {1})",
    "count(*) over ()", "first_value({0}) over (order by {1})", "lead({0}, 1, {1}) over (order by {2})",
    "rank() over (order by {0})", "ntile(4) over (order by {0})", "strptime({0}, '%Y')", "epoch({0})",
    "dayname({0})", "reverse({0})", "hash({0})", "typeof({0})", "{0} at time zone 'UTC'", "string_split({0}, 'x')[1]",
]  # fmt: skip
_AGGREGATES = [
    "sum({0})", "avg({0})", "min({0})", "max({0})", "count({0})", "count(*)", "count(distinct {0})", "any_value({0})",
    "median({0})", "stddev({0})", "string_agg({0}, ',')", "list({0})", "bool_or({0})", "max_by({0}, {1})", "mode({0})",
    "first({0})", "quantile_cont({0}, 0.5)", "sum({0}) filter (where {1} is null)", "approx_count_distinct({0})",
    "percentile_cont(0.5) within group (order by {0})", "arg_min({0}, {1})", "array_agg({0})", "var_pop({0})",
    "count_if({0} is null)", "sum(case when {0} is null then 1 else 0 end)", "sum(distinct {0})", "product({0})",
]  # fmt: skip
_LITERALS = ["1", "0", "100000", "3000000000", "1.5", "0.25", "100.00", "'x'", "null", "true", "date '2020-01-01'",
    "timestamp '2020-01-01'", "-1", "-2.5", "1e3", "interval 1 day", "current_date", "now()"]  # fmt: skip
_TYPES = ["integer", "bigint", "varchar", "decimal(12,4)", "double", "date", "timestamp", "smallint", "float", "text",
    "numeric", "boolean", "timestamptz", "varchar(10)", "real", "int8", "hugeint", "integer[]",
    "decimal(5)"]  # fmt: skip
_UNITS = ["day", "month", "hour", "year", "minute", "week", "quarter", "second"]


class Maker:
    """Makes one statement after the other from one source of chance; not every one is valid."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._names = 0

    def statement(self) -> str:
        ctes: list[tuple[str, list[str]]] = []
        parts = []
        for number in range(self.chance.randrange(3)):
            sql, columns = self.query(ctes)
            parts.append(f"c{number} as ({sql})")
            ctes.append((f"c{number}", columns))
        sql, _ = self.query(ctes)
        return (f"with {', '.join(parts)} " if parts else "") + sql

    def query(self, ctes: list[tuple[str, list[str]]]) -> tuple[str, list[str]]:
        sql, columns = self.select(ctes)
        if self.chance.random() < 0.2:
            other, _ = self.select(ctes)
            link = self.chance.choice(["union all", "union", "intersect", "except", "union all by name"])
            sql = f"{sql} {link} {other}"
        return sql, columns

    def select(self, ctes: list[tuple[str, list[str]]]) -> tuple[str, list[str]]:
        chance = self.chance
        known = [*_COLUMNS.items(), *ctes, *ctes]
        sources = [chance.choice(known) for _ in range(chance.choice([1, 1, 1, 2, 2, 3]))]
        text = ""
        columns: list[tuple[str, str]] = []
        for number, (name, held) in enumerate(sources):
            alias = f"a{number}"
            if number == 0:
                text = f"from {name} as {alias}"
            else:
                common = [one for one in held if one.lower() in [column.lower() for _, column in columns]]
                join = chance.choice(["join", "left join", "right join", "full join", "cross join", "semi join"])
                if join == "cross join":
                    text += f" cross join {name} as {alias}"
                elif common and chance.random() < 0.5:
                    text += f" {join} {name} as {alias} using ({chance.choice(common)})"
                else:
                    text += f" {join} {name} as {alias} on true"
                if join == "semi join":
                    continue
            columns += [(alias, column) for column in held]
        aggregated = chance.random() < 0.25
        items, names = [], []
        if not aggregated and chance.random() < 0.4:
            items.append(chance.choice(["*", "a0.*", "* exclude (id)", "* replace (1 as id)", "* rename (id as key)"]))
            names += [column for _, column in columns]
        for _ in range(chance.randrange(1, 4)):
            expression = self.aggregate(columns) if aggregated else self.expression(columns, chance.randrange(3))
            if "." in expression and chance.random() < 0.15 and not aggregated:
                items.append(expression)
                continue
            self._names += 1
            items.append(f"{expression} as n{self._names}")
            names.append(f"n{self._names}")
        tail = chance.choice(["", "", " where true", " limit 3"])
        return f"select {', '.join(items)} {text}{tail}", names

    def aggregate(self, columns: list[tuple[str, str]]) -> str:
        made = self.filled(self.chance.choice(_AGGREGATES), columns, 0)
        return f"{made} + {self.chance.choice(_LITERALS)}" if self.chance.random() < 0.2 else made

    def expression(self, columns: list[tuple[str, str]], depth: int) -> str:
        chance = self.chance
        if depth == 0:
            if chance.random() < 0.25 or not columns:
                return chance.choice(_LITERALS)
            alias, column = chance.choice(columns)
            return f"{alias}.{column}" if chance.random() < 0.7 else column
        if chance.random() < 0.4:
            left, right = self.expression(columns, depth - 1), self.expression(columns, depth - 1)
            return f"({left} {chance.choice(_BINARY)} {right})"
        return self.filled(chance.choice(_FUNCTIONS), columns, depth - 1)

    def filled(self, pattern: str, columns: list[tuple[str, str]], depth: int) -> str:
        args = [self.expression(columns, depth) for _ in range(3)]
        return pattern.format(*args, type=self.chance.choice(_TYPES), unit=self.chance.choice(_UNITS))

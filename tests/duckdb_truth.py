"""What DuckDB itself says of a query, beside what we say: no expectation is our own echo."""

from __future__ import annotations

import re

import duckdb

from ringfence.sql.compiled import read_compiled
from ringfence.sql.resolve import resolve
from ringfence.sql.shape import Gap, Output, OutputColumn, Relation, Shape

TABLES = {
    "t": (
        "id integer, Name varchar, day date, amt decimal(10,2), f float, d double, b boolean, ts timestamp, bi bigint, "
        'si smallint, tz timestamptz, j json, l integer[], "Weird Col" varchar, ti tinyint, hi hugeint, '
        "big decimal(18,3)"
    ),
    "u": "ID integer, other varchar, ts timestamp",
    "w": "id bigint not null, other varchar, z decimal(5,1)",
    "texts": "id varchar, note varchar, day varchar",
}
# Tables of which no more is known than that all of their columns are of one type.
UNIFORM = {"texts": "VARCHAR"}


def _bare(name: str) -> str:
    return re.sub(r"_\d+$", "", name.lower())


class Truth:
    """A database with the tables, and our answers beside its own."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        # one that only the database knows
        self.connection.execute("create table unknown_table (id integer, x date, y varchar, nothing boolean)")
        for name, columns in TABLES.items():
            self.connection.execute(f"create table {name} ({columns})")

    def columns_of(self, relation: Relation) -> Output:
        if relation.parts[-1] in UNIFORM:
            return (Gap("a table of texts", UNIFORM[relation.parts[-1]]),)
        rows = self.connection.execute(f'describe "{relation.parts[-1]}"').fetchall()
        return tuple(OutputColumn(row[0], row[1], row[2] == "YES") for row in rows)

    def shape(self, sql: str) -> Shape:
        return read_compiled(sql, "duckdb", lambda parts: Relation("table", parts) if parts[-1] in TABLES else None)

    def ours(self, sql: str) -> Output:
        return resolve(self.shape(sql), self.columns_of)

    def described(self, sql: str) -> list[tuple[str, str]]:
        """Names and types of the relation that is made of the query. Raises duckdb.Error."""
        self.connection.execute(f"create or replace view made as {sql}")
        return [(row[0], row[1]) for row in self.connection.execute("describe made").fetchall()]

    def wrong(self, sql: str) -> list[str]:
        """What of our answer DuckDB contradicts."""
        return self.contradicted(self.ours(sql), self.described(sql))

    def contradicted(self, ours: Output, truth: list[tuple[str, str]]) -> list[str]:
        """What of an answer differs from what DuckDB describes."""
        gapped = any(isinstance(one, Gap) for one in ours)
        if not gapped and len(truth) != len(ours):
            return [f"{len(ours)} columns, truly {len(truth)}"]
        found = []
        for position, one in enumerate(ours):
            if isinstance(one, Gap) or one.name is None:
                continue
            name = one.name.lower()  # DuckDB compares names without regard to case
            # what a gap hides may have the same name, and take it
            named = [kind for other, kind in truth if other.lower() == name or (gapped and _bare(other) == _bare(name))]
            if not named:
                found.append(f"{one.name}, which is not there")
            elif not gapped and truth[position][0].lower() != name:
                found.append(f"column {position} is {one.name}, truly {truth[position][0]}")
            elif one.type is not None and one.type not in (named if gapped else [truth[position][1]]):
                found.append(f"{one.name} is {one.type}, truly {named[0]}")
        return found

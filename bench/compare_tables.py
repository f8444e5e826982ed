"""Compare two generated tables of 20 columns on DuckDB with the package's own macros, in units of a floor.

python bench/compare_tables.py [--rows N] [--runs N] [--threads N] [--json FILE] [--folder DIR]

The floor is the hash of every column of one table, once, measured in the same run. The SQL is the one that the
macros give in a dbt project; a comparison is every statement that `diff_relations` runs, timed as dbt sent them again.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

REPOSITORY = Path(__file__).parents[1]
KEY = "order_id"

OPERATION = """
{% macro told() %}
    {% set a = ringfence.relation_named({'schema': 'main', 'identifier': 'before'}) %}
    {% set b = ringfence.relation_named({'schema': 'main', 'identifier': var('other')}) %}
    {% do print('told ' ~ tojson({'digest': ringfence.table_digest(a)})) %}
    {% do print('told ' ~ tojson({'column digests': ringfence.column_digests(a, keys=['order_id'])})) %}
    {% do print('told ' ~ tojson({'profile': ringfence.profile(a)})) %}
    {% do ringfence.diff_relations(a, b, keys=var('keys')) %}
{% endmacro %}
"""


class Row(NamedTuple):
    """One measured thing: seconds, how many tables it reads, the most floors a table that it may take."""

    label: str
    seconds: list[float]
    tables: int
    budget: float | None = None


def columns() -> list[str]:
    """The 20 columns: a key, numbers, decimals, texts, a float, moments, flags; some are NULL now and then."""
    made = [f"n as {KEY}", "(n % 97) = 0 as is_gift"]
    made += [f"cast((n * {7919 + place}) % 1000003 as integer) as quantity_{place}" for place in range(5)]
    made += [f"cast(((n * {104729 + place}) % 100003) / 100 as decimal(12, 2)) as amount_{place}" for place in range(4)]
    made += [f"'status ' || ((n * {31 + place}) % 9973) as status_{place}" for place in range(5)]
    made += ["case when n % 11 = 0 then null else 'note ' || n end as note"]
    made += ["cast(n as double) / 7 as weight", "timestamp '2020-01-01' + to_seconds(n) as ordered_at"]
    return [*made, "date '2020-01-01' + cast(n % 1000 as integer) as ordered_on"]


def make(database: Path, rows: int, threads: int) -> None:
    """Make `before`; `same` in another order; `changed` and `all_changed` with one row in a thousand, and every row."""
    with duckdb.connect(str(database), config={"threads": threads}) as connection:
        connection.execute(f"create table before as select {', '.join(columns())} from range({rows}) as r (n)")
        connection.execute(f"create table same as select * from before order by {KEY} % 10, {KEY}")
        amount = "case when {} then cast(amount_0 + 1 as decimal(12, 2)) else amount_0 end as amount_0"
        some = amount.format(f"{KEY} % 1000 = 0")
        connection.execute(f"create table changed as select * replace ({some}) from before where {KEY} % 10007 <> 1")
        connection.execute(f"create table all_changed as select * replace ({amount.format('true')}) from before")


def project(folder: Path) -> None:
    """Write a dbt project that uses the package."""
    (folder / "macros").mkdir()
    (folder / "macros" / "told.sql").write_text(OPERATION)
    (folder / "dbt_project.yml").write_text("{name: bench, profile: bench}\n")
    (folder / "packages.yml").write_text(f"packages: [{{local: {json.dumps(str(REPOSITORY / 'dbt_package'))}}}]\n")
    output = {"type": "duckdb", "path": "bench.duckdb", "schema": "main"}
    profile = {"bench": {"target": "duckdb", "outputs": {"duckdb": output}}}
    (folder / "profiles.yml").write_text(json.dumps(profile))


def dbt(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--no-use-colors", *arguments]
    done = subprocess.run([*command, "--profiles-dir", "."], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def queries(folder: Path) -> list[str]:
    """The statements of the last run that read rows, from dbt's own log."""
    found: list[str] = []
    taken: list[str] = []
    inside = False
    for line in (folder / "logs" / "dbt.log").read_text().splitlines():
        starts = " On macro_told: " in line
        if starts or (inside and ("[debug]" in line or "[info ]" in line)):
            if inside:
                found.append("\n".join(taken))
            taken, inside = [], starts
            if starts:
                taken.append(line.partition(" On macro_told: ")[2])
        elif inside:
            taken.append(line)
    return [query for query in found if "hash(hash(" in query]


def ask(folder: Path, other: str, keys: list[str] | None) -> tuple[dict[str, str], dict[str, Any], list[str]]:
    """The SQL of the single macros, what the comparison found, and the statements that it ran."""
    log = folder / "logs" / "dbt.log"
    log.unlink(missing_ok=True)
    said = dbt(
        folder,
        "run-operation",
        "told",
        "--vars",
        json.dumps({"other": other, "keys": keys}),
        "--log-level-file",
        "debug",
    )
    lines = said.splitlines()
    told: dict[str, str] = {}
    for line in lines:
        if line.startswith("told "):
            told |= json.loads(line[5:])
    found = json.loads(next(line for line in reversed(lines) if line.startswith('{"verdict"')))
    return told, found, queries(folder)


def timed(connection: duckdb.DuckDBPyConnection, statements: Sequence[str]) -> float:
    start = time.perf_counter()
    for statement in statements:
        connection.execute(statement).fetchall()
    return time.perf_counter() - start


def floor_sql(connection: duckdb.DuckDBPyConnection) -> str:
    names = [row[0] for row in connection.execute("select column_name from (describe before)").fetchall()]
    return "select " + ", ".join(f'bit_xor(hash("{name}"))' for name in names) + " from before"


def measure(
    database: Path, threads: int, runs: int, work: list[tuple[str, Sequence[str], int, float | None]]
) -> list[Row]:
    """Run everything in turns, so that all meet the same load; the first round is not counted."""
    with duckdb.connect(str(database), config={"threads": threads}, read_only=True) as connection:
        floor = ("floor: hash of every column", [floor_sql(connection)], 1, None)
        rows = [Row(label, [], tables, budget) for label, _, tables, budget in (floor, *work)]
        for turn in range(runs + 1):
            for row, (_, statements, _, _) in zip(rows, (floor, *work), strict=True):
                seconds = timed(connection, statements)
                if turn:
                    row.seconds.append(seconds)
        return rows


def told_row(row: Row, floor: Row) -> dict[str, Any]:
    """Of each round the ratio to the floor of the same round: both met the same load."""
    median = statistics.median(row.seconds)
    rounds = zip(row.seconds, floor.seconds, strict=True)
    ratio = statistics.median(seconds / of_floor for seconds, of_floor in rounds) / row.tables
    made: dict[str, Any] = {
        "label": row.label,
        "seconds": [round(median, 3), round(min(row.seconds), 3), round(max(row.seconds), 3)],
        "floors a table": round(ratio, 2),
    }
    if row.budget is not None:
        made |= {"budget": row.budget, "met": ratio <= row.budget}
    return made


def printed(made: dict[str, Any]) -> str:
    median, low, high = made["seconds"]
    verdict = ""
    if "budget" in made:
        verdict = f"  <= {made['budget']:g} F {'met' if made['met'] else 'NOT MET'}"
    return f"{made['label']:<52} {median:8.3f} {low:8.3f} {high:8.3f} {made['floors a table']:7.2f}{verdict}"


def run(folder: Path, rows: int, threads: int, runs: int, progress: Callable[[str], object]) -> dict[str, Any]:
    project(folder)
    database = folder / "bench.duckdb"
    progress(f"making 4 tables of {rows:,} rows and 20 columns")
    make(database, rows, threads)
    dbt(folder, "deps")
    work: list[tuple[str, Sequence[str], int, float | None]] = []
    for other, keys, label, budget, verdict in (
        ("same", [KEY], "comparison, equal tables", 2.5, "identical"),
        ("changed", [KEY], "comparison by key, 0.1 percent of the rows changed", 4.0, "different"),
        ("all_changed", [KEY], "comparison by key, every row changed", 4.0, "different"),
        ("changed", None, "comparison without keys, 0.1 percent changed", 4.0, "different"),
        ("all_changed", None, "comparison without keys, every row changed", 4.0, "different"),
    ):
        told, found, statements = ask(folder, other, keys)
        if (found["verdict"], found["decided_by"]) != (verdict, "digest" if verdict == "identical" else "rows"):
            raise SystemExit(f"{label}: {found}")
        if not work:
            work.append(("digest", [told["digest"]], 1, 2.5))
            work.append(("column digests by key", [told["column digests"]], 1, None))
            work.append(("profile", [told["profile"]], 1, None))
        work.append((label, statements, 2, budget))
        progress(f"{label}: {found['reason']}, {len(statements)} statements")
    measured = measure(database, threads, runs, work)
    return {
        "rows": rows,
        "columns": len(columns()),
        "threads": threads,
        "runs": runs,
        "duckdb": duckdb.__version__,
        "machine": platform.machine(),
        "rows measured": [told_row(row, measured[0]) for row in measured],
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--folder", type=Path, help="where the tables are made (about 4 GB for 10 million rows)")
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = run(Path(folder), asked.rows, asked.threads, asked.runs, lambda text: print(text, flush=True))
    print(f"\n{'':<52} {'seconds':>8} {'from':>8} {'to':>8} {'F/table':>7}  budget")
    for made in found["rows measured"]:
        print(printed(made))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n")
    return 0 if all(made.get("met", True) for made in found["rows measured"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""Runs seeded faults in a dbt project of their own: both twins of every fault as tables, every test in one process."""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from dbtproject import Engine, Project, database, written
from fault_data import TABLES, Fault

PACKAGES = ("ringfence", "dbt_utils", "dbt_expectations")


class Outcome(NamedTuple):
    """What one package's test said about the two twins of one fault: pass, fail or error."""

    fault: str
    test: str
    package: str
    used: str
    clean: str
    faulty: str

    @property
    def verdict(self) -> str:
        """Say what a reader of the two results learns; a test that alarms at the clean twin tells nothing."""
        if self.clean != "pass":
            return "false alarm" if self.clean == "fail" else "error"
        return {"pass": "passed silently", "fail": "caught"}.get(self.faulty, "caught by an error")


def run(faults: Sequence[Fault], engine: Engine, folder: Path, peers: Path | None) -> list[Outcome]:
    """Return the outcome of every test of every fault; raises RuntimeError where dbt itself cannot run."""
    project = written(folder, engine, _files(faults, peers))
    if peers is not None:
        for package in ("dbt_utils", "dbt_expectations", "dbt_date"):
            shutil.copytree(peers / package, folder / "dbt_packages" / package)
    _load(project, faults)
    process = project.dbt("test", "--quiet")
    if not (folder / "target" / "run_results.json").exists():
        raise RuntimeError(process.stdout + process.stderr)
    status = {result["unique_id"].split(".")[2]: str(result["status"]) for result in project.results()}
    return [
        Outcome(fault.name, fault.test, package, used, *(status[_test_name(package, number, twin)] for twin in _TWINS))
        for number, fault in enumerate(faults)
        for package, used, _ in _tests_of(fault, peers)
    ]


_TWINS = ("clean", "faulty")


def _tests_of(fault: Fault, peers: Path | None) -> list[tuple[str, str, dict[str, Any]]]:
    tests = [("ringfence", fault.test, dict(fault.arguments))]
    for package, peer in (("dbt_utils", fault.utils), ("dbt_expectations", fault.expectations)):
        if peers is not None and peer is not None:
            tests.append((package, peer.test, dict(peer.arguments)))
    return tests


def _test_name(package: str, number: int, twin: str) -> str:
    return f"{package}_{number:03}_{twin}"


def _files(faults: Sequence[Fault], peers: Path | None) -> dict[str, str]:
    tables = []
    for number, fault in enumerate(faults):
        for twin in _TWINS:
            tests = [_entry(fault, number, twin, *test) for test in _tests_of(fault, peers)]
            tables.append({"name": f"f{number:03}_{twin}", "data_tests": tests})
        others = {_other(fault, number, twin) for twin in _TWINS} if fault.other else set()
        tables += [{"name": name} for name in sorted(others)]
    names = ["ringfence"] if peers is None else ["ringfence", "dbt_utils", "dbt_expectations", "dbt_date"]
    project = {
        "name": "faults",
        "profile": "ringfence_integration_tests",
        "flags": {"send_anonymous_usage_stats": False},
        "vars": {"growth": 0.2, "dbt_date:time_zone": "UTC", "ringfence_schema": "faults"},
    }
    return {
        "dbt_project.yml": json.dumps(project),
        "packages.yml": json.dumps({"packages": [{"local": f"dbt_packages/{name}"} for name in names]}),
        "models/sources.yml": json.dumps({"sources": [{"name": "faults", "schema": "faults", "tables": tables}]}),
    }


def _other(fault: Fault, number: int, twin: str) -> str:
    return f"f{number:03}_other_{twin}" if fault.faulty_other else f"f{number:03}_other"


def _entry(fault: Fault, number: int, twin: str, package: str, test: str, arguments: dict[str, Any]) -> dict[str, Any]:
    given = {
        key: value.format(other=_other(fault, number, twin))
        if isinstance(value, str) and value.startswith("source(")
        else value
        for key, value in arguments.items()
    }
    config = {"config": {"where": fault.where}} if fault.where else {}
    return {f"{package}.{test}": {"name": _test_name(package, number, twin), **given, **config}}


def _load(project: Project, faults: Sequence[Fault]) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    statements = ["create schema faults"]
    if project.engine.name == "postgres":
        statements.append("set search_path to faults")
        catalog = database(project.folder)
    else:
        statements.append("use faults")
        catalog = "integration_tests"
    statements += [f"create table {name} as {query.format(now=now)}" for name, query in TABLES.items()]
    for number, fault in enumerate(faults):
        made = {f"f{number:03}_clean": fault.clean, f"f{number:03}_faulty": fault.faulty}
        if fault.other:
            made[_other(fault, number, "clean")] = fault.other
            made[_other(fault, number, "faulty")] = fault.faulty_other or fault.other
        statements += [f"create table {name} as {query}" for name, query in made.items()]
    statements.append(
        'create table ringfence_row_counts ("target" varchar, "relation" varchar, "counted_at" timestamp,'
        ' "rows" bigint)'
    )
    for number, fault in enumerate(faults):
        if fault.test == "row_count_vs_previous":
            for twin in _TWINS:
                name = f"{catalog}.faults.f{number:03}_{twin}" + (f" where {fault.where}" if fault.where else "")
                escaped = name.replace("'", "''")
                source = f"f{number:03}_clean" + (f" where {fault.where}" if fault.where else "")
                statements.append(
                    f"insert into ringfence_row_counts select '{project.engine.name}', '{escaped}',"
                    f" timestamp '{now}', count(*) from {source}"
                )
    _execute(project, statements)


def _execute(project: Project, statements: Sequence[str]) -> None:
    if project.engine.name == "postgres":
        psycopg2: Any = importlib.import_module("psycopg2")
        connection = psycopg2.connect(host=project.engine.host, user="postgres", dbname=database(project.folder))
        try:
            with connection, connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()
        return
    duckdb: Any = importlib.import_module("duckdb")
    path = project.folder / "target" / "integration_tests.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)

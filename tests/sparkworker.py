"""One Spark session for many dbt commands: reads requests from stdin as lines of JSON and answers on stdout.

Starting Spark costs more than most projects, so the process lives as long as the tests do. A request is
{"folder", "environment", "arguments"} for a dbt command or {"folder", "sql"} for a query. The tables of a project are
dropped when the next one comes: all of them use the same schemas.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any


def session(warehouse: str) -> Any:
    builder = importlib.import_module("pyspark.sql").SparkSession.builder.master("local[2]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": warehouse,
        # A zone that changes its clock: what depends on it by mistake shows.
        "spark.sql.session.timeZone": "America/New_York",
        "spark.log.level": "OFF",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def drop_everything(spark: Any) -> None:
    for (schema,) in spark.sql("show schemas").collect():
        if schema != "default":
            spark.sql(f"drop schema `{schema}` cascade")


def dbt(folder: str, environment: dict[str, str], arguments: list[str]) -> dict[str, Any]:
    runner: Any = importlib.import_module("dbt.cli.main").dbtRunner
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = runner().invoke(["--no-use-colors", *arguments])
    code = 0 if result.success else 2 if result.exception else 1
    return {"code": code, "said": said.getvalue() + (f"\n{result.exception}" if result.exception else "")}


def main() -> None:
    # What Java and libraries print must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    spark = session(sys.argv[1])
    last = ""
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["folder"] != last:
            drop_everything(spark)
            last = asked["folder"]
        answer: dict[str, Any]
        if "sql" in asked:
            try:
                answer = {"rows": [list(row) for row in spark.sql(asked["sql"]).collect()]}
            except Exception as error:  # noqa: BLE001 - whatever Spark says goes to the test
                answer = {"error": str(error)}
        else:
            answer = dbt(str(Path(asked["folder"])), asked["environment"], asked["arguments"])
        answers.write(json.dumps(answer, default=str) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()

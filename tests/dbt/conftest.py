"""The engines that the tests of the dbt package run against."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbtproject import ENGINES, Engine, postgres, spark


@pytest.fixture(scope="session")
def postgres_engine() -> Iterator[Engine]:
    """A folder outside of pytest's: for root the server runs as another user, whom pytest keeps out of its own."""
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as engine:
        yield engine


@pytest.fixture(scope="session")
def spark_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with spark(tmp_path_factory.mktemp("spark")) as engine:
        yield engine


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return _engine(request)


@pytest.fixture(
    scope="session",
    params=[pytest.param(name, marks=() if name == "duckdb" else pytest.mark.slow) for name in ENGINES],
)
def duckdb_first(request: pytest.FixtureRequest) -> Engine:
    """DuckDB in every run, the others with the slow tests: for what is one macro's work and not SQL of each engine."""
    return _engine(request)


def _engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "duckdb":
        return Engine("duckdb")
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found

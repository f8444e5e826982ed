"""The engines that the tests of the dbt package run against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbtproject import ENGINES, Engine, postgres


@pytest.fixture(scope="session")
def postgres_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with postgres(tmp_path_factory.mktemp("postgres")) as engine:
        yield engine


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue("postgres_engine") if request.param == "postgres" else Engine("duckdb")
    return found

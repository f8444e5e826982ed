"""The parsers of Jinja and SQL are the dearest imports: a run loads them for content that it has never seen, only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from consumer import Consumer, shop

_SCRIPT = """
import sys
from ringfence.cli import main
code = main(["check", "--from", "index"])
print("loaded", *sorted({"jinja2", "sqlglot", "yaml"}.intersection(sys.modules)), file=sys.stderr)
raise SystemExit(code)
"""
_STAGING = "models/staging/staging.yml"
_MODEL = "models/marts/customer_segments_v1.sql"


def _loaded(repository: Consumer) -> set[str]:
    """Which of the parsers a check of what is staged loads."""
    repository.git("add", "-A")
    done = repository.run(sys.executable, "-c", _SCRIPT)
    assert done.code in (0, 1), done.all
    return set(done.err.splitlines()[-1].split()[1:])


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    made = shop(tmp_path_factory.mktemp("imports") / "shop")
    assert made.commit("the shop").code == 0
    assert _loaded(made) == {"jinja2", "sqlglot", "yaml"}  # everything is new
    return made


def _again(repository: Consumer) -> None:
    """Nothing new."""


def _described(repository: Consumer) -> None:
    repository.edit(_STAGING, "description: ", "description: Now ")


def _column_more(repository: Consumer) -> None:
    repository.edit(
        _STAGING, "    columns:\n", "    columns:\n      - name: no_such_column\n        description: New.\n"
    )


def _materialized(repository: Consumer) -> None:
    repository.edit("models/intermediate/intermediate.yml", "ephemeral", "table")


def _seed(repository: Consumer) -> None:
    repository.write({"seeds/codes.csv": "code,name\n1,one\n"})


def _seen_before(repository: Consumer) -> None:
    repository.git("checkout", "-q", "HEAD", "--", ".")


def _project_file(repository: Consumer) -> None:
    repository.edit("dbt_project.yml", "\n", "\n# another comment\n")


def _moved(repository: Consumer) -> None:
    repository.git("mv", "models/marts/daily_revenue.sql", "models/intermediate/daily_revenue.sql")


@pytest.mark.parametrize(
    "edit", [_again, _described, _column_more, _materialized, _seed, _seen_before, _project_file, _moved]
)
def test_no_new_sql_loads_neither(repository: Consumer, edit: Callable[[Consumer], None]) -> None:
    edit(repository)
    assert _loaded(repository) <= {"yaml"}


def test_new_sql_loads_what_it_takes(repository: Consumer) -> None:
    text = (repository.folder / _MODEL).read_text(encoding="utf-8")
    repository.write({_MODEL: text.replace("select\n", "select\n    2 as two,\n")})
    assert _loaded(repository) == {"sqlglot", "yaml"}  # a template that only says what it reads
    repository.write({_MODEL: "{% set one = 1 %}" + text})
    assert _loaded(repository) == {"jinja2", "sqlglot", "yaml"}
    repository.write({_MODEL: text})
    assert _loaded(repository) <= {"yaml"}


def test_readers_of_new_columns_are_followed_without_a_parser(repository: Consumer, tmp_path: Path) -> None:
    """What a source says moves the columns of all that reads it; their own text is known."""
    repository.edit("models/staging/sources.yml", "columns:\n", "columns:\n          - name: another\n")
    assert _loaded(repository) == {"yaml"}

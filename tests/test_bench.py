"""The tools of bench/: the generated project is always the same, and what is unknown is counted by construct."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

import make_project
import measure
import suite
import suite_rows
import unknown
from project_files import Options, generate


def _digest(options: Options) -> str:
    files = sorted(generate(options).files.items())
    return hashlib.sha256(repr(files).encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(), "298f0c3e8bb1ca6e"),
        (Options(models=1100, mutate=0.02), "39325d39278caf5e"),
        (Options(faults=0.3, seed=3), "50e524f57a2a18fb"),
        (Options(arguments="top"), "5bd1847eacf3c1cb"),
    ],
    ids=str,
)
def test_the_same_arguments_give_the_same_bytes(options: Options, expected: str) -> None:
    assert _digest(options) == expected


def test_a_project_is_written_and_committed(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    assert make_project.main([str(folder), "--models", "10", "--git"]) == 0
    assert (folder / ".git").is_dir()
    assert len(list(folder.glob("models/**/*.sql"))) == 10
    with pytest.raises(SystemExit, match="is not empty"):
        make_project.main([str(folder)])


def test_fewer_models_than_layers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        make_project.main([str(tmp_path / "p"), "--models", "2"])


def test_a_process_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-S", "-c", "raise SystemExit(3)"]
    record = tmp_path / "runs.json"
    assert measure.main(["-n", "2", "--json", str(record), "--", *command]) == 0
    assert "runs 2  exit 3" in capsys.readouterr().out
    assert json.loads(record.read_text(encoding="utf-8"))["codes"] == [3]
    assert measure.main(["-n", "1", "--warmup", "0", "--against", "true", "--", *command]) == 0
    assert "A/B wall" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("target.name == 'prod'", "target.name"),
        ("acme.star() is in a package that is not installed: run dbt deps", "package not installed: acme"),
        ("var('x'), which has neither a value nor a default", "var('x') without value or default"),
        ("config(a=...) under the condition env_var('A') == '1'", "env_var()"),
        ("ref() of an item of names", "loop over names"),
        ("ref() of the argument name", "argument of a macro"),
        ("something else", "something else"),
    ],
)
def test_reasons_are_sorted_by_construct(reason: str, expected: str) -> None:
    assert unknown.construct(reason) == expected


def test_unknown_values_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: p\n", encoding="utf-8")
    (tmp_path / "models" / "a.sql").write_text("{{ config(enabled=target.name == 'x') }} select 1", encoding="utf-8")
    (tmp_path / "models" / "b.sql").write_text("select * from {{ ref('a') }}", encoding="utf-8")
    assert unknown.main([str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "enabled              2        1   50.0%  target.name 1" in lines
    assert "refs                 2        0    0.0%" in lines
    assert unknown.main([str(tmp_path / "models")]) == 1


@pytest.mark.slow
def test_every_row_of_the_suite_has_a_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = [row.key for row in suite_rows.rows()]
    record = tmp_path / "results" / "made.json"
    small = ["--models", "30", "--runs", "1", "--warmup", "0", "--only", ",".join(keys)]
    assert suite.main([*small, "--keep", str(tmp_path), "--json", str(record)]) == 0
    size = json.loads(record.read_text(encoding="utf-8"))["models"]["30"]
    assert list(size["rows"]) == keys
    for row in size["rows"].values():
        assert "not measured" not in row, row
        assert row["cpu"][0] > 0
        assert row["memory"][0] > 0
        assert row["floors"] > 0
        assert row["exit"] == [0]
    assert "times beside" in size["rows"]["cold"]
    assert "not measured" not in capsys.readouterr().out


def test_a_profile_shows_parts_imports_functions_and_git(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert suite.main(["--models", "10", "--keep", str(tmp_path), "--profile", "rerun"]) == 0
    shown = capsys.readouterr().out
    for part in ("-- parts", "-- imports", "-- functions by own time", "-- git"):
        assert part in shown
    assert "ringfence/cli.py" in shown
    assert "git rev-parse" in shown
    assert str(tmp_path) not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "nothing"], "there is no row nothing"),
        (["--peer", "dbt-bouncer"], "write NAME=ENV"),
        (["--peer", "other=x"], "known are dbt-checkpoint"),
        (["--peer", "dbt-score=nowhere"], "there is no environment in"),
        (["--python", "nowhere/python"], "nowhere/python: name another"),
        (["--python", "/usr/bin/env"], "cannot run ringfence"),
        (["--models", "3"], "every .* one is locked"),
    ],
)
def test_what_cannot_be_measured_is_refused(arguments: list[str], said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        suite.main(arguments)


def test_what_has_no_figure_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--models", "10", "--runs", "1", "--only", "manifest-stale", "--keep", str(tmp_path)]
    assert suite.main(asked) == 0
    assert "not measured: dbt has to write the manifest" in capsys.readouterr().out

"""ringfence judges its own repository: the layers of the package and the projects beside it."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from consumer import ROOT, Consumer, hook_repository

LIMIT_MODULE, LIMIT_FUNCTION = 500, 50


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """This working tree as a repository of its own."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout, so there is no list of its files")
    folder = hook_repository(tmp_path_factory.mktemp("own") / "ringfence")
    return Consumer(folder)


def test_our_own_rules_find_nothing(copy: Consumer) -> None:
    result = copy.ringfence("check")
    assert result.out == ""
    assert result.code == 0


@pytest.mark.parametrize(
    ("path", "line", "told"),
    [
        ("domain/fact.py", "from ringfence.readers import git", "readers lies above domain"),
        (
            "stores/locks.py",
            "from ringfence.reporters import clean",
            "stores and reporters are neighbours on one floor",
        ),
        ("text/yaml.py", "import ringfence.sql.terms", "text and sql are neighbours on one floor"),
        ("rules/contract_missing.py", "from ringfence.cli import main", "cli lies above rules"),
        (
            "readers/static/values.py",
            "def f() -> None:\n    from ringfence.commands import check",
            "commands lies above readers",
        ),
    ],
    ids=lambda value: value[:24],
)
def test_an_import_that_climbs_is_reported(copy: Consumer, path: str, line: str, told: str) -> None:
    file = copy.folder / "hooks" / "ringfence" / path
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\n{line}\n", encoding="utf-8")
    result = copy.ringfence("check", "--rule", "import-layers")
    file.write_text(text, encoding="utf-8")
    assert result.code == 1
    assert f"hooks/ringfence/{path}:" in result.out
    assert told in result.out


def test_the_severity_of_import_layers_is_the_teams(copy: Consumer) -> None:
    file = copy.folder / "hooks" / "ringfence" / "loose.py"
    file.write_text("", encoding="utf-8")
    settings = copy.folder / "ringfence.yml"
    text = settings.read_text(encoding="utf-8")
    for severity, code, told in (("warning", 0, "[warning]"), ("'off'", 0, "")):
        settings.write_text(f"{text}\nrules: {{import-layers: {{severity: {severity}}}}}\n", encoding="utf-8")
        result = copy.ringfence("check", "--rule", "import-layers")
        assert (result.code, told in result.out) == (code, True)
        assert bool(result.out) == bool(told)
    settings.write_text(text, encoding="utf-8")
    file.unlink()


def test_a_new_room_needs_a_floor(copy: Consumer) -> None:
    file = copy.folder / "hooks" / "ringfence" / "utils.py"
    file.write_text("", encoding="utf-8")
    result = copy.ringfence("check", "--rule", "import-layers")
    file.unlink()
    assert "RF901 import-layers  module ringfence.utils has no layer" in result.out


def test_modules_and_functions_stay_small() -> None:
    for path in sorted([*(ROOT / "hooks").rglob("*.py"), *(ROOT / "scripts").glob("*.py")]):
        text = path.read_text(encoding="utf-8")
        if path.name != "index.py":
            assert text.count("\n") <= LIMIT_MODULE, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= LIMIT_FUNCTION, f"{path}:{node.lineno} {node.name} has {length} lines"


def test_no_hook_imports_dbt_opens_the_network_or_runs_foreign_code() -> None:
    forbidden = {"dbt", "requests", "urllib", "http", "socket", "pickle", "marshal", "shelve"}
    for path in sorted((ROOT / "hooks").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert not {name.split(".")[0] for name in names} & forbidden, f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), f"{path}:{node.lineno}"
            if isinstance(node, ast.keyword) and node.arg == "shell":
                raise AssertionError(f"{path} starts a shell")


def test_the_readme_names_every_hook_and_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("ringfence", "critical-model-locked", "contract-presence", "schema-yml", "manifest-diff"):
        assert f"`{name}`" in text
    for command in ("script/demo", "script/test"):
        assert command in text
        assert (ROOT / command).stat().st_mode & 0o100


def test_example_files_hold_nothing_of_the_machine_they_were_made_on() -> None:
    home = str(Path.home())
    for folder in ("examples", "integration_tests", "dbt_package", "docs", "tests/conformance/golden"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in (".yml", ".md", ".sql", ".json", ".csv"):
                text = path.read_text(encoding="utf-8")
                assert home not in text or home == "/root", path
                assert str(ROOT) not in text, path

"""A real consuming repository in a temporary folder: git, files, commits, and whatever program is to be run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).resolve().parent.parent
_SERVICES = ("GIT_", "PRE_COMMIT", "GITHUB_", "GITLAB_", "CI_", "DBT_", "PREK_")
_SINGLE = ("CI", "VIRTUAL_ENV", "PYTHONPATH", "SKIP")


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment without what a CI service, a hook or a virtual environment would say."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_SERVICES) and key not in _SINGLE}
    return {
        **kept,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        **extra,
    }


class Result(NamedTuple):
    """How a program ended, what it printed, what it said beside that."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


class Consumer:
    """A git repository on branch main."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = clean_environment(**environment)
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Tester")
        self.git("config", "user.email", "tester@example.com")

    @classmethod
    def of(cls, template: Consumer | Path, folder: Path, **environment: str) -> Self:
        """A copy of a whole repository: what many tests begin with is made once."""
        source = template if isinstance(template, Path) else template.folder
        shutil.copytree(source, folder, symlinks=True)
        made = cls.__new__(cls)
        made.folder, made.environment = folder, clean_environment(**environment)
        return made

    def run(self, *command: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Result:
        done = subprocess.run(
            command,
            cwd=cwd or self.folder,
            env={**self.environment, **(env or {})},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def git(self, *arguments: str) -> str:
        result = self.run("git", *arguments)
        assert result.code == 0, result.all
        return result.out.strip()

    def ringfence(self, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Result:
        return self.run(sys.executable, "-m", "ringfence", *arguments, env=env, cwd=cwd)

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} does not hold {old!r}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def commit(self, message: str = "change", *arguments: str) -> Result:
        self.git("add", "-A")
        return self.run("git", "commit", "-q", "-m", message, *arguments)


def shop(folder: Path, **environment: str) -> Consumer:
    """The example project in a repository of its own, not committed yet."""
    made = whole_shop(folder, **environment)
    # the example uses our package's tests alone, and hundreds of cold runs read what is there
    for topic in (folder / "packages" / "ringfence" / "macros").iterdir():
        if topic.is_dir() and topic.name != "tests":
            shutil.rmtree(topic)
    return made


def whole_shop(folder: Path, **environment: str) -> Consumer:
    """The example project with all of our package, for what asks for its other macros."""
    ignored = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.duckdb", ".user.yml", "packages.yml")
    shutil.copytree(ROOT / "examples" / "shop", folder, ignore=ignored)
    # our package lies beside the example in this repository: a repository of its own holds a copy, installed by a link
    shutil.copytree(ROOT / "dbt_package", folder / "packages" / "ringfence", ignore=ignored)
    (folder / "packages.yml").write_text("packages: [{local: packages/ringfence}]\n", encoding="utf-8")
    (folder / "dbt_packages").mkdir()
    os.symlink("../packages/ringfence", folder / "dbt_packages" / "ringfence")
    return Consumer(folder, **environment)


def hook_repository(folder: Path) -> Path:
    """This working tree, committed as it is into a repository that pre-commit can install hooks from (tag v0)."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env=clean_environment(),
    ).stdout.decode()
    source = Consumer(folder)
    for name in listed.split("\0")[:-1]:
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    assert source.commit("hooks").code == 0
    source.git("tag", "v0")
    return folder

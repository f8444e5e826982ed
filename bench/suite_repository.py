"""The git repository that a benchmark runs in: a generated project, committed, locked, and packed; and its edits.

It is made once per size and reused. Every edit has content that no run before has seen.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

BENCH = Path(__file__).resolve().parent
_PREPARED = "prepared"
_SILENT = ("RINGFENCE_", "GIT_", "PRE_COMMIT", "PREK_", "GITHUB_", "GITLAB_", "CI_", "DBT_", "PYTHON", "UV_", "XDG_")
_SILENT_NAMES = ("CI", "VIRTUAL_ENV", "SKIP")
_RULE = re.compile(r'^        name="(.+)",$', re.MULTILINE)
_WHO = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in {"NAME": "bench", "EMAIL": "bench@example.com"}.items()
}


def clean_environment(home: Path) -> dict[str, str]:
    """Nothing of the shell, of a hook, of a CI service or of the user's git configuration reaches what is measured."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_SILENT) and key not in _SILENT_NAMES}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    return {**kept, **quiet, **_WHO, "HOME": str(home)}


def fresh() -> str:
    """A word that no earlier run has used."""
    return f"b{time.time_ns():x}"


class Repository:
    """One generated project under git, as it was when it was `prepared`, until it is edited."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)
        self._originals: dict[str, str] = {}

    def git(self, *arguments: str) -> str:
        """Return what git printed. Raises CalledProcessError where it fails."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, check=True, stdout=subprocess.PIPE
        )
        return done.stdout.decode()

    def reset(self) -> None:
        """Back to the prepared state; ignored files (target/, the cache in the git directory) stay."""
        self.git("reset", "-q", "--hard", _PREPARED)
        self.git("clean", "-qfd")

    def original(self, path: str) -> str:
        if path not in self._originals:
            self._originals[path] = self.git("show", f"{_PREPARED}:{path}")
        return self._originals[path]

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            (self.folder / path).write_text(text, encoding="utf-8", newline="\n")

    def stage(self, files: Mapping[str, str]) -> None:
        self.write(files)
        self.git("add", "--", *files)

    def clear_cache(self) -> None:
        """What ringfence remembers: in the repository's git directory, or wherever else a home directory offers."""
        home = Path(self.environment["HOME"])
        for folder in (self.folder / ".git" / "ringfence", *home.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)

    def paths(self, *patterns: str) -> list[str]:
        return self.git("ls-files", "-z", "--", *patterns).split("\0")[:-1]


def prepare(keep: Path, models: int, ringfence: Sequence[str]) -> Repository:
    """The repository of that size in the folder `keep`; made there if it is not there yet."""
    home = keep / "home"
    home.mkdir(parents=True, exist_ok=True)
    folder = keep / f"models-{models}"
    repository = Repository(folder, clean_environment(home))
    if not _is_prepared(repository):
        shutil.rmtree(folder, ignore_errors=True)
        _make(repository, models, ringfence)
    repository.reset()
    # What a peer was given, and did not live to give back.
    shutil.rmtree(folder / "target", ignore_errors=True)
    # Loose objects of earlier runs would make git slower from run to run.
    repository.git("gc", "-q", "--prune=now")
    return repository


def _is_prepared(repository: Repository) -> bool:
    if not (repository.folder / ".git").is_dir():
        return False
    return bool(repository.git("tag", "--list", _PREPARED).strip())


def _make(repository: Repository, models: int, ringfence: Sequence[str]) -> None:
    # A process of its own: the kernel counts the memory of whoever starts a process as that process's own.
    maker = [sys.executable, str(BENCH / "make_project.py"), str(repository.folder), "--models", str(models)]
    subprocess.run(maker, check=True, stdout=subprocess.DEVNULL)
    repository.git("init", "-q", "-b", "main")
    repository.git("config", "core.logAllRefUpdates", "false")
    repository.git("config", "gc.auto", "0")
    (repository.folder / "README.md").write_text("A generated project.\n", encoding="utf-8")
    for message, command in (("project", None), ("locks", [*ringfence, "lock", "add"])):
        if command is not None:
            subprocess.run(
                command, cwd=repository.folder, env=repository.environment, check=True, stdout=subprocess.DEVNULL
            )
        repository.git("add", "-A")
        repository.git("commit", "-q", "-m", message, "--allow-empty")
    repository.git("tag", _PREPARED)


def kept_manifest(repository: Repository) -> Path:
    """Where the manifest of the prepared project is kept, outside of it: ringfence itself must not find it."""
    return repository.folder.with_name(f"{repository.folder.name}.manifest.json")


@contextmanager
def given(repository: Repository, manifest: Path) -> Iterator[None]:
    """The manifest lies in target/, as dbt leaves it, while this lasts."""
    target = repository.folder / "target"
    target.mkdir(exist_ok=True)
    try:
        shutil.copy(manifest, target / "manifest.json")
        yield
    finally:
        shutil.rmtree(target)


def spread(paths: Sequence[str], count: int) -> list[str]:
    """So many of the paths, evenly from first to last."""
    return [paths[len(paths) * number // count] for number in range(min(count, len(paths)))]


class Edits:
    """What the benchmark edits: schema files and models that are not locked, one model of each layer."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._comments = 0
        self._schemas = spread(repository.paths("models/**/*__models_*.yml"), 5)
        self._models = [self._unlocked(layer) for layer in ("staging", "intermediate", "marts")]

    def _unlocked(self, layer: str) -> str:
        """A model in the middle of its layer. Raises SystemExit where every one is locked."""
        found = self.repository.paths(f"models/{layer}/**/*.sql")
        middle = len(found) // 2
        locked = {Path(path).stem for path in self.repository.paths("ringfence/locks/*.yml")}
        for path in (*found[middle:], *found):
            if Path(path).stem not in locked:
                return path
        raise SystemExit(f"so few models that every {layer} one is locked: use more")

    def schemas(self, count: int) -> dict[str, str]:
        """A new description of the first model in each of `count` schema files."""
        return {path: self._described(path) for path in self._schemas[:count]}

    def _described(self, path: str) -> str:
        return self.repository.original(path).replace('description: "', f'description: "{fresh()} ', 1)

    def models(self) -> dict[str, str]:
        """A new column in a staging model, a new condition in an intermediate one, a new comment in a mart."""
        staging, between, mart = self._models
        original = self.repository.original
        head, _, tail = original(staging).rpartition("\nfrom ")
        return {
            staging: f"{head},\n    '{fresh()}' as bench_mark\nfrom {tail}",
            between: f"{original(between).rstrip()}\nwhere '{fresh()}' <> ''\n",
            mart: f"-- {fresh()}\n{original(mart)}",
        }

    def five(self) -> dict[str, str]:
        """Three models and two schema files."""
        return {**self.models(), **self.schemas(2)}

    def macro(self) -> dict[str, str]:
        """A macro that every staging model calls returns something else."""
        path = "macros/casting.sql"
        return {path: self.repository.original(path).replace("varchar)), ''", f"varchar)), '{fresh()}'")}

    def setting(self) -> dict[str, str]:
        """A variable more in dbt_project.yml."""
        return {"dbt_project.yml": f"{self.repository.original('dbt_project.yml')}  bench_mark: {fresh()}\n"}

    def comment(self) -> dict[str, str]:
        """One line of comment more on top of dbt_project.yml than the last time.

        Every setting moves, so all is judged anew; what files say is known.
        """
        self._comments += 1
        return {"dbt_project.yml": f"# {fresh()}\n" * self._comments + self.repository.original("dbt_project.yml")}

    def only(self, rule: str) -> dict[str, str]:
        """Every rule of this project off but one."""
        index = (BENCH.parent / "hooks" / "ringfence" / "rules" / "index.py").read_text(encoding="utf-8")
        off = [f"  {name}: {{severity: 'off'}}\n" for name in _RULE.findall(index) if name != rule]
        return {"ringfence.yml": "rules:\n" + "".join(off)}

    def readme(self) -> dict[str, str]:
        return {"README.md": f"A generated project, {fresh()}.\n"}

"""The rows of the benchmark that run ringfence itself: what is done before a run, what runs, what it may cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from suite_repository import BENCH, Edits

_SMALL = 1000  # models; budgets are given for a project of this size, and for larger ones
_ENTRY = re.compile(r"^- id: (?P<id>\S+)$.*?^  entry: ringfence (?P<arguments>.+?)$", re.MULTILINE | re.DOTALL)


class Budget(NamedTuple):
    """What a row may cost, each for projects of up to 1,000 models and for larger ones.

    `floors`: times the floor process. `seconds`: CPU. `besides`: times the process measured beside it. `megabytes`:
    peak.
    """

    floors: tuple[float, float] | None = None
    seconds: tuple[float, float] | None = None
    besides: float | None = None
    megabytes: float | None = None


class Row(NamedTuple):
    """What is done once (`start`) and ahead of every run (`before`) is not measured.

    `hook`: runs as a hook of a commit. `reading`: the floor of a cold read is measured beside it, of `structure` or of
    `columns` too. `commits`: what was edited is judged and committed before the run. `locked`: every model has a lock.
    """

    key: str
    label: str
    arguments: tuple[str, ...]
    before: Callable[[Edits], object]
    budget: Budget
    start: Callable[[Edits], object] | None = None
    hook: bool = False
    reading: str = ""
    commits: bool = False
    locked: bool = False


_WARM = Budget(floors=(2.5, 3.0))
_NEW_SQL = Budget(floors=(8.0, 9.0), megabytes=80.0)
_WHOLE = Budget(seconds=(0.4, 2.5), megabytes=350.0)
_HOOK = Budget(floors=(2.0, 2.0))
_COLD = Budget(besides=2.0)
_COLD_COLUMNS = Budget(besides=2.2, megabytes=400.0)
_COMMIT = ("check", "--from", "index")
_DIFF = ("diff", "--base", "HEAD", "--head", "index")
_READ = ("diff", "--base", "HEAD", "--head", "HEAD")  # of two equal trees: everything is read, nothing compared


def _nothing(_edits: Edits) -> None:
    """The run before was over the same state."""


def _five(edits: Edits) -> None:
    edits.repository.stage(edits.five())


def _schemas(edits: Edits) -> None:
    edits.repository.stage(edits.schemas(5))


def _macro(edits: Edits) -> None:
    edits.repository.stage(edits.macro())


def _setting(edits: Edits) -> None:
    edits.repository.stage(edits.setting())


def _readme(edits: Edits) -> None:
    edits.repository.stage(edits.readme())


def _comment(edits: Edits) -> None:
    edits.repository.write(edits.comment())


def _one_rule(edits: Edits) -> None:
    """A rule that asks for the columns of every model, and no other; the base has it so, for no lock is loosened."""
    edits.repository.stage(edits.only("ghost-column"))
    edits.repository.git("commit", "-q", "-m", "one rule")


def _forget(edits: Edits) -> None:
    edits.repository.clear_cache()


def rows() -> list[Row]:
    return [
        Row("rerun", "commit of 5 files: nothing new", _COMMIT, _nothing, _WARM, _five, hook=True),
        Row("yaml", "commit of 5 files: 5 YAML edited", _COMMIT, _schemas, _WARM, hook=True),
        Row("sql", "commit of 5 files: 3 new SQL, 2 YAML", _COMMIT, _five, _NEW_SQL, hook=True),
        Row("committed", "the base moved: 5 files just committed", _COMMIT, _five, _WARM, hook=True, commits=True),
        Row("macro", "commit of an edited macro", _COMMIT, _macro, _WHOLE, hook=True),
        Row("setting", "commit of an edited dbt_project.yml", _COMMIT, _setting, _WHOLE, hook=True),
        *_hooks(),
        Row(
            "locks",
            "the same, a lock with logic for each model",
            ("check", "--rule", "RF1", "--from", "index"),
            _readme,
            _HOOK,
            hook=True,
            locked=True,
        ),
        Row("check", "check: nothing new", ("check",), _nothing, _WHOLE),
        Row("check-facts", "check: facts known, nothing judged", ("check",), _comment, _WHOLE),
        Row("cold", "first read: no cache, nothing judged", _READ, _forget, _COLD, reading="structure"),
        Row(
            "cold-columns",
            "first read: columns too, one rule",
            ("check",),
            _forget,
            _COLD_COLUMNS,
            _one_rule,
            reading="columns",
        ),
        Row("cold-check", "check: no cache", ("check",), _forget, Budget(), reading="columns"),
        Row("diff", "diff of 5 files: nothing new", _DIFF, _nothing, _WARM, _five),
        Row("diff-sql", "diff of 5 files: 3 new SQL, 2 YAML", _DIFF, _five, _NEW_SQL),
    ]


def _hooks() -> list[Row]:
    """One row per single hook that this repository offers; the one without arguments is the row of a commit."""
    offered = (BENCH.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    found = []
    for hook in _ENTRY.finditer(offered):
        command, *arguments = hook["arguments"].split()
        if arguments:
            words, name = (command, *arguments), hook["id"]
            found.append(Row(f"hook-{name}", f"hook {name}, README edited", words, _readme, _HOOK, hook=True))
    return found


def limit(pair: tuple[float, float], models: int) -> float:
    """The budget for that many models."""
    return pair[0] if models <= _SMALL else pair[1]

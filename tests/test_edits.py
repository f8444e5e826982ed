"""Edits of public projects by their kinds, applied to a project of ours: what says the same is silent, what does not
is caught and put down to its cause."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from cosmetic_edits import KINDS, SQL
from edit_cosmetic import cosmetic_sql, cosmetic_yaml
from edit_locks import locks, opened, told
from edited_project import FILES, LOCKED
from real_edits import SQL as REAL_KINDS
from real_edits import apply
from ringfence.domain.lock import Lock

FACTS = Path(__file__).parent / "edits"


class Row(NamedTuple):
    """An edit of a public project: where it stands, what was done."""

    repository: str
    commit: str
    path: str
    kind: str
    fact: str = ""


def rows(name: str) -> list[Row]:
    """The rows of a table of edits."""
    lines = (FACTS / name).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [Row(*one) for one in cells if re.fullmatch("[0-9a-f]{7,40}", one[1])]


@lru_cache(maxsize=4)
def _held(files: tuple[tuple[str, str], ...], labels: tuple[str, ...]) -> dict[str, list[Lock]]:
    project = opened(dict(files))
    return {guard: locks(project, labels, guard) for guard in ("interface", "logic")}


def said(old: Mapping[str, str], new: Mapping[str, str], labels: tuple[str, ...] = LOCKED) -> dict[str, list[str]]:
    """What the locks that a project had before an edit say after it, by their guard."""
    project = opened(new)
    return {guard: list(told(taken, project)) for guard, taken in _held(tuple(old.items()), labels).items()}


def _chance(row: Row) -> random.Random:
    return random.Random(f"{row.repository} {row.commit} {row.path} {row.kind}")


def cosmetic(row: Row, files: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """A project before and after an edit of the row's kind, in a file of the row's sort."""
    chance = _chance(row)
    suffix = ".sql" if row.kind in SQL else ".yml"
    paths = [path for path in files if path.endswith(suffix)]
    for _ in range(200):
        path = chance.choice(paths)
        old, new = KINDS[row.kind](files[path], chance)
        if old != new:
            return {**files, path: old}, {**files, path: new}
    raise LookupError(row.kind)


REAL = rows("real_changes.md")
COSMETIC = rows("real_cosmetic.md")


def test_the_tables_are_as_wide_as_they_say() -> None:
    for table, least in ((REAL, 100), (COSMETIC, 250)):
        assert len(table) >= least
        assert len({row.repository for row in table}) >= 20
        assert max(Counter(row.repository for row in table).values()) <= 20
        assert len({(row.repository, row.commit, row.path, row.kind) for row in table}) == len(table)
    assert len(COSMETIC) + len(MADE) >= 500
    assert len(REAL) + len(MADE_REAL) >= 200


def attributed(messages: list[str], cause: str) -> bool:
    """Whether a cause is named before all others; beside it, only what came or went with the edit."""
    logic = [one for one in messages if one.startswith("RF108")]
    named = [one for one in messages if cause in one]
    others = [part for one in logic for part in _CAUSES.findall(one) if part not in cause]
    return bool(named) and not any(part.endswith("changed") for part in others)


_CAUSES = re.compile(
    r"(?:its own SQL|(?:macro|var|seed|ephemeral|config|ref|materialization|package) [\w.]+) (?:changed|came|went)"
)


def _every_other(table: list[Row]) -> list[object]:
    """All rows, every other one in every run of the tests."""
    names = [f"{row.repository}-{row.commit[:7]}-{row.kind}" for row in table]
    slow = pytest.mark.slow
    return [pytest.param(row, id=names[at], marks=slow if at % 2 else ()) for at, row in enumerate(table)]


@pytest.mark.parametrize("row", _every_other(REAL))
def test_what_changes_a_model_is_put_down_to_its_cause(row: Row) -> None:
    edited = apply(FILES, row.kind, row.fact, _chance(row))
    messages = said(FILES, edited.files)["logic"]
    assert attributed(messages, edited.cause), (edited.path, edited.cause, messages)


@pytest.mark.parametrize("row", _every_other(COSMETIC))
def test_what_says_the_same_is_silent(row: Row) -> None:
    old, new = cosmetic(row, FILES)
    assert said(old, new) == {"interface": [], "logic": []}


ROOT = Path(__file__).parent.parent / "examples" / "shop"
SHOP = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(ROOT.rglob("*"))
    if path.suffix in (".sql", ".yml", ".csv", ".md") and "locks" not in path.parts and path.name != "ringfence.yml"
}
MARTS = tuple(node.identity.label for node in opened(SHOP).nodes("model") if node.path.startswith("models/marts/"))
# Edits of each kind that says the same, and of each kind of SQL that does not, are made in the example as well.
MADE = [(kind, seed) for kind in KINDS for seed in range(7)]
_SQL_OF_MARTS = {path: text for path, text in SHOP.items() if path.startswith("models/marts/")}


def _has_place_for(kind: str, seed: int) -> bool:
    try:
        apply(_SQL_OF_MARTS, kind, "", random.Random(seed))
    except LookupError:
        return False
    return kind != "Jinja statement"


MADE_REAL = [(kind, seed) for kind in REAL_KINDS for seed in range(3) if _has_place_for(kind, seed)]


def _mostly_slow(made: list[tuple[str, int]], quick: int) -> list[object]:
    """All of them, those of the first seeds in every run of the tests."""
    return [pytest.param(*one, marks=() if one[1] < quick else pytest.mark.slow) for one in made]


@pytest.mark.parametrize(("kind", "seed"), _mostly_slow(MADE, 2))
def test_the_example_is_silent(kind: str, seed: int) -> None:
    old, new = cosmetic(Row("shop", str(seed), "", kind), SHOP)
    (edited,) = [path for path in old if old[path] != new[path]]
    held = [label for label in MARTS if label.partition(".")[0] in edited or label in ("fct_orders", "dim_customers")]
    assert said(old, new, tuple(held)) == {"interface": [], "logic": []}


@pytest.mark.parametrize(("kind", "seed"), _mostly_slow(MADE_REAL, 1))
def test_the_example_speaks(kind: str, seed: int) -> None:
    edited = apply(_SQL_OF_MARTS, kind, "", random.Random(seed))
    messages = said(SHOP, {**SHOP, edited.path: edited.files[edited.path]}, MARTS)["logic"]
    assert attributed(messages, edited.cause), (edited.cause, messages)


@pytest.mark.parametrize("kind", KINDS)
def test_edits_say_the_same_to_other_judges(kind: str) -> None:
    """Each kind changes the text, and the judges that label the histories call it cosmetic as well."""
    done = 0
    for path, text in FILES.items():
        if not path.endswith(".sql" if kind in SQL else ".yml"):
            continue
        for seed in range(4):
            old, new = KINDS[kind](text, random.Random(seed))
            if old != new:
                assert (cosmetic_sql if kind in SQL else cosmetic_yaml)(old, new) is not None, (path, seed, old, new)
                done += 1
    assert done >= 3

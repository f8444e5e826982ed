"""Edits in the histories of public dbt projects, labelled: cosmetic ones by other judges than our fingerprints.

python bench/mine_edits.py [--real] [--each N] [--kind N] [--show] MIRRORS

Prints a table row per edit: repository, commit, path, kind, and for real ones the smallest fact; no code.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from edit_cosmetic import cosmetic_sql, cosmetic_yaml
from edit_history import Edit, edits, repositories
from edit_real import real


class Found(NamedTuple):
    """An edit with its label."""

    edit: Edit
    kind: str
    fact: str

    @property
    def row(self) -> str:
        """The edit as a table row."""
        repository, commit, path, *_ = self.edit
        fact = f" {self.fact} |" if self.fact else ""
        return f"| {repository} | {commit[:10]} | {path} | {self.kind} |{fact}"


def in_dbt(path: str) -> bool:
    """Return whether dbt reads a file as a model, macro, properties file, seed or project file, by its path."""
    folders = path.lower().split("/")[:-1]
    name = path.rpartition("/")[2]
    if {"target", "dbt_packages", "dbt_modules", "include"} & {*folders}:
        return False  # what dbt made or brought
    return name == "dbt_project.yml" or any(
        one in ("models", "macros", "seeds", "snapshots", "data") for one in folders
    )


def cosmetic(edit: Edit) -> tuple[str, str] | None:
    """Return kind of a cosmetic edit, None for any other."""
    judge = cosmetic_sql if edit.path.endswith(".sql") else cosmetic_yaml
    kind = None if edit.path.endswith(".csv") else judge(edit.old, edit.new)
    return None if kind is None else (kind, "")


def mined(
    mirrors: Path, judge: Callable[[Edit], tuple[str, str] | None], each: int, of_kind: int, per_kind: int
) -> Iterator[Found]:
    """Yield labelled edits: at most so many of a repository, of a kind in it, and of a kind in all."""
    total: Counter[str] = Counter()
    for repository, folder in repositories(mirrors):
        mine: Counter[str] = Counter()
        seen: set[tuple[str, str]] = set()
        for edit in edits(repository, folder):
            if mine.total() >= each:
                break
            if not in_dbt(edit.path):
                continue
            label = judge(edit)
            if label is None or mine[label[0]] >= of_kind or total[label[0]] >= per_kind:
                continue
            if (edit.commit, label[0]) in seen:
                continue
            seen.add((edit.commit, label[0]))
            mine[label[0]] += 1
            total[label[0]] += 1
            yield Found(edit, *label)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--real", action="store_true", help="real edits instead of cosmetic ones")
    parser.add_argument("--each", type=int, default=14, help="the most of one repository")
    parser.add_argument("--of-kind", type=int, default=3, help="the most of one kind in a repository")
    parser.add_argument("--kind", type=int, default=30, help="the most of one kind")
    parser.add_argument("--show", action="store_true", help="show the difference of each edit, to read the labels by")
    asked = parser.parse_args(argv)
    for found in mined(asked.mirrors, real if asked.real else cosmetic, asked.each, asked.of_kind, asked.kind):
        print(found.row, flush=True)
        if asked.show:
            print("\n".join(_difference(found.edit)), end="\n\n")
    return 0


def _difference(edit: Edit) -> Iterator[str]:
    import difflib

    lines = list(difflib.unified_diff(edit.old.splitlines(), edit.new.splitlines(), n=0, lineterm=""))[2:]
    yield from (f"    {one[:150]}" for one in lines[:24])


if __name__ == "__main__":
    raise SystemExit(main())

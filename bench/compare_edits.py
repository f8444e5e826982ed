"""Every SQL edit in the histories of public dbt projects: our fingerprint beside judges that know nothing of it.

python bench/compare_edits.py [--commits N] [--files N] [--minutes N] [--show] MIRRORS

Prints how many edits have equal fingerprints, and where the two disagree: edits that the judges call cosmetic and that
moved the fingerprint, and edits that left it and that Jinja's lexer and sqlglot's tokenizer read otherwise. To them
all branches of a statement are rendered, one behind the other.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from edit_cosmetic import cosmetic_sql, tokens
from edit_history import Edit, edits, repositories
from mine_edits import in_dbt
from ringfence.sql.fingerprint import source_fingerprint


def verdict(edit: Edit) -> str:
    """Return how the fingerprint and the judges stand to each other over one edit."""
    same = source_fingerprint(edit.old) == source_fingerprint(edit.new)
    if not same:
        return "noise: cosmetic, and moved" if cosmetic_sql(edit.old, edit.new) is not None else "moved"
    before, after = tokens(edit.old), tokens(edit.new)
    if before is None or after is None:
        return "equal, not read by the judges"
    return "equal" if before == after else "equal: the judges, to whom all branches are rendered, read it otherwise"


def sql_edits(mirrors: Path, commits: int, files: int) -> Iterator[Edit]:
    """Yield the edits of SQL files that dbt reads, so many of a repository at most."""
    for repository, folder in repositories(mirrors):
        left = files
        for edit in edits(repository, folder, commits):
            if left and edit.path.endswith(".sql") and in_dbt(edit.path):
                left -= 1
                yield edit
            if not left:
                break


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--commits", type=int, default=1500, help="the most commits of a repository")
    parser.add_argument("--files", type=int, default=900, help="the most edits of a repository")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--show", action="store_true", help="name the edits over which the two disagree")
    asked = parser.parse_args(argv)
    found: Counter[str] = Counter()
    end = time.monotonic() + asked.minutes * 60
    for edit in sql_edits(asked.mirrors, asked.commits, asked.files):
        if time.monotonic() > end:
            break
        said = verdict(edit)
        found[said] += 1
        if asked.show and ":" in said:
            print(f"  {said}: {edit.repository} {edit.commit[:10]} {edit.path}")
    print(f"{found.total()} edits; " + "; ".join(f"{said} {count}" for said, count in found.most_common()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

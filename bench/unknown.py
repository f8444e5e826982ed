"""What the static reader leaves unknown in dbt projects, field by field, and which constructs hide it.

python bench/unknown.py [--reasons N] [--texts] PROJECT_FOLDER ...
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Unknown
from ringfence.readers.static.open import DiskTree, open_projects
from ringfence.readers.static.project import StaticProject
from ringfence.readers.static.shares import FIELDS, construct, values

__all__ = ["construct", "main", "report"]


def report(project: StaticProject, reasons: int, *, texts: bool) -> Iterator[str]:
    """A line per field: values, unknown ones, their share, the most frequent reasons."""
    total: Counter[str] = Counter()
    hidden: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for field, fact in values(project):
        total[field] += 1
        if isinstance(fact, Unknown):
            hidden[field][fact.reason if texts else construct(fact.reason)] += 1
    kinds = Counter(node.identity.kind for node in project.nodes())
    yield f"{project.name} ({', '.join(f'{count} {kind}' for kind, count in kinds.most_common())})"
    if project.missing_packages:
        yield f"not installed: {', '.join(project.missing_packages)}"
    yield f"{'field':<14} {'values':>7} {'unknown':>8} {'share':>7}  reasons"
    for field in FIELDS:
        unknown = hidden[field].total()
        share = unknown / total[field] if total[field] else 0.0
        told = "; ".join(f"{reason} {count}" for reason, count in hidden[field].most_common(reasons))
        yield f"{field:<14} {total[field]:>7} {unknown:>8} {share:>7.1%}  {told}".rstrip()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--reasons", type=int, default=4, help="how many reasons a line shows")
    parser.add_argument(
        "--texts", action="store_true", help="show reasons as ringfence tells them, not their construct"
    )
    asked = parser.parse_args(argv)
    code = 0
    for folder in asked.folders:
        place = str(folder.resolve())
        try:
            projects = open_projects(DiskTree(place), place, [])
        except RingfenceError as error:
            print(f"{folder}: {error}\n")
            code = 1
            continue
        for project in projects:
            print("\n".join(report(project, asked.reasons, texts=asked.texts)), end="\n\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main())

"""The suite behind the budgets: our figures, the floor process of the same run, the ratios, the budget beside each.

    bench/run [--python ENV/bin/python] [--models 1000,10000] [--keep DIR] [--only ROW,ROW] [--json FILE]
    bench/run --dbt ENV --peer dbt-checkpoint=ENV --peer dbt-bouncer=ENV --peer dbt-score=ENV
    bench/run --profile ROW --models 1000          where the time of one row goes
    bench/run --list                               the rows

docs/benchmarks.md says what the rows mean.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import suite_manifest
import suite_profile
from suite_bench import Bench
from suite_install import Installed, install
from suite_measure import FLOOR, Environment
from suite_peers import Peers
from suite_repository import prepare
from suite_rows import Budget, rows
from suite_table import Told, as_json, figures, floor_of, heading, judged, line, record, told_of

_INSTALL = "install"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="of the environment whose ringfence is measured")
    parser.add_argument(
        "--models", type=_sizes, default="1000,10000", metavar="N,N", help="project sizes (default: 1000,10000)"
    )
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each row (default: 5)")
    parser.add_argument("--warmup", type=int, default=1, help="runs before them that do not count (default: 1)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the repositories here and use them again")
    parser.add_argument("--only", metavar="ROW,ROW", help="these rows only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--dbt", type=Path, metavar="ENV", help="environment of dbt: time `dbt parse`")
    parser.add_argument("--dbt-runs", type=int, default=1, help="runs of `dbt parse`, which are long (default: 1)")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=ENV", help="another tool to time")
    parser.add_argument("--profile", metavar="ROW", help="show where the time of this row goes")
    parser.add_argument("--list", action="store_true", help="list the rows")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(argv)
    known = {**{row.key: row.label for row in rows()}, **suite_manifest.NAMES, _INSTALL: "environment of a hook"}
    if asked.list:
        print("\n".join(f"{key:<28} {label}" for key, label in known.items()))
        return 0
    chosen = (asked.profile or asked.only or ",".join(known)).split(",")
    for name in chosen:
        if name not in known:
            raise SystemExit(f"there is no row {name}: bench/run --list shows them")
    peers = Peers(dict(map(_pair, asked.peer)), asked.dbt.absolute() if asked.dbt else None)
    environment = Environment(os.path.abspath(asked.python))
    with tempfile.TemporaryDirectory() as place:
        keep = (asked.keep or Path(place)).resolve()
        benches = {size: _bench(keep, size, environment) for size in asked.models}
        if asked.profile:
            _profile(benches.values(), chosen[0])
            return 0
        made = {
            **environment.facts,
            "git": subprocess.check_output(["git", "version"], text=True).split()[2],
            "peers": peers.versions(),
            "floor": f'python -I -c "{FLOOR}"',
            "models": {str(size): _size(size, bench, chosen, peers, asked) for size, bench in benches.items()},
        }
    if _INSTALL in chosen:
        made[_INSTALL] = _installed(environment.python)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(as_json(made), encoding="utf-8")
    return 0


def _bench(keep: Path, models: int, environment: Environment) -> Bench:
    return Bench(prepare(keep, models, environment.ringfence), environment)


def _profile(benches: Iterable[Bench], name: str) -> None:
    """Raises SystemExit for a row that is not one of ringfence's own."""
    for bench in benches:
        for row in rows():
            if row.key == name:
                print("\n".join(suite_profile.report(bench, row)), flush=True)
                break
        else:
            raise SystemExit(f"{name} has no profile: it is not a run of ringfence")


def _sizes(text: str) -> list[int]:
    return [int(size) for size in text.split(",")]


def _pair(text: str) -> tuple[str, Path]:
    name, found, folder = text.partition("=")
    if not found:
        raise SystemExit(f"--peer {text}: write NAME=ENV")
    return name, Path(folder).absolute()


def _size(
    models: int, bench: Bench, chosen: Sequence[str], peers: Peers, asked: argparse.Namespace
) -> dict[str, object]:
    """Measure every row at one size; print each as soon as it is known, and return the record."""
    print(heading(models), flush=True)
    told = []
    for one in _rows(models, bench, chosen, peers, asked):
        print(line(one), flush=True)
        told.append(one)
    floor = floor_of(told)
    if floor:
        print(f"F, the floor process: CPU {floor.cpu[0]:.4f} s, {floor.memory[0]:.1f} MB")
    return {"floor": figures(floor) if floor else None, "rows": {one.key: record(one) for one in told}}


def _rows(models: int, bench: Bench, chosen: Sequence[str], peers: Peers, asked: argparse.Namespace) -> Iterator[Told]:
    for row in rows():
        if row.key in chosen:
            found = bench.measure(row, asked.runs, asked.warmup)
            failed = not set(found.own.codes) <= {0, 1}
            yield told_of(row.key, row.label, bench.complaint(row) if failed else found, row.budget, models)
    for peer, result in peers.measure(bench, asked.runs, asked.dbt_runs):
        yield told_of(peer.key, peer.label, result, Budget(), models)
    wanted = [name for name in suite_manifest.NAMES if name in chosen]
    if wanted:
        for key, label, budget, result in suite_manifest.measure(bench, wanted, asked.runs, asked.warmup):
            yield told_of(key, label, result, budget, models)


def _installed(python: str) -> dict[str, object]:
    found = install(python)
    if not isinstance(found, Installed):
        print(f"\nenvironment of a hook: not measured: {found}")
        return {"not measured": found}
    names = ", ".join(found.packages)
    print(
        f"\nenvironment of a hook: {found.megabytes:.1f} MB, {len(found.packages)} packages ({names})"
        f"  {judged(found.verdicts)}"
    )
    return {"megabytes": round(found.megabytes, 1), "packages": list(found.packages), "budget": dict(found.verdicts)}

"""Time whole processes from outside: wall, CPU (user and system) and peak memory, the median of several runs.

    python bench/measure.py [-n RUNS] [--warmup W] [--cwd DIR] [--prepare SHELL] [--label L] [--json FILE] -- COMMAND
    python bench/measure.py [-n RUNS] --against 'COMMAND_B' -- COMMAND_A     A B A B ..., and the ratio pair by pair

CPU and memory are the kernel's own accounting of the finished child (wait4), its waited-for children included (memory:
the largest single process). On a busy machine compare CPU, not wall; the load of the last minute is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_FIELDS = ("wall", "cpu", "memory")
# ru_maxrss counts bytes on macOS, kilobytes elsewhere.
_MEGABYTE = 1024 * 1024 if sys.platform == "darwin" else 1024


class Run(NamedTuple):
    """Seconds, seconds, megabytes, exit code."""

    wall: float
    cpu: float
    memory: float
    code: int


class Summary(NamedTuple):
    """Per field (median, smallest, largest); the exit codes met."""

    runs: int
    codes: list[int]
    wall: tuple[float, float, float]
    cpu: tuple[float, float, float]
    memory: tuple[float, float, float]


def once(command: Sequence[str], cwd: str | None = None, environment: Mapping[str, str] | None = None) -> Run:
    start = time.perf_counter()
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MEGABYTE, process.returncode)


def summary(runs: Sequence[Run]) -> Summary:
    def spread(values: list[float]) -> tuple[float, float, float]:
        return statistics.median(values), min(values), max(values)

    wall, cpu, memory = (spread([getattr(run, field) for run in runs]) for field in _FIELDS)
    return Summary(len(runs), sorted({run.code for run in runs}), wall, cpu, memory)


def measure(
    command: Sequence[str], runs: int = 5, warmup: int = 1, cwd: str | None = None, prepare: str | None = None
) -> Summary:
    """`prepare` is a shell command before every run; it is not measured."""
    found = []
    for _ in range(warmup + runs):
        if prepare:
            subprocess.run(prepare, shell=True, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
        found.append(once(command, cwd))
    return summary(found[warmup:])


def pairs(
    one: Sequence[str], other: Sequence[str], runs: int = 5, warmup: int = 1, cwd: str | None = None
) -> list[tuple[Run, Run]]:
    """Alternate, so that both meet the same load."""
    return [(once(one, cwd), once(other, cwd)) for _ in range(warmup + runs)][warmup:]


def line(label: str, found: Summary) -> str:
    parts = []
    for field, unit in (("wall", "s"), ("cpu", "s"), ("memory", "MB")):
        median, low, high = getattr(found, field)
        digits = 1 if unit == "MB" else 3
        parts.append(f"{field} {median:.{digits}f} {unit} [{low:.{digits}f}-{high:.{digits}f}]")
    codes = ", ".join(map(str, found.codes))
    return f"{label:<50} {'  '.join(parts)}  runs {found.runs}  exit {codes}"


def _ratios(found: list[tuple[Run, Run]]) -> dict[str, float]:
    wall = statistics.median(one.wall / other.wall for one, other in found)
    cpu = statistics.median(one.cpu / max(other.cpu, 1e-6) for one, other in found)
    return {"wall": wall, "cpu": cpu}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--runs", type=int, default=5)
    parser.add_argument("--warmup", type=int, default=1)
    parser.add_argument("--cwd")
    parser.add_argument("--prepare", help="shell command before every run, not measured")
    parser.add_argument("--label")
    parser.add_argument("--json", help="append the result to this file, one line of JSON")
    parser.add_argument("--against", help="a second command, run alternately")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args(argv)
    command = asked.command[1:] if asked.command[:1] == ["--"] else asked.command
    if not command:
        parser.error("which command?")
    label = asked.label or shlex.join(command)[:50]
    record: dict[str, object] = {"label": label}
    if asked.against:
        found = pairs(command, shlex.split(asked.against), asked.runs, asked.warmup, asked.cwd)
        one, other = (summary([pair[place] for pair in found]) for place in (0, 1))
        ratio = _ratios(found)
        print(line(f"A {label}"[:50], one))
        print(line(f"B {asked.against}"[:50], other))
        print(f"A/B wall {ratio['wall']:.2f}  cpu {ratio['cpu']:.2f}  load {os.getloadavg()[0]:.1f}")
        record |= {"a": one._asdict(), "b": other._asdict(), "ratio": ratio}
    else:
        one = measure(command, asked.runs, asked.warmup, asked.cwd, asked.prepare)
        print(line(label, one), f" load {os.getloadavg()[0]:.1f}")
        record |= one._asdict()
    if asked.json:
        with open(asked.json, "a", encoding="utf-8") as file:
            file.write(json.dumps({**record, "load": os.getloadavg()[0]}) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

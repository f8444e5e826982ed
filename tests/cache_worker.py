"""A process that uses a cache until it is stopped: run by the tests of what processes share.

python cache_worker.py write FOLDER          writes one state after the other, as fast as it can
python cache_worker.py judge REPOSITORY CACHE RUNS SEED REVISION...
                                              judges revisions at random; prints `revision digest` for every run
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
from contextlib import redirect_stdout
from random import Random

from ringfence import cli
from ringfence.stores.cache import Cache, Save, Slot

OWNERS = 400


def write(folder: str) -> None:
    """Write states without end; every record of a state names it."""
    number = 0
    while True:
        number += 1
        cache = Cache(folder, "a" * 16)
        before = cache.slot("shop")
        stamp = f"{os.getpid()}-{number}"
        records = {f"owner{one}": {"h": [f"key {stamp}"], "stamp": stamp} for one in range(OWNERS)}
        after = Slot(0, "", "", stamp, {}, stamp)
        cache.save(Save("shop", before, after, frozenset({"u"}), {"u": records}, {"h": "u"}))
        cache.close()


def judged(repository: str, cache: str, revision: str) -> str:
    """Return a digest of what a check of a revision prints, with its exit code."""
    os.environ["RINGFENCE_CACHE"] = cache
    os.chdir(repository)
    out = io.StringIO()
    with redirect_stdout(out):
        code = cli.main(["check", "--from", revision, "--base", "main", "--format", "json"])
    return hashlib.sha256(f"{code}{out.getvalue()}".encode()).hexdigest()[:16]


def judge(repository: str, cache: str, runs: int, seed: int, revisions: list[str]) -> None:
    """Judge revisions at random."""
    random = Random(seed)
    for _ in range(runs):
        revision = random.choice(revisions)
        sys.stdout.write(f"{revision} {judged(repository, cache, revision)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2])
    else:
        judge(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6:])

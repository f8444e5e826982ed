"""Run ringfence inside this process, looked at from inside; started by suite_profile, by the measured environment.

python suite_child.py profile FILE ARGUMENTS...    cProfile as JSON: file, line, function, calls, own, whole
python suite_child.py parts FILE ARGUMENTS...      CPU seconds of the process itself and of the processes it waited for
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

_PACKAGE_FOLDERS = ("site-packages/", "/hooks/", "/lib/python")


def _short(path: str) -> str:
    """The path from the package's top, not from this machine's."""
    path = path.replace("\\", "/")
    for folder in _PACKAGE_FOLDERS:
        _, found, rest = path.rpartition(folder)
        if found:
            return rest
    return path


def _call() -> int:
    from ringfence.cli import main

    return main(sys.argv[3:])


def profile(call: Callable[[], int]) -> object:
    import cProfile
    import pstats

    profiler = cProfile.Profile()
    profiler.runcall(call)
    # typeshed does not know `stats`: (file, line, function) -> (primitive calls, calls, own, with callees, callers)
    known = vars(pstats.Stats(profiler))["stats"]
    return [
        [_short(file), line, function, calls, own, whole]
        for (file, line, function), (_, calls, own, whole, _) in known.items()
    ]


def parts(call: Callable[[], int]) -> object:
    import resource
    import time

    def used(who: int) -> float:
        found = resource.getrusage(who)
        return found.ru_utime + found.ru_stime

    began = time.perf_counter()
    at_start = used(resource.RUSAGE_SELF)
    code = call()
    return {
        "code": code,
        "modules": len(sys.modules),
        "wall, from ringfence's first import on": time.perf_counter() - began,
        "CPU before it: Python and this measurement": at_start,
        "CPU of ringfence itself": used(resource.RUSAGE_SELF) - at_start,
        "CPU of the processes it waited for (git)": used(resource.RUSAGE_CHILDREN),
    }


if __name__ == "__main__":
    found = {"profile": profile, "parts": parts}[sys.argv[1]](_call)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(found, file)

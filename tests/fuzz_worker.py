"""The command line in a process that counts its own work: run by the tests of properties files broken at random.

python fuzz_worker.py [--uncounted] ARGUMENTS...     as `ringfence ARGUMENTS...`; the last line of standard error is
                                                     then `work CALLS PEAK`: functions that were called, and the most
                                                     memory held at any time, in KiB
"""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from ringfence.cli import main

LIMIT = 2 << 30  # of address space, in bytes: a runaway ends here and takes nothing else along
_calls = 0


def _count(frame: FrameType, event: str, _argument: Any) -> None:
    global _calls  # noqa: PLW0603  (a profile function has nowhere else to put it)
    _calls += event == "call"


def _peak() -> int:
    """The most memory held, in KiB; what the kernel says of resources starts at what the parent held."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if found is None else int(found[1])


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    arguments = [word for word in sys.argv[1:] if word != "--uncounted"]
    if len(arguments) == len(sys.argv) - 1:  # counting costs as much again
        sys.setprofile(_count)
    code = main(arguments)
    sys.setprofile(None)
    sys.stdout.flush()
    sys.stderr.write(f"work {_calls} {_peak()}\n")
    sys.exit(code)

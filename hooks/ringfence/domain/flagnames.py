"""What feature flags are called in a project: the macros that ask for one, and the variables that switch one.

Apart from flags.py, because every run asks for these names, and few for more.
"""

from __future__ import annotations

REGISTRY = "ringfence_flags"
OVERRIDE = "ringfence_flag__"
KILL = "ringfence_kill"
NAMESPACE = "ringfence"
MACROS = ("flag", "variation", "rollout", "kill")


def macro_of(call: str) -> str | None:
    """Return which of the macros a call by this name is (`ringfence.flag`, or dispatched), or None."""
    for start in (f"{NAMESPACE}.", f"adapter.dispatch:{NAMESPACE}:"):
        name = call.removeprefix(start)
        if name != call and name in MACROS:
            return name
    return None

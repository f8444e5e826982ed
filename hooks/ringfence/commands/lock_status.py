"""`ringfence lock status`: locked models, when and by whom each lock last changed, and what waits to be recorded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ringfence.commands.lock import pending
from ringfence.commands.locking import locks_of, models_of, open_session, taken, today
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Known
from ringfence.domain.names import did_you_mean

if TYPE_CHECKING:
    import argparse

    from ringfence.commands.known import Judged
    from ringfence.domain.lock import Lock
    from ringfence.domain.node import Node

_COLUMNS = ("model", "guard", "changed", "days", "by", "state")


def status(arguments: argparse.Namespace) -> int:
    """Print the locks of the work tree, by model; those that were released only where they are asked for."""
    with open_session(arguments) as session:
        told = []
        for judged in session.judged:
            nodes = models_of(judged)
            for label, lock in sorted(locks_of(session, judged).items()):
                if arguments.released or not lock.released:
                    told.append(_told(lock, nodes.get(label), judged))
        names = [str(one["model"]) for one in told]
        for name in arguments.models:
            if name not in names:
                raise RingfenceError(f"{name} is not locked{did_you_mean(name, names)}")
    told = [one for one in told if not arguments.models or one["model"] in arguments.models]
    if arguments.format == "json":
        import json

        sys.stdout.write(json.dumps({"locks": told}, indent=2) + "\n")
    else:
        sys.stdout.write("".join(_lines(told)) or "no model is locked\n")
    return 0


def _told(lock: Lock, node: Node | None, judged: Judged) -> dict[str, object]:
    last = lock.history[-1] if lock.history else None
    waiting = [] if lock.released or node is None else _waiting(lock, node, judged)
    return {
        "model": lock.label,
        "guard": lock.guard,
        "changed": last.date if last is not None else None,
        "days": _age(last.date) if last is not None else None,
        "by": last.by if last is not None else None,
        "reason": last.reason if last is not None else None,
        "ticket": last.ticket or None if last is not None else None,
        "state": _state(lock, node, waiting),
        "emergency": lock.emergency.expires if lock.emergency is not None else None,
        "pending": waiting,
        "changes": len(lock.history),
        "file": lock.path,
    }


def _waiting(lock: Lock, node: Node, judged: Judged) -> list[str]:
    """Return what `lock update` would record."""
    return [what for _, what in pending(lock, taken(judged, node, lock, None), node, judged)]


def _state(lock: Lock, node: Node | None, waiting: list[str]) -> str:
    if lock.released:
        return "released"
    if node is None or (isinstance(node.enabled, Known) and not node.enabled.value):
        return "the model is gone" if node is None else "the model is disabled"
    if lock.emergency is not None:
        return f"emergency until {lock.emergency.expires}"
    return f"{len(waiting)} to record" if waiting else "fits"


def _age(day: str) -> int | None:
    """Return how many days ago a day was, or None where it is none."""
    import datetime

    try:
        return (datetime.date.fromisoformat(today()) - datetime.date.fromisoformat(day)).days
    except ValueError:
        return None


def _cell(one: dict[str, object], key: str) -> str:
    text = "-" if one[key] is None else str(one[key])
    return text.partition(" <")[0] if key == "by" else text  # a person, not an address


def _lines(told: list[dict[str, object]]) -> list[str]:
    rows = [_COLUMNS, *(tuple(_cell(one, key) for key in _COLUMNS) for one in told)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    lines = []
    for row, one in zip(rows, [None, *told], strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip() + "\n")
        waiting = one["pending"] if one is not None else []
        lines += [f"    {what}\n" for what in waiting] if isinstance(waiting, list) else []
    return lines if told else []

"""How rows are told: figures, ratios, the budget and whether it is met; as a table and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from measure import Run, Summary, summary
from suite_measure import Measured
from suite_rows import Budget, limit

_NUMBERS = re.compile(r"\[[\s\d.,]+\]")
Verdicts = Sequence[tuple[str, bool]]


class Told(NamedTuple):
    """One line: its figures, or in `why` the reason that there are none."""

    key: str
    label: str
    found: Measured | None
    verdicts: Verdicts = ()
    why: str = ""


def told_of(key: str, label: str, found: Measured | str, budget: Budget, models: int) -> Told:
    """A line of figures, judged by their budget; or of the reason that there are none."""
    if isinstance(found, str):
        return Told(key, label, None, (), found)
    return Told(key, label, found, verdicts(budget, found, models))


def verdicts(budget: Budget, found: Measured, models: int) -> Verdicts:
    """Each part of a budget, and whether the row keeps within it."""
    told = []
    if budget.floors:
        most = limit(budget.floors, models)
        told.append((f"<= {most:g} F", found.floors <= most))
    if budget.seconds:
        most = limit(budget.seconds, models)
        told.append((f"<= {most:g} s", found.own.cpu[0] <= most))
    if budget.besides and found.besides is not None:
        told.append((f"<= {budget.besides:g} x beside", found.besides <= budget.besides))
    if budget.megabytes:
        told.append((f"<= {budget.megabytes:g} MB", found.own.memory[0] <= budget.megabytes))
    return told


def heading(models: int) -> str:
    columns = f"{'CPU s':>8} {'from':>8} {'to':>8} {'MB':>7} {'x F':>7} {'beside':>7} {'x it':>5}"
    return f"\n{models} models\n{'':<42} {columns}  budget"


def line(told: Told) -> str:
    if told.found is None:
        return f"{told.label[:42]:<42} not measured: {told.why}"
    found = told.found
    figures = (
        " ".join(f"{seconds:8.3f}" for seconds in found.own.cpu) + f" {found.own.memory[0]:7.1f} {found.floors:7.2f}"
    )
    beside = f"{found.beside.cpu[0]:7.3f} {found.besides:5.2f}" if found.beside else " " * 13
    codes = f"  exit {', '.join(map(str, found.own.codes))}" if any(found.own.codes) else ""
    return f"{told.label[:42]:<42} {figures} {beside}  {judged(told.verdicts)}{codes}".rstrip()


def judged(found: Verdicts) -> str:
    return ", ".join(f"{text} {'met' if met else 'NOT MET'}" for text, met in found)


def floor_of(told: Sequence[Told]) -> Summary | None:
    """The floor process of all rows together: the median of their medians."""
    runs = []
    for one in told:
        if one.found:
            floor = one.found.floor
            runs.append(Run(floor.wall[0], floor.cpu[0], floor.memory[0], 0))
    return summary(runs) if runs else None


def record(told: Told) -> dict[str, object]:
    """For JSON."""
    if told.found is None:
        return {"label": told.label, "not measured": told.why}
    found = told.found
    made = {"label": told.label, **figures(found.own), "floors": round(found.floors, 3), "floor": figures(found.floor)}
    if found.beside:
        made |= {"beside": figures(found.beside), "times beside": round(found.besides or 0.0, 3)}
    return {**made, "budget": dict(told.verdicts)}


def as_json(found: object) -> str:
    """Indented, with lists of numbers on one line."""
    return _NUMBERS.sub(lambda match: " ".join(match[0].split()), json.dumps(found, indent=1)) + "\n"


def figures(found: Summary) -> dict[str, object]:
    """CPU and wall seconds and megabytes as median, smallest and largest."""
    spreads = {field: [round(value, 4) for value in getattr(found, field)] for field in ("cpu", "wall", "memory")}
    return {"runs": found.runs, "exit": found.codes, **spreads}

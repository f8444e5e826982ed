"""The list of git states: each puts a shop into a state and says how it is to be judged and what must be said."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from e2e.git_states_run import Attempt, Shop

CLEAN = ""
GONE = "RF102 RF301 RF333 RF401 RF601"  # there is no model fct_orders any more
LOST = "RF104 RF201 RF404"  # dim_customers has no contract any more


class Refused(NamedTuple):
    """No verdict but exit 2, for this reason."""

    reason: str


class State(NamedTuple):
    """One state: its name, how to reach it, and the codes that must be found."""

    name: str
    make: Callable[[Shop], Attempt]
    expected: str | Refused
    quick: bool


STATES: list[State] = []


def state(expected: str | Refused, *, quick: bool = False) -> Callable[[Callable[[Shop], Attempt]], object]:
    """Enter a function into the list; `quick` ones are run by every `script/test`."""

    def enter(make: Callable[[Shop], Attempt]) -> Callable[[Shop], Attempt]:
        STATES.append(State(make.__name__, make, expected, quick))
        return make

    return enter

"""One state, judged in all ways."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from e2e.git_states import STATES, Refused, State
from e2e.git_states_run import TIMES, Attempt, Kit, Shop, Verdict, by_hand, committed, hooked, oracle, ranged


def parameters(*modules: ModuleType) -> pytest.MarkDecorator:
    """The states of these modules; all but the quick ones are slow."""
    names = {module.__name__ for module in modules}
    chosen = [one for one in STATES if one.make.__module__ in names]
    return pytest.mark.parametrize(
        "state", [pytest.param(one, id=one.name, marks=() if one.quick else (pytest.mark.slow,)) for one in chosen]
    )


def judge(state: State, kit: Kit, folder: Path) -> None:
    """Assert that the hooks and the range say of a state what the oracle says, and that it is what was expected."""
    shop = kit.shop(folder / "shop")
    attempt = state.make(shop)
    made = attempt.at or shop
    verdicts = {tool: hooked(kit, made, attempt, tool, times) for tool, times in TIMES.items()}
    for tool, said in attempt.refusing.items():
        for verdict in verdicts.pop(tool):
            assert verdict.code, "the tool itself says no"
            assert re.search(said, verdict.said), verdict.said
    if isinstance(state.expected, Refused):
        _refused(made, attempt, verdicts, state.expected.reason)
        return
    head, base = committed(made, attempt)
    verdicts["range"] = ranged(made, attempt, head, base)
    truth = oracle(made, head, base, folder / "oracle", attempt.folder)
    assert truth.code in (0, 1), truth.said
    assert state.expected == truth.codes, truth.findings
    for name, one in _each(verdicts):
        assert (name, one.code, one.findings) == (name, truth.code, truth.findings), one.said


def _refused(made: Shop, attempt: Attempt, verdicts: dict[str, list[Verdict]], reason: str) -> None:
    if attempt.words:
        verdicts["range"] = ranged(made, attempt, *committed(made, attempt))
    else:
        verdicts["by hand"] = [by_hand(made, attempt)]
    for name, one in _each(verdicts):
        assert (name, one.code) == (name, 2), one.said
        assert reason in one.said


def _each(verdicts: dict[str, list[Verdict]]) -> list[tuple[str, Verdict]]:
    return [(f"{name}, run {number}", one) for name, found in verdicts.items() for number, one in enumerate(found, 1)]

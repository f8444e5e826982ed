"""Every state of git has the verdict of a plain checkout of what is committed: what is staged, and where HEAD is."""

from __future__ import annotations

from pathlib import Path

from e2e import git_states_history, git_states_index
from e2e.git_states import State
from e2e.git_states_judge import judge, parameters
from e2e.git_states_run import Kit


@parameters(git_states_index, git_states_history)
def test_state(state: State, kit: Kit, tmp_path: Path) -> None:
    judge(state, kit, tmp_path)

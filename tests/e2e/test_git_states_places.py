"""Every state of git has the verdict of a plain checkout of what is committed: kinds of files and of repositories."""

from __future__ import annotations

from pathlib import Path

from e2e import git_states_files, git_states_places
from e2e.git_states import State
from e2e.git_states_judge import judge, parameters
from e2e.git_states_run import Kit


@parameters(git_states_files, git_states_places)
def test_state(state: State, kit: Kit, tmp_path: Path) -> None:
    judge(state, kit, tmp_path)

"""The edits of tests/edits with their own code, where RINGFENCE_MIRRORS names a folder with copies of the projects."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from replay_edits import main

MIRRORS = os.environ.get("RINGFENCE_MIRRORS", "")


@pytest.mark.slow
@pytest.mark.skipif(not MIRRORS, reason="RINGFENCE_MIRRORS names no folder with copies of the public repositories")
@pytest.mark.parametrize("table", ["cosmetic", "real"])
def test_every_edit_that_is_at_hand_is_judged_right(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--only", table, str(Path(MIRRORS))])
    told = capsys.readouterr().out
    assert code == 0, told
    assert told.startswith(f"{table}: ")
    assert not told.startswith(f"{table}: 0 of 0")

"""The same hooks under prek, which runs pre-commit's configuration."""

from __future__ import annotations

import sys
from pathlib import Path

from consumer import Consumer
from e2e.conftest import IDS

PREK = str(Path(sys.executable).parent / "prek")
MARTS = "models/marts/marts.yml"


def test_all_ids_pass_and_a_mistake_is_stopped(consumer: Consumer) -> None:
    consumer.git("add", "-A")
    clean = consumer.run(PREK, "run", "--all-files")
    assert clean.code == 0, clean.all
    assert clean.all.count("Passed") == len(IDS)
    assert consumer.commit("the shop").code == 0
    assert consumer.run(PREK, "install").code == 0
    consumer.edit(MARTS, "contract: {enforced: true}", "contract: {enforced: false}")
    consumer.git("add", "-A")
    consumer.edit(MARTS, "contract: {enforced: false}", "contract: {enforced: true}")
    stopped = consumer.run("git", "commit", "-m", "quietly")
    assert stopped.code == 1
    assert "RF201 contract-missing" in stopped.all

"""Hooks really installed: one hook repository and one cache of environments for all tests of a worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer import Consumer, hook_repository, shop
from e2e.git_states_run import Kit

IDS = ("ringfence", "critical-model-locked", "contract-presence", "schema-yml", "feature-flags", "manifest-diff")


@pytest.fixture(scope="session")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hook_repository(tmp_path_factory.mktemp("hooks") / "repository")


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("caches")
    return {"PRE_COMMIT_HOME": str(folder / "pre-commit"), "PREK_HOME": str(folder / "prek")}


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory, hooks: Path, caches: dict[str, str]) -> Kit:
    return Kit(tmp_path_factory.mktemp("kit"), hooks, caches)


@pytest.fixture
def consumer(tmp_path: Path, hooks: Path, caches: dict[str, str]) -> Consumer:
    """The shop with all ids in its configuration, nothing committed, nothing installed."""
    made = shop(tmp_path / "shop", **caches)
    ids = "".join(f"      - id: {name}\n" for name in IDS)
    made.write({".pre-commit-config.yaml": f"repos:\n  - repo: {hooks}\n    rev: v0\n    hooks:\n{ids}"})
    return made

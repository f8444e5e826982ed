"""The mill with a manifest, as the oldest dbt writes it and the newest."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.manifest.made import Made


@pytest.fixture(params=["1.8", "1.11"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    return Made(tmp_path, request.param)


@pytest.fixture
def newest(tmp_path: Path) -> Made:
    return Made(tmp_path, "1.11")

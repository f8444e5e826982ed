"""`ringfence cache`, and which folder a repository may choose for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumer import Consumer, shop


@pytest.fixture
def repository(tmp_path: Path) -> Consumer:
    made = shop(tmp_path / "shop")
    assert made.commit("the shop").code == 0
    return made


def _info(repository: Consumer) -> dict[str, object]:
    found = repository.ringfence("cache", "info", "--format", "json")
    assert found.code == 0, found.all
    told: dict[str, object] = json.loads(found.out)
    return told


def _configure(repository: Consumer, folder: str) -> None:
    settings = (repository.folder / "ringfence.yml").read_text("utf-8").partition("cache:")[0]
    repository.write({"ringfence.yml": f"{settings}cache: {{folder: {folder}}}\n"})
    repository.git("add", "-A")


def test_info_and_clear(repository: Consumer) -> None:
    before = _info(repository)
    assert (before["used"], before["bytes"], before["facts"]) == (False, 0, 0)
    assert repository.ringfence("check").code == 0
    told = _info(repository)
    assert told["folder"] == str(repository.folder.resolve() / ".git" / "ringfence")
    assert told["used"] is True
    assert "facts: " in repository.ringfence("cache", "info").out
    assert repository.ringfence("cache", "clear").out.startswith("deleted 1 file, ")
    assert repository.ringfence("cache", "clear").out == "deleted 0 files, 0 bytes\n"
    assert _info(repository)["used"] is False
    assert repository.ringfence("check").code == 0


def test_it_can_be_off(repository: Consumer) -> None:
    _configure(repository, "none")
    assert repository.ringfence("check").code == 0
    assert _info(repository) == {"folder": None, "used": False}
    assert "the cache is off" in repository.ringfence("cache", "info").out
    assert repository.ringfence("cache", "clear").code == 0
    assert not (repository.folder / ".git" / "ringfence").exists()


def test_a_folder_of_the_configuration(repository: Consumer) -> None:
    _configure(repository, ".cache/rf")
    assert repository.ringfence("check").code == 0
    assert _info(repository)["folder"] == str(repository.folder.resolve() / ".cache" / "rf")
    assert len(list((repository.folder / ".cache" / "rf").glob("*.sqlite"))) == 1


def test_a_folder_outside_is_refused(repository: Consumer, tmp_path: Path) -> None:
    (repository.folder / "link").symlink_to(tmp_path)
    for folder in ("../elsewhere", str(tmp_path / "elsewhere"), "link/elsewhere"):
        _configure(repository, folder)
        refused = repository.ringfence("check")
        assert refused.code == 2
        assert f"cache.folder {folder} leaves the repository" in refused.err
    assert not (tmp_path / "elsewhere").exists()


def test_a_cache_that_is_committed_is_not_used(repository: Consumer) -> None:
    _configure(repository, "rf")
    assert repository.ringfence("check", "--from", "index").code == 0
    (file,) = (repository.folder / "rf").glob("*.sqlite")
    repository.git("add", "-A")
    repository.edit("models/marts/marts.yml", "contract: {enforced: true}", "contract: {enforced: false}")
    repository.git("add", "-A")
    before = file.read_bytes()
    assert repository.ringfence("check", "--from", "index").code == 1
    assert file.read_bytes() == before
    assert _info(repository)["used"] is False

from __future__ import annotations

import os
import time
from pathlib import Path

from ringfence.stores.cache_file import claim, current, discard, edition, files, is_local, sweep


def _file(folder: Path, name: str, days: float = 0.0) -> Path:
    path = folder / name
    path.write_text("x")
    moment = time.time() - days * 86400
    os.utime(path, (moment, moment))
    return path


def test_the_newest_file_of_an_edition_counts(tmp_path: Path) -> None:
    for name in ("aa-1.sqlite", "aa-3.sqlite", "aa-2.sqlite", "bb-9.sqlite", "aa-4.sqlite-wal", "aa-x.sqlite", "other"):
        _file(tmp_path, name)
    assert current(str(tmp_path), "aa") == str(tmp_path / "aa-3.sqlite")
    assert current(str(tmp_path), "cc") is None
    assert current(str(tmp_path / "nowhere"), "aa") is None
    assert [(file.edition, file.number, file.size) for file in files(str(tmp_path))] == [
        ("aa", 1, 1),
        ("aa", 2, 1),
        ("aa", 3, 1),
        ("bb", 9, 1),
    ]


def test_a_new_file_never_has_the_name_of_an_old_one(tmp_path: Path) -> None:
    first, second = claim(str(tmp_path / "new"), "aa"), claim(str(tmp_path / "new"), "aa")
    assert first is not None
    assert second is not None
    assert first != second
    assert claim(str(_file(tmp_path, "file") / "inside"), "aa") is None


def test_what_nobody_uses_is_swept_away(tmp_path: Path) -> None:
    names = [f"e{number}-1.sqlite" for number in range(5)]
    for days, name in enumerate(names):
        _file(tmp_path, name, days)
    old, own = _file(tmp_path, "zz-1.sqlite", 40), _file(tmp_path, "aa-1.sqlite", 400)
    _file(tmp_path, "zz-1.sqlite-wal", 40)
    sweep(str(tmp_path), "aa")
    assert sorted(os.listdir(tmp_path)) == ["aa-1.sqlite", "e0-1.sqlite", "e1-1.sqlite", "e2-1.sqlite"]
    assert not old.exists()
    discard(str(own))
    discard(str(own))
    assert not own.exists()


def test_an_edition_is_of_one_version_and_installation() -> None:
    assert edition("1.0") == edition("1.0")
    assert edition("1.0") != edition("1.1")


def test_a_disk_of_this_machine(tmp_path: Path) -> None:
    assert is_local(str(tmp_path)) == os.path.exists("/proc/self/mountinfo")

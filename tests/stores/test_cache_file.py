from __future__ import annotations

import os
import time
from pathlib import Path

from ringfence.stores.cache_file import claim, current, discard, edition, files, is_local, sweep

AA, BB, CC, ZZ = "a" * 16, "b" * 16, "c" * 16, "f" * 16


def _file(folder: Path, name: str, days: float = 0.0) -> Path:
    path = folder / name
    path.write_text("x")
    moment = time.time() - days * 86400
    os.utime(path, (moment, moment))
    return path


def test_the_newest_file_of_an_edition_counts(tmp_path: Path) -> None:
    for name in (f"{AA}-1.sqlite", f"{AA}-3.sqlite", f"{AA}-2.sqlite", f"{BB}-9.sqlite"):
        _file(tmp_path, name)
    for name in (f"{AA}-4.sqlite-wal", f"{AA}-x.sqlite", "other", "mine-20260101.sqlite", f"{'x' * 16}-1.sqlite"):
        _file(tmp_path, name)
    assert current(str(tmp_path), AA) == str(tmp_path / f"{AA}-3.sqlite")
    assert current(str(tmp_path), CC) is None
    assert current(str(tmp_path / "nowhere"), AA) is None
    assert [(file.edition, file.number, file.size) for file in files(str(tmp_path))] == [
        (AA, 1, 1),
        (AA, 2, 1),
        (AA, 3, 1),
        (BB, 9, 1),
    ]


def test_a_new_file_never_has_the_name_of_an_old_one(tmp_path: Path) -> None:
    first, second = claim(str(tmp_path / "new"), AA), claim(str(tmp_path / "new"), AA)
    assert first is not None
    assert second is not None
    assert first != second
    assert claim(str(_file(tmp_path, "file") / "inside"), AA) is None


def test_what_nobody_uses_is_swept_away(tmp_path: Path) -> None:
    names = [f"{number}{'e' * 15}-1.sqlite" for number in range(5)]
    for days, name in enumerate(names):
        _file(tmp_path, name, days)
    old, own = _file(tmp_path, f"{ZZ}-1.sqlite", 40), _file(tmp_path, f"{AA}-1.sqlite", 400)
    _file(tmp_path, f"{ZZ}-1.sqlite-wal", 40)
    foreign = _file(tmp_path, "mine-20200101.sqlite", 4000)
    sweep(str(tmp_path), AA)
    assert sorted(os.listdir(tmp_path)) == sorted([*names[:3], own.name, foreign.name])
    assert not old.exists()
    discard(str(own))
    discard(str(own))
    assert not own.exists()


def test_an_edition_is_of_one_version_and_installation() -> None:
    assert edition("1.0") == edition("1.0")
    assert edition("1.0") != edition("1.1")


def test_a_disk_of_this_machine(tmp_path: Path) -> None:
    assert is_local(str(tmp_path)) == os.path.exists("/proc/self/mountinfo")

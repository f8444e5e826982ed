"""Writing: the old file or the new one, never a part, and nothing left behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ringfence.domain.errors import RingfenceError
from ringfence.stores.files import write_atomic


@pytest.mark.parametrize("text", ["", "a: 1\n", "no newline", "größe 😀\n", "crlf\r\nstays\r\n"])
@pytest.mark.parametrize("path", ["file.yml", "new/folder/größe.yml"])
def test_what_is_written_is_what_was_given(tmp_path: Path, path: str, text: str) -> None:
    write_atomic(str(tmp_path / path), text)
    assert (tmp_path / path).read_bytes() == text.encode()
    assert [file.name for file in (tmp_path / path).parent.iterdir()] == [Path(path).name]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file.yml"
    path.write_text("a long old text\n")
    before = path.stat().st_ino
    with path.open() as reader:
        write_atomic(str(path), "new\n")
        assert reader.read() == "a long old text\n"
    assert path.read_text() == "new\n"
    assert path.stat().st_ino != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_name_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_atomic("file.yml", "x")
    assert (tmp_path / "file.yml").read_text() == "x"


def test_a_link_is_replaced_and_what_it_names_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("theirs")
    os.symlink(tmp_path / "elsewhere", tmp_path / "file.yml")
    write_atomic(str(tmp_path / "file.yml"), "ours")
    assert (tmp_path / "elsewhere").read_text() == "theirs"
    assert not (tmp_path / "file.yml").is_symlink()


def test_a_device_is_written_to_and_stays_a_device() -> None:
    write_atomic(os.devnull, "x")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file.yml").mkdir()
    with pytest.raises(RingfenceError, match="cannot be written") as error:
        write_atomic(str(tmp_path / "file.yml"), "x")
    assert error.value.where == str(tmp_path / "file.yml")
    assert [path.name for path in tmp_path.iterdir()] == ["file.yml"]


def test_a_file_in_the_way_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(RingfenceError, match="cannot be written") as error:
        write_atomic(str(tmp_path / "folder" / "file.yml"), "x")
    assert error.value.do


def test_what_fails_while_writing_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file.yml"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(str(path), "half a character: \udcff")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["file.yml"]

"""The cache keeps what it can and never stands in the way."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ringfence.stores.cache import MAX_FACTS, MAX_SLOTS, Cache, Save, Slot

LINKS = {"h": "u", "m": "u", "r": "r"}


def _cache(folder: Path, edition: str = "a" * 16) -> Cache:
    return Cache(str(folder), edition)


def _slot(stamp: str, tree: str = "t", number: int = 0) -> Slot:
    return Slot(number, "units", "results", tree, {"a": None, "b": ["100644", "x"]}, stamp)


def _save(
    changes: Mapping[str, Mapping[str, Any]],
    stamp: str,
    before: Slot | None = None,
    fresh: str = "",
    name: str = "shop",
) -> Save:
    return Save(name, before, _slot(stamp), frozenset(fresh), changes, LINKS)


def _kept(folder: Path, *saves: Save, facts: Mapping[str, str] | None = None) -> None:
    cache = _cache(folder)
    for blob, text in (facts or {}).items():
        cache.put("yaml", blob, text)
    for save in saves:
        cache.save(save)
    cache.close()


def test_facts_come_back(tmp_path: Path) -> None:
    _kept(tmp_path, facts={f"blob{number}": f"[{number}]" for number in range(1200)})
    cache = _cache(tmp_path)
    wanted = [f"blob{number}" for number in range(1300)]
    assert cache.get("yaml", wanted) == {f"blob{number}": f"[{number}]" for number in range(1200)}
    assert cache.get("sql", wanted) == {}
    assert cache.counts() == {"facts": 1200, "slot": 0, "record": 0}
    cache.close()
    _kept(tmp_path, facts={"blob1": "another"})
    assert _cache(tmp_path).get("yaml", ["blob1"]) == {"blob1": "[1]"}, "what is there stays: equal blobs, equal facts"


def test_a_slot_with_its_records_and_links(tmp_path: Path) -> None:
    body = {"h": ["k1", "k2"], "m": ["n"], "x": 1}
    _kept(
        tmp_path, _save({"u": {"a.sql": body, "gone.sql": None}, "r": {"N|a": {"r": ["k1"]}}, "f": {"N|a": [1]}}, "s1")
    )
    cache = _cache(tmp_path)
    slot = cache.slot("shop")
    assert slot is not None
    assert slot == _slot("s1", number=slot.id)
    stored = cache.records(slot)
    assert stored.record("u", "a.sql") == body
    assert stored.record("u", "gone.sql") is None
    assert (stored.owners("h", "k1"), stored.owners("h", "k3"), stored.owners("r", "k1")) == (["a.sql"], [], ["N|a"])
    assert dict(stored.records("f")) == {"N|a": [1]}
    assert cache.slot("another") is None


def test_owners_are_replaced_one_by_one_or_a_kind_as_a_whole(tmp_path: Path) -> None:
    _kept(tmp_path, _save({"u": {"a": {"h": ["k"]}, "b": {"h": ["k"]}}, "r": {"x": {"r": ["k"]}}}, "s1"))
    before = _cache(tmp_path).slot("shop")
    _kept(
        tmp_path,
        _save({"u": {"a": {"h": ["k2"]}, "b": None, "c": {"h": []}}, "r": {"y": {"r": ["k"]}}}, "s2", before, "r"),
    )
    cache = _cache(tmp_path)
    slot = cache.slot("shop")
    assert slot is not None
    stored = cache.records(slot)
    assert dict(stored.records("u")) == {"a": {"h": ["k2"]}, "c": {"h": []}}
    assert (stored.owners("h", "k"), stored.owners("h", "k2"), stored.owners("r", "k")) == ([], ["a"], ["y"])


def test_a_write_that_comes_too_late_is_dropped(tmp_path: Path) -> None:
    _kept(tmp_path, _save({"u": {"a": {}}}, "s1"))
    before = _cache(tmp_path).slot("shop")
    _kept(tmp_path, _save({"u": {"b": {}}}, "s2", before))
    _kept(tmp_path, _save({"u": {"c": {}}}, "s3", before), facts={"x": "1"})
    _kept(tmp_path, _save({"u": {"d": {}}}, "s4"))
    _kept(tmp_path, _save({"u": {"e": {}}}, "s5", before, name="never-there"))
    cache = _cache(tmp_path)
    slot = cache.slot("shop")
    assert slot is not None
    assert slot.stamp == "s2"
    assert sorted(owner for owner, _ in cache.records(slot).records("u")) == ["a", "b"]
    assert cache.get("yaml", ["x"]) == {"x": "1"}, "facts hold whoever found them"
    assert cache.slot("never-there") is None


def test_one_run_sees_one_state(tmp_path: Path) -> None:
    _kept(tmp_path, _save({"u": {"a": {}}}, "s1"))
    reading = _cache(tmp_path)
    before = reading.slot("shop")
    assert before is not None
    _kept(tmp_path, _save({"u": {"b": {}}}, "s2", before))
    assert dict(reading.records(before).records("u")) == {"a": {}}
    reading.close()


def test_a_write_that_finds_the_lock_taken_is_dropped(tmp_path: Path) -> None:
    _kept(tmp_path, facts={"x": "1"})
    path = _cache(tmp_path).path
    assert path is not None
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    _kept(tmp_path, facts={"y": "2"})
    other.execute("ROLLBACK")
    other.close()
    assert _cache(tmp_path).get("yaml", ["x", "y"]) == {"x": "1"}


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    _kept(tmp_path, facts={"x": "1"})
    path = _cache(tmp_path).path
    assert path is not None
    for name in os.listdir(tmp_path):
        (tmp_path / name).write_bytes(content)
    cache = _cache(tmp_path)
    assert cache.get("yaml", ["x"]) == {}
    cache.put("yaml", "y", "2")
    cache.close()
    assert _cache(tmp_path).get("yaml", ["x", "y"]) == {"y": "2"}


def test_a_file_that_breaks_while_it_is_read_or_written(tmp_path: Path) -> None:
    _kept(tmp_path, facts={f"blob{number}": "x" * 500 for number in range(500)})
    cache = _cache(tmp_path)
    assert cache.path is not None
    content = Path(cache.path).read_bytes()
    Path(cache.path).write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    found = cache.get("yaml", [f"blob{number}" for number in range(500)])
    assert all(text == "x" * 500 for text in found.values())
    cache.put("yaml", "new", "1")
    cache.close()
    assert len(_cache(tmp_path).get("yaml", ["new"])) <= 1


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    _kept(tmp_path / "file" / "inside", facts={"x": "1"})
    assert _cache(tmp_path / "file" / "inside").get("yaml", ["x"]) == {}
    assert _cache(tmp_path / "nowhere").slot("shop") is None


def test_names_that_are_not_utf_8_are_kept_nowhere(tmp_path: Path) -> None:
    _kept(tmp_path, _save({"u": {"a\udcff": {"h": ["k"]}}}, "s1"))
    cache = _cache(tmp_path)
    assert cache.slot("shop") is None
    assert cache.get("yaml", ["\udcff"]) == {}


def test_editions_do_not_share(tmp_path: Path) -> None:
    _kept(tmp_path, facts={"x": "1"})
    assert _cache(tmp_path, "b" * 16).get("yaml", ["x"]) == {}


def test_old_slots_go(tmp_path: Path) -> None:
    for number in range(MAX_SLOTS + 3):
        _kept(tmp_path, _save({"u": {"a": {"h": ["k"]}}}, "s", name=f"slot{number}"))
    cache = _cache(tmp_path)
    assert [number for number in range(MAX_SLOTS + 3) if cache.slot(f"slot{number}") is None] == [0, 1, 2]
    assert cache.counts()["record"] == MAX_SLOTS


def test_old_facts_go(tmp_path: Path) -> None:
    _kept(tmp_path, facts={str(number): "1" for number in range(MAX_FACTS + 2)})
    counted = _cache(tmp_path).counts()["facts"]
    assert MAX_FACTS // 2 <= counted <= MAX_FACTS
    assert _cache(tmp_path).get("yaml", ["0", str(MAX_FACTS + 1)]) == {str(MAX_FACTS + 1): "1"}

"""bench/manifest.py: what it measures does what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import manifest as bench
from readers.manifest.shapes import FIXTURES, opened, small

NODES = 16


@pytest.mark.parametrize(("work", "found"), [("read", 13), ("nodes", 14), ("decode", NODES), ("json", NODES)])
def test_every_piece_of_work_reads_the_manifest(work: str, found: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([work, str(FIXTURES / "1.11.json")]) == 0
    assert int(capsys.readouterr().out) == found


def test_a_changed_manifest_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = str(FIXTURES / "1.11.json"), str(tmp_path / "new.json")
    assert bench.main(["mutate", old, new]) == 0
    for work in ("decode", "diff"):
        assert bench.main([work, old, new]) == 0
    changed, differing, changes = map(int, capsys.readouterr().out.split())
    assert changed > 0
    assert differing > 0
    assert changes > 0
    assert bench.main(["diff", old, old]) == 0
    assert int(capsys.readouterr().out) == 0


def test_a_manifest_grows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "new.json"
    assert bench.main(["multiply", str(FIXTURES / "1.11.json"), str(new), "3"]) == 0
    grown = json.loads(new.read_text(encoding="utf-8"))
    assert int(capsys.readouterr().out) == len(grown["nodes"]) > 2 * NODES
    project = opened(grown, tmp_path)
    copied = project.node("model.bakery.stg_bread_c2")
    assert copied is not None
    assert (copied.path, len(copied.columns[0].tests)) == ("models/c2/staging/stg_bread.sql", 2)
    assert "model.bakery.orders_c2.v1" in project.children("model.bakery.stg_bread_c2")


def test_the_table_names_every_piece_of_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(small()), encoding="utf-8")
    assert bench.main(["table", str(path), str(path), "-n", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["decode", "read", "nodes", "json", "decode two", "diff"]
    assert all("exit 0" in line and "cpu / decode" in line for line in lines)

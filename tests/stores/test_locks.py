"""Lock files: what is written reads back the same, and a file that is no lock never counts as one."""

from __future__ import annotations

import pytest

from memory import MemoryTree
from ringfence.domain.document import Problem
from ringfence.domain.lock import History, Interface, Lock, Shape
from ringfence.domain.place import Place
from ringfence.stores.locks import FOLDER, lock_path, read_lock, read_locks, render

PLAIN = Lock(
    "fct_orders",
    f"{FOLDER}/fct_orders.yml",
    Interface(
        {"contract": "enforced", "materialized": "table", "unique_key": "order_id, day"},
        {
            "order_id": Shape("integer", ("not_null", "unique")),
            "amount": Shape("decimal(18,2)", ()),
            "note": Shape(None, ()),
            "flag": Shape(None, ("not_null",)),
        },
    ),
    (History("2026-01-31", "breaking", "amount: integer -> decimal(18,2)", "FIN-12 cents", "Tester"),),
)
ODD = Lock(
    "odd.v2",
    f"{FOLDER}/odd.v2.yml",
    Interface(
        {"alias": "expression target.name ~ '_x'", "schema": "yes", "database": "1", "group": "null"},
        {
            "yes": Shape("struct<a int, b array<text>>", ("not_null",)),
            "two words: {x}": Shape("map(text, int)", ()),
            "größe 😀": Shape("enum('a', 'B')", ()),
            'with "quotes" # and more': Shape("int[]", ()),
            "<<": Shape("text", ()),
            "5": Shape("x", ()),
            "two  spaces": Shape("a - b / c", ()),
            "next\x85line\u2028": Shape("t", ()),
        },
    ),
    (History("", "critical", "*a: &b -> !c", 'because\n"so"', "Ö"), History("d", "x", "", "r", "")),
    released=True,
)
EMPTY = Lock("m", f"{FOLDER}/m.yml", Interface({}, {}))


@pytest.mark.parametrize("lock", [PLAIN, ODD, EMPTY], ids=lambda lock: lock.label)
def test_what_was_written_is_read(lock: Lock) -> None:
    found = read_lock(render(lock).encode(), lock.path)
    assert isinstance(found, Lock)
    assert found._replace(places={}) == lock
    assert list(found.interface.columns) == list(lock.interface.columns)
    assert render(found) == render(lock)


def test_the_text() -> None:
    assert render(PLAIN) == (
        "# Held fast by ringfence. To change the model, change it and type: "
        "ringfence lock update fct_orders --reason WHY\n"
        "version: 1\n"
        "model: fct_orders\n"
        "guard: interface\n"
        "interface:\n"
        "  contract: enforced\n"
        "  materialized: table\n"
        "  unique_key: order_id, day\n"
        "  columns:\n"
        "    - order_id: integer, not_null, unique\n"
        "    - amount: decimal(18,2)\n"
        "    - note: untyped\n"
        "    - flag: untyped, not_null\n"
        "changes:\n"
        '  - {date: "2026-01-31", class: "breaking", what: "amount: integer -> decimal(18,2)",'
        ' reason: "FIN-12 cents", by: "Tester"}\n'
    )
    assert "released: true\n" in render(ODD)
    assert "  columns: []\nchanges: []\n" in render(EMPTY)


def test_places() -> None:
    found = read_lock(render(PLAIN).encode(), PLAIN.path)
    assert isinstance(found, Lock)
    told = {key: (place.line, place.column) for key, place in found.places.items()}
    assert told == {
        "": (3, 8),
        "contract": (6, 3),
        "materialized": (7, 3),
        "unique_key": (8, 3),
        "column order_id": (10, 7),
        "column amount": (11, 7),
        "column note": (12, 7),
        "column flag": (13, 7),
    }


HEAD = "version: 1\nmodel: m\n"


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("columns: []", {}),
        ("columns:", {}),
        ("columns: x", {}),
        ("columns: [x, 5, [a]]", {}),
        ("columns: [{a: integer}]", {"a": Shape("integer", ())}),
        ("columns: [{a: 'integer , not_null,unique'}]", {"a": Shape("integer", ("not_null", "unique"))}),
        ("columns: [{a: 'decimal(18, 2), not_null'}]", {"a": Shape("decimal(18, 2)", ("not_null",))}),
        ("columns: [{a: 'struct<x int, y int>[1, 2]'}]", {"a": Shape("struct<x int, y int>[1, 2]", ())}),
        ("columns: [{a: untyped}]", {"a": Shape(None, ())}),
        ("columns: [{a: }]", {"a": Shape("", ())}),
        ("columns: [{a: [x]}]", {"a": Shape("", ())}),
        ("columns: [{a: x, b: y}]", {"a": Shape("x", ()), "b": Shape("y", ())}),
    ],
)
def test_columns_written_by_hand(text: str, shapes: dict[str, Shape]) -> None:
    found = read_lock(f"{HEAD}interface:\n  {text}\n".encode(), "m.yml")
    assert isinstance(found, Lock)
    assert found.interface == Interface({}, shapes)


@pytest.mark.parametrize(
    ("text", "released"),
    [
        ("", False),
        ("released: true\n", True),
        ("released: false\n", False),
        ("released: 'true'\n", False),
        ("released: []\n", False),
        ("released: 2026-01-31\n", False),
        ("released:\n", False),
    ],
)
def test_only_an_explicit_true_releases(text: str, released: bool) -> None:
    found = read_lock(f"{HEAD}{text}interface: {{}}\n".encode(), "m.yml")
    assert isinstance(found, Lock)
    assert found.released is released


@pytest.mark.parametrize(
    ("text", "history"),
    [
        ("changes:\n", ()),
        ("changes: x\n", ()),
        ("changes: [x, {}]\n", (History("", "", "", "", ""),)),
        ("changes: [{reason: r, extra: x, by: [a]}]\n", (History("", "", "", "r", ""),)),
    ],
)
def test_history_written_by_hand(text: str, history: tuple[History, ...]) -> None:
    found = read_lock(f"{HEAD}interface: {{}}\n{text}".encode(), "m.yml")
    assert isinstance(found, Lock)
    assert found.history == history


def test_settings_written_by_hand() -> None:
    found = read_lock(f"{HEAD}interface: {{alias: 5, schema: [x], group: }}\n".encode(), "m.yml")
    assert isinstance(found, Lock)
    assert found.interface.settings == {"alias": "5", "schema": "", "group": ""}


BAD = {
    "syntax": (b"a: [", "1:5 is not YAML"),
    "encoding": (b"\xff", "1:1 is not UTF-8"),
    "empty": (b"", "1:1 is not a lock file"),
    "list": (b"- a\n", "1:1 is not a lock file"),
    "no model": (b"version: 1\ninterface: {}\n", "1:1 is not a lock file: model or interface is missing"),
    "empty model": (b"version: 1\nmodel:\ninterface: {}\n", "1:1 is not a lock file: model or interface is missing"),
    "no interface": (b"version: 1\nmodel: m\n", "1:1 is not a lock file: model or interface is missing"),
    "interface that is a text": (b"version: 1\nmodel: m\ninterface: x\n", "1:1 is not a lock file: model or"),
    "another name": (b"version: 1\nmodel: n\ninterface: {}\n", "1:1 locks n, which its name does not say"),
    "an unknown key": (
        b"version: 1\nmodel: m\ninterfaces: {}\ninterface: {}\n",
        "3:1 has an unknown key interfaces, did",
    ),
    "no version": (b"model: m\ninterface: {}\n", "1:1 has an unknown format version"),
    "a later version": (b"model: m\ninterface: {}\nversion: 2\n", "3:10 has an unknown format version"),
    "version as text": (b"version: '1'\nmodel: m\ninterface: {}\n", "1:10 has an unknown format version"),
    "version as list": (b"version: [1]\nmodel: m\ninterface: {}\n", "1:10 has an unknown format version"),
    "two interfaces": (HEAD.encode() + b"interface: {}\ninterface: {}\n", "4:1 holds interface twice, first at line 3"),
    "a setting twice": (HEAD.encode() + b"interface:\n  alias: a\n  alias: b\n", "5:3 holds alias twice"),
    "a column twice": (HEAD.encode() + b"interface: {columns: [{a: x}, {A: y}]}\n", "3:32 holds the column A twice"),
    "conflict": (b"<<<<<<< ours\nmodel: m\n=======\n", "is not YAML"),
    "bomb": (b"a: " + b"[" * 1000, "1:103 nests deeper than 100 levels"),
}


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_no_lock_is_one_located_problem(content: bytes, said: str) -> None:
    found = read_lock(content, f"{FOLDER}/m.yml")
    assert isinstance(found, Problem)
    assert said in f"{found.place.line}:{found.place.column} {found.message}"
    assert found.place.path == f"{FOLDER}/m.yml"
    assert found.fix


@pytest.mark.parametrize("root", ["", "transform"])
def test_the_locks_of_a_project(root: str) -> None:
    tree = MemoryTree(
        {
            lock_path(root, "fct_orders"): render(PLAIN),
            lock_path(root, "m").replace(".yml", ".yaml"): render(EMPTY),
            lock_path(root, "broken"): "a: [",
            lock_path(root, "link"): "model: link\n",
            f"{root}/{FOLDER}/README.md".lstrip("/"): "told",
            f"other/{FOLDER}/odd.v2.yml": render(ODD),
            f"{root}/{FOLDER}s/odd.v2.yml".lstrip("/"): render(ODD),
        },
        links=[lock_path(root, "link")],
    )
    found = read_locks(tree, root)
    assert sorted(found.locks) == ["fct_orders", "m"]
    assert [problem.place.path for problem in found.problems] == [lock_path(root, "broken")]


def test_no_locks() -> None:
    assert read_locks(MemoryTree({}), "") == ({}, ())


def test_two_files_for_one_model_are_a_problem() -> None:
    files = {f"{FOLDER}/m.yaml": render(EMPTY), f"{FOLDER}/m.yml": render(EMPTY._replace(released=True))}
    found = read_locks(MemoryTree(files), "")
    assert [lock.path for lock in found.locks.values()] == [f"{FOLDER}/m.yaml"]
    assert found.problems == (
        Problem(f"locks m, as {FOLDER}/m.yaml does", Place(f"{FOLDER}/m.yml"), "keep one file per model"),
    )


@pytest.mark.parametrize(
    ("root", "label", "path"),
    [("", "m", "ringfence/locks/m.yml"), ("a/b", "m.v2", "a/b/ringfence/locks/m.v2.yml")],
)
def test_where_a_lock_lies(root: str, label: str, path: str) -> None:
    assert lock_path(root, label) == path

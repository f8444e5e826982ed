"""Layers: a module imports its own room and floors below."""

from __future__ import annotations

import pytest

from ringfence.domain.layers import Contract, Import, Module, broken_imports, parse_floors
from ringfence.domain.place import Place

FLOORS = parse_floors(["cli", "readers | stores", "domain"])
CONTRACT = Contract("shop", FLOORS)


def _broken(module: str, *imports: str, contract: Contract = CONTRACT) -> list[str]:
    items = tuple(Import(name, Place("m.py", line + 1)) for line, name in enumerate(imports))
    return [f"{item.place.line} {why}" for item, why in broken_imports(Module(module, "m.py", items, contract))]


def test_floors() -> None:
    assert (frozenset({"cli"}), frozenset({"readers", "stores"}), frozenset({"domain"})) == FLOORS
    assert parse_floors([]) == ()
    assert [CONTRACT.floor(room) for room in ("cli", "stores", "domain", "new", "")] == [0, 1, 2, None, None]


@pytest.mark.parametrize(
    ("name", "room"),
    [("shop", ""), ("shop.cli", "cli"), ("shop.readers.git", "readers"), ("shop.readers.static.layers", "readers")],
)
def test_the_room_of_a_module(name: str, room: str) -> None:
    assert Module(name, "m.py", (), CONTRACT).room == room


@pytest.mark.parametrize(
    ("module", "imported", "expected"),
    [
        ("shop.cli", "shop.readers.git", []),
        ("shop.cli", "shop.domain", []),
        ("shop.readers.git", "shop.readers.trees", []),
        ("shop.readers", "shop.domain.tree.Tree", []),
        ("shop.readers", "os.path", []),
        ("shop.readers", "shopping.cli", []),
        ("shop.readers", "shop", []),
        ("shop.readers", "shop.__version__", []),
        ("shop", "shop.cli", []),
        ("shop.new", "shop.cli", []),
        ("shop.readers", "shop.new", []),
        ("shop.readers", "shop.stores.locks", ["1 readers and stores are neighbours on one floor"]),
        ("shop.readers.git", "shop.cli", ["1 cli lies above readers"]),
        ("shop.domain.tree", "shop.readers.trees.index", ["1 readers lies above domain"]),
    ],
    ids=str,
)
def test_imports(module: str, imported: str, expected: list[str]) -> None:
    assert _broken(module, imported) == expected


def test_every_broken_import_is_told() -> None:
    assert _broken("shop.domain", "os", "shop.cli", "shop.cli", "shop.stores") == [
        "2 cli lies above domain",
        "3 cli lies above domain",
        "4 stores lies above domain",
    ]


def test_a_nested_package() -> None:
    contract = Contract("a.b", parse_floors(["top", "low"]))
    assert _broken("a.b.low.x", "a.b.top", "a.top", contract=contract) == ["1 top lies above low"]

"""The imports of a Python file, with the place of each statement."""

from __future__ import annotations

import pytest

from ringfence.domain.document import Problem
from ringfence.text.python_imports import imports_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("# import os\n", []),
        ("'import os'\n", []),
        ("__import__('os')\n", []),
        ("import os\n", ["1:1 os"]),
        ("import os, sys as system\n", ["1:1 os", "1:1 sys"]),
        ("import a.b.c\n", ["1:1 a.b.c"]),
        ("import os\nimport os\n", ["1:1 os", "2:1 os"]),
        ("from a import b, c as d\n", ["1:1 a.b", "1:1 a.c"]),
        ("from a.b import *\n", ["1:1 a.b"]),
        ("from . import x\n", ["1:1 shop.inner.x"]),
        ("from .near import x\n", ["1:1 shop.inner.near.x"]),
        ("from .. import x\n", ["1:1 shop.x"]),
        ("from ..far.off import *\n", ["1:1 shop.far.off"]),
        ("def f():\n    import os\n", ["2:5 os"]),
        ("if True:\n  from a import b\nelse:\n  import c\n", ["2:3 a.b", "4:3 c"]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n", ["1:1 typing.TYPE_CHECKING", "3:5 a"]),
        ("x = 'é😀'; import os\n", ["1:11 os"]),
        ("\ufeffimport os\r\nimport sys\r\n", ["1:1 os", "2:1 sys"]),
        ("pattern = '\\d'\nimport os\n", ["2:1 os"]),
    ],
    ids=[
        "empty",
        "comment",
        "string",
        "call",
        "one",
        "two in a line",
        "dotted",
        "duplicate",
        "from",
        "star",
        "relative package",
        "relative module",
        "parent",
        "parent star",
        "in a function",
        "in branches",
        "for types only",
        "column in characters",
        "BOM and CRLF",
        "doubtful escape",
    ],
)
def test_imports_of_a_module(source: str, expected: list[str]) -> None:
    found = imports_of(source.encode(), "shop/inner/module.py", "shop.inner.module")
    assert not isinstance(found, Problem)
    assert [f"{item.place.line}:{item.place.column} {item.module}" for item in found] == expected


def test_a_package_is_its_own_parent() -> None:
    found = imports_of(b"from . import x\n", "shop/inner/__init__.py", "shop.inner")
    assert not isinstance(found, Problem)
    assert [item.module for item in found] == ["shop.inner.x"]


def test_the_place_ends_behind_the_statement() -> None:
    found = imports_of("from a import (\n    é,\n)\n".encode(), "a.py", "a")
    assert not isinstance(found, Problem)
    assert found[0].place[1:] == (1, 1, 3, 2)


def test_the_declared_encoding_counts() -> None:
    found = imports_of("# coding: latin-1\nx = 'é'; import os\n".encode("latin-1"), "a.py", "a")
    assert not isinstance(found, Problem)
    assert found[0].place.column == 10


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        (b"import os\nimport\n", 2, "is not Python: "),
        (b"x = (\n", 1, "is not Python: "),
        (b"\xff\n", 1, "is not Python: "),
        (b"# coding: nope\n", 1, "is not Python: unknown encoding: nope"),
        (b"x = '\x00'\n", 1, "is not Python: "),
        (b"x = " + b"(" * 3000, 1, "is not Python: "),
        (b"x = " + b"-" * 100_000 + b"1", 1, "is not Python: "),
        (b"x = " + b"9" * 5000, 1, "is not Python: "),
    ],
    ids=["syntax", "never closed", "not UTF-8", "unknown encoding", "NUL", "brackets", "signs", "digits"],
)
def test_what_is_not_python_is_one_located_problem(source: bytes, line: int, said: str) -> None:
    found = imports_of(source, "a.py", "a")
    assert isinstance(found, Problem)
    assert (found.place.path, found.place.line) == ("a.py", line)
    assert found.message.startswith(said)
    assert found.fix

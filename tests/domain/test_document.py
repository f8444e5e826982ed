"""Reading positioned YAML: merges, repeated keys, plain values."""

from __future__ import annotations

import pytest

from ringfence.domain.document import Item, Mapping, Scalar, mappings_of, plain, text_of, walk
from ringfence.text import yaml


def _root(text: str) -> Item | None:
    document = yaml.parse(text.encode(), "a.yml")
    assert document.problems == ()
    return document.root


def _mapping(text: str) -> Mapping:
    root = _root(text)
    assert isinstance(root, Mapping)
    return root


@pytest.mark.parametrize(
    ("text", "key", "value", "line"),
    [
        ("a: 1\nb: 2\n", "b", 2, 2),
        ("a: 1\na: 2\n", "a", 2, 2),
        ("a: &a {x: 1}\n<<: *a\n", "x", 1, 1),
        ("a: &a {x: 1}\n<<: *a\nx: 2\n", "x", 2, 3),
        ("a: &a {x: 1}\nx: 2\n<<: *a\n", "x", 2, 2),
        ("a: &a {x: 1}\nb: &b\n  x: 2\n<<: [*a, *b]\n", "x", 1, 1),
        ("a: &a {x: 1}\nb: &b\n  x: 2\n<<: [*b, *a]\n", "x", 2, 3),
        ("a: &a {x: 1}\nb: &b\n  x: 2\n<<: *a\n<<: *b\n", "x", 2, 3),
        ("1: a\n", "1", "a", 1),
        ("'<<': a\n", "<<", "a", 1),
        ("a:\n", "a", None, 1),
    ],
    ids=[
        "second",
        "repeated",
        "merged",
        "own beats merged",
        "own beats merged later",
        "first of a list",
        "first of a list, turned",
        "last of two merges",
        "number as a key",
        "quoted merge key",
        "empty",
    ],
)
def test_the_value_that_counts(text: str, key: str, value: object, line: int) -> None:
    mapping = _mapping(text)
    item, name = mapping.get(key), mapping.key(key)
    assert isinstance(item, Scalar)
    assert name is not None
    assert (item.value, name.place.line) == (value, line)


def test_a_key_that_is_not_there() -> None:
    mapping = _mapping("a: 1\n")
    assert mapping.get("b") is None
    assert mapping.key("b") is None


@pytest.mark.parametrize("text", ["a: 1\n<<: 5\n", "a: 1\n<<: [5]\n", "a: 1\n<<: []\n", "a: 1\n<<:\n"])
def test_a_merge_of_nothing_adds_nothing(text: str) -> None:
    root = yaml.parse(text.encode(), "a.yml").root
    assert plain(root) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\n", []),
        ("{}\n", []),
        ("a: 1\nb: 2\na: 3\n", [("a", 1, 3)]),
        ("a: 1\na: 2\na: 3\n", [("a", 1, 2), ("a", 1, 3)]),
        ("a: 1\n'a': 2\n", [("a", 1, 2)]),
        ("a: &a {x: 1}\nx: 2\n<<: *a\n", []),
    ],
    ids=["none", "empty", "one", "twice", "quoted", "a merge is no repetition"],
)
def test_repeated_keys_with_both_places(text: str, expected: list[tuple[str, int, int]]) -> None:
    found = [(key.text, first.place.line, key.place.line) for first, key in _mapping(text).repeated()]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [("", None), ("x\n", "x"), ("[]\n", []), ("{}\n", {}), ("[1, [2], {a: null}]\n", [1, [2], {"a": None}])],
)
def test_plain(text: str, value: object) -> None:
    assert plain(_root(text)) == value


@pytest.mark.parametrize(("text", "count"), [("x\n", 1), ("[]\n", 1), ("{a: [1, 2], b: {c: 3}}\n", 6)])
def test_walk_meets_every_value(text: str, count: int) -> None:
    root = _root(text)
    assert root is not None
    assert len(list(walk(root))) == count


def test_walk_meets_an_alias_once_and_keeps_the_order() -> None:
    root = _root("a: &a [1, 2]\nb: *a\nc: 3\n")
    assert root is not None
    assert [item.value for item in walk(root) if isinstance(item, Scalar)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "value"),
    [("x\n", "x"), ("5\n", "5"), ("''\n", ""), ("false\n", "false"), ("[]\n", None), ("{}\n", None), ("", None)],
)
def test_text_of(text: str, value: str | None) -> None:
    assert text_of(_root(text)) == value


def test_text_of_an_empty_value() -> None:
    assert text_of(_mapping("a:\n").get("a")) is None


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("x\n", 0), ("{}\n", 0), ("[]\n", 0), ("[1, x]\n", 0), ("[{}, 1, {a: 1}]\n", 2)]
)
def test_mappings_of(text: str, count: int) -> None:
    assert len(list(mappings_of(_root(text)))) == count

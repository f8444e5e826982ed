"""Documents go into a cache and come back as what they were, each part when it is asked for."""

from __future__ import annotations

import json

import pytest

from ringfence.domain.document import Item, Mapping, Scalar, Sequence, plain, walk
from ringfence.text import packed, yaml
from ringfence.text.yaml import Document

TEXTS = [
    "",
    "a: 1\n",
    "a: 'x'\nb: \"y\"\nc: yes\nd: 1.5\ne: ~\nf: 2024-01-01\ng: !!str 5\nh: |\n  text\n",
    "- 1\n- [a, {b: c}]\n- {}\n- []\n",
    "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n",
    "a: &x [1]\nb: *x\nc: [*x, *x]\n",
    "a: &x text\nb: *x\n",
    "a: 1\na: 2\n",
    "a: {b: [\n",
    "a: !x 1\nb: 2\n",
    "a: 2024-13-45\n",
    "é: 'ü'\r\nb: 1\r\n",
    "a: &x 1\nb: &y [*x]\nc: !!str &z 5\n",
    "a: &x 1  # ringfence: ignore[unused-anchor] later\n",
]


def _shape(item: Item | None) -> object:
    """Everything about a value: kind, places, texts, in order."""
    if item is None:
        return None
    if isinstance(item, Scalar):
        return "scalar", item.span, item.text, repr(item.value), item.quoted, item.place
    if isinstance(item, Sequence):
        return "sequence", item.place, [_shape(entry) for entry in item.items]
    return "mapping", item.place, [(_shape(key), _shape(value)) for key, value in item.pairs]


def _kept(text: str | bytes) -> Document:
    content = text.encode() if isinstance(text, str) else text
    return packed.unpack(json.loads(json.dumps(yaml.read(content, "m.yml"))), "m.yml")


@pytest.mark.parametrize("text", TEXTS)
def test_a_document_comes_back(text: str) -> None:
    document = yaml.parse(text.encode(), "m.yml")
    again = _kept(text)
    assert _shape(again.root) == _shape(document.root)
    assert again.problems == document.problems
    assert plain(again.root) == plain(document.root)


def test_what_an_alias_names_is_one_value_still() -> None:
    root = _kept(b"a: &x {b: 1}\nc: *x\n").root
    assert isinstance(root, Mapping)
    assert root.get("a") is root.get("c")
    assert sum(isinstance(item, Mapping) for item in walk(root)) == 2


def test_parts_are_made_once() -> None:
    root = _kept(b"a: {b: [1]}\n").root
    assert isinstance(root, Mapping)
    inner = root.get("a")
    assert inner is root.get("a")
    assert isinstance(inner, Mapping)
    assert inner.get("b") is inner.get("b")


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("a: {b: 1}", "a: {b: 1}", True),
        ("a: {b: 1}", "a: {b: 2}", False),
        ("a: {b: 1}", "a: {b: '1'}", False),
        ("a: {b: true}", "a: {b: 'true'}", False),
        ("a: {b: 1}", "a:  {b: 1}", False),
        ("a: {b: 1}", "\na: {b: 1}", False),
    ],
)
def test_values_are_the_same_if_they_read_and_stand_the_same(left: str, right: str, alike: bool) -> None:
    aliased = [f"{text}\nz: &z [1]\ny: *z\n" for text in (left, right)]
    lazy, eager = [
        [root for text in texts if (root := _kept(text).root) is not None] for texts in ((left, right), aliased)
    ]
    assert packed.same(*lazy) is alike
    assert packed.same(*eager) is alike
    inner = [root.get("a") for root in (lazy[0], eager[1]) if isinstance(root, Mapping)]
    assert packed.same(*[item for item in inner if item is not None]) is alike

"""What YAML makes of values, and how messages name them."""

from __future__ import annotations

import pytest

from ringfence.domain.document import Mapping
from ringfence.domain.yamlkinds import is_template, kind_of, kinds, said
from ringfence.text import yaml


@pytest.mark.parametrize(
    ("written", "kind", "told"),
    [
        ("x", "text", "the text x"),
        ("'5'", "text", "the text 5"),
        ("5", "number", "5"),
        ("1.5", "number", "1.5"),
        ("yes", "flag", "yes"),
        ("2024-01-31", "date", "2024-01-31"),
        ("2024-01-31 10:00:00", "date", "2024-01-31 10:00:00"),
        ("'2024-01-31'", "text", "the text 2024-01-31"),
        ("2024-01", "text", "the text 2024-01"),
        ("", "nothing", "empty"),
        ("~", "nothing", "empty"),
        ("[1]", "list", "a list"),
        ("{a: 1}", "mapping", "a mapping"),
    ],
)
def test_kinds(written: str, kind: str, told: str) -> None:
    root = yaml.parse(f"key: {written}".encode(), "s.yml").root
    assert isinstance(root, Mapping)
    value = root.get("key")
    assert value is not None
    assert kind_of(value) == kind
    assert said(value) == told
    assert not is_template(value)


def test_templates() -> None:
    root = yaml.parse(b"a: '{{ x }}'\nb: '{% if x %}'", "s.yml").root
    assert isinstance(root, Mapping)
    assert all(is_template(value) for _, value in root.pairs)


def test_what_is_read() -> None:
    assert kinds(("text", "list", "nothing")) == "a text or a list"

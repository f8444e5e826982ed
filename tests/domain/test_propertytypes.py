"""The kinds of value under each key, against what the installed dbt's classes accept."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from domain.test_propertykeys import CLASSES, artifacts
from ringfence.domain.propertykeys import PLACES
from ringfence.domain.propertytypes import WORDS, items_of, kinds_of

SAMPLES: dict[str, Any] = {"text": "x", "number": 3, "flag": True, "list": [], "mapping": {"x": 1}, "nothing": None}
CONFIGS = {
    "model": "ModelConfig",
    "version": "ModelConfig",
    "seed": "SeedConfig",
    "snapshot": "SnapshotConfig",
    "source": "SourceConfig",
    "table": "SourceConfig",
    "exposure": "ExposureConfig",
    "test": "TestConfig",
}


def accepted(schema: dict[str, Any], key: str) -> set[str]:
    """The kinds that a class accepts under a key; a mapping counts where one of some form does."""
    one = {**schema["properties"][key], **{name: schema[name] for name in ("$defs", "definitions") if name in schema}}
    found = {kind for kind, sample in SAMPLES.items() if jsonschema.Draft7Validator(one).is_valid(sample)}
    return found | ({"mapping"} if '"object"' in str(one).replace("'", '"') else set())


# What dbt reads since 1.9 and 1.10, and stopped at before.
LATER = {("owner", "email"): {"list"}, ("snapshot", "unique_key"): {"list"}}

JUDGED = [
    (place, key)
    for place, made in sorted(CLASSES.items())
    for key in sorted(PLACES[place].keys)
    if kinds_of(place, place, key) is not None and key in made.json_schema()["properties"]
]


@pytest.mark.parametrize(("place", "key"), JUDGED)
def test_kinds_of_properties(place: str, key: str) -> None:
    wanted = set(kinds_of(place, place, key) or ())
    found = accepted(CLASSES[place].json_schema(), key)
    if (place, key) in WORDS:
        found |= {"text"}
    if wanted & {"list"} and "mapping" not in wanted:
        found -= {"mapping"}  # of its items
    assert found | LATER.get((place, key), set()) == wanted


@pytest.mark.parametrize("owner", sorted(CONFIGS))
def test_kinds_of_settings(owner: str) -> None:
    schema = getattr(artifacts, CONFIGS[owner]).json_schema()
    for key in sorted(schema["properties"]):
        wanted = kinds_of("config", owner, key)
        if wanted is not None:
            found = accepted(schema, key) | LATER.get((owner, key), set())
            assert found - {"mapping"} == set(wanted) - {"mapping"}, key


def test_most_keys_are_judged() -> None:
    assert len(JUDGED) > 150
    assert kinds_of("config", "column", "tags") is None
    assert kinds_of("constraint", "column", "name") is None


def test_items() -> None:
    assert items_of("model", "columns") == ("mapping",)
    assert items_of("file", "models") == ("mapping",)
    assert items_of("file", "tests") is None
    assert items_of("query_params", "metrics") is None
    assert items_of("constraint", "columns") is None


@pytest.mark.parametrize(("place", "key"), [pair for pair in WORDS if pair[0] in CLASSES])
def test_words(place: str, key: str) -> None:
    if (place, key) == ("model", "access"):
        return  # a text to the class; the parser compares it later
    schema = CLASSES[place].json_schema()
    one = {**schema["properties"][key], **{name: schema[name] for name in ("$defs", "definitions") if name in schema}}
    valid = jsonschema.Draft7Validator(one).is_valid
    assert all(valid(word) for word in WORDS[place, key])
    assert not valid("x")

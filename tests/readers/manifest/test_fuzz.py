"""Real manifests, broken at random: a reading or one clear error, never anything else, and no path that leads out."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readers.manifest.shapes import SCHEMA, Json, fixture
from ringfence.domain.errors import RingfenceError
from ringfence.domain.node import Node
from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.manifest.project import ManifestProject

_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, "", "x", "\0", "é\u2028", [], {}, [None], [[]], {"": None}, {"a": {"b": []}}),
    *("../../x.sql", "/etc/passwd", "..\\x", "C:\\x", "shop://../x", "ref('a')", "{{ source('a') }}", "model.a"),
)
_BYTES = (b"", b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u00", b"\xff", b"\0", b"NaN", b"null", b"1e999")


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every mapping or list below a value, with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else []
        found += [(one, key) for key in keys]
        waiting += [one[key] for key in keys]
    return found


def _reshaped(manifest: Json, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        held, key = chance.choice(_places(manifest))
        way = chance.randrange(4)
        if way == 0:
            del held[key]
        elif way == 1 and isinstance(held, dict):
            held[chance.choice(("name", "config", "columns", "tags", "unique_id"))] = held.pop(key)
        else:
            held[key] = chance.choice(_VALUES)
    return json.dumps(manifest).encode()


def _torn(manifest: Json, chance: random.Random) -> bytes:
    text = json.dumps(manifest).encode()
    for _ in range(chance.randint(1, 3)):
        start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        way = chance.randrange(3)
        if way == 0:
            text = text[:start]
        elif way == 1:
            text = text[:start] + chance.choice(_BYTES) + text[start:]
        else:
            text = text[:start] + text[min(end, start + 40) :]
    return text


def _relabelled(manifest: Json, chance: random.Random) -> bytes:
    manifest["metadata"]["dbt_schema_version"] = SCHEMA.format(chance.randint(0, 25))
    return _reshaped(manifest, chance)


_WAYS: tuple[Callable[[Json, random.Random], bytes], ...] = (_reshaped, _reshaped, _torn, _relabelled)
_VERSIONS = ("1.5", "1.8", "1.11", "v2")


def _looked_at(path: Path) -> bool:
    """Ask everything of the manifest; False where it was clearly refused. Raises whatever is no clear error."""
    try:
        _asked(open_manifest(str(path), root="transform"))
    except RingfenceError as error:
        return not (error.where == str(path) and error.what and error.do)
    return True


def _asked(project: ManifestProject) -> None:
    for _, made in project.everything():
        for node in made:
            _inside(node)
            assert project.children(node.key) is not None
            assert project.mentions(node.identity.name) is not None
            for ref in node.refs_at:
                project.find(ref)
            for source in node.sources_at:
                project.find_source(source)
    assert all(_safe(one.test.place.path) for one in project.tests())
    assert project.differing(project) == frozenset()


def _inside(node: Node) -> None:
    assert _safe(node.path)
    assert _safe(node.place.path)
    assert isinstance(node.config.keys(), list)


def _safe(path: str) -> bool:
    return not path.startswith(("/", "../", "~")) and path != ".." and "/../" not in path and "\\" not in path


@pytest.mark.parametrize("runs", [150, pytest.param(10_000, marks=pytest.mark.slow)])
def test_broken_manifests(runs: int, tmp_path: Path) -> None:
    chance = random.Random(runs)
    texts = {version: json.dumps(fixture(version)) for version in _VERSIONS}
    path = tmp_path / "manifest.json"
    read = 0
    for _ in range(runs):
        manifest = json.loads(texts[chance.choice(_VERSIONS)])
        path.write_bytes(chance.choice(_WAYS)(manifest, chance))
        read += _looked_at(path)
    assert 0.05 < read / runs < 0.95, "both outcomes are met"

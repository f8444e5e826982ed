"""Where settings stand, and every way in which they cannot be read."""

from __future__ import annotations

import pytest

from memory import MemoryTree
from ringfence.domain.document import plain
from ringfence.domain.errors import RingfenceError
from ringfence.domain.settings import LayerSettings, Settings
from ringfence.readers.configuration import parsed, read_configuration

RULES = ("contract-missing",)
TOML = "[tool.ringfence]\nbase = {branch = 'develop'}\nlock = {tags = ['frozen'], reason_pattern = 'X'}\n"


def _read(files: dict[str, str | bytes], folder: str = "") -> Settings | None:
    return read_configuration(MemoryTree(files), folder, RULES)


@pytest.mark.parametrize(
    ("files", "branch"),
    [
        ({"ringfence.yml": "base: {branch: main}\n"}, "main"),
        ({"pyproject.toml": TOML}, "develop"),
        ({"ringfence.yml": "base: {branch: main}\n", "pyproject.toml": TOML}, "main"),
        ({"ringfence.yml": "", "pyproject.toml": TOML}, None),
        ({"pyproject.toml": "[tool.ringfence]\n"}, None),
    ],
    ids=["yaml", "toml", "yaml beats toml", "an empty yaml beats toml", "an empty table"],
)
def test_settings(files: dict[str, str | bytes], branch: str | None) -> None:
    found = _read(files)
    assert found is not None
    assert found.branch == branch


def test_settings_of_a_table() -> None:
    found = _read({"pyproject.toml": TOML + "[tool.ringfence.rules.contract-missing]\nseverity = 'info'\n"})
    assert found is not None
    assert found.lock.tags == ("frozen",)
    assert found.rules["contract-missing"].severity == "info"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[tool.other]\n"},
        {"pyproject.toml": "not toml at all"},
        {"a/ringfence.yml": "base: {branch: main}\n"},
        {"ringfence.yaml": "base: {branch: main}\n"},
    ],
    ids=["nothing", "other tools", "no table of ours", "another folder", "another ending"],
)
def test_no_settings(files: dict[str, str | bytes]) -> None:
    assert _read(files) is None


def test_paths_are_made_relative_to_the_repository() -> None:
    text = "projects: [{path: .}, {path: inner/}, {path: ../beside}]\nlayers: [{package: p, order: []}]\n"
    found = _read({"a/b/ringfence.yml": text}, "a/b")
    assert found is not None
    assert found.projects == (("a/b", None), ("a/b/inner", None), ("a/beside", None))
    assert found.layers == (LayerSettings("p", "a/b", ()),)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"ringfence.yml": "a: ["}, "ringfence.yml:1:5: is not YAML"),
        ({"ringfence.yml": b"\xff"}, "ringfence.yml:1:1: is not UTF-8"),
        (
            {"ringfence.yml": "rule: {}\n"},
            "ringfence.yml:1:1: ringfence.yml has an unknown key rule, did you mean rules?",
        ),
        ({"ringfence.yml": "projects: [{path: ../x}]\n"}, "ringfence.yml: the path ../x leaves the repository"),
        ({"ringfence.yml": "projects: [{path: /x}]\n"}, "ringfence.yml: the path /x leaves the repository"),
        ({"ringfence.yml": "layers: [{package: p, root: .., order: []}]\n"}, "ringfence.yml: the path .. leaves"),
        ({"pyproject.toml": "[tool.ringfence\n"}, "pyproject.toml: is not TOML"),
        ({"pyproject.toml": b"# tool.ringfence \xff\n"}, "pyproject.toml: is not TOML"),
        ({"pyproject.toml": "tool.ringfence = " + "[" * 100_000}, "pyproject.toml: is not TOML"),
        ({"pyproject.toml": "tool.ringfence = 5\n"}, "pyproject.toml:1:1: ringfence.yml must be a mapping"),
        (
            {"pyproject.toml": "[tool.ringfence]\nrule = 1\n"},
            "pyproject.toml:1:1: ringfence.yml has an unknown key rule",
        ),
        ({"pyproject.toml": "[tool.ringfence.lock]\ntags = [5]\n"}, "pyproject.toml:1:1: tags[0] must be a text"),
    ],
)
def test_what_cannot_be_read(files: dict[str, str | bytes], said: str) -> None:
    with pytest.raises(RingfenceError) as error:
        _read(files)
    assert str(error.value).startswith(said)


@pytest.mark.parametrize(
    ("path", "content", "held"),
    [
        ("a/ringfence.yml", b"lock: {tags: [a]}", {"lock": {"tags": ["a"]}}),
        ("ringfence.yml", b"", None),
        ("ringfence.yml", b"lock: [", None),
        ("pyproject.toml", b"[tool.ringfence]\nbase = {}\n[tool.other]\n", {"base": {}}),
        ("pyproject.toml", b"[tool.other]\n", None),
        ("prek.toml", b"repos = []\n", {"repos": []}),
        ("prek.toml", b"repos = [", None),
    ],
)
def test_files_as_they_are_written(path: str, content: bytes, held: object) -> None:
    assert plain(parsed(content, path)) == held

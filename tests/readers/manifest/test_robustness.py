"""Manifests that are wrong in every way we could think of: one clear error, or a reading; nothing else, ever."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readers.manifest.shapes import SCHEMA, Json, fixture, generic, model, opened, resource, small
from ringfence.domain.errors import RingfenceError
from ringfence.readers.manifest.open import open_manifest

TEXT = json.dumps(fixture("1.11"))
_WRITING = "it is probably being written"
_SHAPE = "the manifest is not as dbt writes it: "
_OUTSIDE = "the manifest names a file outside the repository"


def _label(number: object) -> bytes:
    manifest = small()
    manifest["metadata"]["dbt_schema_version"] = SCHEMA.format(number)
    return json.dumps(manifest).encode()


def _with(**metadata: Any) -> bytes:
    manifest = small()
    manifest["metadata"] |= metadata
    return json.dumps(manifest).encode()


def _node(**changed: Any) -> bytes:
    return json.dumps(small(model("a") | changed)).encode()


def _section(**sections: Any) -> bytes:
    return json.dumps(small(**sections)).encode()


def _raw(at: str, text: str) -> bytes:
    return json.dumps(small(model("a") | {at: "HERE"})).replace('"HERE"', text).encode()


# name: (content, what must be said)
CASES: dict[str, tuple[bytes, str]] = {
    # truncated: dbt writes the file in place
    "empty": (b"", f"because it is empty: {_WRITING}"),
    "white space only": (b" \n\n ", _WRITING),
    "one bracket": (b"{", _WRITING),
    "cut inside a key": (TEXT[:5].encode(), _WRITING),
    "cut inside metadata": (TEXT[:200].encode(), _WRITING),
    "cut in the middle": (TEXT[: len(TEXT) // 2].encode(), _WRITING),
    "cut before the last bracket": (TEXT[:-1].encode(), _WRITING),
    "cut after an inner bracket": (TEXT[: TEXT.index("}}") + 1].encode(), _WRITING),
    "cut inside a number": (b'{"metadata": {"x": 12.', _WRITING),
    "cut inside an escape": (b'{"metadata": {"x": "\\u00', _WRITING),
    "cut inside a character": ('{"metadata": {"x": "é'.encode()[:-1], _WRITING),
    "cut inside true": (b'{"metadata": {"x": tr', _WRITING),
    # not JSON
    "text": (b"hello }", "the manifest is not JSON: JSON is malformed"),
    "YAML": (b"nodes: {a: b}", "the manifest is not JSON: JSON is malformed"),
    "NUL bytes": (b"\0" * 100 + b"}", "the manifest is not JSON"),
    "byte order mark": (b"\xef\xbb\xbf" + TEXT.encode(), "the manifest is not JSON"),
    "UTF-16": (TEXT.encode("utf-16") + b"}", "the manifest is not JSON"),
    "latin-1": (_node(description="HERE").replace(b"HERE", b"\xe9"), "the manifest is not UTF-8: "),
    "NaN": (_raw("version", "NaN"), "the manifest is not JSON"),
    "NaN where nobody looks": (_raw("zz", "NaN"), "the manifest is not JSON"),
    "Infinity": (_raw("config", '{"a": Infinity}'), "the manifest is not JSON"),
    "a comment": (b'{"metadata": {} /* x */}', "the manifest is not JSON"),
    "a trailing comma": (b'{"metadata": {},}', "the manifest is not JSON"),
    "two documents": (TEXT.encode() * 2, "the manifest is not JSON"),
    "half a surrogate pair": (_raw("description", '"\\udc00"'), "the manifest is not JSON"),
    # not a manifest
    "null": (b"null", "this is not a manifest of dbt"),
    "a number": (b"12", "this is not a manifest of dbt"),
    "a list": (b'[{"metadata": {}}]\n', "this is not a manifest of dbt"),
    "an empty mapping": (b"{}", "this is not a manifest of dbt"),
    "a package.json": (b'{"name": "x", "version": "1.0.0"}', "this is not a manifest of dbt"),
    "metadata is a list": (b'{"metadata": [], "nodes": {}}', "this is not a manifest of dbt"),
    "metadata is empty": (b'{"metadata": {}, "nodes": {}}', "this is not a manifest of dbt"),
    "run results": (
        b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"}, "results": []}',
        "this is no manifest, but run results",
    ),
    "a catalog": (
        b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": {}}',
        "this is no manifest, but catalog",
    ),
    "no nodes": (b'{"metadata": {"dbt_schema_version": "%s"}}' % SCHEMA.format(12).encode(), f"{_SHAPE}Object missing"),
    # versions
    **{
        f"v{number}": (_label(number), f"schema version v{number}, older than what is supported")
        for number in range(4, 9)
    },
    "v4 in the shape of its time": (
        b'{"metadata": {"dbt_schema_version": "%s"}, "nodes": {"a": 1}}' % SCHEMA.format(4).encode(),
        "schema version v4, older than what is supported: v9 to v12 (dbt 1.5 to 1.12) and v20",
    ),
    **{f"v{number}": (_label(number), f"v{number}, not among what is supported") for number in (13, 19)},
    "v21": (_label(21), "v21, newer than what is supported"),
    "v99999": (_label(99999), "this is not a manifest of dbt"),
    "no number": (_with(dbt_schema_version="https://schemas.getdbt.com/dbt/manifest"), "this is not a manifest of dbt"),
    "a label of another type": (_with(dbt_schema_version=12), "this is not a manifest of dbt"),
    # wrong types and missing keys
    "nodes is a list": (_section(nodes=[]), f"{_SHAPE}Expected `object`, got `array`"),
    "nodes is null": (_section(nodes=None), f"{_SHAPE}Expected `object`, got `null`"),
    "a node is a text": (_section(nodes={"a": "b"}), f"{_SHAPE}Expected `object`, got `str`"),
    "a node is null": (_section(nodes={"a": None}), f"{_SHAPE}Expected `object`, got `null`"),
    "sources is a list": (_section(sources=[]), f"{_SHAPE}Expected `object`, got `array`"),
    "disabled holds no lists": (_section(disabled={"a": model("a")}), f"{_SHAPE}Expected `array`, got `object`"),
    "a macro without a name": (_section(macros={"a": {"unique_id": "a"}}), f"{_SHAPE}Object missing required field"),
    **{
        f"a node without {key}": (
            _section(nodes={"a": {name: value for name, value in model("a").items() if name != key}}),
            f"{_SHAPE}Object missing required field `{key}`",
        )
        for key in ("unique_id", "name", "package_name", "original_file_path")
    },
    "a name is a number": (_node(name=1), f"{_SHAPE}Expected `str`, got `int`"),
    "fqn is a text": (_node(fqn="a.b"), f"{_SHAPE}Expected `array | null`, got `str`"),
    "tags is a mapping": (_node(tags={}), _SHAPE),
    "a constraint is a text": (_node(constraints=["not_null"]), f"{_SHAPE}Expected `object`, got `str`"),
    "refs are texts": (_node(refs=["a"]), f"{_SHAPE}Expected `object`, got `str`"),
    "sources are texts": (_node(sources=["a"]), f"{_SHAPE}Expected `array`, got `str`"),
    "depends_on is a list": (_node(depends_on=[]), f"{_SHAPE}Expected `object | null`, got `array`"),
    "a version is a list": (_node(version=[1]), _SHAPE),
    "a version of 5,000 digits": (_raw("version", "9" * 5000), _SHAPE),
    "nested too deeply where nobody looks": (_raw("zz", "[" * 100_000 + "]" * 100_000), "nests values too deeply"),
    "nested too deeply in test arguments": (
        _raw("test_metadata", '{"name": "a", "kwargs": {"a": %s}}' % ("[" * 100_000 + "]" * 100_000)),
        "nests values too deeply",
    ),
    # paths
    **{
        f"path {path!r}": (_node(original_file_path=path), f"{_OUTSIDE}: {path!r}")
        for path in (
            "/etc/passwd",
            "../../secret.sql",
            "..",
            "models/../../../x.sql",
            "..\\..\\x.sql",
            "C:\\x.sql",
            "c:/x.sql",
            "\\\\server\\share\\x.sql",
            "~/x.sql",
            "file:///etc/passwd",
            "models/a\0.sql",
        )
    },
    "properties outside": (_node(patch_path="shop://../../x.yml"), _OUTSIDE),
    "properties with an absolute path": (_node(patch_path="shop:///etc/passwd"), _OUTSIDE),
    "a macro outside": (_section(macros={"m": resource("macro", "m", original_file_path="../../m.sql")}), _OUTSIDE),
    "a docs block outside": (_section(docs={"d": resource("doc", "d", original_file_path="/d.md")}), _OUTSIDE),
    "a package's file outside": (_node(package_name="other", original_file_path="/x.sql"), _OUTSIDE),
    "a disabled model outside": (
        _section(disabled={"a": [model("a") | {"original_file_path": "/x.sql"}]}),
        _OUTSIDE,
    ),
    # its project
    "no project": (_with(project_name=None), "the manifest does not name its project"),
    "the MD5 of no package": (_with(project_name=None, project_id="00" * 16), "the manifest does not name its project"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_manifest_is_one_clear_error(name: str, tmp_path: Path) -> None:
    content, said = CASES[name]
    path = tmp_path / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(RingfenceError) as raised:
        open_manifest(str(path), root="transform")
    assert said in raised.value.what
    assert raised.value.where == str(path)
    assert raised.value.do
    assert "\n" not in raised.value.what
    assert len(raised.value.what) < 400


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60


def test_every_truncation_of_a_manifest_says_that_it_is_being_written(tmp_path: Path) -> None:
    text = json.dumps(small(model("a", config={"x": [1.5, True, None, "é\n"]}))).encode()
    path = tmp_path / "manifest.json"
    for length in range(len(text)):
        path.write_bytes(text[:length])
        with pytest.raises(RingfenceError, match=_WRITING):
            open_manifest(str(path), root="")


# What is odd, but has a meaning.
FINE: dict[str, bytes] = {
    "white space around": b"\n " + json.dumps(small(model("a"))).encode() + b"\n\n",
    "CRLF": json.dumps(small(model("a")), indent=1).replace("\n", "\r\n").encode(),
    "unknown keys": _node(zz={"a": [1, {}]}),
    "a repeated key, of which dbt takes the last": _node().replace(b'"name": "a"', b'"name": "b", "name": "a"'),
    "a project found by the MD5 of its name": json.dumps(
        {
            **small(model("a")),
            "metadata": {"dbt_schema_version": SCHEMA.format(9), "project_id": "fb54f3c5992b96d001bb16e8e92d968d"},
        }
    ).encode(),
    "folders up and down again": _node(original_file_path="models/../models/a.sql"),
    "a folder beside the project": _node(original_file_path="../models/a.sql"),
    "Windows": _node(original_file_path="models\\a.sql", patch_path="shop://models\\a.yml"),
    "nulls wherever dbt may write one": _node(
        **dict.fromkeys(("fqn", "tags", "columns", "constraints", "refs", "sources", "depends_on", "config", "meta"))
    ),
    "a null among the macros": _node(depends_on={"macros": [None, "macro.shop.m"], "nodes": [None]}),
}


@pytest.mark.parametrize("name", FINE)
def test_what_is_odd_is_read_all_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(FINE[name])
    project = open_manifest(str(path), root="transform")
    assert [node.key for node in project.nodes()] == ["model.shop.a"]
    (node,) = project.nodes()
    assert node.path in ("transform/models/a.sql", "models/a.sql")
    assert project.children(node.key) == ()


# What stays text until a node is made.
LATE: dict[str, bytes] = {
    "a configuration is a list": _raw("config", "[]"),
    "a configuration is a text": _raw("config", '"a"'),
    "a configuration holds a number of 5,000 digits": _raw("config", '{"a": ' + "9" * 5000 + "}"),
    "a configuration is not UTF-8": _raw("config", '{"a": "HERE"}').replace(b"HERE", b"\xff"),
    "an unrendered configuration is a number": _raw("unrendered_config", "1"),
    "meta is true": _raw("meta", "true"),
    "columns is a list": _node(columns=[]),
    "columns is a text": _node(columns="a"),
    "a column is a text": _node(columns={"a": "b"}),
    "a column without a name": _node(columns={"a": {}}),
    "a data type is a number": _node(columns={"a": {"name": "a", "data_type": 1}}),
    "quote is a text": _node(columns={"a": {"name": "a", "quote": "yes"}}),
    "a column's constraint is a text": _node(columns={"a": {"name": "a", "constraints": ["unique"]}}),
    "a column is not UTF-8": _node(columns={"a": {"name": "HERE"}}).replace(b"HERE", b"\xff"),
    "test arguments are a list": json.dumps(small(model("a"), generic("t", "model.shop.a", kwargs=[]))).encode(),
    "test arguments of an unnamed node": json.dumps(small(model("a"), generic("t", None, kwargs=1))).encode(),
}


@pytest.mark.parametrize("name", LATE)
def test_what_is_read_late_is_refused_late(name: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(LATE[name])
    project = open_manifest(str(path), root="")
    with pytest.raises(RingfenceError, match=r"the manifest holds .* that cannot be read: ") as raised:
        project.node("model.shop.a")
    assert raised.value.where == str(path)
    assert raised.value.do
    with pytest.raises(RingfenceError):
        list(project.tests() if "test" in name else project.nodes())


# files that are none


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _broken_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _enormous(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate((4 << 30) + 1)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "the manifest cannot be read: No such file or directory"),
        (_folder, "the manifest is not a plain file"),
        (_pipe, "the manifest is not a plain file"),
        (_broken_link, "the manifest cannot be read: No such file or directory"),
        (_circle, "the manifest cannot be read: Too many levels of symbolic links"),
        (_enormous, "the manifest has 4,294,967,297 bytes, and no more than 4,294,967,296 are read"),
    ],
    ids=["missing", "folder", "pipe", "broken link", "link to itself", "enormous"],
)
def test_what_is_no_file(make: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    make(path)
    with pytest.raises(RingfenceError) as raised:
        open_manifest(str(path), root="")
    assert raised.value.what == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/proc/self/mem", "the manifest cannot be read: Input/output error"),
        ("/proc/self/status", "the manifest was written while it was being read"),  # its size is always 0
    ],
)
def test_a_file_that_is_not_what_it_says(path: str, said: str) -> None:
    if not os.path.exists(path):
        pytest.skip(f"there is no {path} on this system")
    with pytest.raises(RingfenceError) as raised:
        open_manifest(path, root="")
    assert raised.value.what == said


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("repository/manifest.json", True),
        ("repository/../repository/manifest.json", True),
        ("repository/within.json", True),
        ("repository/out.json", False),
        ("repository/target/manifest.json", False),
        ("manifest.json", False),
        ("repository-2/manifest.json", False),
        ("a\0b", False),
    ],
    ids=repr,
)
def test_a_manifest_outside_the_repository_is_not_opened(path: str, inside: bool, tmp_path: Path) -> None:
    for folder in ("repository", "repository-2", "elsewhere"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "manifest.json").write_text(json.dumps(small(model("a"))), encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps(small(model("a"))), encoding="utf-8")
    (tmp_path / "repository" / "within.json").symlink_to("manifest.json")
    (tmp_path / "repository" / "out.json").symlink_to(tmp_path / "elsewhere" / "manifest.json")
    (tmp_path / "repository" / "target").symlink_to(tmp_path / "elsewhere")
    named, repository = str(tmp_path / path), str(tmp_path / "repository")
    if inside:
        assert open_manifest(named, root="", inside=repository).name == "shop"
    else:
        with pytest.raises(RingfenceError, match="the manifest lies outside the repository"):
            open_manifest(named, root="", inside=repository)


@pytest.mark.parametrize("collecting", [True, False])
@pytest.mark.parametrize("content", [b"{", json.dumps(small()).encode()], ids=["broken", "whole"])
def test_the_garbage_collector_is_left_as_it_was(collecting: bool, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(content)
    before = gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        with contextlib.suppress(RingfenceError):
            open_manifest(str(path), root="")
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if before else gc.disable)()


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(RingfenceError, match="cannot be read: it has no possible name"):
        open_manifest("a\0b", root="")


_OPENED = """
import sys
seen = []

def heard(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):  # a number is a file that is open already
        seen.append(arguments[0])

sys.addaudithook(heard)
from ringfence.readers.manifest.open import open_manifest
path, outside = sys.argv[1:]
seen.clear()
project = open_manifest(path, root="")
for node in project.nodes():
    project.children(node.key), project.mentions(node.identity.name), project.find_source
list(project.everything()), list(project.tests()), project.files(), project.problems()
print([name for name in seen if not name.endswith((".py", ".pyc")) and "site-packages" not in name])
"""


def test_nothing_but_the_manifest_is_opened(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret", encoding="utf-8")
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "link.sql").symlink_to(tmp_path / "outside")
    manifest = small(
        model("a", original_file_path="link.sql", patch_path="shop://link.sql", root_path=str(tmp_path)),
        resource("seed", "s", original_file_path="link.sql", root_path=str(tmp_path)),
        generic("unique", "model.shop.a", original_file_path="link.sql"),
    )
    path = tmp_path / "repository" / "manifest.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _OPENED, str(path), str(tmp_path / "outside")],
        cwd=tmp_path / "repository",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == repr([str(path)])


_WRITER = """
import sys, time
path, text = sys.argv[1], open(sys.argv[2]).read()
print("ready", flush=True)
while True:
    with open(path, "w") as file:
        for at in range(0, len(text), 65536):
            file.write(text[at : at + 65536])
            file.flush()
"""


def test_a_manifest_that_is_being_written_is_read_whole_or_refused(tmp_path: Path) -> None:
    manifest: Json = small(*(model(f"m{number}", raw_code="select 1\n" * 200) for number in range(500)))
    path, source = tmp_path / "manifest.json", tmp_path / "source.json"
    for target in (path, source):
        target.write_text(json.dumps(manifest), encoding="utf-8")
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(source)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    try:
        assert writer.stdout.readline() == b"ready\n"
        said: set[object] = set()
        for _ in range(20_000):
            try:
                said.add(len(open_manifest(str(path), root="").names("model")))
            except RingfenceError as error:
                said.add(_WRITING in error.what or "was written while it was being read" in error.what)
            if len(said) > 1:
                break
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    assert said <= {500, True}
    assert True in said, "not one reading met the writer"


def test_errors_never_name_what_stands_in_the_file(tmp_path: Path) -> None:
    secret = "hunter2"
    for content in (_node(name={"password": secret}), _raw("config", f'["{secret}"]'), f'{{"a": {secret}}}'.encode()):
        path = tmp_path / "manifest.json"
        path.write_bytes(content)
        with pytest.raises(RingfenceError) as raised:
            list(open_manifest(str(path), root="").nodes())
        assert secret not in str(raised.value)


def test_two_resources_that_claim_one_node(tmp_path: Path) -> None:
    project = opened(
        {**small(), "nodes": {"a": model("a", description="first"), "b": model("a", description="second")}}, tmp_path
    )
    assert [node.key for node in project.nodes()] == ["model.shop.a"]
    assert len(project.all_of("model.shop.a")) == 2

"""Whatever bytes a file holds: positioned values or located problems, never more work than the file is long."""

from __future__ import annotations

import datetime
import random
import re
from pathlib import Path

import pytest
import yaml as pyyaml

from ringfence.domain.document import Item, Mapping, Scalar, Sequence, plain, walk
from ringfence.domain.place import Place
from ringfence.text import yaml
from text.documents import DOCUMENTS

ROOT = Path(__file__).parents[2]
PROJECT_FILES = sorted(
    path
    for folder in ("examples", "integration_tests", "dbt_package")
    for path in (ROOT / folder).rglob("*.y*ml")
    if not {"target", "dbt_packages"} & set(path.parts)
)
BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def _lines(content: bytes) -> list[str]:
    return BREAK.split(content.decode("utf-8", errors="replace"))


def _told(content: bytes) -> list[str]:
    return [f"{one.place.line}:{one.place.column} {one.message}" for one in yaml.parse(content, "a.yml").problems]


def _as_pyyaml(value: object) -> object:
    """PyYAML's value as ours: keys by their text (an empty one has none), dates as text."""
    if isinstance(value, dict):
        return {"" if key is None else str(key): _as_pyyaml(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_pyyaml(inner) for inner in value]
    return str(value) if isinstance(value, datetime.date) else value


def _null_keys_alike(value: object) -> object:
    """Our value with the empty text for each way to write a null key."""
    if isinstance(value, dict):
        nulls = ("~", "null", "Null", "NULL")
        return {"" if key in nulls else key: _null_keys_alike(inner) for key, inner in value.items()}
    return [_null_keys_alike(inner) for inner in value] if isinstance(value, list) else value


def _get(root: Item | None, *path: str | int) -> Item:
    item = root
    for step in path:
        if isinstance(item, Sequence) and isinstance(step, int):
            item = item.items[step]
        else:
            assert isinstance(item, Mapping)
            item = item.get(str(step))
    assert item is not None
    return item


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_document_is_worth_what_safe_load_says(text: str) -> None:
    document = yaml.parse(text.encode(), "a.yml")
    assert document.problems == ()
    assert plain(document.root) == pyyaml.safe_load(text)


@pytest.mark.parametrize("path", PROJECT_FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_our_own_files_are_worth_what_safe_load_says(path: Path) -> None:
    content = path.read_bytes()
    document = yaml.parse(content, "a.yml")
    assert document.problems == ()
    assert plain(document.root) == _as_pyyaml(pyyaml.safe_load(content))


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_the_pure_parser_reads_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = plain(yaml.parse(text.encode(), "a.yml").root)
    monkeypatch.delattr(pyyaml, "CSafeLoader")
    document = yaml.parse(text.encode(), "a.yml")
    assert document.problems == ()
    assert plain(document.root) == expected


def test_keys_are_known_by_their_text() -> None:
    document = yaml.parse(b"1: a\ntrue: b\nnull: c\n2024-01-01: d\n", "a.yml")
    assert plain(document.root) == {"1": "a", "true": "b", "null": "c", "2024-01-01": "d"}


BOMBS: dict[str, tuple[bytes, list[str]]] = {
    "merge keys": (
        b"a0: &a0 {k: 1}\n"
        + b"".join(b"a%d: &a%d\n  <<: [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)),
        ["13:13 holds aliases that stand for more than 1,000,000 values"],
    ),
    "aliases": (
        b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)),
        ["6:45 holds aliases that stand for more than 1,000,000 values"],
    ),
    "one wide mapping merged everywhere": (
        b"a: &a {" + b", ".join(b"k%d: 1" % n for n in range(2000)) + b"}\nb:\n" + b"  - <<: *a\n" * 2000,
        ["252:9 holds aliases that stand for more than 1,000,000 values"],
    ),
    "brackets": (b"[" * 100_000, ["1:101 nests deeper than 100 levels"]),
    "closed brackets": (b"[" * 100_000 + b"]" * 100_000, ["1:101 nests deeper than 100 levels"]),
    "braces": (b"{a: " * 100_000, ["1:401 nests deeper than 100 levels"]),
    "5,000 levels": (b"".join(b" " * n + b"a:\n" for n in range(5000)), ["101:101 nests deeper than 100 levels"]),
    "5,000 dashes": (b"- " * 5000 + b"a", ["1:201 nests deeper than 100 levels"]),
    "levels behind aliases": (
        b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (n, n, n - 1) for n in range(1, 200)),
        ["100:12 nests deeper than 100 levels"],
    ),
    "recursive list": (b"&a [*a]\n", ["1:5 names *a inside itself"]),
    "recursive mapping": (b"a: &a\n  b: 1\n  c: *a\n", ["3:6 names *a inside itself"]),
    "recursive merge": (b"a: &a\n  <<: *a\n", ["2:7 names *a inside itself"]),
    "recursive through another": (b"a: &a\n  b: &b\n    c: *a\n", ["3:8 names *a inside itself"]),
    "unknown anchor": (b"a: 1\nb: *nowhere\n", ["2:4 names the unknown anchor *nowhere"]),
    "an invalid date": (b"a: 1\nb: 2024-13-45\n", ["2:4 2024-13-45 looks like a date and is none"]),
    "a number of 5,000 digits": (b"a: " + b"9" * 5000, ["1:4 a number of 5000 digits cannot be read"]),
    "a number that is none behind a colon": (b"a: !!float 1:x\n", ["1:4 1:x is not a number"]),
    "a lone equals sign": (b"a: =\n", ["1:4 a lone = is a value that dbt cannot read"]),
    "NUL": (b"a: 1\nb: x\x00y\n", ["2:5 is not YAML: control characters are not allowed"]),
    "NUL behind a BOM": (b"\xef\xbb\xbfa: \x00\n", ["1:4 is not YAML: control characters are not allowed"]),
    "DEL behind an umlaut": ("ä: ü\n\nö: ß\x7f".encode(), ["3:5 is not YAML: control characters are not allowed"]),
    "a BOM before a NUL": ("a: 1\nb: \ufeff\x00".encode(), ["2:5 is not YAML: control characters are not allowed"]),
    "the end of a file without a newline": (b"a: 1\nb {} {}", ["2:8 is not YAML: could not find expected ':'"]),
    "latin-1": ("a: 1\nb: h\u00e9\n".encode("latin-1"), ["2:5 is not UTF-8"]),
    "latin-1 behind an umlaut": ("a: 'ää' ".encode() + b"\xe9", ["1:9 is not UTF-8"]),
    "latin-1 behind CR": (b"a: 1\rb: \xe9", ["2:4 is not UTF-8"]),
    "UTF-16": ("a: 1\n".encode("utf-16"), ["1:1 is not UTF-8"]),
    "half a character": (b"a: \xed\xa0\x80\n", ["1:4 is not UTF-8"]),
    "binary": (bytes(range(256)), ["3:115 is not UTF-8"]),
    "tab indent": (b"a:\n\tb: 1\n", ["2:1 is not YAML: found character that cannot start any token"]),
    "jinja without quotes": (b"a: {{ var() }}\n", ["1:5 uses a list or mapping as a key"]),
    "list as a key": (b"? [a, b]\n: 1\n", ["1:3 uses a list or mapping as a key"]),
    "alias of a list as a key": (b"a: &a [1]\n*a : 2\n", ["2:1 uses a list or mapping as a key"]),
    "jinja block": (
        b"{% if x %}\na: 1\n{% endif %}\n",
        ["1:2 is not YAML: found character that cannot start any token"],
    ),
    "several documents": (b"a: 1\n---\nb: 2\n", ["2:1 holds more than one YAML document"]),
    "an empty second document": (b"a: 1\n---\n", ["2:1 holds more than one YAML document"]),
    "merge of a number": (b"a: 1\n<<: 5\n", ["2:1 merges what is no mapping"]),
    "merge of a list of numbers": (b"a:\n  <<: [1]\n", ["2:3 merges what is no mapping"]),
    "merge of an alias to a number": (b"a: &a 1\nb:\n  <<: *a\n", ["3:3 merges what is no mapping"]),
    "own tag": (b"a: !mine x\n", ["1:4 the tag !mine is not one that dbt can read"]),
    "own tag of a mapping": (b"a: !mine {x: 1}\n", ["1:4 uses the tag !mine, which dbt cannot read"]),
    "python tag": (
        b"a: !!python/object/apply:os.system ['true']\n",
        ["1:4 uses the tag tag:yaml.org,2002:python/object/apply:os.system, which dbt cannot read"],
    ),
    "unknown handle": (b"a: !x!y 1\n", ["1:4 is not YAML: found undefined tag handle"]),
    "open bracket": (b"a: [1,\n", ["2:1 is not YAML: did not find expected node content"]),
    "open quote": (b"a: 'x\n", ["2:1 is not YAML: found unexpected end of stream"]),
    "anchor twice": (b"a: &x 1\nb: *x\nc: &x [2]\n", ["3:4 defines the anchor &x twice, first at line 1"]),
    "two problems": (b"a: 2024-13-45\nb: =\n", ["1:4 2024-13-45 looks like", "2:4 a lone = is a value"]),
}


@pytest.mark.parametrize(("content", "expected"), BOMBS.values(), ids=BOMBS.keys())
def test_what_is_wrong_is_located(content: bytes, expected: list[str]) -> None:
    told = _told(content)
    assert len(told) == len(expected)
    assert all(one.startswith(start) for one, start in zip(told, expected, strict=True)), told


def test_events_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "MAX_EVENTS", 10)
    assert _told(b"[1, 2]\n") == []
    assert _told(b"a: 1\nb: [1, 2, 3, 4]\nc: 5\n") == ["2:14 holds more than 10 YAML events"]


def test_aliases_below_the_limit_are_written_out() -> None:
    document = yaml.parse(b"a: &a [1, 2]\nb: &b [*a, *a]\nc: [*b, *b]\n", "a.yml")
    assert document.problems == ()
    assert plain(document.root) == {"a": [1, 2], "b": [[1, 2]] * 2, "c": [[[1, 2]] * 2] * 2}


@pytest.mark.parametrize("content", [value for value, _ in BOMBS.values()], ids=BOMBS.keys())
def test_the_pure_parser_refuses_the_same(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = bool(_told(content))
    monkeypatch.delattr(pyyaml, "CSafeLoader")
    assert bool(_told(content)) == expected


TOKENS = """\
version: 2
models:
  - name: "größe"   # note
    columns: [{name: id}, {name: 😀, data_type: int}]
    description: >
      folded
      text
    meta: &m {a: 1}
  - <<: *m
    name:
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("version",), (1, 10, 1, 11)),
        (("models",), (3, 3, 10, 10)),
        (("models", 0), (3, 5, 8, 20)),
        (("models", 0, "name"), (3, 11, 3, 18)),
        (("models", 0, "columns"), (4, 14, 4, 53)),
        (("models", 0, "columns", 0), (4, 15, 4, 25)),
        (("models", 0, "columns", 1, "name"), (4, 34, 4, 35)),
        (("models", 0, "columns", 1, "data_type"), (4, 48, 4, 51)),
        (("models", 0, "description"), (5, 18, 8, 1)),
        (("models", 0, "meta"), (8, 11, 8, 20)),
        (("models", 1, "a"), (8, 18, 8, 19)),
        (("models", 1, "name"), (10, 10, 10, 10)),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["", "BOM"])
def test_places_are_those_of_the_token(
    path: tuple[str | int, ...], place: tuple[int, ...], ending: str, start: str
) -> None:
    document = yaml.parse((start + TOKENS.replace("\n", ending)).encode(), "a.yml")
    assert document.problems == ()
    assert _get(document.root, *path).place == Place("a.yml", *place)


def test_a_key_has_its_own_place() -> None:
    root = yaml.parse(TOKENS.encode(), "a.yml").root
    models = _get(root, "models", 0)
    assert isinstance(models, Mapping)
    key = models.key("description")
    assert key is not None
    assert str(key.place) == "a.yml:5:5"


@pytest.mark.parametrize(("text", "quoted"), [("a: x", False), ("a: 'x'", True), ('a: "x"', True), ("a: |\n  x", True)])
def test_quotes_are_remembered(text: str, quoted: bool) -> None:
    item = _get(yaml.parse(text.encode(), "a.yml").root, "a")
    assert isinstance(item, Scalar)
    assert item.quoted is quoted


SEEDS = [text.encode() for text in DOCUMENTS.values()] + [path.read_bytes() for path in PROJECT_FILES]
SPLINTERS = [
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\t", b"\r", b"\n", b" ", b"  ", b"- ", b": ", b"? ", b"#", b"'", b'"', b"|"),
    *(b">", b"[", b"]", b"{", b"}", b"{{", b"}}", b"{%", b",", b"&a ", b"*a", b"<<: *a", b"!!str ", b"!x ", b"---\n"),
    *(b"...\n", b"%YAML 1.1\n", b"2024-13-45", b"=", b"0b_", b"~", b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80", b"\xc2\x85"),
    *(b"\\", b"@", b"`"),
]


def _mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes put in, taken out, doubled or moved; or some lines."""
    for _ in range(chance.randint(1, 4)):
        lines = content.split(b"\n")
        at, to = sorted((chance.randint(0, len(content)), chance.randint(0, len(content))))
        row = chance.randrange(len(lines))
        kind = chance.randrange(6)
        if kind == 0:
            content = content[:at] + chance.choice(SPLINTERS) + content[at:]
        elif kind == 1:
            content = content[:at] + content[min(to, at + 20) :]
        elif kind == 2:
            content = content[:to] + content[at : at + 40] + content[to:]
        elif kind == 3:
            content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        elif kind == 4:
            lines[row] = b" " * chance.randrange(8) + lines[row].lstrip()
            content = b"\n".join(lines)
        else:
            lines.insert(row, lines.pop(chance.randrange(len(lines))))
            content = b"\n".join(lines)
    return content


def test_mutations_never_raise_and_every_place_is_inside_the_file() -> None:
    chance = random.Random(20240229)
    refused = 0
    for number in range(2000):
        content = _mutated(SEEDS[number % len(SEEDS)], chance)
        document = yaml.parse(content, "a.yml")
        lines = _lines(content)
        items = [] if document.root is None else list(walk(document.root))
        plain(document.root)
        for place in [*(one.place for one in document.problems), *(item.place for item in items)]:
            assert 1 <= place.line <= len(lines), content
            assert 1 <= place.column <= len(lines[place.line - 1]) + 1, content
            assert (place.line, place.column) <= (place.end_line, place.end_column), content
        refused += bool(document.problems)
    assert 200 < refused < 1800


def test_mutations_are_refused_where_safe_load_refuses_them() -> None:
    chance = random.Random(20240301)
    for number in range(1000):
        content = _mutated(SEEDS[number % len(SEEDS)], chance)
        try:
            value = pyyaml.load(content.decode("utf-8"), Loader=pyyaml.CSafeLoader)
        except (pyyaml.YAMLError, ValueError, RecursionError, AttributeError):
            assert yaml.parse(content, "a.yml").problems, content
        else:
            document = yaml.parse(content, "a.yml")
            if not document.problems:  # repr, because a nan is not equal to itself
                assert repr(_null_keys_alike(plain(document.root))) == repr(_as_pyyaml(value)), content


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("a: 1\n", []),
        ("a: &x 1\nb: *x\n", []),
        ("a: &x 1\nb: 2\n", [("x", 1, 4, 6)]),
        ("é: &x 1\n", [("x", 1, 4, 6)]),
        ("a: !!str &x 1\n", [("x", 1, 10, 12)]),
        ("a: &x {b: &y 1}\n<<: *x\n", [("y", 1, 11, 13)]),
        ("- &a\n  b: 1\n- &c [*a]\n", [("c", 3, 3, 5)]),
        ("a: !!str\n  &x 1\n", [("x", 1, 4, 6)]),
        ("a: &x 1\nb: {\n", []),
    ],
)
def test_anchors_that_no_alias_names(text: str, unused: list[tuple[str, int, int, int]]) -> None:
    found = yaml.parse(text.encode(), "a.yml").anchors
    assert [(one.name, *one.place[1:3], one.place[4]) for one in found] == unused


def test_a_mapping_that_ends_in_an_alias_ends_inside_its_file() -> None:
    content = b"a: &a {x: 1}\nb:\n  c:\n    <<: *a"
    root = yaml.parse(content, "a.yml").root
    assert isinstance(root, Mapping)
    held = root.get("b")
    assert held is not None
    assert held.place[1:] == (3, 3, 4, 11)

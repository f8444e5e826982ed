"""Properties files broken at random: real-looking ones, with lines, tokens or bytes that nobody expects there.

The files to break are those of the cases and of the example project, and YAML's own corners. Everything follows from
one number, so that what fails can be made again.
"""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from casefile import read_cases
from text.documents import DOCUMENTS

ROOT = Path(__file__).resolve().parent.parent

_NAMES = (
    *("name", "description", "columns", "tests", "data_tests", "config", "meta", "tags", "versions", "v", "defined_in"),
    *(
        "latest_version",
        "contract",
        "enforced",
        "constraints",
        "data_type",
        "quote",
        "tables",
        "identifier",
        "freshness",
    ),
    *("models", "seeds", "sources", "snapshots", "exposures", "macros", "unit_tests", "metrics", "semantic_models"),
    *(
        "arguments",
        "values",
        "to",
        "field",
        "severity",
        "where",
        "given",
        "expect",
        "rows",
        "input",
        "model",
        "version",
    ),
    *("include", "exclude", "unique_key", "indexes", "partition_by", "enabled", "materialized", "docs", "depends_on"),
    *(
        "ringfence",
        "ignore",
        "rule",
        "reason",
        "expires",
        "<<",
        "config-version",
        "descritpion",
        "",
        "null",
        "5",
        "yes",
    ),
)
_VALUES = (
    *("", "null", "~", "yes", "true", "5", "1.10", "012", "1:30", "1e3", "2024-01-01", "2024-13-45", "''", '"x"', "x"),
    *("[]", "{}", "[a, a]", "[[a]]", "{a: b}", "[{a: [b]}, 5]", "{name: id}", "[null, 1, a]", "&a 1", "*a", "&a [*a]"),
    *(
        "!!int x",
        "!!binary x",
        "!!python/name:os.system ''",
        "!x y",
        "|",
        ">",
        "|\n  x",
        "'{{ x }}'",
        "\"{{ ref('m') }}\"",
    ),
    *(
        "{{ x }}",
        "'{% if %}'",
        "\"{{ doc('gone') }}\"",
        "'\\0'",
        '"\\0"',
        "9" * 400,
        "é\u2028😀",
        "a: b",
        "- a",
        "@x",
        "%x",
    ),
    *(
        "ref('orders')",
        "ref('gone')",
        "source('raw', 'orders')",
        "relationships",
        "accepted_values",
        "dbt_utils.recency",
    ),
)
_LINES = (
    *("---", "...", "# ringfence: ignore[RF3] x", "# ringfence: ignore", "  - <<: *a", "&b", "? x", "%YAML 1.2"),
    *("      - {name: id, data_tests: [unique, {unique: {severity: eror}}]}", "version: 2", "tests: {a: 1}", "\t- x"),
    *(
        "    versions: [{v: 1, columns: [{include: all, exclude: [id]}]}, {v: 1}]",
        "    config: {contract: {enforce: true}}",
    ),
)
_PIECES = (
    *(b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n", b"\t", b"\x85", b"\xe2\x80\xa8", b"\x1b[31m"),
    *(
        b"[" * 40,
        b"{" * 40,
        b"- " * 40,
        b"]",
        b"}",
        b"'",
        b'"',
        b": ",
        b"#",
        b"&a ",
        b"*a ",
        b"!",
        b"|",
        b">",
        b"%",
        b"@",
    ),
    *(b"{{", b"}}", b"{%", b"%}", b"x" * 3000, b"\xf0\x9f\x98\x80"),
)


def originals() -> list[str]:
    """The files that are broken: one text each."""
    held = [
        text for case in read_cases(ROOT / "tests" / "cases") for path, text in case.files.items() if _is_yaml(path)
    ]
    example = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples" / "shop").rglob("*.yml"))]
    return [*held, *example, *DOCUMENTS.values()]


def _is_yaml(path: str) -> bool:
    return path.endswith((".yml", ".yaml")) and "models/" in path


def broken(chance: Random, texts: list[str], name: str) -> bytes:
    """One of the texts about a model of this name, after a handful of edits."""
    text = re.sub(r"(?m)^(\s*- name: |.*\{name: )\w+", rf"\g<1>{name}", chance.choice(texts), count=1)
    lines = text.split("\n")
    for _ in range(chance.choice((0, 1, 1, 1, 2, 4))):
        lines = _edited(chance, lines, texts)
    content = "\n".join(lines).encode("utf-8", "replace")
    for _ in range(chance.choice((0, 0, 0, 0, 1, 2))):
        content = _torn(chance, content)
    if chance.random() < 0.05:
        content = content.replace(b"\n", b"\r\n")
    return content


def _edited(chance: Random, lines: list[str], texts: list[str]) -> list[str]:
    """The lines after one edit that keeps them lines."""
    at = chance.randrange(len(lines))
    line, way = lines[at], chance.randrange(9)
    if way == 0:
        return [*lines[:at], *lines[at + 1 :]] or [""]
    if way == 1:
        return [*lines[:at], line, *lines[at:]]
    if way == 2:
        return [*lines[:at], " " * chance.randint(0, 12) + line.lstrip(), *lines[at + 1 :]]
    if way == 3:
        return [*lines[:at], re.sub(r"[\w<-]+(?=:)", chance.choice(_NAMES), line, count=1), *lines[at + 1 :]]
    if way == 4:
        return [*lines[:at], line.partition(":")[0] + ": " + chance.choice(_VALUES), *lines[at + 1 :]]
    if way == 5:
        return [*lines[:at], chance.choice(_LINES), *lines[at:]]
    if way == 6:
        place = chance.randint(0, len(line))
        return [*lines[:at], line[:place] + chance.choice(_VALUES) + line[place:], *lines[at + 1 :]]
    if way == 7:
        other = chance.choice(texts).split("\n")
        start = chance.randrange(len(other))
        return [*lines[:at], *other[start : start + chance.randint(1, 12)], *lines[at:]]
    first, last = sorted((at, chance.randrange(len(lines))))
    return [*lines[:first], *lines[last:], *lines[first:last]]


def _torn(chance: Random, content: bytes) -> bytes:
    """The content after one edit of bytes."""
    at, way = chance.randint(0, len(content)), chance.randrange(5)
    if way == 0:
        return content[:at] + chance.choice(_PIECES) + content[at:]
    if way == 1:
        return content[:at] + content[at + chance.randint(1, 40) :]
    if way == 2:
        return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    if way == 3:
        return content[:at]
    return content[:at] + content[at : at + chance.randint(1, 60)] * chance.randint(2, 4) + content[at:]

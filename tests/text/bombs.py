"""Properties files that are built to cost too much: what they hold, and what is said of each.

The limits are those of ringfence.text.yaml; SECURITY.md names them.
"""

from __future__ import annotations

from typing import NamedTuple

HUNDREDS = 100_000
EVENTS = 600_000  # more than the limit
DEEP = "RF001 models/bomb.yml nests deeper than 100 levels"
MANY = "RF001 models/bomb.yml holds more than 500,000 YAML events"
WIDE = "RF001 models/bomb.yml holds aliases that stand for more than 1,000,000 values"
ITSELF = "RF001 models/bomb.yml names *a inside itself"


class Bomb(NamedTuple):
    """The content, and the first finding: `line:column CODE message`; None: silence. `more`: how many follow it."""

    content: bytes
    first: str | None
    more: int = 0


def _doubling(form: bytes, joined: bytes) -> bytes:
    """Nine levels, each of which names the one before ten times."""
    return b"".join(form % (n, n, b", ".join([joined % (n - 1)] * 10)) for n in range(1, 10))


BOMBS: dict[str, Bomb] = {
    "billion laughs of aliases": Bomb(b"a0: &a0 [x]\n" + _doubling(b"a%d: &a%d [%s]\n", b"*a%d"), f"7:15 {WIDE}"),
    "billion laughs of merge keys": Bomb(
        b"a0: &a0 {k: 1}\n" + _doubling(b"a%d: &a%d\n  <<: [%s]\n", b"*a%d"), f"13:13 {WIDE}"
    ),
    "a wide mapping merged everywhere": Bomb(
        b"a: &a {" + b", ".join(b"k%d: 1" % n for n in range(2000)) + b"}\nb:\n" + b"  - <<: *a\n" * 2000,
        f"252:9 {WIDE}",
    ),
    "aliases to the depth of the limit and beyond": Bomb(
        b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (n, n, n - 1) for n in range(1, 200)), f"100:12 {DEEP}"
    ),
    "a recursive alias": Bomb(b"&a [*a]\n", f"1:5 {ITSELF}"),
    "a merge of a recursive alias": Bomb(b"models: &a\n  <<: *a\n", f"2:7 {ITSELF}"),
    "a recursive alias through another": Bomb(b"a: &a\n  b: &b\n    c: *a\n    d: *b\n", f"3:8 {ITSELF}"),
    "100,000 open brackets": Bomb(b"[" * HUNDREDS, f"1:101 {DEEP}"),
    "100,000 closed brackets": Bomb(b"[" * HUNDREDS + b"]" * HUNDREDS, f"1:101 {DEEP}"),
    "100,000 braces": Bomb(b"{a: " * HUNDREDS, f"1:401 {DEEP}"),
    "5,000 levels of blocks": Bomb(b"".join(b" " * n + b"a:\n" for n in range(5000)), f"101:101 {DEEP}"),
    "100,000 dashes": Bomb(b"- " * HUNDREDS + b"a", f"1:201 {DEEP}"),
    "a list in brackets without end": Bomb(b"a: [" + b"1," * EVENTS + b"]", f"1:999995 {MANY}"),
    "a list in lines without end": Bomb(b"models:\n" + b"  - a\n" * EVENTS, f"499997:5 {MANY}"),
    "a mapping in braces without end": Bomb(
        b"a: {" + b"".join(b"k%d: 1, " % n for n in range(EVENTS)) + b"}", f"1:2888868 {MANY}"
    ),
    "one key repeated without end": Bomb(b"a: 1\n" * EVENTS, f"249999:4 {MANY}"),
    "anchors without end": Bomb(b"".join(b"- &a%d x\n" % n for n in range(EVENTS)), f"499998:3 {MANY}"),
    "aliases without end": Bomb(b"a: &a x\nb:\n" + b"  - *a\n" * EVENTS, f"499996:5 {MANY}"),
    "40,000 mappings that end in an alias": Bomb(b"a: &a {k: 1}\nb:\n" + b"  - c: 1\n    <<: *a\n" * 40_000, None),
    "documents without end": Bomb(
        b"---\na: 1\n" * HUNDREDS, "3:1 RF001 models/bomb.yml holds more than one YAML document"
    ),
    "a text of 16 MB": Bomb(b"models:\n  - name: orders\n    description: " + b"x" * (16 << 20), None),
    "a block of 16 MB": Bomb(
        b"models:\n  - name: orders\n    description: |\n" + b"      xxxxxxxxx\n" * (1 << 20), None
    ),
    "16 MB of comments": Bomb(b"# xxxxxxxxxxxxx\n" * (1 << 20), None),
    "a tag of 4 MB": Bomb(
        b"a: !" + b"x" * (4 << 20) + b" 1\n",
        f"1:4 RF001 models/bomb.yml the tag !{'x' * 58}... is not one that dbt can read",
    ),
    "a key of 4 MB": Bomb(
        b"x" * (4 << 20) + b": 1\n",
        "1:4194305 RF001 models/bomb.yml is not YAML: mapping values are not allowed in this context",
    ),
    "a number of a million digits": Bomb(
        b"version: " + b"9" * 1_000_000, "1:10 RF001 models/bomb.yml a number of 1000000 digits cannot be read"
    ),
    "20,000 ignores above one line": Bomb(
        b"# ringfence: ignore[RF301] x\n" * 20_000 + b"version: 2\n",
        "1:1 RF003 the ignore of RF301 silences nothing at line 20001",
        19_999,
    ),
}

"""Edits that say the same, by kind: each gives the text of a file before and after, varied by a random source."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import yaml

Pair = tuple[str, str]
Maker = Callable[[str, random.Random], Pair]

_PIECE = re.compile(
    r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|\n|[^\S\n]+|\w+|.", re.DOTALL
)
_SQL_WORDS = (
    "select from where and or on as join left inner group by order case when then else end cast coalesce count sum "
    "min max with union all distinct is not null in between having limit round desc over partition"
)
_KEYWORDS = frozenset(_SQL_WORDS.split())
_SAID = "checked by finance, see the wiki; was: select old from nowhere -- twice"
_WORDS = _SAID.split()


def pieces(text: str) -> list[str]:
    """SQL with Jinja cut into tags, comments, texts, white space, words and marks."""
    return _PIECE.findall(text)


def _places(parts: list[str], wanted: Callable[[str], bool]) -> list[int]:
    return [at for at, one in enumerate(parts) if wanted(one)]


def _note(chance: random.Random, sign: str, said: str = "") -> str:
    said = said or " ".join(chance.sample(_WORDS, chance.randint(2, 6)))
    return {"--": f"-- {said}", "/*": f"/* {said} */", "{#": f"{{# {said} #}}"}[sign]


def _ends(parts: list[str]) -> list[int]:
    """The ends of lines that no tag eats: a comment there would go on behind the tag."""
    found = []
    for at in _places(parts, lambda one: one == "\n"):
        following = "".join(parts[at:]).lstrip()
        if following[2:3] != "-" or following[:1] != "{":
            found.append(at)
    return found


def _with_note(text: str, chance: random.Random, sign: str, said: str = "") -> str:
    """A comment at the end of a line or on a line of its own."""
    parts = pieces(text)
    at = chance.choice(_ends(parts))
    alone = chance.random() < 0.5 or (at and parts[at - 1].startswith("--"))
    note = _note(chance, sign, said)
    parts[at] = f"\n{note}\n" if alone else f" {note}\n"
    return "".join(parts)


def _sign(chance: random.Random) -> str:
    return chance.choice(["--", "--", "/*"])


def _added(text: str, chance: random.Random) -> Pair:
    return text, _with_note(text, chance, _sign(chance))


def _changed(sign: str | None) -> Maker:
    """The same place, other words."""

    def make(text: str, chance: random.Random) -> Pair:
        seed, kind = chance.random(), sign or _sign(chance)
        old, new = (_with_note(text, random.Random(seed), kind, said) for said in ("how it was", "now: select it"))
        return old, new

    return make


def _reversed(make: Maker) -> Maker:
    def made(text: str, chance: random.Random) -> Pair:
        old, new = make(text, chance)
        return new, old

    return made


def _either(make: Maker) -> Maker:
    """Done or undone."""
    return lambda text, chance: (_reversed(make) if chance.random() < 0.5 else make)(text, chance)


def _moved(text: str, chance: random.Random) -> Pair:
    note = _note(chance, "--")
    lines = _ends(pieces(text))
    first, second = chance.sample(lines, 2)
    made = []
    for at in (first, second):
        parts = pieces(text)
        parts[at] = f"\n{note}\n"
        made.append("".join(parts))
    return made[0], made[1]


def _jinja_note(text: str, chance: random.Random) -> Pair:
    return text, _with_note(text, chance, "{#")


def _instead(wanted: Callable[[str], bool], by: Callable[[str, random.Random], str], share: float) -> Maker:
    """Put something else in the place of some pieces, of one at least."""

    def make(text: str, chance: random.Random) -> Pair:
        parts = pieces(text)
        places = _places(parts, wanted)
        chosen = {chance.choice(places), *(at for at in places if chance.random() < share)}
        return text, "".join(by(one, chance) if at in chosen else one for at, one in enumerate(parts))

    return make


def _is_end(one: str) -> bool:
    return one == "\n"


def _is_space(one: str) -> bool:
    return one.isspace() and one != "\n"


def _broken(text: str, chance: random.Random) -> Pair:
    """Lines are parted at a space, or two are put together."""
    parts = pieces(text)
    parted = _places(parts, lambda one: one == " ")
    joined = [at for at in _places(parts, lambda one: one == "\n") if at and not parts[at - 1].startswith("--")]
    for at in chance.sample(parted, min(3, len(parted))):
        parts[at] = "\n        "
    for at in chance.sample(joined, min(2, len(joined))):
        parts[at] = " "
    return text, "".join(parts)


def _indented(text: str, chance: random.Random) -> Pair:
    more = chance.choice([2, 3, 4, 8])
    return text, "".join(f"\n{' ' * more}" if one == "\n" else one for one in pieces(text))


def _tabbed(text: str, chance: random.Random) -> Pair:
    parts = pieces(text)
    tabs = "".join(
        "\t" * max(1, len(one) // 4) if at and parts[at - 1] == "\n" and _is_space(one) else one
        for at, one in enumerate(parts)
    )
    return (tabs if tabs != text else text.replace("\n", "\n\t", 1)), text


def _ended(text: str, chance: random.Random) -> Pair:
    ends = chance.sample(["", "\n", "\n\n", "\n\n\n", "  \n", "\n    "], 2)
    bare = text.rstrip()
    return bare + ends[0], bare + ends[1]


def _cased(text: str, chance: random.Random) -> Pair:
    return _instead(lambda one: one.lower() in _KEYWORDS, lambda one, _: one.swapcase(), chance.choice([0.2, 1.0]))(
        text, chance
    )


def _in_tag(tag: str, chance: random.Random) -> str:
    inside = re.split(r"('[^']*'|\"[^\"]*\")", tag[2:-2])
    by = chance.choice([" , ", ",  ", ",\n        "])
    spaced = "".join(part if at % 2 else re.sub(r"\s*,\s*", by, part) for at, part in enumerate(inside))
    signs = [sign if sign in "-+" else "" for sign in (spaced[:1], spaced[-1:])]
    pad = chance.choice(["  ", "\n    "])
    return f"{tag[:2]}{signs[0]}{pad}{spaced.strip('-+ ')}{pad}{signs[1]}{tag[-2:]}"


def _is_tag(one: str) -> bool:
    return one.startswith(("{{", "{%"))


def _signed(text: str, chance: random.Random) -> Pair:
    """Statements eat the white space before them, or all behind them: on the other side what they part stays apart."""
    parts = pieces(text)
    before = chance.random() < 0.7
    for at in _places(parts, lambda one: one.startswith("{%") and "-" not in (one[2], one[-3])):
        left, right = "".join(parts[:at]).rstrip(), "".join(parts[at + 1 :]).lstrip()
        alone = "".join(parts[at + 1 : at + 2]).isspace() and at > 0 and parts[at - 1].isspace()
        if alone and "--" not in left.rpartition("\n")[2] and right[:1] != "{" and left[-1:] != "}":
            inside = parts[at][2:-2]
            parts[at] = f"{{%-{inside}%}}" if before else f"{{%{inside}-%}}"
    return text, "".join(parts)


def _commas(text: str, chance: random.Random) -> Pair:
    """Commas go from the ends of lines to their beginnings."""
    return text, re.sub(r",(\n\s*)(?=[\w.]+\b[^\n(){}']*(?:\n|$))", r"\1, ", text)


SQL: dict[str, Maker] = {
    "comment added": _added,
    "comment removed": _reversed(_added),
    "comment changed": _changed(None),
    "comment moved": _moved,
    "Jinja comment added": _jinja_note,
    "Jinja comment removed": _reversed(_jinja_note),
    "Jinja comment changed": _changed("{#"),
    "blank lines": _either(_instead(_is_end, lambda _, chance: "\n" * chance.randint(2, 4), 0.2)),
    "line breaks": _either(_broken),
    "indentation": _either(_indented),
    "tabs to spaces": _tabbed,
    "trailing white space": _either(_instead(_is_end, lambda _, chance: f"{' ' * chance.randint(1, 5)}\n", 0.3)),
    "end of file": _ended,
    "keyword case": _either(_cased),
    "spaces inside lines": _either(_instead(_is_space, lambda one, chance: one + " " * chance.randint(1, 6), 0.2)),
    "white space in Jinja": _either(_instead(_is_tag, _in_tag, 0.5)),
    "Jinja white space control": _either(_signed),
    "line endings": _either(lambda text, _: (text, text.replace("\n", "\r\n"))),
    "commas moved": _either(_commas),
}  # fmt: skip


# YAML: what is written anew loses its comments on both sides.


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _yaml_note(text: str, chance: random.Random) -> Pair:
    lines = _lines(text)
    at = chance.randrange(len(lines))
    said = f"# {' '.join(chance.sample(_WORDS, 3))}"
    if chance.random() < 0.4 and re.search(r"[\w\"'\]}]$", lines[at]):
        lines[at] += f"  {said}"
    else:
        lines.insert(at, said if chance.random() < 0.5 else f"      {said}")
    return text, "\n".join(lines)


def _yaml_changed(text: str, chance: random.Random) -> Pair:
    _, one = _yaml_note(text, chance)
    return one, re.sub(r"# (?=\w)[^\n]*", "# something else: altogether", one)


def _dumped(text: str, **style: Any) -> str:
    return str(yaml.safe_dump(yaml.safe_load(text), sort_keys=False, allow_unicode=True, **style))


def _in_order(text: str, chance: random.Random) -> Pair:
    value = yaml.safe_load(text)
    return _dumped(text), yaml.safe_dump(_shuffled(value, chance), sort_keys=False, allow_unicode=True)


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return [_shuffled(one, chance) for one in value] if isinstance(value, list) else value


def _entries(text: str, chance: random.Random) -> Pair:
    value = yaml.safe_load(text)
    for one in value.values():
        if isinstance(one, list) and all(isinstance(entry, dict) for entry in one):
            chance.shuffle(one)
            for entry in one:
                if isinstance(entry.get("columns"), list) and chance.random() < 0.5:
                    chance.shuffle(entry["columns"])
    keys = list(value)
    chance.shuffle(keys)
    return _dumped(text), yaml.safe_dump({key: value[key] for key in keys}, sort_keys=False, allow_unicode=True)


def _restyled(text: str, chance: random.Random, **style: Any) -> Pair:
    return _either(lambda given, _: (given, _dumped(given, **style)))(text, chance)


def _quoted(text: str, chance: random.Random) -> Pair:
    mark = chance.choice("'\"")
    return text, re.sub(
        r"(?m)(: |- )(?!true\b|false\b|null\b|yes\b|no\b)([a-z][a-z_]*)(?=$|[,}\]])", rf"\1{mark}\2{mark}", text
    )


def _block_text(text: str, _: random.Random) -> Pair:
    folded = re.sub(
        r"(?m)^( *)((?:- )?)(description): ([A-Za-z][^\n:#{\[]*)$",
        lambda m: f"{m[1]}{m[2]}{m[3]}: >-\n{m[1]}      {m[4]}",
        text,
    )
    return text, folded


def _yaml_lines(change: Callable[[str, random.Random], str]) -> Maker:
    def make(text: str, chance: random.Random) -> Pair:
        return text, "\n".join(change(one, chance) if chance.random() < 0.3 else one for one in [*_lines(text), ""])

    return _either(make)


YAML: dict[str, Maker] = {
    "YAML comment added": _yaml_note,
    "YAML comment removed": _reversed(_yaml_note),
    "YAML comment changed": _yaml_changed,
    "YAML comment moved": lambda text, chance: (_yaml_note(text, chance)[1], _yaml_note(text, chance)[1]),
    "YAML blank lines": _yaml_lines(lambda one, _: f"{one}\n"),
    "YAML trailing white space": _yaml_lines(lambda one, chance: one + " " * chance.randint(1, 4)),
    "YAML end of file": _ended,
    "YAML line endings": _either(lambda text, _: (text, text.replace("\n", "\r\n"))),
    "YAML indentation": lambda text, chance: _restyled(text, chance, indent=chance.choice([3, 4, 6])),
    "YAML line breaks": lambda text, chance: _restyled(text, chance, width=chance.choice([20, 40, 400])),
    "YAML flow and block style": lambda text, chance: _restyled(
        text, chance, default_flow_style=chance.choice([True, None])
    ),
    "YAML quoting style": _either(_quoted),
    "YAML document start": _either(lambda text, _: (text, f"---\n{text}")),
    "YAML block text": _either(_block_text),
    "key order": _in_order,
    "entries moved": _entries,
}  # fmt: skip
KINDS = {**SQL, **YAML}

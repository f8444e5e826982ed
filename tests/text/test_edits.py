"""Edits of YAML text: what changes, what keeps its bytes, and what is refused."""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest

from ringfence.domain.document import Mapping, Scalar, Sequence, plain, walk
from ringfence.domain.edit import Edit
from ringfence.domain.place import Place
from ringfence.text.edits import apply
from ringfence.text.yaml import parse

PATH = "models/schema.yml"


def spot(text: str, word: str, number: int = 1) -> Place:
    """Where a word stands for the `number`th time."""
    at = -1
    for _ in range(number):
        at = text.index(word, at + 1)
    start = text.rfind("\n", 0, at) + 1
    return Place(PATH, text.count("\n", 0, at) + 1, at - start + 1)


class Made(NamedTuple):
    name: str
    before: str
    edit: tuple[str, ...]  # action, word, text, into, names; of a move into, text; of an order names
    after: str


MADE = [
    Made("a key", "models:\n- nam: a # x\n", ("rename", "nam", "name"), "models:\n- name: a # x\n"),
    Made("a key in brackets", "a: {tests: [b]}\n", ("rename", "tests", "data_tests"), "a: {data_tests: [b]}\n"),
    Made("a quoted key", "\"tests\": []\nb: 'c'\n", ("rename", '"tests"', "data_tests"), "data_tests: []\nb: 'c'\n"),
    Made("a value", "a: 1e3 # x\n", ("replace", "1e3", "1000"), "a: 1000 # x\n"),
    Made("quotes", "a:\n  - yes\n  - no\n", ("quote", "yes"), 'a:\n  - "yes"\n  - no\n'),
    Made("quotes around quotes", 'a: b "c" \\d\n', ("quote", "b"), 'a: "b \\"c\\" \\\\d"\n'),
    Made("quotes in brackets", "a: [on, off]\n", ("quote", "off"), 'a: [on, "off"]\n'),
    Made("a word", "- ordr_id # x\n- b\n", ("respell", "ordr", "order_id", "ordr_id"), "- order_id # x\n- b\n"),
    Made("a word in quotes", "a: 'it''s'\n", ("respell", "'it", "it's me", "it's"), "a: 'it''s me'\n"),
    Made("a word in two quotes", 'a: "b"\n', ("respell", '"b', 'c"\\', "b"), 'a: "c\\"\\\\"\n'),
    Made("a word that needs quotes", "a: [b]\n", ("respell", "b", "c, d", "b"), 'a: ["c, d"]\n'),
    Made("a word that is none of YAML's", "a: b\n", ("respell", "b", "on", "b"), 'a: "on"\n'),
    Made("a type", "a: numric(9,2)\n", ("respell", "num", "numeric(9,2)", "numric(9,2)"), "a: numeric(9,2)\n"),
    Made("a key of an item", "- uniqe: {a: 1}\n", ("respell", "uni", "unique", "uniqe"), "- unique: {a: 1}\n"),
    Made("a word behind its anchor", "a: &b !!str c\n", ("respell", "&b", "d", "c"), "a: &b !!str d\n"),
    Made("quotes behind an anchor", "a: &b yes\n", ("quote", "&b"), 'a: &b "yes"\n'),
    Made("an anchor of a word", "a: &b c # x\n", ("unanchor", "&b"), "a: c # x\n"),
    Made("an anchor of a list", "a: &b\n- c\n", ("unanchor", "&b"), "a:\n- c\n"),
    Made("an anchor of an item", "a:\n  - &b {c: d}\n", ("unanchor", "&b"), "a:\n  - {c: d}\n"),
    Made("an anchor above a mapping", "- &b\n  c: d\n", ("unanchor", "&b"), "- c: d\n"),
    Made("an anchor above a list", "- &b\n- c\n", ("unanchor", "&b"), "-\n- c\n"),
    Made("an anchor with a comment", "a: &b # x\n  c: d\n", ("unanchor", "&b"), "a: # x\n  c: d\n"),
    Made("an anchor of a key", "&b a: c\n", ("unanchor", "&b"), "a: c\n"),
    Made("a pair on top", "# x\na: 1\n", ("prepend", "a", "v: 2"), "# x\nv: 2\n\na: 1\n"),
    Made("a pair on top inside", "b:\n  a: 1\n", ("prepend", "a", "v: 2"), "b:\n  v: 2\n  a: 1\n"),
    Made("a pair on top in brackets", "{a: 1}", ("prepend", "a", "v: 2"), "{v: 2, a: 1}"),
    Made("a pair behind", "- a: 1 # x\n  b: 2\n", ("append", "a", "v: 2"), "- a: 1 # x\n  v: 2\n  b: 2\n"),
    Made("a pair behind the only one", "- a: 1\n", ("append", "a", "v: 2"), "- a: 1\n  v: 2\n"),
    Made("a pair behind in brackets", "[{a: 1, b: 2}]", ("append", "a", "v: 2"), "[{a: 1, v: 2, b: 2}]"),
    Made("a pair behind a tall one", "a:\n  - 1\nb: 2\n", ("append", "a", "v: 2"), "a:\n  - 1\nv: 2\nb: 2\n"),
    Made("a key goes", "a: 1\nb: 2 # x\nc: 3\n", ("remove", "b"), "a: 1\nc: 3\n"),
    Made("a tall key goes", "a: 1\nb: |\n  x\n\n  y\nc: 3\n", ("remove", "b"), "a: 1\nc: 3\n"),
    Made("the last key goes", "a: 1\nb:\n  - 2", ("remove", "b"), "a: 1\n"),
    Made("the key at a dash goes", "- a: 1\n  b: 2\n", ("remove", "a"), "- b: 2\n"),
    Made("a key in brackets goes", "a: {b: 1, c: 2, d: 3}\n", ("remove", "c"), "a: {b: 1, d: 3}\n"),
    Made("the last in brackets goes", "a: {b: 1, c: 2 }\n", ("remove", "c"), "a: {b: 1 }\n"),
    Made("an item goes", "- a: 1\n# x\n- b: 2\n  c: 3\n- d: 4\n", ("drop", "b"), "- a: 1\n# x\n- d: 4\n"),
    Made("an item in brackets goes", "a: [b, c]\n", ("drop", "b"), "a: [c]\n"),
    Made(
        "below a new key",
        "- name: a\n  tags:\n    - b # x\n    - c\n  x: 1\n",
        ("move", "tags", "config"),
        "- name: a\n  config:\n    tags:\n      - b # x\n      - c\n  x: 1\n",
    ),
    Made(
        "below a key above",
        "- config:\n    enabled: true # on\n  x: 1\n  tags: [b] # x\n",
        ("move", "tags", "config"),
        "- config:\n    enabled: true # on\n    tags: [b] # x\n  x: 1\n",
    ),
    Made(
        "below a key further down, from the dash",
        "- tags: [b]\n  name: a\n  config:\n      enabled: true\n",
        ("move", "tags", "config"),
        "- name: a\n  config:\n      tags: [b]\n      enabled: true\n",
    ),
    Made(
        "below an empty key",
        "- name: a\n  config:\n  tags: [b]",
        ("move", "tags", "config"),
        "- name: a\n  config:\n    tags: [b]\n",
    ),
    Made(
        "into brackets",
        "- name: a\n  config: {enabled: true} # x\n  tags: [b]\n",
        ("move", "tags", "config"),
        "- name: a\n  config: {enabled: true, tags: [b]} # x\n",
    ),
    Made(
        "into empty brackets",
        "- name: a\n  config: {}\n  tags: [b]\n",
        ("move", "tags", "config"),
        "- name: a\n  config: {tags: [b]}\n",
    ),
    Made(
        "a text of many lines moves",
        "- name: a\n  meta:\n    why: |\n      one\n        two\n\n      three\n\n- name: b\n",
        ("move", "meta", "config"),
        "- name: a\n  config:\n    meta:\n      why: |\n        one\n          two\n\n        three\n\n- name: b\n",
    ),
    Made(
        "under another name",
        "- name: a\n  +tags: [b]  # x\n",
        ("move", "+tags", "config", "tags"),
        "- name: a\n  config:\n    tags: [b]  # x\n",
    ),
    Made(
        "under another name below a key above",
        "- config:\n    a: 1\n  enforced: true\n",
        ("move", "enforced", "config", "contract"),
        "- config:\n    a: 1\n    contract: true\n",
    ),
    Made(
        "brackets in brackets",
        "- x: {to: a, field: [b]}\n",
        ("move", "field", "arguments"),
        "- x: {to: a, arguments: {field: [b]}}\n",
    ),
    Made(
        "brackets into brackets",
        "- x: {to: a, arguments: {field: [b]}}\n",
        ("move", "to", "arguments"),
        "- x: {arguments: {to: a, field: [b]}}\n",
    ),
    Made(
        "brackets into brackets before them",
        "- x: {config: {a: 1}, tags: b}\n",
        ("move", "tags", "config"),
        "- x: {config: {a: 1, tags: b}}\n",
    ),
    Made(
        "one item between others",
        "columns:\n  # a\n  - name: a\n  - name: d\n",
        ("insert", "columns", "name: c", "columns", "a", "b", "c", "d"),
        "columns:\n  # a\n  - name: a\n  - name: c\n  - name: d\n",
    ),
    Made(
        "one item on top",
        "columns:\n  # b\n  - name: b\n\n  - name: d\n",
        ("insert", "columns", "name: a", "columns", "a", "b", "d"),
        "columns:\n  - name: a\n\n  # b\n  - name: b\n\n  - name: d\n",
    ),
    Made(
        "one item among strangers",
        "columns:\n  - name: b\n  - x\n",
        ("insert", "columns", "name: a", "columns", "a", "c"),
        "columns:\n  - name: b\n  - x\n  - name: a\n",
    ),
    Made(
        "one item between others in brackets",
        "columns: [{name: a}, {name: c}]\n",
        ("insert", "columns", "name: b", "columns", "a", "b", "c"),
        "columns: [{name: a}, {name: b}, {name: c}]\n",
    ),
    Made(
        "a list more in brackets",
        "- {name: a, x: 1}\n",
        ("insert", "name", "name: b", "columns"),
        "- {name: a, x: 1, columns: [{name: b}]}\n",
    ),
    Made(
        "another order in brackets",
        "columns: [ {name: b},{name: a} ]\n",
        ("reorder", "columns", "a", "b"),
        "columns: [ {name: a},{name: b} ]\n",
    ),
    Made("an item by its key", "- {a: 1}\n- {b: 2}\n", ("drop", "b"), "- {a: 1}\n"),
    Made(
        "one item on top in brackets",
        "columns: [ {name: b} ]\n",
        ("insert", "columns", "name: a", "columns", "a", "b"),
        "columns: [ {name: a}, {name: b} ]\n",
    ),
    Made(
        "one item more",
        "columns:\n  -   name: a\n      x: 1 # y\nz: 2\n",
        ("insert", "columns", "name: b\ndescription: ''", "columns"),
        "columns:\n  -   name: a\n      x: 1 # y\n  -   name: b\n      description: ''\nz: 2\n",
    ),
    Made(
        "one item more at the left",
        "- name: m\n  columns:\n  - name: a\n\n  - name: c\n",
        ("insert", "name: m", "name: b", "columns"),
        "- name: m\n  columns:\n  - name: a\n\n  - name: c\n\n  - name: b\n",
    ),
    Made(
        "a list more",
        "models:\n  - name: a\n    description: x\n\n  - name: b\n",
        ("insert", "name: a", "name: c", "columns"),
        "models:\n  - name: a\n    description: x\n    columns:\n      - name: c\n\n  - name: b\n",
    ),
    Made(
        "an empty list",
        "- columns:\n  x: 1",
        ("insert", "columns", "name: c", "columns"),
        "- columns:\n    - name: c\n  x: 1",
    ),
    Made("a list in brackets", "columns: [a]", ("insert", "columns", "b", "columns"), "columns: [a, b]"),
    Made("empty brackets", "columns: []\n", ("insert", "columns", "name: b", "columns"), "columns: [{name: b}]\n"),
    Made(
        "the end of a file",
        "- columns:\n  - name: a",
        ("insert", "columns", "name: b", "columns"),
        "- columns:\n  - name: a\n  - name: b",
    ),
    Made(
        "another order",
        "columns:\n  - name: b\n    x: 1 # b\n\n  # of a\n  - name: a\n  - name: c",
        ("reorder", "columns", "a", "b"),
        "columns:\n\n  # of a\n  - name: a\n  - name: b\n    x: 1 # b\n  - name: c",
    ),
]


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a byte order mark"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("made", MADE, ids=lambda made: made.name.replace(" ", "-"))
def test_what_an_edit_makes(made: Made, newline: str, mark: str) -> None:
    action, word, *more = made.edit
    place = spot(made.before, word)
    words = dict(zip(("into", "text") if action == "move" else ("text", "into"), more, strict=False))
    names = tuple(more) if action == "reorder" else tuple(more[2:])
    edit = Edit(action, place, words.get("text", ""), words.get("into", ""), names)
    before, after = ((mark + text).replace("\n", newline).encode() for text in (made.before, made.after))
    edited = apply(before, PATH, [edit])
    assert edited.content.decode() == after.decode()
    assert edited.made == (edit,)
    assert not edited.refused


REFUSED = [
    ("nothing there", "a: 1\n", Edit("rename", Place(PATH, 9, 9), "b"), "nothing that can be edited"),
    ("no YAML", "a: [\n", Edit("rename", Place(PATH, 1, 1), "b"), "nothing that can be edited"),
    ("all there is", "a:\n  b: 1\n", Edit("remove", Place(PATH, 2, 3)), "nothing would be left"),
    ("a key that is there", "a: 1\nb: {a: 2}\n", Edit("move", Place(PATH, 1, 1), into="b"), "stands there already"),
    ("a key for two", "a: 1\nb: 2\n", Edit("move", Place(PATH, 1, 1), into="b"), "is no mapping"),
    ("into a line", "x: {a: 1, b: }\n", Edit("move", Place(PATH, 1, 5), into="b"), "is no mapping"),
    (
        "an order of lines in brackets",
        "a: [\n b, c]\n",
        Edit("reorder", Place(PATH, 1, 1)),
        "several lines in brackets",
    ),
    ("an order of nothing", "a: b\n", Edit("reorder", Place(PATH, 1, 1)), "it is no list"),
    ("a key that is no item's", "a:\n  b: 1\n  c: 2\n", Edit("drop", Place(PATH, 2, 3)), "no item of a list"),
    (
        "a key of an item that is not its first",
        "- a: 1\n  b: 2\n- c\n",
        Edit("drop", Place(PATH, 2, 3)),
        "not its first",
    ),
    ("an item there", "a:\n- name: B\n", Edit("insert", Place(PATH, 1, 1), "name: b", "a"), "stands there already"),
    ("another word", "a: b\n", Edit("respell", Place(PATH, 1, 4), "c", "d"), "it is not d"),
    ("a tag before it", "a: !!str &b c\n", Edit("unanchor", Place(PATH, 1, 4)), "a tag stands before it"),
    ("an anchor with an alias", "a: &b c\nd: *b\n", Edit("unanchor", Place(PATH, 1, 4)), "read otherwise"),
    ("a word with an alias", "a: &b c\nd: *b\n", Edit("respell", Place(PATH, 1, 4), "e", "c"), "read otherwise"),
    ("a pair at a dash", "- a: 1\n", Edit("prepend", Place(PATH, 1, 3), "b: 2"), "shares its line"),
    ("a pair in a shared mapping", "a: &x\n  b: 1\nc: *x\n", Edit("append", Place(PATH, 2, 3), "v: 2"), "other places"),
    ("a shared mapping", "a: &x\n  tags: [b]\nc: *x\n", Edit("move", Place(PATH, 2, 3), into="config"), "other places"),
    (
        "a shared list",
        "a:\n  columns: &x\n  - name: b\nc: {columns: *x}\n",
        Edit("insert", Place(PATH, 2, 3), "name: c", "columns"),
        "other places",
    ),
    (
        "a merged list",
        "a: &x\n  columns: [{name: b}]\nc:\n  <<: *x\n  name: d\n",
        Edit("insert", Place(PATH, 5, 3), "name: c", "columns"),
        "comes from a merge",
    ),
    (
        "a merged sibling",
        "a: &x\n  config: {c: 1}\nc:\n  <<: *x\n  tags: d\n",
        Edit("move", Place(PATH, 5, 3), into="config"),
        "comes from a merge",
    ),
    ("too tall for brackets", "a:\n  - 1\nb: {c: 2}\n", Edit("move", Place(PATH, 1, 1), into="b"), "does not fit"),
    ("an anchor goes", "a: &x 1\nb: *x\n", Edit("remove", Place(PATH, 1, 1)), "read otherwise"),
    ("into an alias", "x: &x\n  y: 1\nz:\n  a: 1\n  b: *x\n", Edit("move", Place(PATH, 4, 3), into="b"), "alias"),
    ("a comment between", "- a: 1\n  # of b\n  b: 2\n", Edit("remove", Place(PATH, 1, 3)), "a comment stands"),
    ("a text of two lines", "a: b\n  c\n", Edit("quote", Place(PATH, 1, 4)), "on one line"),
    ("a dash elsewhere", "-\n  a: 1\n- b: 2\n", Edit("drop", Place(PATH, 2, 3)), "the dash"),
    ("an alias at the end", "x: &x {name: a}\ny:\n- *x\n", Edit("insert", Place(PATH, 2, 1), "b", "y"), "alias"),
    ("aliases in a list", "x: &x {name: a}\ny:\n- name: b\n- *x\n", Edit("reorder", Place(PATH, 2, 1)), "alias"),
    ("a key that YAML reads otherwise", "a: 1\nb: 2\n", Edit("rename", Place(PATH, 1, 1), "c: d"), "otherwise"),
]


@pytest.mark.parametrize(("name", "text", "edit", "reason"), REFUSED, ids=lambda one: str(one).replace(" ", "-")[:30])
def test_what_is_refused_keeps_every_byte(name: str, text: str, edit: Edit, reason: str) -> None:
    edited = apply(text.encode(), PATH, [edit])
    assert edited.content == text.encode(), name
    assert not edited.made
    assert reason in edited.refused[0].reason


def test_edits_of_one_file_do_not_disturb_each_other() -> None:
    text = "- name: a\n  tags: [x]\n  tests: [unique]\n  columns:\n    - name: yes\n    - name: b\n- name: c\n"
    edits = [
        Edit("move", spot(text, "tags"), into="config"),
        Edit("rename", spot(text, "tests"), "data_tests"),
        Edit("quote", spot(text, "yes")),
        Edit("insert", spot(text, "name: c"), "name: d", "columns"),
        Edit("reorder", spot(text, "columns"), names=("b",)),
    ]
    edited = apply(text.encode(), PATH, edits)
    assert edited.content.decode() == (
        "- name: a\n  config:\n    tags: [x]\n  data_tests: [unique]\n  columns:\n    - name: b\n"
        '    - name: "yes"\n- name: c\n  columns:\n    - name: d\n'
    )
    assert len(edited.made) == 5


def test_items_come_in_their_order_and_arguments_stay_in_theirs() -> None:
    text = (
        "- name: m\n  tests:\n    - accepted: {values: [a], quote: no, config: {x: 1}}\n"
        "    - equal:\n        to: b\n        by: c\n"
    )
    names = ("a", "b", "c")
    edits = [
        *(Edit("insert", spot(text, "name"), f"name: {name}", "columns", names) for name in names),
        *(Edit("move", spot(text, word), into="arguments") for word in ("values", "quote", "to", "by")),
        Edit("quote", spot(text, "no,")),
    ]
    edited = apply(text.encode(), PATH, edits)
    assert edited.content.decode() == (
        '- name: m\n  tests:\n    - accepted: {arguments: {values: [a], quote: "no"}, config: {x: 1}}\n'
        "    - equal:\n        arguments:\n          to: b\n          by: c\n"
        "  columns:\n    - name: a\n    - name: b\n    - name: c\n"
    )
    assert len(edited.made) == len(edits)


@pytest.mark.parametrize("names", ["xyz", "zyx", "bdac", "cab", "mazb", "pqkrj"])
def test_each_new_item_knows_its_neighbours_only(names: str) -> None:
    text = "columns:\n- name: first\n- name: last\n"
    order = ["first", *names, "last"]
    edits = [
        Edit("insert", Place(PATH, 1, 1), f"name: {name}", "columns", ("first", order[at], name, "last"))
        for at, name in enumerate(names)
    ]
    edited = apply(text.encode(), PATH, edits)
    assert edited.content.decode() == "columns:\n" + "".join(f"- name: {name}\n" for name in order)


def test_one_refused_word_holds_up_no_other() -> None:
    edits = [Edit("respell", Place(PATH, 1, 4), "x", "wrong"), Edit("quote", Place(PATH, 2, 4))]
    edited = apply(b"a: 1\nb: 2\n", PATH, edits)
    assert edited.content == b'a: 1\nb: "2"\n'
    assert len(edited.made) == len(edited.refused) == 1


def test_no_two_edits_make_one_key_twice() -> None:
    edits = [Edit("rename", Place(PATH, 1, 1), "x"), Edit("rename", Place(PATH, 2, 1), "x")]
    edited = apply(b"a: 1\nb: 2\nc: [&c {d: 1, d: 1}, *c]\n", PATH, edits)
    assert edited.content == b"a: 1\nx: 2\nc: [&c {d: 1, d: 1}, *c]\n"
    assert [one.reason for one in edited.refused] == ["a key would stand there twice"]


def test_of_two_edits_at_one_place_one_is_made() -> None:
    edited = apply(b"a: 1\nb: 2\n", PATH, [Edit("rename", Place(PATH, 1, 1), "x"), Edit("remove", Place(PATH, 1, 1))])
    assert len(edited.made) == len(edited.refused) == 1
    assert "run this again" in edited.refused[0].reason


_WORDS = ["name", "tags", "config", "columns", "yes", "1e3", "é漢🙂", "'q: #'", '"d\\t"', "a b", "2024-01-01", "~"]
_TAILS = ["", "", "  # why", " "]


def _block(chance: random.Random, depth: int, indent: str) -> list[str]:
    """Lines of a random mapping or list in block style, with comments, blank lines, anchors and brackets."""
    lines: list[str] = []
    if chance.random() < 0.5:
        for key in dict.fromkeys(chance.choice(_WORDS[:4]) + chance.choice(["", "_x"]) for _ in range(3)):
            lines += _pair(chance, depth, indent, f"{indent}{key}:")
    else:
        for _ in range(chance.randint(1, 3)):
            inner = _block(chance, depth - 1, indent + "  ") if depth and chance.random() < 0.6 else []
            if inner and not inner[0].lstrip().startswith(("#", "-")) and inner[0].strip():
                lines += [f"{indent}- {inner[0][len(indent) + 2 :]}", *inner[1:]]
            else:
                lines.append(f"{indent}- {chance.choice(_WORDS)}{chance.choice(_TAILS)}")
    if chance.random() < 0.2:
        lines.append(chance.choice(["", f"{indent}# a comment", "   "]))
    return lines


def _pair(chance: random.Random, depth: int, indent: str, head: str) -> list[str]:
    kind = chance.random()
    if depth and kind < 0.4:
        return [head + chance.choice(["", "  # why"]), *_block(chance, depth - 1, indent + "  ")]
    if kind < 0.5:
        return [
            f"{head} {chance.choice('|>')}{chance.choice(['', '-', '+'])}",
            f"{indent}    one",
            "",
            f"{indent}      two",
        ]
    if kind < 0.7:
        return [f"{head} {{b: [1, {chance.choice(_WORDS)}], name: {chance.choice(_WORDS)}}}{chance.choice(_TAILS)}"]
    return [f"{head} {chance.choice(_WORDS)}{chance.choice(_TAILS)}"]


def _random_edit(chance: random.Random, root: object) -> Edit | None:
    items = [one for one in walk(root) if isinstance(one, Mapping | Sequence)]  # type: ignore[arg-type]
    held = chance.choice(items)
    if isinstance(held, Sequence):
        item = chance.choice(held.items)
        return Edit(chance.choice(["drop", "quote"]), item.place)
    key, value = chance.choice(held.pairs)
    action = chance.choice(["rename", "remove", "move", "insert", "reorder", "quote", "replace"])
    if action in ("quote", "replace"):
        return Edit(action, value.place, "new") if isinstance(value, Scalar) else None
    if action == "reorder":
        return Edit(action, key.place, names=("yes", "a b"))
    if action == "insert":
        return Edit(action, key.place, "name: new\nx: [1]", chance.choice([key.text, "columns"]))
    return Edit(action, key.place, "other" if action == "rename" else "", "config" if action == "move" else "")


@pytest.mark.parametrize("seed", range(40))
def test_random_edits_change_what_they_should_and_no_line_elsewhere(seed: int) -> None:
    """Whatever is made reads as it should (the proof inside), touches no comment, and stays when it is read again."""
    chance = random.Random(seed)
    made = 0
    for _ in range(25):
        text = "\n".join(_block(chance, 3, "")) + chance.choice(["", "\n", "\n\n"])
        newline = chance.choice(["\n", "\r\n"])
        content = text.replace("\n", newline).encode()
        root = parse(content, PATH).root
        if root is None or isinstance(root, Scalar):
            continue
        edit = _random_edit(chance, root)
        if edit is None:
            continue
        edited = apply(content, PATH, [edit])
        if not edited.made:
            assert edited.content == content
            continue
        made += 1
        if edit.action not in ("remove", "drop", "replace"):
            assert edited.content.count(b"#") == content.count(b"#")
        assert edited.content.replace(b"\r\n", b"").count(b"\n") in (0, edited.content.count(b"\n"))
        assert plain(parse(edited.content, PATH).root) is not None
    assert made

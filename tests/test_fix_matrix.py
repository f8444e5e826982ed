"""Every fixer over every way to lay out and encode a file: the same is mended, and nothing else moves."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import pytest

from ringfence import rules
from ringfence.commands.session import CATALOGUE
from ringfence.domain.document import Item, Mapping, Scalar, Sequence, plain
from ringfence.domain.edit import Edit
from ringfence.domain.place import Place
from ringfence.domain.runner import run
from ringfence.readers.static.open import open_projects
from ringfence.text.edits import Edited, apply
from ringfence.text.yaml import parse
from states import Texts

# Rule -> a file with what it mends, in the plainest layout; SQL is what the model of the rule's name selects.
SAMPLES = {
    "repeated-key": """\
models:
  - name: m
    description: one
    name: m
  - name: other
""",
    "duplicate-column": """\
models:
  - name: m
    columns:
      - name: a
      - name: b
      - name: a
    description: one
""",
    "duplicate-entry": """\
models:
  - name: m
    description: one
  - name: m
    description: one
  - name: other
""",
    "unknown-key": """\
models:
  - name: m
    decsription: one
    colums:
      - name: a
    materialised: view
""",
    "ignored-key": """\
models:
  - name: m
    tags:
      - core
    +alias: x
    config:
      +schema: y
""",
    "enforced-misspelt": """\
models:
  - name: m
    config:
      contract:
        enforce: true
  - name: other
    config:
      enforced: true
      alias: x
""",
    "yaml-trap": """\
models:
  - name: m
    description: yes
    columns:
      - name: on
        description: 12
""",
    "deprecated-placement": """\
models:
  - name: m
    meta:
      a: 1
      b:
        - c
    docs:
      show: true
    tests:
      - accepted_values:
          column_name: a
          values:
            - x
          quote: true
          severity: warn
    description: one
""",
    "version-missing": """\
models:
  - name: m
    description: one
""",
    "unused-anchor": """\
models:
  - name: &x m
    columns: &y
      - name: a
    description: &z one
""",
    "tag-case-variant": """\
models:
  - name: m
    config:
      tags:
        - Daily
        - other
""",
    "unknown-test": """\
models:
  - name: m
    data_tests:
      - uniqe:
          column_name: a
    columns:
      - name: a
        data_tests:
          - not_nul
          - unique
""",
    "duplicate-test": """\
models:
  - name: m
    columns:
      - name: a
        data_tests:
          - unique
          - not_null:
              where: x
          - unique
          - not_null:
              where: x
""",
    "test-severity": """\
models:
  - name: m
    columns:
      - name: a
        data_tests:
          - not_null:
              severity: eror
          - unique:
              where: where a > 1
""",
    "accepted-values": """\
models:
  - name: m
    columns:
      - name: a
        data_tests:
          - accepted_values:
              values:
                - x
                - y
                - x
              quote: true
""",
    "unknown-data-type": """\
models:
  - name: m
    columns:
      - name: a
        data_type: interger
      - name: b
""",
    "ghost-column": """\
models:
  - name: m
    columns:
      - name: a
      - name: amuont
        description: one
""",
    "column-undocumented": """\
models:
  - name: m
    columns:
      - name: b
        description: one
  - name: other
""",
    "column-order": """\
models:
  - name: m
    columns:
      - name: b
        description: one
      - name: a
      - name: amount
    description: one
""",
    "test-unknown-column": """\
models:
  - name: m
    data_tests:
      - unique:
          column_name: amuont
""",
    "model-without-entry": """\
models:
  - name: other
    description: one
""",
}
# Rules whose edits take lines away, with the comments on them.
_TAKING_AWAY = {"accepted-values", "duplicate-column", "duplicate-entry", "duplicate-test", "repeated-key"}
_SQL = "select 1 as a, 2 as b, 3 as amount"
_PROJECT = "name: shop\nrequire-dbt-version: '>=1.10.0'\nmodels:\n  +tags: [daily]\n"


class Variant(NamedTuple):
    """A layout or an encoding. `lines` changes each line for itself, `whole` the text, `newline` what ends a line."""

    name: str
    lines: Callable[[int, str], str] | None = None
    whole: Callable[[str], str] | None = None
    newline: str = "\n"
    mark: str = ""


def _indents(text: str) -> Iterator[tuple[int, int, str]]:
    """Each line with its indent and the number of lists around it."""
    dashes: list[int] = []
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        dashes = [one for one in dashes if one < indent] + ([indent] if line.lstrip().startswith("- ") else [])
        yield indent, len(dashes), line.lstrip()


def _unindented(text: str) -> str:
    return "".join(f"{' ' * (indent - 2 * lists)}{line}\n" for indent, lists, line in _indents(text))


def _wide(text: str) -> str:
    return "".join(f"{' ' * (indent * 2)}{line.replace('- ', '-   ', 1)}\n" for indent, _, line in _indents(text))


def _flow(text: str) -> str:
    root = parse(text.encode(), "").root
    assert root is not None
    return f"{_written(root)}\n"


def _written(item: Item) -> str:
    if isinstance(item, Scalar):
        return item.text
    if isinstance(item, Sequence):
        return f"[{', '.join(map(_written, item.items))}]"
    return "{" + ", ".join(f"{key.text}: {_written(value)}" for key, value in item.pairs) + "}"


def _spread(text: str) -> str:
    """A comment line and a blank line before each line but the first."""
    first, *rest = text.splitlines(keepends=True)
    return first + "".join(f"# line {number}\n\n{line}" for number, line in enumerate(rest, 1))


_KEY = re.compile(r"^(\s*(?:- )?)(\+?\w+):")
VARIANTS = [
    Variant("lf"),
    Variant("crlf", newline="\r\n"),
    Variant("cr", newline="\r"),
    Variant("mixed ends", lines=lambda number, line: line + ("\r" if number % 2 else "")),
    Variant("byte order mark", mark="\ufeff"),
    Variant("byte order mark and crlf", newline="\r\n", mark="\ufeff"),
    Variant("no final newline", whole=lambda text: text.removesuffix("\n")),
    Variant("emoji", lines=lambda number, line: f"{line.replace('one', 'one 🙂 é漢')}  # 🙂 {number}"),
    Variant("tabs", lines=lambda number, line: f"{line}\t# \t {number}"),
    Variant("comments", lines=lambda number, line: f"{line}  # {number}"),
    Variant("comment and blank lines", whole=_spread),
    Variant("trailing spaces", lines=lambda _, line: f"{line}   "),
    Variant("anchors", lines=lambda number, line: re.sub(r"(name|description): (\w+)$", rf"\1: &a{number} \2", line)),
    Variant("quoted keys", lines=lambda _, line: _KEY.sub(r'\1"\2":', line)),
    Variant("flow", whole=_flow),
    Variant("lists not indented", whole=_unindented),
    Variant("wide indents", whole=_wide),
    Variant("document marks", whole=lambda text: f"---\n{text}"),
]


def _laid_out(variant: Variant, text: str) -> str:
    if variant.lines is not None:
        return "".join(f"{variant.lines(number, line)}\n" for number, line in enumerate(text.splitlines()))
    return variant.whole(text) if variant.whole is not None else text


def _encoded(variant: Variant, text: str) -> bytes:
    return (variant.mark + text.replace("\n", variant.newline)).encode()


def _files(contents: dict[str, str]) -> dict[str, str]:
    """A project with a model for every sample; the names m and other are made the sample's own."""
    files = {"dbt_project.yml": _PROJECT}
    for rule, text in contents.items():
        folder = f"models/{rule}"
        files[f"{folder}/schema.yml"] = re.sub(r"\b(m|other)\b(?=\W*(?:$|[\s,}]))", rf"{_stem(rule)}_\1", text)
        files.update({f"{folder}/{_stem(rule)}_{name}.sql": _SQL for name in ("m", "other")})
    return files


def _stem(rule: str) -> str:
    return rule.replace("-", "_")


def _edits(files: dict[str, str]) -> dict[str, list[Edit]]:
    """The edits of each rule in the file of its own."""
    project = open_projects(Texts(files), None, [("", "postgres")])[0]
    found: dict[str, list[Edit]] = {}
    for info in CATALOGUE:
        if info.name in SAMPLES:
            findings = run([rules.load(info)], project, {}, {}).findings
            folder = f"models/{info.name}/"
            found[info.name] = [one for each in findings for one in each.edits if one.place.path.startswith(folder)]
    return found


def _apply(rule: str, content: bytes, edits: list[Edit]) -> Edited:
    path = f"models/{rule}/schema.yml"
    root = parse(content, path).root
    assert isinstance(root, Mapping)
    first = root.pairs[0][0].place
    return apply(content, path, [_placed(edit, first) for edit in edits])


def _placed(edit: Edit, first: Place) -> Edit:
    return edit._replace(action="insert", place=first) if edit.action == "enter" else edit


@cache
def _plainest() -> dict[str, tuple[str, str]]:
    """What each sample is in the plainest layout, before and after."""
    files = _files(SAMPLES)
    edits = _edits(files)
    done = {}
    for rule in SAMPLES:
        before = files[f"models/{rule}/schema.yml"]
        edited = _apply(rule, before.encode(), edits[rule])
        assert not edited.refused, rule
        done[rule] = before, edited.content.decode()
    return done


def _settled(variant: Variant) -> dict[str, tuple[str, str, list[str]]]:
    """What each sample is in a layout, before and after its edits, with what was refused at the end."""
    texts = {rule: _laid_out(variant, before) for rule, (before, _) in _plainest().items()}
    files = _files(dict.fromkeys(SAMPLES, ""))
    before = {rule: _encoded(variant, text) for rule, text in texts.items()}
    now = dict(before)
    refused: dict[str, list[str]] = {}
    for _ in range(4):
        files.update({f"models/{rule}/schema.yml": content.decode() for rule, content in now.items()})
        made = 0
        for rule, edits in _edits(files).items():
            edited = _apply(rule, now[rule], edits)
            made += len(edited.made)
            now[rule], refused[rule] = edited.content, [one.reason for one in edited.refused]
        if not made:
            return {rule: (before[rule].decode(), now[rule].decode(), refused[rule]) for rule in SAMPLES}
    raise AssertionError(f"{variant.name}: there is always something more to edit")


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name.replace(" ", "-"))
def test_in_every_layout_the_same_is_mended_and_nothing_else_moves(variant: Variant) -> None:
    for rule, (before, after, refused) in _settled(variant).items():
        plainest_before, plainest_after = _plainest()[rule]
        about = f"{rule}: {variant.name}"
        assert not refused, about
        wanted = _laid_out(variant, plainest_after) if variant.name == "emoji" else plainest_after
        assert _loaded(after) == _loaded(wanted), about
        assert after.startswith(variant.mark), about
        if variant.newline != "\n":
            assert not re.search(r"(?<!\r)\n" if variant.newline == "\r\n" else "\n", after), about
        if variant.lines is None and variant.whole is None:
            assert after == _encoded(variant, plainest_after).decode(), about
        if rule not in _TAKING_AWAY:
            assert sorted(re.findall("# .*", before)) == sorted(re.findall("# .*", after)), about
        if variant.lines is not None and (rule, variant.name) != ("unused-anchor", "anchors"):  # it takes them away
            assert not list(_moved(variant, plainest_before, plainest_after, after)), about


def _loaded(text: str) -> object:
    return plain(parse(text.encode(), "models/schema.yml").root)


def _moved(variant: Variant, before: str, after: str, now: str) -> Iterator[str]:
    """The lines that an edit of the plainest layout leaves alone and that are not there any more, or not in order."""
    lines = before.splitlines()
    matcher = difflib.SequenceMatcher(None, lines, after.splitlines(), autojunk=False)
    at = 0
    assert variant.lines is not None
    for start, _, size in matcher.get_matching_blocks():
        for number in range(start, start + size):
            written = variant.lines(number, lines[number])
            found = now.find(written, at)
            if found < 0:
                yield written
            else:
                at = found + len(written)


def test_every_fixer_is_tried_and_every_variant_is_another_text() -> None:
    assert set(SAMPLES) == {info.name for info in CATALOGUE if info.fixable}
    texts = {_encoded(variant, _laid_out(variant, SAMPLES["ghost-column"])) for variant in VARIANTS}
    assert len(texts) == len(VARIANTS) >= 16
    for rule, (before, after) in _plainest().items():
        assert before != after, rule

"""The single edits of YAML text: each finds the characters that change and says what takes their place.

Everything else keeps its bytes. What is laid out in a way that an edit cannot keep is refused; edits.py proves of every
edit that the file reads afterwards as it should.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Scalar, Sequence
from ringfence.domain.namedtuple import NamedTuple
from ringfence.text.source import Span

if TYPE_CHECKING:
    from collections.abc import Sized

    from ringfence.domain.edit import Edit
    from ringfence.text.source import Source

_DASH = re.compile(r"(?P<indent>[ ]*(?:-[ ]+)*?)(?P<dash>-[ ]+)$")
_STEP = "  "


class Refusal(Exception):  # noqa: N818  (an edit that is not made is no error of the program)
    """An edit that cannot be made without touching more than it should, and why."""


class Change(NamedTuple):
    """The characters of `span` are replaced by `text`."""

    span: Span
    text: str


class Spot(NamedTuple):
    """Where an edit is made: the collection, and the number of the pair or item in it."""

    parent: Mapping | Sequence
    number: int

    @property
    def value(self) -> Item:
        """The item, or the value of the pair."""
        return (
            self.parent.items[self.number] if isinstance(self.parent, Sequence) else self.parent.pairs[self.number][1]
        )


def rename(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Write a key otherwise."""
    key, _ = _mapping(spot).pairs[spot.number]
    return [Change(Span(source.start(key), source.key_end(key)), edit.text)]


def replace(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Write a scalar otherwise."""
    return [Change(_scalar(source, spot), edit.text)]


def quote(source: Source, spot: Spot, _edit: Edit) -> list[Change]:
    """Put a plain scalar in double quotes."""
    span = _scalar(source, spot)
    written = source.text[span.start : span.end].replace("\\", "\\\\").replace('"', '\\"')
    return [Change(span, f'"{written}"')]


def _scalar(source: Source, spot: Spot) -> Span:
    value = spot.value
    if not isinstance(value, Scalar) or value.span[0] != value.span[2] or value.span[1] == value.span[3]:
        raise Refusal("it is no value on one line")
    return Span(source.start(value), source.end(value))


def remove(source: Source, spot: Spot, _edit: Edit) -> list[Change]:
    """Take out a key with its value and the lines they stand on."""
    parent = _mapping(spot)
    _not_alone(parent.pairs)
    if source.is_flow(parent):
        return [Change(_in_brackets(source, spot), "")]
    return [Change(_lines_of_pair(source, parent, spot.number), "")]


def drop(source: Source, spot: Spot, _edit: Edit) -> list[Change]:
    """Take out an item of a list with the lines it stands on."""
    if not isinstance(spot.parent, Sequence):
        raise Refusal("it is no item of a list")
    _not_alone(spot.parent.items)
    if source.is_flow(spot.parent):
        return [Change(_in_brackets(source, spot), "")]
    item = spot.parent.items[spot.number]
    if source.start(item) < source.start(spot.parent):
        raise Refusal("it is an alias")
    _dash(source, item)
    return [Change(Span(source.line(source.start(item)).start, source.line(_last(source, item)).end), "")]


def _mapping(spot: Spot) -> Mapping:
    if not isinstance(spot.parent, Mapping):
        raise Refusal("it is an item of a list")
    return spot.parent


def _not_alone(held: Sized) -> None:
    if len(held) == 1:
        raise Refusal("nothing would be left of what holds it")


def _in_brackets(source: Source, spot: Spot) -> Span:
    """Return the span of a pair or an item with the comma that parts it from its neighbour."""
    spans = _spans(source, spot.parent)
    here = spans[spot.number]
    if spot.number + 1 < len(spans):
        return Span(here.start, spans[spot.number + 1].start)
    return Span(spans[spot.number - 1].end, here.end)


def _spans(source: Source, parent: Mapping | Sequence) -> list[Span]:
    if isinstance(parent, Mapping):
        return [Span(source.start(key), source.end_of_pair(key, value)) for key, value in parent.pairs]
    spans = [Span(source.start(item), source.end(item)) for item in parent.items]
    if any(span.start < source.start(parent) for span in spans):
        raise Refusal("the list holds an alias")
    return spans


def _lines_of_pair(source: Source, parent: Mapping, number: int) -> Span:
    """Return the lines of a pair; of the first one behind a dash, up to the next key, which takes its place."""
    key, value = parent.pairs[number]
    start, end = source.start(key), source.end_of_pair(key, value)
    if not source.before(start).strip():
        return Span(source.line(start).start, source.line(max(start, end - 1)).end)
    if number + 1 == len(parent.pairs):
        raise Refusal("it shares its line with something else")
    following = source.start(parent.pairs[number + 1][0])
    if source.text[source.line(max(start, end - 1)).end : following].strip():
        raise Refusal("a comment stands between it and the next key")
    return Span(start, following)


def _dash(source: Source, item: Item) -> re.Match[str]:
    """Return the dash before an item of a block list. Raises Refusal where it stands on another line."""
    found = _DASH.fullmatch(source.before(source.start(item)))
    if found is None or "-" in found["indent"]:
        raise Refusal("the dash of the list stands elsewhere")
    return found


def _last(source: Source, item: Item) -> int:
    """Return the offset of an item's last character."""
    return max(source.start(item), source.end(item) - 1)


def move(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Put a key with its value below a sibling, which is made where it is missing."""
    parent = _mapping(spot)
    if source.is_flow(parent):
        raise Refusal("it stands in brackets")
    sibling = next((number for number, pair in enumerate(parent.pairs) if pair[0].text == edit.text), None)
    if sibling is None:
        return _into_new(source, parent, spot.number, edit.text)
    name, below = parent.pairs[sibling]
    if isinstance(below, Mapping):
        return _into_mapping(source, spot, below)
    if not isinstance(below, Scalar) or below.value is not None or below.text:
        raise Refusal(f"{edit.text} is no mapping")
    indent = _indent(source, name) + _STEP
    lines = _pair_text(source, parent, spot.number, indent)
    return [_below_line(source, source.key_end(name), lines), *_without(source, parent, spot.number)]


def _into_new(source: Source, parent: Mapping, number: int, name: str) -> list[Change]:
    key, value = parent.pairs[number]
    start = source.start(key)
    column = " " * len(source.before(start))
    end = source.end_of_pair(key, value)
    inner = _indented(source, Span(start, end), _STEP)
    return [Change(Span(start, end), f"{name}:{source.newline}{column}{_STEP}{inner}")]


def _into_mapping(source: Source, spot: Spot, below: Mapping) -> list[Change]:
    parent = _mapping(spot)
    key, value = parent.pairs[spot.number]
    if any(held.text == key.text for held, _ in below.pairs):
        raise Refusal(f"{key.text} stands there already")
    if source.start(below) < source.start(parent):
        raise Refusal("it would go into what an alias names")
    gone = _without(source, parent, spot.number)
    if source.is_flow(below):
        written = source.text[source.start(key) : source.end_of_pair(key, value)]
        if len(written.splitlines()) > 1 or source.line(source.end(below) - 1) != source.line(source.start(below)):
            raise Refusal("it does not fit into the brackets")
        comma = ", " if below.pairs else ""
        last = source.end_of_pair(*below.pairs[-1]) if below.pairs else source.end(below) - 1
        return [Change(Span(last, last), f"{comma}{written}"), *gone]
    indent = _indent(source, below.pairs[0][0])
    return [_below_line(source, source.end(below), _pair_text(source, parent, spot.number, indent)), *gone]


def _indent(source: Source, key: Scalar) -> str:
    return " " * len(source.before(source.start(key)))


def _pair_text(source: Source, parent: Mapping, number: int, indent: str) -> str:
    """Return a pair with the rest of its last line, moved to an indent."""
    key, value = parent.pairs[number]
    start, end = source.start(key), source.end_of_pair(key, value)
    end += len(source.after(end))
    shift = len(indent) - len(source.before(start))
    return indent + _indented(source, Span(start, end), " " * shift if shift >= 0 else shift)


def _indented(source: Source, span: Span, shift: str | int) -> str:
    """Return a span whose lines after the first are moved to the right by a text, or to the left by a number."""
    first, *rest = source.text[span.start : span.end].splitlines(keepends=True)
    if isinstance(shift, str):
        return first + "".join(shift + line if line.strip() else line for line in rest)
    if any(line.strip() and line[:-shift].strip() for line in rest):
        raise Refusal("its lines do not reach so far to the right")
    return first + "".join(line[-shift:] if line.strip() else line for line in rest)


def _without(source: Source, parent: Mapping, number: int) -> list[Change]:
    return [Change(_lines_of_pair(source, parent, number), "")]


def _below_line(source: Source, offset: int, lines: str) -> Change:
    """Return the insertion of lines below the line of an offset."""
    end = source.line(max(0, offset - 1)).end
    line = source.text[source.line(max(0, offset - 1)).start : end]
    if line.splitlines() == [line]:  # the last line of a file that ends without a break
        return Change(Span(end, end), source.newline + lines)
    return Change(Span(end, end), lines + source.newline)


def insert(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Add an item at the end of a list; the list is made where it is missing."""
    parent = _mapping(spot)
    if source.is_flow(parent):
        raise Refusal("it stands in brackets")
    found = next((pair for pair in parent.pairs if pair[0].text == edit.into), None)
    if found is None:
        column = _indent(source, parent.pairs[0][0])
        lines = f"{column}{edit.into}:{source.newline}{_item(source, edit.text, column + _STEP, '- ')}"
        return [_below_line(source, source.end(parent), lines)]
    key, held = found
    if isinstance(held, Scalar) and held.value is None and not held.text:
        lines = _item(source, edit.text, _indent(source, key) + _STEP, "- ")
        return [_below_line(source, source.key_end(key), lines)]
    if not isinstance(held, Sequence) or source.start(held) < source.start(key):
        raise Refusal(f"{edit.into} is no list of its own")
    if source.is_flow(held):
        return _into_brackets(source, held, edit.text)
    last = held.items[-1]
    if source.start(last) < source.start(held):
        raise Refusal("the list ends with an alias")
    dash = _dash(source, last)
    gap = _gap(source, held)
    return [_below_line(source, source.end(last), gap + _item(source, edit.text, dash["indent"], dash["dash"]))]


def _item(source: Source, text: str, indent: str, dash: str) -> str:
    first, *rest = text.splitlines()
    lines = [indent + dash + first, *(indent + " " * len(dash) + line for line in rest)]
    return source.newline.join(lines)


def _gap(source: Source, held: Sequence) -> str:
    """Return the blank line that parts the items of a list, where one does."""
    if len(held.items) == 1:
        return ""
    before, last = held.items[-2:]
    if source.start(before) < source.start(held):
        return ""
    between = source.text[source.line(_last(source, before)).end : source.line(source.start(last)).start]
    return source.newline if between and not between.strip() else ""


def _into_brackets(source: Source, held: Sequence, text: str) -> list[Change]:
    lines = text.splitlines()
    if len(lines) > 1 and any(line.startswith((" ", "-")) for line in lines):
        raise Refusal("it does not fit into the brackets")
    spans = _spans(source, held)
    end = spans[-1].end if spans else source.end(held) - 1
    written = "{" + ", ".join(lines) + "}" if ":" in text else text
    return [Change(Span(end, end), f"{', ' if spans else ''}{written}")]


def reorder(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Put the items of a list into an order, each with its lines and the comments right above it."""
    held = spot.value
    if not isinstance(held, Sequence) or source.is_flow(held):
        raise Refusal("it is no list of lines")
    blocks = _blocks(source, held)
    order = ordered(held, edit.names)
    written = [source.text[blocks[number].start : blocks[number].end] for number in order]
    if not _breaks(source.text[blocks[-1].end - 1 :][:1]):  # the file ends without a break, and so it stays
        written = [block if _breaks(block) else block + source.newline for block in written]
        written[-1] = written[-1].removesuffix(source.newline)
    return [Change(Span(blocks[0].start, blocks[-1].end), "".join(written))]


def _breaks(text: str) -> bool:
    return text.endswith(("\n", "\r"))


def ordered(held: Sequence, names: tuple[str, ...]) -> list[int]:
    """Return the numbers of a list's items in the order of their names; what is not named comes last, as it was."""
    found = [name_of(item) for item in held.items]
    place = {name: number for number, name in reversed(list(enumerate(names)))}
    return sorted(range(len(found)), key=lambda number: (place.get(found[number], len(place)), number))


def name_of(item: Item) -> str:
    """Return the name of a list's item, or nothing."""
    name = item.get("name") if isinstance(item, Mapping) else None
    return name.text if isinstance(name, Scalar) else ""


def _blocks(source: Source, held: Sequence) -> list[Span]:
    """Return the lines of each item, with the comments and blank lines right above it."""
    blocks: list[Span] = []
    for item in held.items:
        if source.start(item) < source.start(held):
            raise Refusal("the list holds an alias")
        _dash(source, item)
        start = blocks[-1].end if blocks else source.line(source.start(item)).start
        blocks.append(Span(start, source.line(_last(source, item)).end))
    return blocks

"""The single edits of YAML text: each finds the characters that change and says what takes their place.

Everything else keeps its bytes. What is laid out in a way that an edit cannot keep is refused; edits.py proves of every
edit that the file reads afterwards as it should. Here are those of single tokens, and what goes; moving.py and
listing.py hold the others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Scalar, Sequence
from ringfence.domain.edit import written
from ringfence.domain.namedtuple import NamedTuple
from ringfence.text.source import Span
from ringfence.text.yaml import parse

if TYPE_CHECKING:
    from collections.abc import Sized

    from ringfence.domain.edit import Edit
    from ringfence.text.source import Source

_DASH = re.compile(r"(?P<indent>[ ]*(?:-[ ]+)*?)(?P<dash>-[ ]+)$")
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+[ \t]*")
_INDICATORS = frozenset(",[]{}")
STEP = "  "


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
    key, _ = mapping_of(spot).pairs[spot.number]
    return [Change(Span(source.start(key), source.key_end(key)), edit.text)]


def replace(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Write a scalar otherwise."""
    return [Change(_scalar(source, spot.value), edit.text)]


def quote(source: Source, spot: Spot, _edit: Edit) -> list[Change]:
    """Put a plain scalar in double quotes."""
    span = _scalar(source, spot.value)
    text = source.text[span.start : span.end].replace("\\", "\\\\").replace('"', '\\"')
    return [Change(span, f'"{text}"')]


def respell(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Write the key or scalar of the edit's place otherwise, in the quotes it has. Raises Refusal where it differs."""
    token = token_at(spot, edit)
    if not isinstance(token, Scalar) or token.text != edit.into:
        raise Refusal(f"it is not {edit.into}")
    span = _scalar(source, token)
    first = source.text[span.start]
    if first == "'":
        return [Change(span, "'" + edit.text.replace("'", "''") + "'")]
    if first == '"':
        return [Change(span, '"' + edit.text.replace("\\", "\\\\").replace('"', '\\"') + '"')]
    return [Change(span, edit.text if _stays_plain(edit) else written(edit.text))]


def _stays_plain(edit: Edit) -> bool:
    """Return whether a text reads as itself without quotes, where another one stood without."""
    root = parse(f"- {edit.text}".encode(), "").root
    item = root.items[0] if isinstance(root, Sequence) else None
    told = isinstance(item, Scalar) and item.value == edit.text and not item.quoted
    return told and not _INDICATORS.intersection(edit.text) - _INDICATORS.intersection(edit.into)


def token_at(spot: Spot, edit: Edit) -> Item:
    """Return the key or value of a spot that stands at the edit's place."""
    if isinstance(spot.parent, Mapping):
        key, value = spot.parent.pairs[spot.number]
        return key if key.place[1:3] == edit.place[1:3] else value
    return spot.value


def unanchor(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Take an anchor away, with the white space that parts it from what it names."""
    start = source.start(token_at(spot, edit))
    found = _ANCHOR.match(source.text, start)
    if found is None:
        raise Refusal("a tag stands before it")
    if not source.after(found.end()):
        before = source.before(start)
        following = source.line(source.line(start).end)
        indent = len(before)
        if before.endswith("- ") and not source.text[following.start : following.start + indent].strip():
            return [Change(Span(start, following.start + indent), "")]
        start = source.line(start).start + len(before.rstrip())
    return [Change(Span(start, found.end()), "")]


def _scalar(source: Source, value: Item) -> Span:
    if not isinstance(value, Scalar) or value.span[0] != value.span[2] or value.span[1] == value.span[3]:
        raise Refusal("it is no value on one line")
    return Span(source.bare(value), source.end(value))


def remove(source: Source, spot: Spot, _edit: Edit) -> list[Change]:
    """Take out a key with its value and the lines they stand on."""
    parent = mapping_of(spot)
    _not_alone(parent.pairs)
    return [Change(span_of_pair(source, parent, spot.number), "")]


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
    dash_of(source, item)
    return [Change(Span(source.line(source.start(item)).start, source.line(last_of(source, item)).end), "")]


def prepend(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Put a pair before a key; at the left margin a blank line parts the two."""
    parent = mapping_of(spot)
    start = source.start(parent.pairs[spot.number][0])
    if source.is_flow(parent):
        return [Change(Span(start, start), f"{edit.text}, ")]
    indent = source.before(start)
    if indent.strip():
        raise Refusal("it shares its line with something else")
    at = source.line(start).start
    gap = source.newline if not indent else ""
    return [Change(Span(at, at), f"{indent}{edit.text}{source.newline}{gap}")]


def append(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Put a pair behind the pair of a key."""
    parent = mapping_of(spot)
    key, value = parent.pairs[spot.number]
    end = source.end_of_pair(key, value)
    if source.is_flow(parent):
        return [Change(Span(end, end), f", {edit.text}")]
    return [below_line(source, end, " " * len(source.before(source.start(key))) + edit.text)]


def mapping_of(spot: Spot) -> Mapping:
    """Return the mapping that a pair stands in. Raises Refusal where it is an item of a list."""
    if not isinstance(spot.parent, Mapping):
        raise Refusal("it is an item of a list")
    return spot.parent


def _not_alone(held: Sized) -> None:
    if len(held) == 1:
        raise Refusal("nothing would be left of what holds it")


def span_of_pair(source: Source, parent: Mapping, number: int) -> Span:
    """Return what is taken out with a pair: its lines, or in brackets the pair and a comma."""
    if source.is_flow(parent):
        return _in_brackets(source, Spot(parent, number))
    return _lines_of_pair(source, parent, number)


def _in_brackets(source: Source, spot: Spot) -> Span:
    """Return the span of a pair or an item with the comma that parts it from its neighbour."""
    spans = spans_of(source, spot.parent)
    here = spans[spot.number]
    if spot.number + 1 < len(spans):
        return Span(here.start, spans[spot.number + 1].start)
    return Span(spans[spot.number - 1].end, here.end)


def spans_of(source: Source, parent: Mapping | Sequence) -> list[Span]:
    """Return the spans of all pairs or items of a collection. Raises Refusal where an item is an alias."""
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


def dash_of(source: Source, item: Item) -> re.Match[str]:
    """Return the dash before an item of a block list. Raises Refusal where it stands on another line."""
    found = _DASH.fullmatch(source.before(source.start(item)))
    if found is None or "-" in found["indent"]:
        raise Refusal("the dash of the list stands elsewhere")
    return found


def last_of(source: Source, item: Item) -> int:
    """Return the offset of an item's last character."""
    return max(source.start(item), source.end(item) - 1)


def below_line(source: Source, offset: int, lines: str) -> Change:
    """Return the insertion of lines below the line of an offset."""
    end = source.line(max(0, offset - 1)).end
    line = source.text[source.line(max(0, offset - 1)).start : end]
    if line.splitlines() == [line]:  # the last line of a file that ends without a break
        return Change(Span(end, end), source.newline + lines)
    return Change(Span(end, end), lines + source.newline)

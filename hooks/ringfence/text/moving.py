"""Moving a key with its value below a sibling: `tags:` under `config:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar
from ringfence.text.source import Span
from ringfence.text.surgery import STEP, Change, Refusal, below_line, mapping_of, span_of_pair

if TYPE_CHECKING:
    from ringfence.domain.edit import Edit
    from ringfence.text.source import Source
    from ringfence.text.surgery import Spot


def move(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Put a key with its value below a sibling, which is made where it is missing; what stood above it stays so."""
    parent = mapping_of(spot)
    sibling = sibling_of(parent, edit.into)
    if sibling is None:
        return _into_new(source, parent, spot.number, edit)
    name, below = parent.pairs[sibling]
    first = spot.number < sibling
    if isinstance(below, Mapping):
        return [_into_mapping(source, spot, below, edit, first=first), _gone(source, spot)]
    if not isinstance(below, Scalar) or below.value is not None or below.text or source.is_flow(parent):
        raise Refusal(f"{edit.into} is no mapping")
    indent = _indent(source, name) + STEP
    return [below_line(source, source.key_end(name), _lines(source, spot, indent, edit)), _gone(source, spot)]


def sibling_of(parent: Mapping, name: str) -> int | None:
    """Return the number of a mapping's own pair of a name, or None. Raises Refusal where the pair is merged in."""
    found = next((number for number, pair in enumerate(parent.pairs) if pair[0].text == name), None)
    if found is None and parent.get(name) is not None:
        raise Refusal(f"{name} comes from a merge")
    return found


def _gone(source: Source, spot: Spot) -> Change:
    return Change(span_of_pair(source, mapping_of(spot), spot.number), "")


def _into_new(source: Source, parent: Mapping, number: int, edit: Edit) -> list[Change]:
    key, value = parent.pairs[number]
    start, end = source.start(key), source.end_of_pair(key, value)
    if source.is_flow(parent):
        head = edit.text or source.text[start : source.key_end(key)]
        return [Change(Span(start, source.key_end(key)), f"{edit.into}: {{{head}"), Change(Span(end, end), "}")]
    column = " " * len(source.before(start))
    inner = _called(source, key, _indented(source, Span(start, end), STEP), edit)
    return [Change(Span(start, end), f"{edit.into}:{source.newline}{column}{STEP}{inner}")]


def _called(source: Source, key: Scalar, pair: str, edit: Edit) -> str:
    """Return the text of a pair with the name that the key has below its sibling."""
    return edit.text + pair[source.key_end(key) - source.start(key) :] if edit.text else pair


def _into_mapping(source: Source, spot: Spot, below: Mapping, edit: Edit, *, first: bool) -> Change:
    parent = mapping_of(spot)
    key, value = parent.pairs[spot.number]
    name = edit.text or key.text
    if any(held.text == name for held, _ in below.pairs) or below.get(name) is not None:
        raise Refusal(f"{name} stands there already")
    if source.start(below) < source.start(parent):
        raise Refusal("it would go into what an alias names")
    if source.is_flow(below):
        span = Span(source.start(key), source.end_of_pair(key, value))
        pair = _called(source, key, source.text[span.start : span.end], edit)
        return _into_brackets(source, below, pair, first=first)
    lines = _lines(source, spot, _indent(source, below.pairs[0][0]), edit)
    if first:
        name_of_it = next(held for held, inner in parent.pairs if inner is below)
        return below_line(source, source.key_end(name_of_it), lines)
    return below_line(source, source.end(below), lines)


def _into_brackets(source: Source, below: Mapping, pair: str, *, first: bool) -> Change:
    if len(pair.splitlines()) > 1 or source.line(source.end(below) - 1) != source.line(source.start(below)):
        raise Refusal("it does not fit into the brackets")
    if not below.pairs or first:
        at = source.inside(below)
        return Change(Span(at, at), pair + (", " if below.pairs else ""))
    last = source.end_of_pair(*below.pairs[-1])
    return Change(Span(last, last), f", {pair}")


def _indent(source: Source, key: Scalar) -> str:
    return " " * len(source.before(source.start(key)))


def _lines(source: Source, spot: Spot, indent: str, edit: Edit) -> str:
    """Return a pair with the rest of its last line, moved to an indent. Raises Refusal where it stands in brackets."""
    parent = mapping_of(spot)
    if source.is_flow(parent):
        raise Refusal("it stands in brackets")
    key, value = parent.pairs[spot.number]
    start, end = source.start(key), source.end_of_pair(key, value)
    end += len(source.after(end))
    shift = len(indent) - len(source.before(start))
    inner = _indented(source, Span(start, end), " " * shift if shift >= 0 else shift)
    return indent + _called(source, key, inner, edit)


def _indented(source: Source, span: Span, shift: str | int) -> str:
    """Return a span whose lines after the first are moved to the right by a text, or to the left by a number."""
    first, *rest = source.text[span.start : span.end].splitlines(keepends=True)
    if isinstance(shift, str):
        return first + "".join(shift + line if line.strip() else line for line in rest)
    if any(line.strip() and line[:-shift].strip() for line in rest):
        raise Refusal("its lines do not reach so far to the right")
    return first + "".join(line[-shift:] if line.strip() else line for line in rest)

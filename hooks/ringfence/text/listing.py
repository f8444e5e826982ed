"""Lists of a YAML file: one item more where it belongs, and items in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Scalar, Sequence
from ringfence.text.moving import sibling_of
from ringfence.text.source import Span
from ringfence.text.surgery import STEP, Change, Refusal, below_line, dash_of, last_of, mapping_of, spans_of

if TYPE_CHECKING:
    from ringfence.domain.edit import Edit
    from ringfence.text.source import Source
    from ringfence.text.surgery import Spot


def insert(source: Source, spot: Spot, edit: Edit, name: str) -> list[Change]:
    """Add an item of a name to a list, which is made where it is missing."""
    parent = mapping_of(spot)
    number = sibling_of(parent, edit.into)
    if number is None and source.is_flow(parent):
        end = source.end_of_pair(*parent.pairs[-1])
        return [Change(Span(end, end), f", {edit.into}: [{_bracketed(edit.text)}]")]
    if number is None:
        column = _indent(source, parent.pairs[0][0])
        lines = f"{column}{edit.into}:{source.newline}{_item(source, edit.text, column + STEP, '- ')}"
        return [below_line(source, source.end(parent), lines)]
    key, held = parent.pairs[number]
    if isinstance(held, Scalar) and held.value is None and not held.text and not source.is_flow(parent):
        lines = _item(source, edit.text, _indent(source, key) + STEP, "- ")
        return [below_line(source, source.key_end(key), lines)]
    if not isinstance(held, Sequence) or source.start(held) < source.start(key):
        raise Refusal(f"{edit.into} is no list of its own")
    if name and any(name_of(item).lower() == name.lower() for item in held.items):
        raise Refusal(f"{name} stands there already")
    at = place_among(held, edit.names, name)
    if source.is_flow(held):
        return [_into_brackets(source, held, edit.text, at)]
    return [_between(source, held, edit.text, at)]


def place_among(held: Sequence, names: tuple[str, ...], name: str) -> int:
    """Return the number of a new item: behind those that `names` puts before it, else on top; else last."""
    if name not in names:
        return len(held.items)
    order = {one: number for number, one in enumerate(names)}
    there = {order[known]: number for number, item in enumerate(held.items) if (known := name_of(item)) in order}
    before = [number for number in there if number < order[name]]
    if before:
        return there[max(before)] + 1
    return 0 if there else len(held.items)


def _indent(source: Source, key: Scalar) -> str:
    return " " * len(source.before(source.start(key)))


def _between(source: Source, held: Sequence, text: str, at: int) -> Change:
    """Return the insertion of an item into a block list, laid out as its neighbour is."""
    neighbour = held.items[max(0, at - 1)]
    if source.start(neighbour) < source.start(held):
        raise Refusal("its neighbour in the list is an alias")
    dash = dash_of(source, neighbour)
    lines, gap = _item(source, text, dash["indent"], dash["dash"]), _gap(source, held)
    if at == 0:
        start = _top(source, held)
        return Change(Span(start, start), lines + source.newline + gap)
    return below_line(source, source.end(neighbour), gap + lines)


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
    between = source.text[source.line(last_of(source, before)).end : source.line(source.start(last)).start]
    return source.newline if between and not between.strip() else ""


def _bracketed(text: str) -> str:
    lines = text.splitlines()
    if len(lines) > 1 and any(line.startswith((" ", "-")) for line in lines):
        raise Refusal("it does not fit into the brackets")
    return "{" + ", ".join(lines) + "}" if ":" in text else text


def _into_brackets(source: Source, held: Sequence, text: str, at: int) -> Change:
    item = _bracketed(text)
    spans = spans_of(source, held)
    if not spans or at == 0:
        start = spans[0].start if spans else source.inside(held)
        return Change(Span(start, start), item + (", " if spans else ""))
    end = spans[at - 1].end
    return Change(Span(end, end), f", {item}")


def reorder(source: Source, spot: Spot, edit: Edit) -> list[Change]:
    """Put the items of a list into an order, each with its lines and the comments right above it."""
    held = spot.value
    if not isinstance(held, Sequence):
        raise Refusal("it is no list")
    if source.is_flow(held):
        return _exchanged(source, held, edit)
    blocks = _blocks(source, held)
    order = ordered(held, edit.names)
    written = [source.text[blocks[number].start : blocks[number].end] for number in order]
    if not _breaks(source.text[blocks[-1].end - 1 :][:1]):  # the file ends without a break, and so it stays
        written = [block if _breaks(block) else block + source.newline for block in written]
        written[-1] = written[-1].removesuffix(source.newline)
    return [Change(Span(blocks[0].start, blocks[-1].end), "".join(written))]


def _exchanged(source: Source, held: Sequence, edit: Edit) -> list[Change]:
    """Return the items of a list in brackets, each in the place of another; in a tall one comments are nobody's."""
    start = source.inside(held)
    if source.line(start) != source.line(source.end(held) - 1):
        raise Refusal("it stands on several lines in brackets")
    spans = spans_of(source, held)
    order = ordered(held, edit.names)
    return [
        Change(here, source.text[spans[number].start : spans[number].end])
        for here, number in zip(spans, order, strict=True)
    ]


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
        dash_of(source, item)
        start = blocks[-1].end if blocks else _top(source, held)
        blocks.append(Span(start, source.line(last_of(source, item)).end))
    return blocks


def _top(source: Source, held: Sequence) -> int:
    """Return where the first item starts with the comments right above it; a blank line ends what belongs to it."""
    start = source.line(source.start(held.items[0])).start
    while start:
        above = source.line(start - 1)
        if not source.text[above.start : above.end].lstrip().startswith("#"):
            break
        start = above.start
    return start

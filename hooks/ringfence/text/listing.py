"""Lists of a YAML file: one item more where it belongs, and items in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ringfence.domain.document import Item, Mapping, Scalar, Sequence
from ringfence.text.moving import sibling_of
from ringfence.text.source import Span
from ringfence.text.surgery import STEP, Change, Refusal, below_line, dash_of, last_of, mapping_of, spans_of

if TYPE_CHECKING:
    from ringfence.domain.edit import Edit
    from ringfence.text.source import Source
    from ringfence.text.surgery import Spot


class Addition(NamedTuple):
    """An item that a list gets: its YAML, its name where it has one, and the order of names where there is one."""

    text: str
    name: str
    order: tuple[str, ...]


def insert(source: Source, spot: Spot, into: str, additions: list[Addition]) -> list[Change]:
    """Add items to a list, each where its order puts it; the list is made where it is missing."""
    parent = mapping_of(spot)
    number = sibling_of(parent, into)
    texts = [one.text for one in additions]
    if number is None or _is_null(parent.pairs[number][1]):
        texts = [texts[at] for at in arranged([], additions)]
    if number is None and source.is_flow(parent):
        end = source.end_of_pair(*parent.pairs[-1])
        return [Change(Span(end, end), f", {into}: [{', '.join(map(_bracketed, texts))}]")]
    if number is None:
        column = _indent(source, parent.pairs[0][0])
        lines = [f"{column}{into}:", *(_item(source, text, column + STEP, "- ") for text in texts)]
        return [below_line(source, source.end(parent), source.newline.join(lines))]
    key, held = parent.pairs[number]
    if _is_null(held) and not source.is_flow(parent):
        column = _indent(source, key) + STEP
        lines = [_item(source, text, column, "- ") for text in texts]
        return [below_line(source, source.key_end(key), source.newline.join(lines))]
    if not isinstance(held, Sequence) or source.start(held) < source.start(key):
        raise Refusal(f"{into} is no list of its own")
    return _among(source, held, additions)


def _is_null(item: Item) -> bool:
    return isinstance(item, Scalar) and item.value is None and not item.text


def _among(source: Source, held: Sequence, additions: list[Addition]) -> list[Change]:
    names = [name_of(item) for item in held.items]
    there = {name.lower() for name in names}
    for one in additions:
        if one.name and one.name.lower() in there:
            raise Refusal(f"{one.name} stands there already")
    behind: dict[int, list[str]] = {}  # the new items by the number of items before them
    before = 0
    for at in arranged(names, additions):
        if at < 0:
            before += 1
        else:
            behind.setdefault(before, []).append(additions[at].text)
    if source.is_flow(held):
        return [_into_brackets(source, held, texts, at) for at, texts in behind.items()]
    return [_between(source, held, texts, at) for at, texts in behind.items()]


def arranged(names: list[str], additions: list[Addition]) -> list[int]:
    """Return a list with its new items: the numbers of additions, and -1 for each item that was there."""
    names, numbers = list(names), [-1] * len(names)
    left = dict(enumerate(additions))
    while left:
        waiting = {one.name for one in left.values()}
        number = next((number for number, one in left.items() if _before(one) not in waiting), min(left))
        one = left.pop(number)
        at = _place_among(names, one.order, one.name)
        names.insert(at, one.name)
        numbers.insert(at, number)
    return numbers


def _before(one: Addition) -> str | None:
    """Return the name that an order puts right before an item, which goes first where it is new as well."""
    at = one.order.index(one.name) if one.name in one.order else 0
    return one.order[at - 1] if at else None


def _place_among(names: list[str], order: tuple[str, ...], name: str) -> int:
    """Return the number of a new item: behind those that `order` puts before it, else on top; else last."""
    if name not in order:
        return len(names)
    place = {one: number for number, one in enumerate(order)}
    there = {place[known]: number for number, known in enumerate(names) if known in place}
    before = [number for number in there if number < place[name]]
    if before:
        return there[max(before)] + 1
    return 0 if there else len(names)


def _indent(source: Source, key: Scalar) -> str:
    return " " * len(source.before(source.start(key)))


def _between(source: Source, held: Sequence, texts: list[str], at: int) -> Change:
    """Return the insertion of items into a block list, laid out as their neighbour is."""
    neighbour = held.items[max(0, at - 1)]
    if source.start(neighbour) < source.start(held):
        raise Refusal("its neighbour in the list is an alias")
    dash = dash_of(source, neighbour)
    gap = _gap(source, held)
    items = [_item(source, text, dash["indent"], dash["dash"]) for text in texts]
    if at == 0:
        start = _top(source, held)
        return Change(Span(start, start), "".join(item + source.newline + gap for item in items))
    return below_line(source, source.end(neighbour), source.newline.join(gap + item for item in items))


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


def _into_brackets(source: Source, held: Sequence, texts: list[str], at: int) -> Change:
    items = ", ".join(map(_bracketed, texts))
    spans = spans_of(source, held)
    if at == 0:
        start = spans[0].start if spans else source.inside(held)
        return Change(Span(start, start), items + (", " if spans else ""))
    end = spans[at - 1].end
    return Change(Span(end, end), f", {items}")


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


def names_in(spot: Spot, into: str) -> list[str]:
    """Return the names of the items in a list of a mapping, none where there is no list."""
    pairs = spot.parent.pairs if isinstance(spot.parent, Mapping) else []
    held = next((value for key, value in pairs if key.text == into), None)
    return [name_of(item) for item in held.items] if isinstance(held, Sequence) else []


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

"""What a file should read as after an edit: the document as lists, edited there as the text is edited elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.document import Item, Scalar, Sequence
from ringfence.text.listing import Addition, arranged, names_in, ordered
from ringfence.text.surgery import token_at
from ringfence.text.yaml import parse

if TYPE_CHECKING:
    from ringfence.domain.edit import Edit
    from ringfence.text.surgery import Spot

# A value as lists: ["v", value], ["s", items], ["m", pairs of key and value]. An alias is the same list once more.
_Raw = list[Any]
_EMPTY: _Raw = ["v", "None"]


def raw(item: Item, met: dict[int, _Raw] | None = None) -> _Raw:
    """Return a value as lists that can be compared and edited; what is shared stays shared."""
    if isinstance(item, Scalar):
        return ["v", repr(item.value)]
    known = {} if met is None else met
    if id(item) not in known:
        made: _Raw = ["s" if isinstance(item, Sequence) else "m", []]
        known[id(item)] = made
        if isinstance(item, Sequence):
            made[1] = [raw(one, known) for one in item.items]
        else:
            made[1] = [[repr(key.value), raw(value, known)] for key, value in item.pairs]
    return known[id(item)]


def repeats(document: _Raw) -> int:
    """Return how many keys stand again in a mapping that has them already."""
    found, met, waiting = 0, set[int](), [document]
    while waiting:
        kind, held = item = waiting.pop()
        if kind == "v" or id(item) in met:
            continue
        met.add(id(item))
        if kind == "m":
            found += len(held) - len({key for key, _ in held})
        waiting += held if kind == "s" else [value for _, value in held]
    return found


def result_of(spot: Spot, edit: Edit) -> Any:
    """Return what an edit puts there: a value as lists, its number in a list too, or the order of one."""
    action = edit.action
    if action == "reorder":
        return ordered(spot.value, edit.names) if isinstance(spot.value, Sequence) else []
    if action == "quote":
        return ["v", repr(spot.value.text)] if isinstance(spot.value, Scalar) else _EMPTY
    if action == "respell":
        return ["v", repr(edit.text)], token_at(spot, edit) is not spot.value
    root = parse(edit.text.encode("utf-8"), "").root
    return list(_EMPTY) if root is None else raw(root)


def expect(wanted: _Raw, step: tuple[int, ...], edit: Edit, result: Any) -> None:
    """Make in the lists what the edit is to make in the text."""
    for number in step[:-1]:
        wanted = wanted[1][number] if wanted[0] == "s" else wanted[1][number][1]
    held, number = wanted[1], step[-1]
    if edit.action in ("remove", "drop"):
        del held[number]
    elif edit.action == "rename":
        held[number][0] = result[1]
    elif edit.action in ("replace", "quote"):
        _put(wanted, number, result)
    elif edit.action == "respell":
        value, is_key = result
        if is_key:
            held[number][0] = value[1]
        else:
            _put(wanted, number, value)
    elif edit.action == "move":
        _move(held, number, edit)
    elif edit.action == "prepend":
        held[number:number] = result[1]
    elif edit.action == "append":
        held[number + 1 : number + 1] = result[1]
    elif edit.action == "reorder":
        items = held[number][1][1]
        items[:] = [items[one] for one in result]


def _put(wanted: _Raw, number: int, value: _Raw) -> None:
    if wanted[0] == "s":
        wanted[1][number] = value
    else:
        wanted[1][number][1] = value


def _move(held: list[Any], number: int, edit: Edit) -> None:
    key, value = held[number]
    pair = [repr(edit.text) if edit.text else key, value]
    sibling = next((place for place, (name, _) in enumerate(held) if name == repr(edit.into)), None)
    if sibling is None:
        held[number] = [repr(edit.into), ["m", [pair]]]
        return
    into = held[sibling][1]
    if into == _EMPTY:
        into[:] = ["m", []]
    into[1].insert(0 if number < sibling else len(into[1]), pair)
    del held[number]


def expect_items(wanted: _Raw, step: tuple[int, ...], spot: Spot, into: str, additions: list[Addition]) -> None:
    """Add in the lists what is to be added in the text."""
    for number in step[:-1]:
        wanted = wanted[1][number] if wanted[0] == "s" else wanted[1][number][1]
    held = wanted[1]
    items = next((value for key, value in held if key == repr(into)), None)
    if items is None:
        items = ["s", []]
        held.append([repr(into), items])
    if items == _EMPTY:
        items[:] = ["s", []]
    old = iter(items[1])
    new = [_value(one.text) for one in additions]
    items[1] = [next(old) if at < 0 else new[at] for at in arranged(names_in(spot, into), additions)]


def _value(text: str) -> _Raw:
    root = parse(text.encode("utf-8"), "").root
    return list(_EMPTY) if root is None else raw(root)

"""Edits of a YAML file that keep every other byte, each proven: the file reads afterwards as it did but for the edit.

The proof compares whole documents, as lists of pairs in order. An edit that would read otherwise, or that cannot be
made in the layout at hand, is refused with its reason, and the others are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.document import Item, Scalar, Sequence
from ringfence.domain.namedtuple import NamedTuple
from ringfence.text import surgery
from ringfence.text.source import Source
from ringfence.text.surgery import Refusal, Spot
from ringfence.text.yaml import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ringfence.domain.edit import Edit

_MARK = "\ufeff"
# A value as lists: ["v", value], ["s", items], ["m", pairs of key and value]. An alias is the same list once more.
_Raw = list[Any]
_Step = tuple[int, ...]
_EMPTY: _Raw = ["v", "None"]


class Refused(NamedTuple):
    """An edit that was not made, and why."""

    edit: Edit
    reason: str


class Edited(NamedTuple):
    """What a file holds after its edits, those that were made, and those that were not."""

    content: bytes
    made: tuple[Edit, ...]
    refused: tuple[Refused, ...]


def apply(content: bytes, path: str, edits: Iterable[Edit]) -> Edited:
    """Make edits of a YAML file from its end to its start; of two at one place the second is refused."""
    root = parse(content, path).root
    spots = _places(root)
    made: list[Edit] = []
    refused: list[Refused] = []
    met: set[tuple[str, _Step]] = set()
    for edit in sorted(set(edits), key=lambda one: (one.place[1:], one), reverse=True):
        target = _TARGETS[edit.action]
        step = spots.get((target, edit.place.line, edit.place.column))
        try:
            if step is None:
                raise Refusal("nothing that can be edited starts there")
            if (target, step) in met:
                raise Refusal("another edit was made there: run this again")
            content = _apply(content, path, step, edit)
        except Refusal as reason:
            refused.append(Refused(edit, str(reason)))
        else:
            met.add((target, step))
            made.append(edit)
    return Edited(content, tuple(reversed(made)), tuple(reversed(refused)))


def _apply(content: bytes, path: str, step: _Step, edit: Edit) -> bytes:
    root = parse(content, path).root
    text = content.decode("utf-8")
    mark = _MARK if text.startswith(_MARK) else ""
    source = Source(text.removeprefix(_MARK))
    spot = None if root is None else _spot(root, step)
    if root is None or spot is None:
        raise Refusal("an edit below it moved it: run this again")
    changes = _ACTIONS[edit.action](source, spot, edit)
    wanted = _raw(root, {})
    _expect(wanted, step, edit, _result(spot, edit))
    edited = source.text
    for span, written in sorted(changes, reverse=True):
        edited = edited[: span.start] + written + edited[span.end :]
    found = (mark + edited).encode("utf-8")
    document = parse(found, path)
    if document.root is None or _raw(document.root, {}) != wanted:
        raise Refusal("the file would read otherwise in more than this")
    return found


_ACTIONS: dict[str, Callable[[Source, Spot, Edit], list[surgery.Change]]] = {
    "rename": surgery.rename,
    "replace": surgery.replace,
    "quote": surgery.quote,
    "remove": surgery.remove,
    "drop": surgery.drop,
    "move": surgery.move,
    "insert": surgery.insert,
    "reorder": surgery.reorder,
}


# What an action is made on: a key, the item of a list, or a value.
_TARGETS = {"drop": "item", "replace": "value", "quote": "value"} | dict.fromkeys(
    ("rename", "remove", "move", "insert", "reorder"), "key"
)


def _places(root: Item | None) -> dict[tuple[str, int, int], _Step]:
    """Return the numbers that lead to every key, item and value, by what it is, line and column."""
    found: dict[tuple[str, int, int], _Step] = {}
    waiting: list[tuple[_Step, Item]] = [] if root is None else [((), root)]
    met: set[int] = set()
    while waiting:
        above, item = waiting.pop()
        if isinstance(item, Scalar) or id(item) in met:
            continue  # an alias: it is edited where its anchor stands, which comes first
        met.add(id(item))
        inner = [(None, one) for one in item.items] if isinstance(item, Sequence) else item.pairs
        for number, (key, value) in enumerate(inner):
            if key is not None:
                found["key", key.place.line, key.place.column] = (*above, number)
            else:
                found.setdefault(("item", value.place.line, value.place.column), (*above, number))
            found.setdefault(("value", value.place.line, value.place.column), (*above, number))
        waiting += [((*above, number), value) for number, (_, value) in reversed(list(enumerate(inner)))]
    return found


def _spot(root: Item, step: _Step) -> Spot | None:
    """Return what the numbers lead to, or None where an edit has moved it."""
    parent, spot = root, None
    for number in step:
        if isinstance(parent, Scalar) or number >= len(parent.items if isinstance(parent, Sequence) else parent.pairs):
            return None
        spot = Spot(parent, number)
        parent = spot.value
    return spot


def _raw(item: Item, met: dict[int, _Raw]) -> _Raw:
    """Return a value as lists that can be compared and edited; what is shared stays shared."""
    if isinstance(item, Scalar):
        return ["v", repr(item.value)]
    if id(item) not in met:
        raw: _Raw = ["s" if isinstance(item, Sequence) else "m", []]
        met[id(item)] = raw
        if isinstance(item, Sequence):
            raw[1] = [_raw(one, met) for one in item.items]
        else:
            raw[1] = [[repr(key.value), _raw(value, met)] for key, value in item.pairs]
    return met[id(item)]


def _result(spot: Spot, edit: Edit) -> Any:
    """Return what an edit puts there: a value as lists, or the new order of a list."""
    if edit.action == "reorder" and isinstance(spot.value, Sequence):
        return surgery.ordered(spot.value, edit.names)
    if edit.action == "quote" and isinstance(spot.value, Scalar):
        return ["v", repr(spot.value.text)]
    root = parse(edit.text.encode("utf-8"), "").root
    return list(_EMPTY) if root is None else _raw(root, {})


def _expect(wanted: _Raw, step: _Step, edit: Edit, result: Any) -> None:
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
    elif edit.action == "move":
        _move(held, number, edit.text)
    elif edit.action == "insert":
        _insert(held, edit.into, result)
    elif edit.action == "reorder":
        items = held[number][1][1]
        items[:] = [items[one] for one in result]


def _put(wanted: _Raw, number: int, value: _Raw) -> None:
    if wanted[0] == "s":
        wanted[1][number] = value
    else:
        wanted[1][number][1] = value


def _move(held: list[Any], number: int, name: str) -> None:
    pair = held[number]
    into = next((value for key, value in held if key == repr(name)), None)
    if into is None:
        held[number] = [repr(name), ["m", [pair]]]
        return
    if into == _EMPTY:
        into[:] = ["m", []]
    into[1].append(pair)
    del held[number]


def _insert(held: list[Any], name: str, item: _Raw) -> None:
    into = next((value for key, value in held if key == repr(name)), None)
    if into is None:
        into = ["s", []]
        held.append([repr(name), into])
    if into == _EMPTY:
        into[:] = ["s", []]
    into[1].append(item)

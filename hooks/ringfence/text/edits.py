"""Edits of a YAML file that keep every other byte, each proven: the file reads afterwards as it did but for the edit.

The proof compares whole documents, as lists of pairs in order. An edit that would read otherwise, or that cannot be
made in the layout at hand, is refused with its reason, and the others are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Scalar, Sequence
from ringfence.domain.namedtuple import NamedTuple
from ringfence.text import listing, moving, surgery
from ringfence.text.listing import Addition
from ringfence.text.proof import expect, expect_items, raw, repeats, result_of
from ringfence.text.source import Source
from ringfence.text.surgery import Refusal, Spot
from ringfence.text.yaml import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ringfence.domain.edit import Edit
    from ringfence.text.surgery import Change

_MARK = "\ufeff"
_Step = tuple[int, ...]


class Refused(NamedTuple):
    """An edit that was not made, and why."""

    edit: Edit
    reason: str


class Edited(NamedTuple):
    """What a file holds after its edits, those that were made, and those that were not."""

    content: bytes
    made: tuple[Edit, ...]
    refused: tuple[Refused, ...]


class _Wanted(NamedTuple):
    """An edit and the numbers that lead to where it is made."""

    edit: Edit
    step: _Step


def apply(content: bytes, path: str, edits: Iterable[Edit]) -> Edited:
    """Make edits of a YAML file: those of tokens, then the others from its end to its start.

    Of two at one place the second is refused; what an edit moved away has to wait for another look at the file.
    """
    file = _File(content, path)
    wanted, refused = _found(edits, _places(file.root))
    made: list[Edit] = []
    for several in _batches(wanted):
        _make(file, several, made, refused)
    made.sort(key=lambda one: one.place[1:])
    return Edited(file.content, tuple(made), tuple(sorted(refused, key=lambda one: one.edit.place[1:])))


def _found(edits: Iterable[Edit], spots: dict[tuple[str, int, int], _Step]) -> tuple[list[_Wanted], list[Refused]]:
    """Return edits with where they are made, from the file's end to its start, and those that are made nowhere."""
    refused: list[Refused] = []
    wanted: list[_Wanted] = []
    met: set[tuple[str, _Step]] = set()
    for edit in sorted(set(edits), key=lambda one: (one.place[1:], one), reverse=True):
        found = next((key for target in _TARGETS[edit.action] if (key := (target, *edit.place[1:3])) in spots), None)
        if found is None:
            refused.append(Refused(edit, "nothing that can be edited starts there"))
            continue
        step = spots[found]
        if edit.action == "drop" and found[0] == "key":
            if step[-1]:
                refused.append(Refused(edit, "it is a key of an item, and not its first"))
                continue
            step = step[:-1]
        if (found[0], step) in met and edit.action not in _ADDING:
            refused.append(Refused(edit, "another edit was made there: run this again"))
        else:
            met.add((found[0], step))
            wanted.append(_Wanted(edit, step))
    return wanted, refused


def _batches(wanted: list[_Wanted]) -> Iterator[list[_Wanted]]:
    """Yield edits that leave each other alone: those of tokens, then always those in collections apart.

    An edit waits for all before it that are made around or inside the collection where it is made.
    """
    tokens = [one for one in wanted if one.edit.action in _TOKENS]
    if tokens:
        yield tokens
    left = [one for one in wanted if one.edit.action not in _TOKENS]
    while left:
        apart: list[_Wanted] = []
        waiting: list[_Wanted] = []
        inside: set[_Step] = set()
        around: set[_Step] = set()
        joined: set[tuple[_Step, str]] = set()
        for one in left:
            parent = one.step[:-1]
            outer = [parent[:length] for length in range(len(parent) + 1)]
            near = parent in around or not inside.isdisjoint(outer)
            if near and one.edit.action == "insert" and (one.step, one.edit.into) in joined:
                apart.append(one)  # into a list that gets others at once
                continue
            (waiting if near else apart).append(one)
            if not near and one.edit.action == "insert":
                joined.add((one.step, one.edit.into))
            inside.add(parent)
            around.update(outer)
        yield apart
        left = waiting


def _make(file: _File, several: list[_Wanted], made: list[Edit], refused: list[Refused]) -> None:
    """Make edits at once; where one of them is refused, each half alone."""
    try:
        file.make(several)
    except Refusal as reason:
        if len(several) == 1:
            refused.append(Refused(several[0].edit, str(reason)))
        else:
            half = len(several) // 2
            _make(file, several[:half], made, refused)
            _make(file, several[half:], made, refused)
    else:
        made += [one.edit for one in several]


class _File:
    """A file between two edits: what it holds and how it reads."""

    def __init__(self, content: bytes, path: str) -> None:
        self.content, self.path = content, path
        self.root = parse(content, path).root

    def make(self, several: list[_Wanted]) -> None:
        """Make edits that leave each other alone. Raises Refusal where one of them cannot be made; then none is."""
        text = self.content.decode("utf-8")
        mark = _MARK if text.startswith(_MARK) else ""
        source = Source(text.removeprefix(_MARK))
        if self.root is None:
            raise Refusal("it is empty now")
        changes: list[Change] = []
        expected = raw(self.root)
        repeated = repeats(expected)
        shared = _shared(self.root) if any(one.edit.action in _SHAPING for one in several) else frozenset()
        inserts: dict[tuple[_Step, str], list[Edit]] = {}
        for edit, step in several:
            spot = self._spot(step)
            if edit.action in _SHAPING:
                _refuse_shared(self.root, step, edit, shared)
            if edit.action == "insert":
                inserts.setdefault((step, edit.into), []).append(edit)
            else:
                changes += _ACTIONS[edit.action](source, spot, edit)
                expect(expected, step, edit, result_of(spot, edit))
        for (step, into), edits in inserts.items():
            spot, additions = self._spot(step), [_addition(edit) for edit in sorted(edits)]
            changes += listing.insert(source, spot, into, additions)
            expect_items(expected, step, spot, into, additions)
        edited = source.text
        for span, written in sorted(changes, reverse=True):
            edited = edited[: span.start] + written + edited[span.end :]
        found = (mark + edited).encode("utf-8")
        document = parse(found, self.path)
        if document.root is None or raw(document.root) != expected:
            raise Refusal("the file would read otherwise in more than this")
        if repeats(expected) > repeated:
            raise Refusal("a key would stand there twice")
        self.content, self.root = found, document.root

    def _spot(self, step: _Step) -> Spot:
        """Return what the numbers lead to. Raises Refusal where an edit has moved it."""
        parent, spot = self.root, None
        for number in step:
            held = parent.items if isinstance(parent, Sequence) else parent.pairs if isinstance(parent, Mapping) else ()
            if number < len(held) and isinstance(parent, Sequence | Mapping):
                spot = Spot(parent, number)
                parent = spot.value
            else:
                spot = None
        if spot is None:
            raise Refusal("an edit below it moved it: run this again")
        return spot


def _addition(edit: Edit) -> Addition:
    root = parse(edit.text.encode("utf-8"), "").root
    return Addition(edit.text, "" if root is None else listing.name_of(root), edit.names)


_ACTIONS: dict[str, Callable[[Source, Spot, Edit], list[Change]]] = {
    "rename": surgery.rename,
    "replace": surgery.replace,
    "respell": surgery.respell,
    "quote": surgery.quote,
    "unanchor": surgery.unanchor,
    "remove": surgery.remove,
    "drop": surgery.drop,
    "move": moving.move,
    "prepend": surgery.prepend,
    "append": surgery.append,
    "reorder": listing.reorder,
}

# What an action is made on: a key, the item of a list, or a value.
_TARGETS: dict[str, tuple[str, ...]] = {
    "drop": ("item", "key"),
    "replace": ("value",),
    "quote": ("value",),
    **dict.fromkeys(("respell", "unanchor"), ("key", "value")),
    **dict.fromkeys(("rename", "remove", "move", "prepend", "append", "insert", "reorder"), ("key",)),
}
# Actions on one token each; actions of which several may be made at one place; actions that reach further.
_TOKENS = frozenset({"rename", "replace", "respell", "quote", "unanchor"})
_ADDING = frozenset({"prepend", "insert"})
_SHAPING = frozenset({"move", "append", "insert", "reorder"})


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


def _shared(root: Item) -> frozenset[int]:
    """Return the collections that stand in more than one place, by an alias or a merge."""
    met: set[int] = set()
    again: set[int] = set()
    waiting: list[Item] = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Scalar):
            continue
        if id(item) in met:
            again.add(id(item))
            continue
        met.add(id(item))
        waiting += item.items if isinstance(item, Sequence) else [value for _, value in item.pairs]
    return frozenset(again)


def _refuse_shared(root: Item, step: _Step, edit: Edit, shared: frozenset[int]) -> None:
    """Raise Refusal where what would be edited stands in other places of the file as well."""
    touched: list[Item] = [root]
    for number in step:
        held = touched[-1]
        if isinstance(held, Sequence | Mapping):
            touched.append(Spot(held, number).value)
    parent = touched[-2]
    if isinstance(parent, Mapping):
        touched += [value for key, value in parent.pairs if key.text == edit.into]
    if shared and any(id(item) in shared for item in touched):
        raise Refusal("an alias names it: it stands in other places too")

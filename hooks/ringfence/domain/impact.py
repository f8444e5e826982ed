"""What rests on a node, or on one of its columns: everything downstream, the way there, and what each makes of it.

Nothing is guessed away: what reads a column's node and cannot be understood is told apart, with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ringfence.domain.lineage import children
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ringfence.domain.fact import Unknown
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project

    # Columns in small letters, by the key of the node that has them.
    Columns: TypeAlias = "Mapping[str, frozenset[str]]"

# Ways to use a column that decide which rows there are, or a value in a way that is not seen: what reads on is touched.
DECIDING = frozenset({"distinct", "expression", "filter", "group", "join", "limit", "set operation", "window"})
# Kinds whose own columns are followed; of everything else it is only known what it rests on.
WITH_COLUMNS = ("model", "snapshot")
_TESTS = ("test", "unit_test")
_SHOWN = 5


class Usage(NamedTuple):
    """What a node makes of columns that it reads: the columns that take their value from them, other uses, doubts.

    `clauses` are words such as `filter` and `join`; `select` is a column that is named and given on to nobody.
    """

    columns: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


NO_USE = Usage()


class Effect(NamedTuple):
    """What a column upstream means for a node.

    `through` names what it reads that is touched: for a model those whose rows the column decides, for what has no
    columns of its own all of them.
    """

    columns: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it is certain that the node uses the column."""
        return bool(self.columns or self.clauses or self.through)


NO_EFFECT = Effect()


class Reached(NamedTuple):
    """A node downstream: how many steps away, by which way, and why it is perhaps not reached at all.

    `path` holds the labels of the shortest way, the node that was asked for first and this one last.
    """

    node: Node
    distance: int
    path: tuple[str, ...]
    doubt: Unknown | None = None
    effect: Effect = NO_EFFECT


class Downstream(NamedTuple):
    """Everything that reads a node, nearest first; `parents` holds by key what each reads of it; tests stand apart."""

    start: Node
    reached: tuple[Reached, ...]
    parents: Mapping[str, frozenset[str]]
    tests: frozenset[str]

    def of_kind(self, *kinds: str) -> list[Reached]:
        """Return what is reached of some kinds."""
        return [one for one in self.reached if one.node.identity.kind in kinds]


def downstream(node: Node, project: Project) -> Downstream:
    """Return what reads a node, in any number of steps; what is reached for certain is reached by certain steps."""
    import heapq

    found: dict[str, Reached] = {}
    parents: dict[str, set[str]] = {}
    tests: set[str] = set()
    # certain ways before those in doubt, then the shorter ones; keys make the order that of no dictionary
    first = Reached(node, 0, (node.identity.label,))
    waiting: list[tuple[bool, int, tuple[str, ...], Reached]] = [(False, 0, (node.key,), first)]
    while waiting:
        *_, keys, here = heapq.heappop(waiting)
        if keys[-1] in found:
            continue
        found[keys[-1]] = here
        for child, doubt in steps_from(here.node, project):
            if child.identity.kind in _TESTS:
                tests.add(child.key)
                continue
            parents.setdefault(child.key, set()).add(here.node.key)
            unsure, steps = (doubt if here.doubt is None else here.doubt), here.distance + 1
            made = Reached(child, steps, (*here.path, child.identity.label), unsure)
            heapq.heappush(waiting, (unsure is not None, steps, (*keys, child.key), made))
    del found[node.key]
    reached = sorted(found.values(), key=lambda one: (one.distance, one.node.key))
    return Downstream(node, tuple(reached), {key: frozenset(held) for key, held in parents.items()}, frozenset(tests))


def steps_from(node: Node, project: Project) -> Iterator[tuple[Node, Unknown | None]]:
    """Yield what reads a node, or names one of its measures or metrics, each with the reason why it is in doubt."""
    yield from children(node, project)
    if node.identity.kind in ("semantic_model", "metric"):
        from ringfence.domain.semantic import resting_on

        yield from ((one, None) for one in resting_on(node, project))


def on_column(found: Downstream, column: str, project: Project) -> Downstream:
    """Return what uses a column of the node, and what perhaps does; whatever is left out does not."""
    following = _Following(found, column, project)
    moved = {found.start.key}
    while moved:
        moved = {one.node.key for one in found.reached if moved & found.parents[one.node.key] and following.moves(one)}
    effects = following.effects
    kept = [one._replace(effect=effects[one.node.key]) for one in found.reached if one.node.key in effects]
    return found._replace(reached=tuple(kept))


class _Following:
    """Follows a column: what is known of each node so far grows until nothing moves any more."""

    def __init__(self, found: Downstream, column: str, project: Project) -> None:
        self.effects: dict[str, Effect] = {}
        self._parents, self._project = found.parents, project
        self._labels = {one.node.key: one.node.identity.label for one in found.reached}
        self._labels[found.start.key] = found.start.identity.label
        self._columns = {found.start.key: frozenset({column.lower()})}
        self._rows: set[str] = set()
        self._doubtful: set[str] = set()

    def moves(self, one: Reached) -> bool:
        """Return whether a node is touched otherwise than before."""
        key = one.node.key
        near = sorted(self._parents[key])
        made = self._used(key, near) if one.node.identity.kind in WITH_COLUMNS else self._resting(near)
        if made == self.effects.get(key, NO_EFFECT):
            return False
        self.effects[key] = made
        self._columns[key] = frozenset(name.lower() for name in made.columns)
        if made.through or DECIDING.intersection(made.clauses):
            self._rows.add(key)
        if made.doubts:
            self._doubtful.add(key)
        return True

    def _used(self, key: str, near: list[str]) -> Effect:
        read = {parent: self._columns[parent] for parent in near if self._columns.get(parent)}
        usage = self._project.usage(key, read) if read else NO_USE
        through = tuple(self._labels[parent] for parent in near if parent in self._rows)
        unsure = [
            f"it cannot be told of {self._labels[parent]}, which it reads"
            for parent in near
            if parent in self._doubtful
        ]
        return Effect(usage.columns, usage.clauses, through, (*usage.doubts, *unsure))

    def _resting(self, near: list[str]) -> Effect:
        touched = [parent for parent in near if self._columns.get(parent) or parent in self.effects]
        return Effect(through=tuple(self._labels[parent] for parent in touched))


def reach(node: Node, project: Project, column: str | None = None) -> str:
    """Return who reads a node, or uses one of its columns, as the end of a sentence; empty where nobody reads it.

    `; 9 models and 2 exposures read this (daily_revenue, fct_refunds directly)`.
    """
    found = downstream(node, project)
    if not found.reached:
        return ""
    if column is not None and found.of_kind(*WITH_COLUMNS):
        return _column_reach(found, on_column(found, column, project))
    direct = sorted(called(one.node) for one in found.reached if one.distance == 1)
    unsure = sum(one.doubt is not None for one in found.reached)
    perhaps = f", {unsure} of them perhaps" if unsure else ""
    verb = "reads" if len(found.reached) == 1 else "read"
    return f"; {counted(found.reached)} {verb} this{perhaps} ({listed(direct)} directly)"


def parted(message: str) -> tuple[str, str]:
    """Return a message without the end that `reach` gave it, and that end."""
    head, mark, tail = message.rpartition("; ")
    is_reach = tail.endswith(" directly)") or " downstream use" in tail or " downstream is known to use it" in tail
    return (head, tail) if mark and is_reach else (message, "")


def _column_reach(found: Downstream, touched: Downstream) -> str:
    models = touched.of_kind(*WITH_COLUMNS)
    using = [one for one in models if one.effect.columns or one.effect.clauses]
    rows = sum(one.effect.is_known for one in models) - len(using)
    readers = f"{counted(found.of_kind(*WITH_COLUMNS))} downstream"
    names = [name for one in using for name in _uses(one)]
    if using:
        told = [f"{len(using)} of {readers} {'uses' if len(using) == 1 else 'use'} it ({listed(names)})"]
    else:
        told = [f"none of {readers} {'is known to use' if models else 'uses'} it"]
    told += [f"{rows} more {'rests' if rows == 1 else 'rest'} on rows that it decides"] if rows else []
    unsure = len(models) - len(using) - rows
    told += [f"of {unsure} it cannot be told"] if unsure else []
    others = [one for one in touched.reached if one.node.identity.kind not in WITH_COLUMNS]
    told += [f"{counted(others)} may show it"] if others else []
    return f"; {', '.join(told)}"


def _uses(one: Reached) -> list[str]:
    """Return how a model uses a column: its own columns that rest on it, else what it does with it."""
    label, effect = one.node.identity.label, one.effect
    return [f"{label}.{name}" for name in effect.columns] or [f"{label}: {', '.join(effect.clauses)}"]


def listed(names: Sequence[str]) -> str:
    """Return the first five of some names, and how many there are beside them."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def called(node: Node) -> str:
    """Return how a list names a node: with its kind where it is not a model."""
    kind, label = node.identity.kind, node.identity.label
    return label if kind == "model" else f"{kind.replace('_', ' ')} {label}"


def counted(reached: Iterable[Reached]) -> str:
    """Return how many there are of each kind: `9 models, 1 snapshot and 2 exposures`; models first, exposures last."""
    numbers: dict[str, int] = {}
    for one in reached:
        numbers[one.node.identity.kind] = numbers.get(one.node.identity.kind, 0) + 1
    kinds = sorted(numbers, key=lambda kind: (kind != "model", kind == "exposure", kind))
    return joined(number_of(numbers[kind], kind.replace("_", " ")) for kind in kinds)


def joined(parts: Iterable[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def number_of(number: int, word: str) -> str:
    """Return `1 model`, `2 models`, `2 saved queries`."""
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"

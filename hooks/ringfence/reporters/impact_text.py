"""What rests on a node or column, for people: what is touched and how, nearest first, owners beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.impact import WITH_COLUMNS, counted, number_of
from ringfence.reporters.clean import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ringfence.domain.impact import Reached


def impact(told: Any) -> str:
    """Return a heading with the numbers, then one line for each node."""
    lines = [f"{told.label}: {_summary(told)}"]
    if told.note:
        lines.append(f"note: {told.note}")
    groups = _groups(told) if told.column is None else _by_effect(told)
    for title, reached, what in groups:
        if reached:
            lines += [
                "",
                title,
                *_table([[one.node.identity.label, *what(one), *_about(one, told)] for one in reached]),
            ]
    if told.column is not None:
        untouched = len(told.everything.of_kind(*WITH_COLUMNS)) - len(told.found.of_kind(*WITH_COLUMNS))
        if untouched:
            lines += ["", f"not touched: {untouched} more downstream, which do not use it"]
    return "\n".join(map(printable, lines))


def _summary(told: Any) -> str:
    found = told.found.reached
    tests = f"; {number_of(told.tests, 'test')} on {'it and them' if found else 'it'}" if told.tests else ""
    if not told.everything.reached:
        return f"nothing reads it{tests}"
    if told.column is None:
        return f"{counted(found)} downstream{tests}"
    return (
        f"{counted(found)} downstream {'is' if len(found) == 1 else 'are'} or may be touched"
        if found
        else "nothing uses it"
    ) + tests


def _groups(told: Any) -> Iterator[tuple[str, list[Reached], Callable[[Reached], list[str]]]]:
    kinds = dict.fromkeys(one.node.identity.kind for one in told.found.reached)
    for kind in sorted(kinds, key=lambda one: (one != "model", one == "exposure", one)):
        number = told.found.of_kind(kind)
        yield number_of(2, kind.replace("_", " "))[2:], number, lambda _: []


def _by_effect(told: Any) -> Iterator[tuple[str, list[Reached], Callable[[Reached], list[str]]]]:
    models = told.found.of_kind(*WITH_COLUMNS)
    value = [one for one in models if one.effect.columns]
    otherwise = [one for one in models if one.effect.is_known and not one.effect.columns]
    unsure = [one for one in models if one.effect.doubts]
    rest = [one for one in told.found.reached if one.node.identity.kind not in WITH_COLUMNS]
    yield "columns that take their value from it", value, lambda one: [", ".join(one.effect.columns), _other(one)]
    yield "models that use it otherwise", otherwise, lambda one: [_other(one)]
    yield "cannot be told", unsure, lambda one: ["; ".join(one.effect.doubts)]
    yield (
        "rest on what is touched, and may show it",
        rest,
        lambda one: [f"{one.node.identity.kind.replace('_', ' ')} on {', '.join(one.effect.through)}"],
    )


def _other(one: Reached) -> str:
    """Return what a model does with a column besides giving it on."""
    parts = [", ".join(one.effect.clauses)] if one.effect.clauses else []
    parts += [f"its rows rest on those of {', '.join(one.effect.through)}"] if one.effect.through else []
    return "; ".join(parts)


def _about(one: Reached, told: Any) -> list[str]:
    kind, url = told.links.get(one.node.key, (None, None))
    way = "direct" if one.distance == 1 else f"through {' > '.join(one.path[1:-1])}"
    perhaps = f"perhaps: {one.doubt.reason}" if one.doubt is not None else ""
    owner = f"owner {told.owners[one.node.key]}" if one.node.key in told.owners else ""
    return [way, "  ".join(part for part in (perhaps, kind or "", owner, url or "") if part)]


def _table(rows: list[list[str]]) -> Iterator[str]:
    """Yield rows with their cells below each other; empty columns are left out."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width]
        yield f"  {'  '.join(cells)}".rstrip()

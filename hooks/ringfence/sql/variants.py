"""What all variants of a query agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.sql.shape import Gap, OutputColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringfence.sql.shape import Output


def agreed(outputs: Sequence[Output], choices: Sequence[str]) -> Output:
    """Return the columns that every variant has at the same place; gaps stand where they differ."""
    made = outputs[0]
    why = f"depends on {', '.join(choices[:3])}" if choices else "variants differ"
    for other in outputs[1:]:
        if other != made:
            made = _both(made, other, why)
    return made


def _both(left: Output, right: Output, why: str) -> Output:
    start = _common(left, right)
    if start == len(left) == len(right):
        return tuple(_one(one, other, why) for one, other in zip(left, right, strict=True))
    end = _common(left[start:][::-1], right[start:][::-1])
    head = tuple(_one(one, other, why) for one, other in zip(left[:start], right[:start], strict=True))
    tail = left[len(left) - end :], right[len(right) - end :]
    return (*head, Gap(why), *(_one(one, other, why) for one, other in zip(*tail, strict=True)))


def _common(left: Output, right: Output) -> int:
    """Return how many columns both start with that have the same known name, or are the same gap."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one == other or (_name(one) is not None and _name(one) == _name(other)):
            count += 1
        else:
            break
    return count


def _name(column: OutputColumn | Gap) -> str | None:
    return column.name if isinstance(column, OutputColumn) else None


def _one(left: OutputColumn | Gap, right: OutputColumn | Gap, why: str) -> OutputColumn | Gap:
    if isinstance(left, Gap) or isinstance(right, Gap) or left == right:
        return left
    kind = left.type if left.type == right.type else None
    nullable = True if True in (left.nullable, right.nullable) else left.nullable and right.nullable
    origins = tuple(sorted({*left.origins, *right.origins}))
    hidden = "" if kind is not None else left.why or right.why or why
    return OutputColumn(left.name, kind, nullable, origins, hidden)

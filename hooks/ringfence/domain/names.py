"""Did you mean: the nearest of some names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORT, _SLIPS = 4, 2
_DIGITS = "0123456789"


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name a typing mistake away from `word`, or None where none is near enough to be meant."""
    import difflib

    lowered = {name.lower(): name for name in names}
    # two swapped letters of a short word weigh more than of a long one
    cutoff = 0.65 if len(word) <= _SHORT else 0.75
    for match in difflib.get_close_matches(word.lower(), lowered, n=3, cutoff=cutoff):
        # long names that share most of their words mean different things all the same
        cut_short = match.startswith(word.lower()) or word.lower().startswith(match)
        if _labelled(word.lower(), match):
            continue
        if cut_short or _slips(word.lower(), match) <= (_SLIPS if max(len(word), len(match)) > _SHORT else 1):
            return lowered[match]
    return None


def _labelled(word: str, name: str) -> bool:
    """Return whether two names differ in a letter of its own or in a number: `group_a` and `group_b` are two things."""
    parts = zip(word.split("_"), name.split("_"), strict=False)
    pairs = [(one, other) for one, other in parts if one != other] if word.count("_") == name.count("_") else []
    alike = ((one, other, one.strip(_DIGITS) == other.strip(_DIGITS)) for one, other in pairs if one and other)
    return any(same or len(one) == len(other) == 1 for one, other, same in alike)


def _slips(word: str, name: str) -> int:
    """Return how many letters are wrong, missing, too many or swapped with their neighbour."""
    before, last = list(range(len(name) + 1)), list[int]()
    for row, letter in enumerate(word, 1):
        this = [row]
        for column, other in enumerate(name, 1):
            best = min(before[column] + 1, this[-1] + 1, before[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == name[column - 2] and word[row - 2] == other:
                best = min(best, last[column - 2] + 1)
            this.append(best)
        last, before = before, this
    return before[-1]


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return `, did you mean X?`, or an empty string."""
    near = nearest(word, names)
    return f", did you mean {near}?" if near else ""

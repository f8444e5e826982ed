"""Did you mean: the nearest of some names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name a typing mistake away from `word`, or None where none is near enough to be meant."""
    import difflib

    lowered = {name.lower(): name for name in names}
    # two swapped letters of a short word weigh more than of a long one
    cutoff = 0.65 if len(word) <= 4 else 0.75
    match = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=cutoff)
    return lowered[match[0]] if match else None


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return `, did you mean X?`, or an empty string."""
    near = nearest(word, names)
    return f", did you mean {near}?" if near else ""

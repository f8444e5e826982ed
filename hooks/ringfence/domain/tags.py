"""The tokens of properties files that are tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Scalar, Sequence
from ringfence.domain.yamlkinds import is_template, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.spots import Spot


def tag_tokens(spots: Iterable[Spot]) -> Iterator[tuple[Spot, Scalar]]:
    """Yield every tag of a file with the mapping it belongs to, each token once."""
    seen: set[int] = set()
    for spot in spots:
        for key, value in spot.pairs:
            for token in tags_under(value) if key.text == "tags" else ():
                if id(token) not in seen:
                    seen.add(id(token))
                    yield spot, token


def tags_under(value: Item) -> Iterator[Scalar]:
    """Yield the tags of a list, or the one tag that stands without a list; templates are none."""
    for item in value.items if isinstance(value, Sequence) else [value]:
        if isinstance(item, Scalar) and kind_of(item) == "text" and not is_template(item):
            yield item

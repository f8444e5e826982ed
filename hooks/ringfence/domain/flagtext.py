"""Calls that ask for a feature flag, in the templates of a YAML file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Scalar, walk
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item

_TAG = r"\{[{%](?:'[^']*'|\"[^\"]*\"|[^'\"])*?[%}]\}"
_CALL = r"(?<![\w.'\"])ringfence\.(flag|variation|rollout|kill)\s*\(\s*(?:'([^'\\]*)'|\"([^\"\\]*)\")?"


class FlagText(NamedTuple):
    """One call: the macro, the flag (None: only a run knows its name), and the place of the value that holds it."""

    call: str
    flag: str | None
    place: Place


def calls_in(root: Item) -> Iterator[FlagText]:
    """Yield the calls in the values of a document, in order of place; comments and plain text hold none."""
    for item in walk(root):
        if isinstance(item, Scalar) and "ringfence." in item.text:
            for tag in re.finditer(_TAG, item.text):
                for call in re.finditer(_CALL, tag[0]):
                    yield FlagText(call[1], call[2] if call[2] is not None else call[3], item.place)

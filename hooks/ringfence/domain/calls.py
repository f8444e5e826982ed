"""References written as text in a properties file: `ref('orders')`, `{{ source('shop', 'orders') }}`."""

from __future__ import annotations

import re

from ringfence.domain.node import Ref, SourceRef

_TEXT = r"""\s*(?:'([^'{}]+)'|"([^"{}]+)")\s*"""
_CALL = re.compile(
    rf"\s*(?:\{{\{{-?)?\s*(ref|source)\s*\({_TEXT}(?:,{_TEXT})?(?:,\s*(?:v|version)\s*=\s*['\"]?([\w.]+)['\"]?\s*)?\)\s*"
    r"(?:-?\}\})?\s*"
)


def target_of(text: str) -> Ref | SourceRef | None:
    """Return what a text reads, where it is one call with literal names and nothing else."""
    found = _CALL.fullmatch(text)
    if found is None:
        return None
    names = [name for name in found.groups()[1:5] if name is not None]
    if found[1] == "source":
        return SourceRef(*names) if len(names) == 2 and found[6] is None else None
    return Ref(names[0] if len(names) == 2 else None, names[-1], found[6])

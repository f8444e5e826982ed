"""One module per kind of change between two projects, each ending in the constant KIND; `index` is generated."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ringfence.domain.change import ChangeKind
    from ringfence.domain.rule import RuleInfo


def load(info: RuleInfo) -> ChangeKind:
    """Return the kind of change that the index speaks of."""
    return cast("ChangeKind", import_module(f"{__name__}.{info.module}").KIND)

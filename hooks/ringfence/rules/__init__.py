"""One module per rule, each ending in the constant RULE; `index` is generated from them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ringfence.domain.rule import Rule, RuleInfo


def load(info: RuleInfo) -> Rule:
    """Return the rule that the index speaks of; its module is imported now and not before."""
    return cast("Rule", import_module(f"{__name__}.{info.module}").RULE)

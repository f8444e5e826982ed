"""Spellings that look like an enforced contract to a reader and are none to dbt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar
from ringfence.domain.names import nearest
from ringfence.domain.propertykeys import PLACES, settings_of

if TYPE_CHECKING:
    from ringfence.domain.document import Item
    from ringfence.domain.spots import Spot

# What people write for `enforced` inside `contract:`, and for `contract: {enforced: true}` around it.
_INSIDE = frozenset({"enable", "enabled", "enforcement", "enforces", "enforcing", "enforce", "is_enforced", "required"})
_AROUND = frozenset(
    {"contracts", "contract_enforced", "enforce", "enforced", "enforce_contract", "enforced_contract", "enforcement"}
)
MODELS = ("model", "version")


def misspelt(spot: Spot, key: Scalar, value: Item) -> bool:
    """Return whether a key that dbt does not know here was written to enforce a contract."""
    if spot.place == "contract":
        return "enforced" not in spot.body.entries() and (
            key.text.lower() in _INSIDE or nearest(key.text, PLACES["contract"].keys) == "enforced"
        )
    if spot.owner not in MODELS or spot.place not in ("config", *MODELS) or spot.body.get("contract") is not None:
        return False
    if key.text.lower() in _AROUND:
        return True
    known = settings_of("model") if spot.place == "config" else PLACES["model"].keys
    return isinstance(value, Scalar | Mapping) and key.text not in known and nearest(key.text, known) == "contract"

"""A permit: leave, merged beforehand, to change locks of some models or what guards them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.settings import CHANGE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Collection

POLICY = "policy"
ANY_MODEL = "*"
CLASSES = (*CHANGE_CLASSES, POLICY)
DAYS = 30  # how long a permit may hold


class Permit(NamedTuple):
    """What is permitted: to which models (`*`: any), changes of which classes, why, by whom, until which day."""

    id: str
    models: tuple[str, ...]
    classes: tuple[str, ...]
    reason: str
    by: str
    created: str
    expires: str
    ticket: str = ""
    path: str = ""

    def refusal(self, label: str | None, change_class: str, today: str, spent: Collection[str]) -> str | None:
        """Return why it does not permit a change of this class to a model (None: to what guards locks), or None."""
        if self.id in spent:
            return f"permit {self.id} is spent"
        if self.created > today:
            return f"permit {self.id} holds from {self.created} on"
        if self.expires < today:
            return f"permit {self.id} expired on {self.expires}"
        if change_class not in self.classes:
            return f"permit {self.id} is for changes that are {', '.join(self.classes)}"
        if label is not None and label not in self.models and ANY_MODEL not in self.models:
            return f"permit {self.id} is for {', '.join(self.models)}"
        return None


class Permits(NamedTuple):
    """The permits that the base has, which of them are spent there, and those that the change adds or takes away."""

    merged: tuple[Permit, ...] = ()
    spent: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def usable(self, label: str | None, change_class: str, today: str) -> list[Permit]:
        """Return the permits that a change may spend, in order of their ids."""
        return [one for one in self.merged if one.refusal(label, change_class, today, self.spent) is None]

    def refusal(self, name: str, label: str, change_class: str, today: str) -> str | None:
        """Return why the permit of this id does not permit a change, or None where it does."""
        found = next((one for one in self.merged if one.id == name), None)
        if found is not None:
            return found.refusal(label, change_class, today, self.spent)
        if name in self.spent:
            return f"permit {name} is spent"
        if name in self.added:
            return f"permit {name} is not merged yet: one that the same change adds permits nothing"
        return f"there is no permit {name}"

    def of_policy(self, today: str) -> tuple[str | None, str]:
        """Return the permit that a change of what guards locks spends, or None and what there is to do.

        Such a change records nothing in a lock: it spends the permit by taking its file away.
        """
        found = self.usable(None, POLICY, today)
        spending = next((one for one in found if one.id in self.removed), None)
        if spending is not None:
            return spending.id, ""
        if found:
            return None, f"spend the permit {found[0].id}: git rm {found[0].path}"
        return None, (
            f'undo it, or, for a permit to be merged first, type: ringfence lock permit "{ANY_MODEL}" --class {POLICY} '
            '--reason "WHY"'
        )

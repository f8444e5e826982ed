"""A rule: a declaration and a pure check."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ringfence.domain.finding import Finding

    Check: TypeAlias = Callable[..., Iterable[Finding]]

# What a rule is asked about, one at a time. The runner owns the loops.
LEVELS = ("node", "entry", "file", "lock", "project", "change", "module")

# What each family of codes is about and which single hook runs it.
FAMILIES = {
    "RF0": ("the tool itself", None),
    "RF1": ("locks", "critical-model-locked"),
    "RF2": ("contracts", "contract-presence"),
    "RF3": ("schema.yml", "schema-yml"),
    "RF4": ("changes between two states", "manifest-diff"),
    "RF6": ("graph", None),
    "RF9": ("the repository", None),
}


class Rule(NamedTuple):
    """One rule. `check` takes a subject of the rule's level and the Project and yields findings.

    `kinds` are the node kinds it applies to, `select` which of them by default (dbt-style); `enabled` is whether it runs
    without being asked for.
    """

    code: str
    name: str
    level: str
    summary: str
    severity: str
    check: Check
    kinds: tuple[str, ...] = ("model",)
    select: str = ""
    needs: str = "sources"
    since: str = "0.1.0"
    fixable: bool = False
    enabled: bool = True


class RuleInfo(NamedTuple):
    """What the generated index says of a rule, so that listing rules imports none of them."""

    code: str
    name: str
    module: str
    level: str
    severity: str
    summary: str
    select: str
    kinds: tuple[str, ...]
    needs: str
    since: str
    fixable: bool
    enabled: bool

    @property
    def family(self) -> str:
        """The first digit's family: RF2 for RF201."""
        return self.code[:3]

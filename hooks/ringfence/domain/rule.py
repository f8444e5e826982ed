"""A rule: a declaration and a pure check."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ringfence.domain.finding import Finding

    Check: TypeAlias = Callable[..., Iterable[Finding]]

# What a rule is asked about, one at a time. The runner owns the loops.
LEVELS = (
    *("node", "entry", "file", "lock", "range", "project", "change", "module", "problem", "ignore", "known"),
    *("flag", "flag-use", "flag-read", "condition"),
)

# What each family of codes is about.
FAMILIES = {
    "RF0": "the tool itself",
    "RF1": "locks",
    "RF2": "contracts",
    "RF3": "schema.yml",
    "RF4": "changes between two states",
    "RF5": "tests and coverage",
    "RF6": "graph, layers, naming",
    "RF7": "SQL",
    "RF8": "flags, vars, configuration",
    "RF9": "repository",
}


class Hook(NamedTuple):
    """A pre-commit hook: what it is called and which rules or families it runs (none named: every enabled rule)."""

    id: str
    name: str
    description: str
    rules: tuple[str, ...]


HOOKS = (
    Hook(
        "ringfence",
        "ringfence: all rules",
        "Runs every enabled rule in one process; use it instead of the single hooks.",
        (),
    ),
    Hook(
        "critical-model-locked",
        "ringfence: critical model locked",
        "Stops changes of a locked model's interface that its lock file does not record.",
        ("RF1",),
    ),
    Hook(
        "contract-presence",
        "ringfence: contract presence",
        "Checks that critical and locked models have an enforced contract with every column typed once.",
        ("RF2", "duplicate-column"),
    ),
    Hook(
        "schema-yml",
        "ringfence: schema.yml linter",
        "Finds what is wrong in properties files and what dbt ignores in them.",
        ("RF3",),
    ),
    Hook(
        "feature-flags",
        "ringfence: feature flags",
        "Checks the registry of feature flags, how flags are used, and which are due to go.",
        ("RF8",),
    ),
    Hook(
        "manifest-diff",
        "ringfence: manifest diff",
        "Compares the project with its base, without a dbt run, and stops breaking changes.",
        ("RF4",),
    ),
)


class Rule(NamedTuple):
    """One rule. `check` takes a subject of the rule's level and the Project and yields findings.

    `kinds` are the node kinds it applies to, `select` which of them by default (dbt-style); `enabled` is whether it
    runs without being asked for.
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

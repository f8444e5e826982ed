"""The things a dbt project is made of, each with its place, its resolved configuration and what it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ringfence.domain import document
    from ringfence.domain.place import Place

# A value as YAML or a config() call gives it: None, bool, int, float, str, list, dict.
Value: TypeAlias = object

# Stands among the names of a node that reads a source which only a run of dbt could name.
ANY_SOURCE = "source(*)"


class Identity(NamedTuple):
    """What makes two nodes of two projects the same node. A source's name is `source.table`."""

    kind: str
    package: str
    name: str
    version: str | None = None

    @property
    def key(self) -> str:
        """The id by which a project is asked for the node, spelled as dbt spells unique ids."""
        suffix = f".v{self.version}" if self.version is not None else ""
        return f"{self.kind}.{self.package}.{self.name}{suffix}"

    @property
    def label(self) -> str:
        """The name a person uses: `fct_orders`, `fct_orders.v2`, `shop.orders` for a source."""
        return self.name if self.version is None else f"{self.name}.v{self.version}"


# What a `ref()` can mean.
READABLE = ("model", "seed", "snapshot")


def readable(key: str, name: str) -> Identity | None:
    """Return the identity with this key where a `ref()` of that name can mean it, else None."""
    kind, package, rest = key.split(".", 2)
    base, _, version = rest.partition(f"{name}.v")
    if kind not in READABLE or (rest != name and (base or not version)):
        return None
    return Identity(kind, package, name, version or None)


class Ref(NamedTuple):
    """One `ref()`: the package where one is named, the model, the version where one is pinned."""

    package: str | None
    name: str
    version: str | None


class SourceRef(NamedTuple):
    """One `source()`."""

    source: str
    table: str


class Constraint(NamedTuple):
    """A constraint of a contract, on a column or (with `columns`) on the model."""

    type: str
    columns: tuple[str, ...]
    expression: str | None
    place: Place


class Config:
    """Resolved configuration. `rest` is the reason why keys that no source names may be set all the same."""

    __slots__ = ("_values", "rest")

    def __init__(self, values: Mapping[str, Fact[Value]], rest: Unknown | None = None) -> None:
        self._values, self.rest = values, rest

    def get(self, key: str, default: Value = None) -> Fact[Value]:
        """Return what `key` resolves to; `default` is known where nothing can set it."""
        fact = self._values.get(key)
        if fact is not None:
            return fact
        return self.rest if self.rest is not None else Known(default)

    def keys(self) -> list[str]:
        """Return the keys that some source names, sorted."""
        return sorted(self._values)


class Test(NamedTuple):
    """A generic test as declared: arguments without `model` and `column_name`, configuration resolved.

    `written` is its mapping in the properties file, None for a test without one and where no such file was read.
    """

    name: str
    namespace: str | None
    column: str | None
    arguments: Mapping[str, Value]
    config: Config
    place: Place
    written: document.Mapping | None = None

    @property
    def label(self) -> str:
        """`unique`, `dbt_utils.equality`."""
        return self.name if self.namespace is None else f"{self.namespace}.{self.name}"


class Column(NamedTuple):
    """A column as declared in a properties file; `data_type` is known to be None where none is written."""

    name: str
    data_type: Fact[str | None]
    description: Fact[str]
    constraints: tuple[Constraint, ...]
    tests: Sequence[Test]
    quote: bool
    place: Place


class Node(NamedTuple):
    """One node of a project.

    `path` is the file that defines it (for a source or exposure: the properties file) and `place` where a finding about
    it points: its name in the properties file, else the first line of `path`. `entry` is that name's place, or None
    where no properties file speaks of it. `fqn` is the path dbt's selectors and config folders see. `refs_at` and
    `sources_at` hold what is read for certain or perhaps, with its place; `produced` is what `outputs` says, or gives
    it; `names` every name that its file mentions in a ref, source or macro call. `hidden` says why its properties
    entry, and so its columns, cannot be seen. `own_tags` are those that its entry or its file writes, and no folder of
    dbt_project.yml (None: not looked for).
    """

    identity: Identity
    path: str
    place: Place
    entry: Place | None
    fqn: tuple[str, ...]
    config: Config
    description: Fact[str]
    columns: Sequence[Column] = ()
    constraints: tuple[Constraint, ...] = ()
    tests: Sequence[Test] = ()
    refs: Fact[frozenset[Ref]] = Known(frozenset())
    sources: Fact[frozenset[SourceRef]] = Known(frozenset())
    macros: Fact[frozenset[str]] = Known(frozenset())
    refs_at: Mapping[Ref, Place] = {}
    sources_at: Mapping[SourceRef, Place] = {}
    produced: Fact[tuple[str, ...]] | Callable[[Node], Fact[tuple[str, ...]]] = Unknown("its columns are not known")
    language: str = "sql"
    latest: bool = True
    names: frozenset[str] = frozenset()
    hidden: Unknown | None = None
    own_tags: Fact[frozenset[str]] | None = None

    @property
    def key(self) -> str:
        """The id by which a project is asked for this node."""
        return self.identity.key

    @property
    def outputs(self) -> Fact[tuple[str, ...]]:
        """The names of the columns that the node produces, in order; worked out when it is asked for."""
        return self.produced if isinstance(self.produced, Known | Unknown) else self.produced(self)

    @property
    def enabled(self) -> Fact[bool]:
        """Whether dbt builds the node at all."""
        return cast("Fact[bool]", self.config.get("enabled", True))

    @property
    def materialized(self) -> Fact[str]:
        """How the node is stored in the warehouse."""
        fallback = {"seed": "seed", "snapshot": "snapshot"}.get(self.identity.kind, "view")
        return cast("Fact[str]", self.config.get("materialized", "table" if self.language == "python" else fallback))

    @property
    def tags(self) -> Fact[frozenset[str]]:
        """Every tag, from all levels."""
        return cast("Fact[frozenset[str]]", self.config.get("tags", frozenset()))

    @property
    def contract(self) -> Fact[bool]:
        """Whether the contract is enforced, with the place that says so."""
        fact = self.config.get("contract")
        if isinstance(fact, Unknown):
            return fact
        value = fact.value
        return Known(isinstance(value, dict) and value.get("enforced") is True, fact.place, fact.tier)

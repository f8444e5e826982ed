"""The lock of a model: the interface it holds fast, and its history."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfence.domain.node import Column, Node, Value
    from ringfence.domain.place import Place
    from ringfence.domain.settings import LockSettings

UNTYPED = "untyped"
# What the history says where a lock was taken and nothing changed.
LOCKED = "locked"

# Setting of an interface -> what an unset one means. A lock holds only what is set or differs from this.
_SETTINGS: dict[str, Value] = {
    "materialized": None,
    "database": None,
    "schema": None,
    "alias": None,
    "unique_key": None,
    "on_schema_change": "ignore",
    "access": "protected",
    "group": None,
}


class Shape(NamedTuple):
    """A column of an interface: its type as written (None: no type) and its constraints, sorted."""

    data_type: str | None
    constraints: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join([self.data_type or UNTYPED, *self.constraints])


class Interface(NamedTuple):
    """What readers of a model rely on. `unknown` names the settings and columns that cannot be known."""

    settings: dict[str, str]
    columns: dict[str, Shape]
    unknown: Mapping[str, Unknown] = MappingProxyType({})


class History(NamedTuple):
    """One recorded change of a lock."""

    date: str
    change_class: str
    what: str
    reason: str
    by: str


class Lock(NamedTuple):
    """A lock file: its place in the tree, what it holds, how it came about. A released lock is a tombstone."""

    label: str
    path: str
    interface: Interface
    history: tuple[History, ...] = ()
    released: bool = False
    places: Mapping[str, Place] = MappingProxyType({})


class LockSubject(NamedTuple):
    """What a lock rule judges: the model, its lock, the lock it had at the base, the team's settings."""

    label: str
    node: Node | None
    lock: Lock | None
    base_lock: Lock | None
    settings: LockSettings
    path: str

    @property
    def held(self) -> tuple[Node, Lock] | None:
        """The model and its lock, where both stand: a disabled model or a released lock does not."""
        if self.node is None or self.lock is None or self.lock.released:
            return None
        enabled = self.node.enabled
        return None if isinstance(enabled, Known) and enabled.value is False else (self.node, self.lock)

    @property
    def kind(self) -> str:
        """Locks are of models."""
        return "model"

    @property
    def name(self) -> str:
        """The model's name, with its version."""
        return self.label

    @property
    def place(self) -> Place | None:
        """Where the model is declared."""
        return self.node.place if self.node is not None else None


def interface_of(node: Node, settings: LockSettings) -> Interface:
    """Return the interface of a model as its sources declare it; what is unknown is left out and named."""
    held: dict[str, str] = {}
    unknown: dict[str, Unknown] = {}
    for field, fact in _facts(node, settings).items():
        if isinstance(fact, Unknown):
            unknown[field] = fact
        elif fact.value is not None:
            held[field] = fact.value
    if node.hidden is not None:
        unknown.update(dict.fromkeys(("columns", "constraints", "expressions"), node.hidden))
    columns: dict[str, Shape] = {}
    for column in node.columns:
        if isinstance(column.data_type, Unknown):
            unknown[f"column {column.name.lower()}"] = column.data_type
        columns[column.name] = _shape(column)
    return Interface(held, columns, unknown)


def protective_tags(node: Node, settings: LockSettings) -> Fact[frozenset[str]]:
    """Return those of the model's tags that lock it or say that it should be locked."""
    tags = node.tags
    if isinstance(tags, Unknown):
        return tags
    return Known(tags.value & {*settings.tags, *settings.require}, tags.place, tags.tier)


def _facts(node: Node, settings: LockSettings) -> dict[str, Fact[str | None]]:
    facts: dict[str, Fact[str | None]] = {}
    contract = node.contract
    facts["contract"] = contract if isinstance(contract, Unknown) else Known("enforced" if contract.value else None)
    for field, default in _SETTINGS.items():
        value = node.materialized if field == "materialized" else node.config.get(field, default)
        if isinstance(value, Unknown):
            # an expression that only a run decides is compared as it is written
            facts[field] = Known(f"expression {value.expression}") if value.expression else value
        else:
            facts[field] = Known(None if value.value == default else _text(value.value))
    tags = protective_tags(node, settings)
    facts["tags"] = tags if isinstance(tags, Unknown) else Known(", ".join(sorted(tags.value)) or None)
    over = [
        f"{item.type}({', '.join(item.columns)})" + (f" {item.expression}" if item.expression else "")
        for item in node.constraints
    ]
    facts["constraints"] = Known("; ".join(sorted(over)) or None)
    expressions = [
        f"{column.name}: {item.type} {' '.join(item.expression.split())}"
        for column in node.columns
        for item in column.constraints
        if item.expression
    ]
    facts["expressions"] = Known("; ".join(expressions) or None)
    return facts


def _shape(column: Column) -> Shape:
    written = column.data_type.value if isinstance(column.data_type, Known) else None
    return Shape(
        " ".join(written.split()) if written else None, tuple(sorted({item.type for item in column.constraints}))
    )


def _text(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

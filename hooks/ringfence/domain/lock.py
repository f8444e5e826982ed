"""The lock of a model: the interface it holds fast, and its history."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ringfence.domain.columnnames import produced, spelled
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ringfence.domain.node import Column, Node, Value
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project
    from ringfence.domain.settings import LockSettings

# The format of lock files that is written and read: raised when a file of it would mean something else.
FORMAT = 1
KEYS = ("version", "model", "guard", "released", "reader", "interface", "logic", "changes")
UNTYPED = "untyped"
UNKNOWN = "unknown"
INFERRED = "inferred"
# Protective tags that only a folder of dbt_project.yml gives: a model that is moved loses them, and nobody sees it.
INHERITED = "inherited_tags"
# Columns that nobody declares: known by these words where what a model produces is not known.
PRODUCED = "produced"
# What the history says where a lock was taken and nothing changed, and before the old name where a model was renamed.
LOCKED = "locked"
RENAMED = "renamed from "
# Raised whenever other columns or types are inferred from the same sources: a lock of another number is held against
# what the base infers, not against what it says.
READER = 1
_OTHERWISE = Unknown("another version of ringfence inferred it")
_SEAL = 12  # hexadecimal digits: an oversight shows; whoever forges one is met by the owners of the lock files

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
    """A column of an interface: its type as written (None: no type) and its constraints, sorted.

    `inferred` says that no file declares it: the model's SQL produces it.
    """

    data_type: str | None
    constraints: tuple[str, ...]
    inferred: bool = False

    def __str__(self) -> str:
        return ", ".join([self.data_type or UNTYPED, *self.constraints])


class Interface(NamedTuple):
    """What readers of a model rely on.

    `unknown` names what cannot be known: settings, `column x` for the type of a column, `produced` for the columns that
    no file declares, `columns` for all of them.
    """

    settings: dict[str, str]
    columns: dict[str, Shape]
    unknown: Mapping[str, Unknown] = MappingProxyType({})


class History(NamedTuple):
    """One recorded change of a lock. `seal` is that of what the lock held afterwards.

    `permit` is the id of a permit that it spends, `approvers` are those whom its class asks for; a change made in an
    emergency has a day on which it `expires`.
    """

    date: str
    change_class: str
    what: str
    reason: str
    by: str
    ticket: str = ""
    permit: str = ""
    approvers: tuple[str, ...] = ()
    expires: str = ""
    seal: str = ""


class Lock(NamedTuple):
    """A lock file: its place in the tree, what it holds, how it came about. A released lock is a tombstone.

    `logic` holds the fingerprint of each part of the model's logic, where that is guarded; `reader` is the number of
    what inferred its columns.
    """

    label: str
    path: str
    interface: Interface
    history: tuple[History, ...] = ()
    released: bool = False
    places: Mapping[str, Place] = MappingProxyType({})
    guard: str = "interface"
    logic: Mapping[str, str] = MappingProxyType({})
    reader: int = READER

    @property
    def seal(self) -> str:
        """The seal of what the lock holds, whatever its file looks like: 12 hexadecimal digits."""
        from hashlib import sha256

        settings, columns, unknown = self.interface
        held = (
            self.label,
            self.guard,
            self.released,
            sorted(settings.items()),
            sorted((name.lower(), str(shape), shape.inferred) for name, shape in columns.items()),
            sorted(unknown),
            sorted(self.logic.items()),
        )
        return sha256(repr(held).encode(errors="surrogatepass")).hexdigest()[:_SEAL]

    @property
    def edited(self) -> bool:
        """Whether what the lock holds is not what its history recorded last."""
        return not self.history or self.history[-1].seal != self.seal

    @property
    def emergency(self) -> History | None:
        """The emergency that nothing settled: a change of which no later one says that it may stand."""
        last = self.history[-1] if self.history else None
        return last if last is not None and last.expires else None

    def sealed(self, entry: History) -> Lock:
        """Return the lock with one more entry in its history, which seals what the lock holds."""
        return self._replace(history=(*self.history, entry._replace(seal=self.seal)))


class LockSubject(NamedTuple):
    """What a lock rule judges: the model, its lock, the lock it had at the base, the team's settings.

    `earlier` is the project as the base has it: None where nothing is compared with a base, or nothing differs.
    """

    label: str
    node: Node | None
    lock: Lock | None
    base_lock: Lock | None
    settings: LockSettings
    path: str
    earlier: Project | None = None

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


def interface_of(node: Node, settings: LockSettings, project: Project) -> Interface:
    """Return the interface of a model as its sources tell it; what is unknown is left out and named.

    An enforced contract declares every column; of other models those count as well that their SQL produces.
    """
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
    if not isinstance(node.contract, Known) or not node.contract.value:
        _add_produced(columns, unknown, node, project)
    return Interface(held, columns, unknown)


def as_read_now(lock: Lock, current: Interface) -> Interface:
    """Return what a model's interface is now, as far as it can be held against its lock.

    What the lock could not know is no change when it comes to be known; what cannot be known now counts as the lock has
    it (`obscured` names it); of a lock that another reader wrote, what is inferred counts as well.
    """
    held = lock.interface
    unknown = {**current.unknown, **{key: reason for key, reason in held.unknown.items() if key != PRODUCED}}
    columns = dict(current.columns)
    at_hand = {name.lower() for name in columns}
    if PRODUCED in held.unknown or lock.reader != READER:
        before = {name.lower() for name in held.columns}
        columns = {name: one for name, one in columns.items() if not one.inferred or name.lower() in before}
    if PRODUCED in current.unknown or lock.reader != READER:
        columns.update((n, one) for n, one in held.columns.items() if one.inferred and n.lower() not in at_hand)
    if lock.reader != READER:
        unknown.update((f"column {name.lower()}", _OTHERWISE) for name, one in columns.items() if one.inferred)
    return Interface(current.settings, columns, unknown)


def obscured(lock: Lock, current: Interface) -> dict[str, Unknown]:
    """Return what a lock holds and the sources no longer tell, with the reasons."""
    held = lock.interface
    known_columns = {f"column {name.lower()}" for name in held.columns} - {*held.unknown}
    found = {}
    for key, reason in current.unknown.items():
        if key in held.unknown or (key.startswith("column ") and key not in known_columns):
            continue
        found[key] = reason
    return found


def guard_of(node: Node, lock: Lock | None, settings: LockSettings, project: Project) -> str:
    """Return what is held fast of a model: what the team says, or more where its lock does. Raises Undecided."""
    asked = settings.guard == "logic" or (settings.logic is not None and settings.logic.matches(node, project))
    return "logic" if asked or (lock is not None and lock.guard == "logic") else "interface"


def renamed_from(lock: Lock) -> Iterator[str]:
    """Yield the names under which a lock was known before."""
    for entry in lock.history:
        for said in entry.what.split("; "):
            if said.startswith(RENAMED):
                yield said.removeprefix(RENAMED)


def _add_produced(columns: dict[str, Shape], unknown: dict[str, Unknown], node: Node, project: Project) -> None:
    """Add the columns that a model's SQL produces, and the types of those that are declared without one."""
    found = produced(node)
    if found is None:
        outputs = node.outputs
        hidden = outputs if isinstance(outputs, Unknown) else Unknown("its materialization or hooks may add columns")
        unknown[PRODUCED] = hidden
    types = project.column_types(node.key)
    declared = {name.lower(): name for name in columns}
    for name in found.names if found is not None else ():
        if name.lower() not in declared:
            columns[spelled(name, node, project.adapter)] = Shape(None, (), inferred=True)
    for name, shape in columns.items():
        key = f"column {name.lower()}"
        if shape.data_type is None and key not in unknown:
            fact = types.get(name.lower(), Unknown("its type is not known"))
            if isinstance(fact, Unknown):
                unknown[key] = fact
            else:
                columns[name] = shape._replace(data_type=fact.value)


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
    if isinstance(tags, Known) and tags.value and node.own_tags is not None:
        own = node.own_tags
        facts[INHERITED] = own if isinstance(own, Unknown) else Known(", ".join(sorted(tags.value - own.value)) or None)
    over = [
        f"{item.type}({', '.join(item.columns)})" + (f" {item.expression}" if item.expression else "")
        for item in node.constraints
    ]
    facts["constraints"] = Known("; ".join(sorted(over)) or None)
    if node.identity.version is not None:
        facts["latest"] = Known("yes" if node.latest else None)
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

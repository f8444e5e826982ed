"""Values of the domain for tests: everything has a default, a test names what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.node import Column, Config, Constraint, Identity, Node, Value
from ringfence.domain.place import Place

if TYPE_CHECKING:
    from ringfence.domain.project import Project

HERE = Place("models/schema.yml", 3, 11, 3, 17)


def config(values: Mapping[str, Value | Fact[Value]] | None = None, rest: Unknown | None = None) -> Config:
    """A resolved configuration; a plain value is known."""
    facts = {
        key: value if isinstance(value, Known | Unknown) else Known(value, HERE)
        for key, value in (values or {}).items()
    }
    return Config(facts, rest)


def column(name: str, data_type: str | Unknown | None = None, *constraints: str) -> Column:
    """A column with its type and the types of its constraints."""
    made = tuple(Constraint(kind, (name,), None, HERE) for kind in constraints)
    written = data_type if isinstance(data_type, Unknown) else Known(data_type, HERE)
    return Column(name, written, Known(""), made, (), quote=False, place=HERE)


def model(
    name: str = "orders",
    *columns: Column,
    kind: str = "model",
    version: str | None = None,
    path: str = "models/marts/orders.sql",
    latest: bool = True,
    settings: Config | None = None,
    constraints: tuple[Constraint, ...] = (),
    language: str = "sql",
) -> Node:
    """A node, by default the model `orders` of the package `shop`."""
    return Node(
        identity=Identity(kind, "shop", name, version),
        path=path,
        place=HERE,
        entry=HERE,
        fqn=("shop", "marts", name),
        config=settings or config(),
        description=Known(""),
        columns=columns,
        constraints=constraints,
        language=language,
        latest=latest,
    )


class Sources:
    """All that rules about locks ask of a project: its name, and the types that SQL gives columns, in small letters."""

    name = "shop"

    def __init__(self, types: Mapping[str, Fact[str]] | None = None, adapter: str | None = None) -> None:
        self.types, self.adapter = types or {}, adapter

    def column_types(self, _key: str) -> Mapping[str, Fact[str]]:
        return self.types


SOURCES = cast("Project", Sources())

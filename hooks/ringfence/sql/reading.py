"""What the variants of one template share, and the choices of one way through it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import nodes

from ringfence.sql import jinja, marker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ringfence.sql.marker import Marked
    from ringfence.sql.openvalues import Jinja, Open
    from ringfence.sql.shape import Relation

MAX_STEPS = 200_000


class TooLarge(Exception):  # noqa: N818  (a way out, always caught here)
    """A template that makes more text or takes more steps than are followed."""


class Refused(Exception):  # noqa: N818
    """A way through the template on which it raises an error of its own: nothing is built."""


class Reading:
    """What the variants of one template share: the callbacks, what was asked of them, the markers.

    `apart` keeps the ways through an open condition apart that come to the same columns.
    """

    def __init__(
        self,
        adapter: str | None,
        macro: Callable[[str], str | None],
        variable: Callable[[str], Jinja],
        *,
        apart: bool = False,
    ) -> None:
        self.adapter, self.apart = adapter, apart
        self._macro, self._variable = macro, variable
        self.markers: list[Marked] = []
        self._numbers: dict[Marked, int] = {}
        self.macros: dict[str, nodes.Macro | None] = {}
        self.variables: dict[str, Jinja] = {}
        self.env_vars: dict[str, None] = {}
        self.relations: dict[Relation, None] = {}
        self.written: dict[str, Jinja] = {}  # what macros made of arguments that cannot change
        self.hidden: dict[tuple[str, int], None] = {}
        self.incremental = False
        self.steps = 0

    def step(self) -> None:
        """Count one step of work. Raises TooLarge."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise TooLarge

    def mark(self, made: Marked) -> str:
        """Return the marker of what is made; equal things have one."""
        number = self._numbers.get(made)
        if number is None:
            number = self._numbers[made] = len(self.markers)
            self.markers.append(made)
        return marker.name(number)

    def macro(self, name: str) -> nodes.Macro | None:
        """Return the definition of a macro, by `name` or `package.name`; None where no source holds it."""
        if name not in self.macros:
            source = self._macro(name)
            self.macros[name] = None if source is None else _definition(source, name.rpartition(".")[2])
        return self.macros[name]

    def variable(self, name: str) -> Jinja:
        """Return what `vars:` gives a name, UNDEFINED where it gives none."""
        if name not in self.variables:
            self.variables[name] = self._variable(name)
        return self.variables[name]

    def upstream(self, relation: Relation) -> Relation:
        """Return the relation, remembered as read."""
        self.relations[relation] = None
        return relation


@lru_cache(maxsize=1024)
def _definition(source: str, name: str) -> nodes.Macro | None:
    try:
        template = jinja.parse(source)
    except jinja.JinjaError:
        return None
    return next((made for made in template.find_all(nodes.Macro) if made.name == name), None)


class Run:
    """One way through a template: the choices that are given, then those that it makes."""

    def __init__(self, reading: Reading, given: Sequence[bool]) -> None:
        self.reading, self.given = reading, given
        self.taken: list[bool] = []
        self.asked: list[str] = []
        self.decided: dict[str, bool] = {}
        self.written: dict[str, Jinja] = {}  # what macros made of arguments that cannot change
        self.hidden: dict[int, tuple[object, Open]] = {}  # by identity: lists that a loop may have changed

    def hide(self, values: list[Jinja], why: Open) -> None:
        """Remember lists and dicts as not known from here on, by whatever name they are met."""
        self.hidden.update((id(value), (value, why)) for value in values)

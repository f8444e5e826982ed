"""Columns, constraints and generic tests of one entry of a properties file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Scalar, Sequence, mappings_of, plain, text_of
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.generictest import CONFIG_KEYS, NOT_ARGUMENTS
from ringfence.domain.node import Column, Constraint, Test, Value
from ringfence.readers.static.layers import Layer, mapping_layer, merge
from ringfence.readers.static.values import fact_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Sequence as TypedSequence

    from ringfence.sql.terms import Term, Var

_RESERVED = NOT_ARGUMENTS | {"column_name"}


class Reader:
    """Reads the parts of entries in one context.

    `variables` is `var()`, `defaults` gives the layers that a test of some name and namespace starts from, `later`
    what is made when somebody looks into it, `tags` are what every test gets.
    """

    def __init__(
        self,
        variables: Callable[[Var], Term],
        defaults: Callable[[str, str | None], list[Layer]],
        later: Callable[[Callable[[], tuple[Test, ...]]], TypedSequence[Test]],
        tags: tuple[str, ...] = (),
    ) -> None:
        self._variables, self._defaults, self._later, self._tags = variables, defaults, later, tags

    def columns(self, body: Mapping) -> tuple[Column, ...]:
        """Return the columns under `columns:`; of one written twice the later counts, in the earlier one's place.

        The tests of both count.
        """
        found: dict[str, Column] = {}
        for item in mappings_of(body.get("columns")):
            column = self.column(item)
            if column is not None:
                earlier = found.get(column.name)
                if earlier is not None:
                    column = column._replace(tests=(*earlier.tests, *column.tests))
                found[column.name] = column
        return tuple(found.values())

    def column(self, body: Mapping) -> Column | None:
        """Return one column, or None where it has no name."""
        name = body.get("name")
        if not isinstance(name, Scalar) or name.value is None:
            return None
        data_type = body.get("data_type")
        quote = body.get("quote")
        rendered = fact_of(name, self._variables)
        column = str(rendered.value) if isinstance(rendered, Known) else name.text
        written: Fact[str | None] = Known(None, name.place)
        if data_type is not None:
            fact = fact_of(data_type, self._variables)
            written = fact if isinstance(fact, Unknown) else Known(_text(fact.value), data_type.place)
        return Column(  # in the order of its fields: that is made three times as fast, and every column of a run is
            column,
            written,
            description(body),
            constraints(body, (column,)),
            self._later(lambda: tuple(self.tests(body, column))) if _is_tested(body) else (),
            isinstance(quote, Scalar) and quote.value is True,
            name.place,
        )

    def tests(self, body: Mapping, column: str | None = None) -> Iterator[Test]:
        """Yield the generic tests under `data_tests:` or `tests:`; those of a column get its tags."""
        tags = [*self._tags, *(_tags(body) if column is not None else [])]
        for key in ("data_tests", "tests"):
            item = body.get(key)
            if isinstance(item, Sequence):
                for entry in item.items:
                    test = self._test(entry, column, tags)
                    if test is not None:
                        yield test

    def _test(self, entry: Item, column: str | None, tags: list[str]) -> Test | None:
        if isinstance(entry, Scalar):
            return self._made(entry.text, entry, None, column, tags) if isinstance(entry.value, str) else None
        if not isinstance(entry, Mapping):
            return None
        named = entry.get("test_name")
        if named is not None:
            return self._made(text_of(named) or "", named, entry, column, tags)
        if len(entry.entries()) != 1:
            return None
        key, body = next(iter(entry.entries().values()))
        return self._made(key.text, key, body if isinstance(body, Mapping) else None, column, tags)

    def _made(self, label: str, at: Item, body: Mapping | None, column: str | None, tags: list[str]) -> Test:
        namespace, _, name = label.rpartition(".")
        arguments: dict[str, Value] = {}
        layers = self._defaults(name, namespace or None)
        layers += [Layer({"tags": Known(list(tags))})] if tags else []
        if body is not None:
            given = {key: value for key, (_, value) in body.entries().items()}
            nested = given.get("arguments")
            arguments = {key: plain(value) for key, value in given.items() if key not in _RESERVED}
            if isinstance(nested, Mapping):
                arguments.update((key, plain(value)) for key, (_, value) in nested.entries().items())
            own = {key: fact_of(given[key], self._variables) for key in CONFIG_KEYS if key in given}
            layers = [*layers, Layer(own), mapping_layer(given.get("config"), self._variables)]
        return Test(name, namespace or None, column, arguments, merge(layers), at.place, body)


def _is_tested(body: Mapping) -> bool:
    return body.get("data_tests") is not None or body.get("tests") is not None


def description(body: Mapping) -> Fact[str]:
    """Return the description as written; `{{ doc() }}` stays an expression."""
    item = body.get("description")
    if isinstance(item, Scalar):
        return Known("" if item.value is None else item.text, item.place)
    return Known("", body.place)


def constraints(body: Mapping, columns: tuple[str, ...]) -> tuple[Constraint, ...]:
    """Return the constraints written under `constraints:`."""
    found = []
    for item in mappings_of(body.get("constraints")):
        named = plain(item.get("columns"))
        over = tuple(str(name) for name in named) if isinstance(named, list) else columns
        kind = item.get("type")
        place = kind.place if kind is not None else item.place
        found.append(Constraint(text_of(kind) or "", over, text_of(item.get("expression")), place))
    return tuple(found)


def _tags(body: Mapping) -> list[str]:
    """Return the tags of a column, which reach its tests (those under `config:` only from dbt 1.9 or so on)."""
    config = body.get("config")
    found: list[str] = []
    for item in (body.get("tags"), config.get("tags") if isinstance(config, Mapping) else None):
        value = plain(item)
        found += [str(tag) for tag in value] if isinstance(value, list) else [] if value is None else [str(value)]
    return found


def _text(value: Value) -> str | None:
    return None if value is None else str(value)

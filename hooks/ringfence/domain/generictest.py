"""Generic tests: what defines one, which dbt brings along, and what in a test's mapping is an argument of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from ringfence.domain.document import Item, Scalar
    from ringfence.domain.node import Test

# Keys of a test's mapping that configure it, among its arguments too (dbt's TestBuilder.CONFIG_ARGS, dbt 1.8 to 1.11:
# https://docs.getdbt.com/reference/data-test-configs).
CONFIG_KEYS = (
    "severity",
    "tags",
    "enabled",
    "where",
    "limit",
    "warn_if",
    "error_if",
    "fail_calc",
    "store_failures",
    "store_failures_as",
    "meta",
    "database",
    "schema",
    "alias",
)
# What the mapping says beside arguments and settings: dbt takes these away before it calls the test.
NOT_ARGUMENTS = frozenset({*CONFIG_KEYS, "config", "name", "description", "arguments", "test_name"})


# TestBuilder.TEST_NAME_PATTERN of dbt 1.8 to 1.11
_NAME = re.compile(r"(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*)", re.ASCII)


class GenericTest(NamedTuple):
    """The definition of a generic test: its package and parameters; `required` are those without a default.

    `open` is whether it takes arguments that it does not name.
    """

    package: str
    name: str
    parameters: tuple[str, ...]
    required: frozenset[str]
    open: bool = False


def _built_in(name: str, *required: str, optional: tuple[str, ...] = ()) -> GenericTest:
    needed = ("model", "column_name", *required)
    return GenericTest("dbt", name, (*needed, *optional), frozenset(needed))


# https://github.com/dbt-labs/dbt-adapters: dbt/include/global_project/tests/generic/builtin.sql, dbt 1.8 to 1.11.
BUILT_IN = {
    test.name: test
    for test in (
        _built_in("unique"),
        _built_in("not_null"),
        _built_in("accepted_values", "values", optional=("quote",)),
        _built_in("relationships", "to", "field"),
    )
}


def reference_of(test: Test) -> tuple[str, str | None]:
    """Return name and namespace as dbt reads them: it takes what matches at the beginning, of `not-null` only `not`."""
    found = _NAME.match(test.label)
    return (test.name, test.namespace) if found is None else (found[2], found[1])


def arguments_of(test: Test) -> dict[str, tuple[Scalar, Item]]:
    """Return the arguments of a test as written, name -> (key, value): loose ones, then those under `arguments:`.

    Settings are no arguments, wherever they stand. Empty for a test that has none, or was not read from its file.
    """
    if test.written is None:
        return {}
    found = dict(test.written.entries())
    nested = test.written.get("arguments")
    if isinstance(nested, Mapping):
        found.update(nested.entries())
    return {name: pair for name, pair in found.items() if name not in NOT_ARGUMENTS}


def settings_of(test: Test) -> dict[str, tuple[Scalar, Item]]:
    """Return what configures a test where it is written, key -> (key, value): beside its arguments or in `config:`."""
    if test.written is None:
        return {}
    found = {name: pair for name, pair in test.written.entries().items() if name in CONFIG_KEYS}
    config = test.written.get("config")
    if isinstance(config, Mapping):
        found.update(config.entries())
    return found

"""One test written twice: dbt gives both the same name and stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import plain, text_of
from ringfence.domain.edit import Edit
from ringfence.domain.fact import Known
from ringfence.domain.finding import Finding
from ringfence.domain.generictest import arguments_of
from ringfence.domain.pairs import tests_of
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node, Test
    from ringfence.domain.project import Project


def check(node: Node, _project: Project) -> Iterator[Finding]:
    """Report every test that was there before with the same arguments; settings do not set it apart, a `name:` does."""
    quoted = frozenset(column.name for column in node.columns if column.quote)
    seen: dict[str, Test] = {}
    for test in tests_of(node):
        enabled = test.config.get("enabled", True)
        if not isinstance(enabled, Known) or enabled.value is False:
            continue
        first = seen.setdefault(_identity(test, quoted), test)
        if first is not test:
            yield Finding(
                f"{named(node, test.column)} has the test {test.label} twice, first at line {first.place.line}: "
                "dbt gives both one name and stops",
                test.place,
                subject_of(node, test.column),
                "remove one of them, or give this one a name:",
                new=_identity(test, quoted),
                edits=(Edit("drop", test.place),) if _same(first, test) else (),
            )


def _same(first: Test, again: Test) -> bool:
    """Return whether two tests are written alike, settings included, below the same column; its name stands first."""
    if first.column != again.column or (again.written is not None and again.written.get("test_name") is not None):
        return False
    return plain(first.written) == plain(again.written)


def _identity(test: Test, quoted: frozenset[str]) -> str:
    """Return what dbt makes a test's unique id of: its name or label, and its arguments as text."""
    arguments = {name: _text(plain(value)) for name, (_, value) in arguments_of(test).items()}
    if test.column is not None:
        column = f'"{test.column}"' if test.column in quoted else test.column
        arguments = {"column_name": column, **arguments}
    own = text_of(test.written.get("name")) if test.written is not None else None
    return repr((own, test.namespace, test.name, sorted(arguments.items())))


def _text(value: object) -> str:
    """Return what is hashed of a value: `1` and `"1"` are the same, the order of a list counts, of a mapping not.

    https://github.com/dbt-labs/dbt-core/blob/1.11.latest/core/dbt/parser/schema_generic_tests.py: get_hashable_md
    """
    if isinstance(value, dict):
        return repr({key: _text(value[key]) for key in sorted(value)})
    if isinstance(value, list):
        return repr([_text(item) for item in value])
    return str(value)


RULE = Rule(
    code="RF336",
    name="duplicate-test",
    level="node",
    summary="The same test is written twice, and dbt stops over their common name",
    severity="error",
    fixable=True,
    kinds=("model", "seed", "snapshot", "source"),
    check=check,
)

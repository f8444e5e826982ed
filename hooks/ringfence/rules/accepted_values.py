"""Values that a test compares in vain: none at all, twice the same, or of another type than the column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.datatypes import kind_of
from ringfence.domain.document import Scalar, Sequence
from ringfence.domain.edit import Edit
from ringfence.domain.fact import Known
from ringfence.domain.finding import Finding
from ringfence.domain.generictest import arguments_of, reference_of
from ringfence.domain.pairs import runs, tests_of
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.node import Node, Test
    from ringfence.domain.project import Project

# Both write every value into one list of the SQL, in quotes unless told otherwise.
_TESTS = frozenset({("accepted_values", None), ("accepted_values", "dbt"), ("not_accepted_values", "dbt_utils")})
# Warehouses that compare no text with a number: the query fails, whatever the data are.
_STRICT = frozenset({"bigquery", "trino", "athena"})
_ONE_OF_THEM = "remove one of them"
_NAME = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_WORDS = frozenset(
    {"true", "false", "null", "current_date", "current_timestamp", "current_time", "localtime", "localtimestamp"}
)


def check(node: Node, project: Project) -> Iterator[Finding]:
    """Report lists of values that are empty, hold a value twice, or cannot be compared with the column."""
    types = {column.name: column.data_type.value for column in node.columns if isinstance(column.data_type, Known)}
    for test in tests_of(node):
        reference = reference_of(test)
        definition = project.generic_test(*reference) if runs(test) and reference in _TESTS else None
        if definition is None or (isinstance(definition, Known) and _replaced(definition.value, project)):
            continue
        values = arguments_of(test).get("values")
        if values is not None:
            kind = kind_of(types.get(test.column)) if test.column is not None else None
            for item, problem, fix in _problems(*values, kind, project.adapter, quoted=_quoted(test)):
                found = _finding(node, test, item, problem, fix)
                yield found._replace(edits=(Edit("drop", item.place),)) if fix == _ONE_OF_THEM else found


def _replaced(definition: object, project: Project) -> bool:
    """Return whether the project defines a test of this name itself, which may do anything with its values."""
    return getattr(definition, "package", None) == project.name


def _quoted(test: Test) -> bool | None:
    """Return whether values are written in quotes; None where only dbt can tell."""
    quote = arguments_of(test).get("quote")
    if quote is None:
        return True
    item = quote[1]
    if not isinstance(item, Scalar) or "{" in item.text:
        return None
    return bool(item.value)


def _problems(
    key: Scalar,
    values: Item,
    kind: str | None,
    adapter: str | None,
    *,
    quoted: bool | None,
) -> Iterator[tuple[Item, str, str]]:
    if isinstance(values, Scalar):
        if isinstance(values.value, str) and "{" not in values.text and len(values.text) > 1:
            yield values, "are one text, and dbt goes through its letters", f"write a list: [{values.text}]"
        return
    if not isinstance(values, Sequence):
        return
    if not values.items:
        yield key, "are none, so every row fails or the SQL is broken", "list the values, or remove the test"
    scalars = [item for item in values.items if isinstance(item, Scalar) and "{{" not in item.text]
    seen: dict[str, Scalar] = {}
    for item in scalars:
        first = seen.setdefault(_written(item), item)
        if first is not item:
            yield item, f"hold {_written(item)} twice, first at line {first.place.line}", _ONE_OF_THEM
        elif quoted is not None:
            problem = _in_quotes(item, kind, adapter) if quoted else _bare(item, kind, adapter)
            if problem is not None:
                yield item, *problem


def _written(item: Scalar) -> str:
    """Return how Jinja writes a value."""
    return item.text if isinstance(item.value, str) else str(item.value)


def _in_quotes(item: Scalar, kind: str | None, adapter: str | None) -> tuple[str, str] | None:
    text = _written(item)
    if item.value is None:
        return "hold null, which is compared as the text 'None'", "remove it; rows without a value pass anyway"
    if "'" in re.sub(r"''|\\'", "", text):
        return (
            f"hold {text}, whose quote ends the text in the SQL",
            f"double the quote: {text.replace(chr(39), chr(39) * 2)}",
        )
    if isinstance(item.value, bool) and item.text.lower() in ("true", "false") and kind == "text":
        return f"hold {item.text}, which is compared as the text '{text}'", f'write "{item.text}" in quotes'
    if kind == "number" and not _NUMBER.fullmatch(text):
        return f"hold {text}, and the column is a number", "correct the value, or the column's data_type"
    if kind == "number" and adapter in _STRICT:
        return f"hold {text}, which is compared as text with a number: {adapter} refuses that", "add quote: false"
    return None


def _bare(item: Scalar, kind: str | None, adapter: str | None) -> tuple[str, str] | None:
    text = _written(item)
    if item.value is None:
        return "hold null, which is written as None into the SQL", "remove it; rows without a value pass anyway"
    if isinstance(item.value, str) and _NAME.fullmatch(text) and text.lower() not in _WORDS:
        return f"hold {text}, which stands without quotes in the SQL, as a column would", "remove quote: false"
    if kind == "text" and adapter in _STRICT | {"postgres"} and _NUMBER.fullmatch(text):
        return (
            f"hold {text}, a number, and the column is text: {adapter} refuses to compare them",
            "remove quote: false",
        )
    return None


def _finding(node: Node, test: Test, at: Item, problem: str, fix: str) -> Finding:
    subject = subject_of(node, test.column)
    keyed = subject._replace(key=f"{subject.key}#{test.label}")
    message = f"{named(node, test.column)}: values of test {test.label} {problem}"
    return Finding(message, at.place, keyed, fix, new=problem)


RULE = Rule(
    code="RF334",
    name="accepted-values",
    level="node",
    summary="The values of an accepted_values test are none, doubled, or of another type than the column",
    severity="warning",
    fixable=True,
    kinds=("model", "seed", "snapshot", "source"),
    check=check,
)

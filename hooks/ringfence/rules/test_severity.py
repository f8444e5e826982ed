"""Settings of a test that dbt refuses, or that make SQL which no warehouse reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, Scalar, plain
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.generictest import CONFIG_KEYS, settings_of
from ringfence.domain.names import nearest
from ringfence.domain.pairs import runs, tests_of
from ringfence.domain.rule import Rule
from ringfence.domain.runner import named, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node, Test
    from ringfence.domain.project import Project

# dbt's TestConfig, 1.8 to 1.11: https://docs.getdbt.com/reference/data-test-configs
_SEVERITIES, _STORES = ("warn", "error"), ("ephemeral", "table", "view")
_CHOICES = {"severity": _SEVERITIES, "store_failures_as": _STORES}
_SWITCHES = ("store_failures", "enabled")
# Words that may stand right behind a number in SQL, so that a condition may start with them.
_AFTER_A_NUMBER = frozenset(
    {"and", "between", "div", "ilike", "in", "is", "like", "mod", "not", "or", "similar", "xor"}
)
_STARTS_WRONG = re.compile(r"\d|=[<>]|![^=]|([a-z_]\w*)", re.IGNORECASE)
_ENDS_WRONG = re.compile(r"[=<>!+*/%-]$")
_TEXTS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")


def check(node: Node, _project: Project) -> Iterator[Finding]:
    """Report severity, conditions, where, limit and ways to store that dbt refuses or the warehouse cannot read."""
    for test in tests_of(node):
        if not runs(test):
            continue
        for key, (_, value) in settings_of(test).items():
            if isinstance(value, Scalar) and (problem := _problem(key, value)) is not None:
                yield _finding(node, test, key, value, *problem)._replace(edits=_edits(key, value))
        yield from _twice(node, test)


def _problem(key: str, value: Scalar) -> tuple[str, str] | None:
    """Return what is wrong with a setting and what to do, or None."""
    if value.value is None or "{{" in value.text or "{%" in value.text:
        return None
    if key in ("where", "fail_calc", "warn_if", "error_if") and not isinstance(value.value, str):
        return (
            f"is {value.text}, and dbt stops unless it is text",
            f'write "{value.text}" in quotes, as a condition in SQL',
        )
    judge = {
        "severity": _severity,
        "store_failures_as": _stored,
        "store_failures": _switch,
        "enabled": _switch,
        "limit": _limit,
        "where": _where,
        "warn_if": _condition,
        "error_if": _condition,
    }.get(key)
    return None if judge is None else judge(value)


def _severity(value: Scalar) -> tuple[str, str] | None:
    return None if value.text.lower() in _SEVERITIES else _choice(value, _SEVERITIES)


def _stored(value: Scalar) -> tuple[str, str] | None:
    return None if value.text in _STORES else _choice(value, _STORES)


def _edits(key: str, value: Scalar) -> tuple[Edit, ...]:
    """Return what mends a setting that dbt stops at, or (unsafe) a condition with a word or a mark too much."""
    near = _near(value.text, _CHOICES[key]) if key in _CHOICES else None
    if near is not None:
        return (Edit("respell", value.place, near, value.text),)
    if key in _SWITCHES and value.text.lower() in ("true", "false"):
        return (Edit("replace", value.place, value.text.lower()),)
    if key == "where" and isinstance(value.value, str):
        bare = re.sub(r"^\s*where\s+|\s*;\s*$", "", value.text, flags=re.IGNORECASE)
        if bare != value.text and _where(Scalar(bare, bare, False, "", value.span)) is None:
            return (Edit("respell", value.place, bare, value.text, safe=False),)
    return ()


def _near(text: str, choices: tuple[str, ...]) -> str | None:
    return nearest(text, choices) or next((one for one in choices if text.lower().startswith(one)), None)


def _choice(value: Scalar, choices: tuple[str, ...]) -> tuple[str, str]:
    near = _near(value.text, choices)
    meant = f", did you mean {near}?" if near else ""
    known_ones = f"{', '.join(choices[:-1])} and {choices[-1]}"
    return (
        f"is {value.text or 'empty'}, and dbt knows {known_ones} only{meant}",
        f"write {near or ' or '.join(choices)}",
    )


def _switch(value: Scalar) -> tuple[str, str] | None:
    if isinstance(value.value, bool):
        return None
    return f"is {value.text}, which is no boolean: dbt stops", "write true or false, without quotes"


def _limit(value: Scalar) -> tuple[str, str] | None:
    number = value.value
    if isinstance(number, int | float):
        right = number >= 0  # dbt takes true for 1
    else:
        right = re.fullmatch(r"\s*\+?\d+(\.\d+)?\s*", value.text) is not None
    return None if right else (f"is {value.text}, which is no number of rows", "write a whole number")


def _where(value: Scalar) -> tuple[str, str] | None:
    text = _TEXTS.sub("''", value.text).strip()
    first = re.match(r"(where|and|or)\b", text, re.IGNORECASE)
    if first is not None:
        return f"starts with {first[0]}: dbt writes where itself", f"leave out {first[0]}"
    if "\\" in value.text:
        return None  # some warehouses escape quotes with it: where a text ends is not certain
    if text.endswith(";"):
        return "ends with a semicolon, and stands inside a query", "leave out the semicolon"
    if "--" in text.splitlines()[-1] if text else False:
        return "ends with a comment, which hides the rest of the query", "write the comment in YAML, behind a #"
    if text.count("(") != text.count(")"):
        return "has brackets that do not match", "write as many ( as )"
    return None


def _condition(value: Scalar) -> tuple[str, str] | None:
    text = value.text.strip()
    found = _STARTS_WRONG.match(text)
    wrong = found is not None and (found[1] or "").lower() not in _AFTER_A_NUMBER
    if not wrong and not _ENDS_WRONG.search(text):
        return None
    return (
        f"is {text}, and dbt writes it behind the number of failures: no comparison",
        'write a comparison, such as ">10"',
    )


def _twice(node: Node, test: Test) -> Iterator[Finding]:
    """Yield a setting that is written beside `config:` and in it as well."""
    config = test.written.get("config") if test.written is not None else None
    if test.written is None or not isinstance(config, Mapping):
        return
    for key in CONFIG_KEYS:
        beside = test.written.get(key)
        inside = config.key(key)
        if inside is not None and isinstance(beside, Scalar) and beside.value:
            problem = "is written in config: and beside it, and dbt stops"
            found = _finding(node, test, key, inside, problem, "keep the one in config:")
            same = plain(config.get(key)) == beside.value
            yield found._replace(edits=(Edit("remove", test.written.entries()[key][0].place),) if same else ())


def _finding(node: Node, test: Test, key: str, at: Item, problem: str, fix: str) -> Finding:
    subject = subject_of(node, test.column)
    message = f"{named(node, test.column)}: {key} of test {test.label} {problem}"
    keyed = subject._replace(key=f"{subject.key}#{test.label}.{key}")
    return Finding(message, at.place, keyed, fix, new=at.text if isinstance(at, Scalar) else "")


RULE = Rule(
    code="RF337",
    name="test-severity",
    level="node",
    summary="A test's severity, where, error_if, limit or the like is one that dbt refuses or that breaks its SQL",
    severity="error",
    fixable=True,
    kinds=("model", "seed", "snapshot", "source"),
    check=check,
)

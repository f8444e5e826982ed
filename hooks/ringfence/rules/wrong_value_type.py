"""A value of a kind that dbt does not read under its key: the parse stops, often far from the line that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar, Sequence
from ringfence.domain.finding import Finding
from ringfence.domain.names import did_you_mean
from ringfence.domain.propertykeys import TESTED, TESTS
from ringfence.domain.propertytypes import WORDS, items_of, kinds_of
from ringfence.domain.rule import Rule
from ringfence.domain.yamlkinds import is_template, kind_of, kinds, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot

# What YAML makes of a text that nobody quoted: rule yaml-trap speaks of these.
_TRAPS = frozenset({"date", "flag", "number"})


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report values, items of lists and tests of a kind that dbt does not read, once for each place in the file."""
    seen = set()
    for spot in file.spots:
        for key, value in spot.pairs if spot.place != "test" else ():
            for finding in _pair(spot, key, value):
                if finding.place not in seen:
                    seen.add(finding.place)
                    yield finding


def _pair(spot: Spot, key: Scalar, value: Item) -> Iterator[Finding]:
    wanted = kinds_of(spot.place, spot.owner, key.text)
    if is_template(value) or (key.text in TESTS and isinstance(value, Mapping)):
        return  # a mapping of tests is another rule's
    if wanted is not None and not _fits(value, wanted):
        stops = f"{key.text} of {spot.called} is {said(value)}: dbt stops at it, and reads {kinds(wanted)} only"
        yield _finding(spot, key, value, stops, _fix(key.text, value, wanted))
    elif isinstance(value, Sequence) and (wanted is not None or key.text in TESTS):
        yield from _items(spot, key, value)
    elif isinstance(value, Scalar) and kind_of(value) == "text":
        yield from _word(spot, key, value)


def _fits(value: Item, wanted: tuple[str, ...]) -> bool:
    kind = kind_of(value)
    return kind in wanted or (kind in _TRAPS and "text" in wanted)


def _items(spot: Spot, key: Scalar, value: Sequence) -> Iterator[Finding]:
    wanted = items_of(spot.place, key.text)
    for item in value.items if wanted is not None else ():
        if wanted is not None and not is_template(item) and not _fits(item, wanted):
            stops = (
                f"an item of {key.text} of {spot.called} is {said(item)}: dbt stops at it, and reads {kinds(wanted)}"
            )
            yield _finding(spot, key, item, stops, f"write {kinds(wanted)}, or remove the item")
        elif key.text in TESTS and spot.place in TESTED and isinstance(item, Mapping):
            yield from _test(spot, key, item)


def _test(spot: Spot, key: Scalar, item: Mapping) -> Iterator[Finding]:
    """Report a test whose arguments stand beside its name and not below it, or are no mapping."""
    entries = item.entries()
    if "test_name" in entries or not entries:
        return
    name, (_, body) = next(iter(entries.items()))
    if len(entries) > 1:
        others = ", ".join(list(entries)[1:])
        stops = f"the test {name} of {spot.called} is a mapping of {len(entries)} keys: dbt stops at it, and reads one"
        yield _finding(spot, key, list(entries.values())[1][0], stops, f"indent {others} below {name}:")
    elif not isinstance(body, Mapping):
        stops = f"the arguments of test {name} of {spot.called} are {said(body)}: dbt stops at it, and reads a mapping"
        fix = f"write - {name}, without the colon" if kind_of(body) == "nothing" else f"write a mapping below {name}:"
        yield _finding(spot, key, body, stops, fix)


def _word(spot: Spot, key: Scalar, value: Scalar) -> Iterator[Finding]:
    words = WORDS.get((spot.place, key.text))
    if words is None or value.text in words or (spot.place == "config" and spot.owner not in ("model", "version")):
        return
    near = did_you_mean(value.text, words)
    stops = (
        f"{key.text} of {spot.called} is {value.text}{near or ':'} dbt stops at it, and reads {', '.join(words)} only"
    )
    yield _finding(spot, key, value, stops, f"write one of {', '.join(words)}")


def _finding(spot: Spot, key: Scalar, at: Item, stops: str, fix: str) -> Finding:
    return Finding(stops, at.place, spot.about(key.text), fix, new=said(at))


def _fix(key: str, value: Item, wanted: tuple[str, ...]) -> str:
    if kind_of(value) == "nothing":
        return f"remove {key}:, or write {kinds(wanted)}"
    if wanted[0] == "flag":
        return f"write {key}: true or {key}: false, without quotes"
    if wanted[0] == "list" and isinstance(value, Scalar):
        return f"write {key}: [{value.text}]"
    return f"write {kinds(wanted)}"


RULE = Rule(
    code="RF311",
    name="wrong-value-type",
    level="file",
    summary="A value is of a kind that dbt does not read under its key",
    severity="error",
    check=check,
)

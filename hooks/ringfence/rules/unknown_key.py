"""A key that dbt does not know: most are typing mistakes, and what stands below them never takes effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.configkeys import ADAPTERS, SETTINGS
from ringfence.domain.contractkeys import misspelt
from ringfence.domain.document import Item, Mapping, Sequence
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.ignoredkeys import ignored
from ringfence.domain.names import nearest
from ringfence.domain.propertykeys import KEEPS, PLACES, STOPS, TESTS, settings_of
from ringfence.domain.rule import Rule
from ringfence.domain.yamlkinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Scalar
    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot

# Keys that nobody would add for a purpose of his own: where they are not known, the indentation is wrong.
_LISTS = frozenset({"columns", "models", "tables", "versions"})


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report unknown keys of the file and of everything below it, with the key that was probably meant."""
    for spot in file.spots:
        if spot.place == "test":
            continue  # its keys are the arguments of a macro
        for key, value in spot.pairs:
            if _strange(spot, key, value):
                yield from _finding(spot, key, value)


def _strange(spot: Spot, key: Scalar, value: Item) -> bool:
    """Return whether nobody knows the key here, and no other rule speaks of it."""
    known = SETTINGS if spot.place == "config" else PLACES[spot.place].keys
    if kind_of(key) != "text" or "{{" in key.text or (key.text in TESTS and isinstance(value, Mapping)):
        return False  # rules yaml-trap, jinja-unrendered and data-tests-mapping speak of these
    return not (key.text in known or misspelt(spot, key, value) or ignored(spot, key.text))


def _finding(spot: Spot, key: Scalar, value: Item) -> Iterator[Finding]:
    place = PLACES[spot.place]
    own = settings_of(spot.owner) if spot.place == "config" else place.keys
    near = _near(spot, key.text, own)
    inside = ""
    if near is None and "config" in own:
        near = _near(spot, key.text, settings_of(spot.place))
        inside = " under config:" if near else ""
    if near is None and _left_alone(spot, key.text, value):
        return
    meant = f", did you mean {near}{inside}?" if near else ":"
    fix = f"rename it to {near}" + (" and move it under config:" if inside else "") if near else _elsewhere(own)
    yield Finding(
        f"{key.text} is not a key that dbt knows in {spot.called}{meant} dbt {_does(place.beyond)}",
        key.place,
        spot.about(key.text),
        fix,
        new=key.text,
        edits=(_edit(key, near, place.beyond, inside=bool(inside)),) if near else (),
    )


def _edit(key: Scalar, near: str, beyond: str, *, inside: bool) -> Edit:
    if inside:
        return Edit("move", key.place, near, "config", safe=False)
    return Edit("rename", key.place, near, safe=_changes_nothing(near, beyond))


def _changes_nothing(near: str, beyond: str) -> bool:
    """Return whether dbt does nothing else after the renaming: it stops today, or documents more."""
    return beyond == STOPS or near == "description"


def _near(spot: Spot, key: str, names: frozenset[str]) -> str | None:
    misplaced = key in _LISTS or (spot.place == "config" and nearest(key, SETTINGS) in ADAPTERS)
    if misplaced or key.startswith("+"):
        return None
    return nearest(key, (name for name in sorted(names) if spot.body.get(name) is None))


def _does(beyond: str) -> str:
    return {STOPS: "stops at it", KEEPS: "makes nothing of it"}.get(beyond, "ignores it")


def _elsewhere(own: frozenset[str]) -> str:
    if "meta" in own:
        return "remove it, or move it under meta:"
    return "remove it, or move it under config:, below meta:" if "config" in own else "remove it"


def _left_alone(spot: Spot, key: str, value: Item) -> bool:
    """Return whether a key that resembles none may be somebody's own: settings, or anchors for the rest of a file."""
    if spot.place == "file":
        return isinstance(value, Mapping | Sequence)
    return PLACES[spot.place].beyond == KEEPS and key not in _LISTS


RULE = Rule(
    code="RF304",
    name="unknown-key",
    level="file",
    summary="A properties file holds a key that dbt does not know where it stands",
    severity="error",
    fixable=True,
    check=check,
)

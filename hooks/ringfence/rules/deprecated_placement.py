"""A key where dbt still reads it and says that it will not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.deprecations import LONG_SINCE, MOVED, OF_TEST, SINCE, SINCE_DATA_TESTS
from ringfence.domain.document import Sequence
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.propertykeys import TESTED
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Scalar
    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot


def check(file: PropertiesFile, project: Project) -> Iterator[Finding]:
    """Report deprecated placements; none where the project lets in a dbt that does not know the new ones."""
    oldest = project.oldest_dbt
    for spot in file.spots:
        if oldest is None or oldest >= SINCE_DATA_TESTS:
            yield from _tests(spot, named=oldest is not None)
        if oldest is None or oldest >= SINCE:
            yield from _moved(spot, named=oldest is not None)


def _tests(spot: Spot, *, named: bool) -> Iterator[Finding]:
    """Report `tests:`. Where no version is named, an older dbt might run, and find no tests under the new name."""
    if spot.place in TESTED and "data_tests" not in spot.body.entries():
        for key, value in spot.pairs:
            if key.text == "tests" and isinstance(value, Sequence):
                edit = Edit("rename", key.place, "data_tests", safe=named)
                said = f"tests of {spot.called} is called data_tests now"
                yield _finding(spot, key, said, "rename it to data_tests", (edit,), SINCE_DATA_TESTS)


def _moved(spot: Spot, *, named: bool) -> Iterator[Finding]:
    for key, _ in spot.pairs if spot.place in MOVED else ():
        if key.text in MOVED[spot.place]:
            long_since = spot.place == "test" or key.text in LONG_SINCE.get(spot.place, ())
            edits = (Edit("move", key.place, into="config"),) if named or long_since else ()
            said = f"{key.text} of {spot.called} belongs under config:"
            yield _finding(spot, key, said, "move it under config:", edits)
        elif key.text == "overrides" and spot.place == "source":
            said = f"overrides of {spot.called} will go: a source is changed in its own package"
            yield _finding(spot, key, said, "disable the package's source, and declare it here under another name")
    if spot.place == "test":
        yield from _arguments(spot, named=named)


def _arguments(spot: Spot, *, named: bool) -> Iterator[Finding]:
    """Report the first argument of a test that stands beside its settings; one move mends all of them."""
    if "arguments" in spot.body.entries():
        return
    loose = [key for key, _ in spot.pairs if key.text not in OF_TEST]
    if loose:
        names = ", ".join(key.text for key in loose)
        said = f"{names} of {spot.called} {'belongs' if len(loose) == 1 else 'belong'} under arguments:"
        edits = tuple(Edit("move", key.place, into="arguments") for key in loose) if named else ()
        yield _finding(spot, loose[0], said, f"move {names} under arguments:", edits)


def _finding(
    spot: Spot,
    key: Scalar,
    said: str,
    fix: str,
    edits: tuple[Edit, ...] = (),
    since: tuple[int, int] = SINCE,
) -> Finding:
    version = ".".join(map(str, since))
    about = spot.about(key.text)
    return Finding(f"{said} (from dbt {version} on)", key.place, about, fix, new=key.text, edits=edits)


RULE = Rule(
    code="RF316",
    name="deprecated-placement",
    level="file",
    summary="A key stands where dbt deprecates it",
    severity="info",
    fixable=True,
    enabled=False,
    check=check,
)

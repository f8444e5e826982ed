"""A key where dbt still reads it and says that it will not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.deprecations import MOVED, OF_TEST, SINCE
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Scalar
    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot

_VERSION = ".".join(map(str, SINCE))


def check(file: PropertiesFile, project: Project) -> Iterator[Finding]:
    """Report deprecated placements; none where the project lets in a dbt that does not know the new ones."""
    if project.oldest_dbt is not None and project.oldest_dbt < SINCE:
        return
    for spot in file.spots:
        for key, _ in spot.pairs if spot.place in MOVED else ():
            if key.text in MOVED[spot.place]:
                yield _finding(spot, key, f"{key.text} of {spot.called} belongs under config:", "move it under config:")
            elif key.text == "overrides" and spot.place == "source":
                said = f"overrides of {spot.called} will go: a source is changed in its own package"
                yield _finding(spot, key, said, "disable the package's source, and declare it here under another name")
        if spot.place == "test":
            yield from _arguments(spot)


def _arguments(spot: Spot) -> Iterator[Finding]:
    """Report the first argument of a test that stands beside its settings; one move mends all of them."""
    if "arguments" in spot.body.entries():
        return
    loose = [key for key, _ in spot.pairs if key.text not in OF_TEST]
    if loose:
        names = ", ".join(key.text for key in loose)
        said = f"{names} of {spot.called} {'belongs' if len(loose) == 1 else 'belong'} under arguments:"
        yield _finding(spot, loose[0], said, f"move {names} under arguments:")


def _finding(spot: Spot, key: Scalar, said: str, fix: str) -> Finding:
    return Finding(f"{said} (from dbt {_VERSION} on)", key.place, spot.about(key.text), fix, new=key.text)


RULE = Rule(
    code="RF316",
    name="deprecated-placement",
    level="file",
    summary="A key stands where dbt deprecates it",
    severity="info",
    enabled=False,
    check=check,
)

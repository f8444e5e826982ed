"""A key that dbt knows, where it silently ignores it: the file says one thing and the warehouse does another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.contractkeys import misspelt
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.ignoredkeys import ignored
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Scalar
    from ringfence.domain.ignoredkeys import Ignored
    from ringfence.domain.project import Project, PropertiesFile


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report every key that dbt reads elsewhere and ignores here, and where it would read it."""
    for spot in file.spots:
        for key, value in spot.pairs if spot.place not in ("file", "test") else ():
            found = ignored(spot, key.text)
            if found is not None and not misspelt(spot, key, value):
                yield Finding(
                    f"dbt ignores {key.text} in {spot.called}: {found.why}",
                    key.place,
                    spot.about(key.text),
                    found.fix,
                    new=key.text,
                    edits=_edits(key, found),
                )


def _edits(key: Scalar, found: Ignored) -> tuple[Edit, ...]:
    """Return what brings a key to where dbt reads it: from then on it takes effect."""
    if found.under_config:
        return (Edit("move", key.place, found.name, "config", safe=False),)
    return (Edit("rename", key.place, found.name, safe=False),) if found.name else ()


RULE = Rule(
    code="RF310",
    name="ignored-key",
    level="file",
    summary="A key stands where dbt silently ignores it",
    severity="error",
    fixable=True,
    check=check,
)

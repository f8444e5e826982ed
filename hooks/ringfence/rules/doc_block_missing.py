"""A description that names a docs block which nobody wrote: dbt stops, in the whole project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.document import Scalar
from ringfence.domain.fact import known
from ringfence.domain.finding import Finding
from ringfence.domain.names import did_you_mean
from ringfence.domain.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot

# Where dbt renders the description; others it copies as they are (rule jinja-unrendered).
_RENDERED = frozenset(
    {"model", "seed", "snapshot", "analysis", "version", "column", "analysis_column", "source", "table", "macro"}
    | {"argument", "exposure", "test", "data_test"}
)
_EXPRESSION = r"(?s)\{\{(.*?)\}\}"
_CALL = r"""\bdoc\(\s*(['"])([^'"]*)\1\s*(?:,\s*(['"])([^'"]*)\3\s*)?\)"""
_BUILT_IN = frozenset({"__overview__"})


def check(file: PropertiesFile, project: Project) -> Iterator[Finding]:
    """Report each description with a `doc()` that nothing answers to, once for each place in the file."""
    seen = set()
    for spot in file.spots:
        for key, value in spot.pairs if spot.place in _RENDERED else ():
            if key.text != "description" or not isinstance(value, Scalar) or "doc(" not in value.text:
                continue
            if value.place not in seen:
                seen.add(value.place)
                yield from _description(spot, value, project)


def _description(spot: Spot, value: Scalar, project: Project) -> Iterator[Finding]:
    for package, name in _calls(value.text):
        if name in _BUILT_IN:
            continue
        blocks, rest = project.docs(package)
        if name not in blocks:
            if rest is not None:
                known(rest)  # undecided
            at = f" of package {package}" if package else ""
            near = did_you_mean(name, sorted(blocks))
            meant = near.removeprefix(", did you mean ").rstrip("?")
            yield Finding(
                f"description of {spot.called} names docs block {name}{at}, and there is none{near or ':'} dbt stops",
                value.place,
                spot.about(f"description.{name}"),
                f"write {meant}" if near else f"write the block in a .md file: {{% docs {name} %}} ... {{% enddocs %}}",
                new=name,
            )


def _calls(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield package and name of each `doc()` whose arguments are written out."""
    if "{% raw" in text or "{%- raw" in text:
        return
    for expression in re.findall(_EXPRESSION, re.sub(r"(?s)\{#.*?#\}", "", text)):
        for _, first, _, second in re.findall(_CALL, expression):
            yield (first, second) if second else (None, first)


RULE = Rule(
    code="RF315",
    name="doc-block-missing",
    level="file",
    summary="A description names a docs block that does not exist",
    severity="error",
    check=check,
)

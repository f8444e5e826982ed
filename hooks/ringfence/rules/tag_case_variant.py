"""A tag that another file writes in other letter case: dbt tells the two apart, and selects half of what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.tags import tag_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ringfence.domain.project import Project, PropertiesFile


def check(file: PropertiesFile, project: Project) -> Iterator[Finding]:
    """Report each tag that more files of the project, or of equally many the first, spell in another letter case."""
    asked: dict[str, Mapping[str, Sequence[str]]] = {}
    for spot, token in tag_tokens(file.spots):
        folded = token.text.casefold()
        if folded not in asked:
            asked[folded] = project.tags(token.text)
        spellings = asked[folded]
        usual = _usual(spellings)
        if usual not in ("", token.text):
            yield Finding(
                f"tag {token.text} of {spot.called} is written {usual} in {spellings[usual][0]}: dbt tells them apart",
                token.place,
                spot.about(f"tags.{token.text}"),
                f"write {usual}",
                old=usual,
                new=f"{token.text} as spelt here",
                edits=(Edit("respell", token.place, usual, token.text, safe=False),),
            )


def _usual(spellings: Mapping[str, Sequence[str]]) -> str:
    return min(spellings, key=lambda one: (-len(spellings[one]), not one.islower(), one), default="")


RULE = Rule(
    code="RF322",
    name="tag-case-variant",
    level="file",
    summary="A tag is written in another letter case than elsewhere",
    severity="warning",
    fixable=True,
    check=check,
)

"""A description that describes nothing: TODO, tbd, the word description, or the name once more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.configkeys import words
from ringfence.domain.document import Scalar
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.yamlkinds import is_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot

# What a description says when it says nothing, letters and digits only.
_WORDS = words(
    "todo tbd tba fixme xxx na none null desc description nodescription adddescription missingdescription "
    "emptydescription placeholder tobedocumented tobedefined tobedone todocument todescribe undocumented "
    "descriptionhere modeldescription columndescription tabledescription sourcedescription unknown loremipsum"
)
# What is put off, with or without a word on what.
_LATER = r"(?i)\W*(?:todo|fixme|tbd)\b(?!\s*(?:list|item|app|task)s?\b)"


def check(file: PropertiesFile, _project: Project, min_length: int = 0) -> Iterator[Finding]:
    """Report each description that is a placeholder or shorter than asked for, once for each place in the file."""
    seen = set()
    for spot in file.spots:
        for key, value in spot.pairs:
            if key.text == "description" and isinstance(value, Scalar) and value.place not in seen:
                reason = _reason(spot, value, min_length)
                if reason is not None:
                    seen.add(value.place)
                    yield Finding(
                        f"description of {spot.called} {reason}",
                        value.place,
                        spot.about("description"),
                        "write what it is and where it comes from, or remove the description",
                        new=" ".join(value.text.split())[:80],
                    )


def _reason(spot: Spot, value: Scalar, min_length: int) -> str | None:
    text = value.text.strip()
    if not text or is_template(value):
        return None
    if re.match(_LATER, text) or _bare(text) in _WORDS or not _bare(text):
        return f"is a placeholder: {' '.join(text.split())[:40]}"
    if _bare(text) == _bare(spot.name):
        return "is its name once more"
    short = len(text) < min_length
    return f"is too short: {len(text)} characters, and {min_length} are asked for" if short else None


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


RULE = Rule(
    code="RF321",
    name="description-placeholder",
    level="file",
    summary="A description says nothing",
    severity="warning",
    enabled=False,
    check=check,
)

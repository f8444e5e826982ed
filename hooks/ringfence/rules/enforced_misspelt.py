"""What looks like an enforced contract and is none: dbt builds the model without comparing a single column."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from ringfence.domain.contractkeys import MODELS, misspelt
from ringfence.domain.document import Mapping, Scalar
from ringfence.domain.edit import Edit
from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.yamlkinds import is_template, kind_of, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot

_WHOLE = "contract: {enforced: true}"


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report keys that were meant to enforce a contract, and values of `enforced` and `contract` that do not."""
    for spot in file.spots:
        if spot.owner in MODELS:
            for key, value in spot.pairs:
                yield from _pair(spot, key, value)


def _pair(spot: Spot, key: Scalar, value: Item) -> Iterator[Finding]:
    if misspelt(spot, key, value):
        meant = "enforced" if spot.place == "contract" else _WHOLE
        fix = "rename it to enforced" if spot.place == "contract" else f"write {_WHOLE} under config:"
        told = f"{key.text} in {spot.called} enforces nothing: dbt reads {meant} only"
        yield _finding(spot, key, key, told, fix, _meant(spot, key, value))
    elif spot.place == "contract" and key.text == "enforced" and not _is_switch(value):
        stops = f"enforced in {spot.called} is {said(value)}: dbt stops at it, and enforces with true only"
        edit = Edit("replace", value.place, value.text.lower()) if _says_switch(value) else None
        yield _finding(spot, key, value, stops, "write enforced: true, without quotes", edit)
    elif spot.place in ("config", *MODELS) and key.text == "contract" and not _is_mapping(value):
        stops = f"contract in {spot.called} is {said(value)}: dbt stops at it, and reads a mapping only"
        edit = Edit("replace", value.place, f"{{enforced: {str(value.value).lower()}}}") if _is_flag(value) else None
        yield _finding(spot, key, value, stops, f"write {_WHOLE}", edit)


def _meant(spot: Spot, key: Scalar, value: Item) -> Edit | None:
    """Return what makes of a key the one that was meant: the contract is enforced from then on."""
    if spot.place == "contract":
        return Edit("rename", key.place, "enforced", safe=False)
    if _is_flag(value):
        return Edit("move", key.place, "enforced", "contract", safe=False)
    holds = isinstance(value, Mapping) and value.get("enforced") is not None
    return Edit("rename", key.place, "contract", safe=False) if holds else None


def _finding(spot: Spot, key: Scalar, at: Item, message: str, fix: str, edit: Edit | None) -> Finding:
    edits = () if edit is None else (edit,)
    return Finding(message, at.place, spot.about(key.text), fix, old="enforced: true", new=key.text, edits=edits)


def _is_flag(value: Item) -> TypeGuard[Scalar]:
    return kind_of(value) == "flag"


def _says_switch(value: Item) -> TypeGuard[Scalar]:
    return isinstance(value, Scalar) and value.text.lower() in ("true", "false")


def _is_switch(value: Item) -> bool:
    return _is_flag(value) or is_template(value)


def _is_mapping(value: Item) -> bool:
    return isinstance(value, Mapping) or is_template(value)


RULE = Rule(
    code="RF312",
    name="enforced-misspelt",
    level="file",
    summary="What looks like an enforced contract is none",
    severity="error",
    fixable=True,
    check=check,
)

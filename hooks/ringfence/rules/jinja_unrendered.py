"""A template where dbt renders none, or knows nothing of what it names: braces end up in the catalog, or dbt stops."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.configkeys import words
from ringfence.domain.document import Mapping, Scalar, Sequence, walk
from ringfence.domain.finding import Finding
from ringfence.domain.propertykeys import TESTED, TESTS
from ringfence.domain.rule import Rule
from ringfence.domain.yamlkinds import is_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.project import Project, PropertiesFile
    from ringfence.domain.spots import Spot

# What a template of a properties file may name (dbt/context/base.py, configured.py; Jinja's own globals); besides
# these, descriptions know doc().
_KNOWN = words(
    "builtins context cycler dbt_version dict diff_of_two_dicts doc env_var exceptions false flags fromjson fromyaml "
    "invocation_id joiner lipsum local_md5 log metadata_vars modules namespace none not print project_name range "
    "return run_started_at set set_strict target thread_id tojson toyaml true validate var zip zip_strict"
)
_CALL = r"\{\{-?\s*([A-Za-z_]\w*)((?:\.\w+)*)\s*\("
_THIS = r"\{\{[^}]*\bthis\b"
# Keys that dbt renders later, with more at hand, or hands to somebody else; and hooks as dbt_project.yml spells them,
# which it renders at once.
_LATER = frozenset({*TESTS, "pre_hook", "post_hook", "loaded_at_query", "filter", "where", "rows", "fixture"})
_HOOKS = {"pre-hook": "pre_hook", "post-hook": "post_hook"}
# Keys that hold the text of a call.
_CALLS = frozenset({"depends_on", "input", "model", "relation", "to"})


def check(file: PropertiesFile, _project: Project) -> Iterator[Finding]:
    """Report templates in keys, in names of tests, in descriptions that dbt copies, and with names it does not know."""
    seen = set()
    for spot in file.spots:
        for finding in _spot(spot):
            if finding.place not in seen:
                seen.add(finding.place)
                yield finding


def _spot(spot: Spot) -> Iterator[Finding]:
    of_test = spot.owner == "test"
    for key, value in spot.pairs:
        if is_template(key) and spot.place != "test":
            yield _key(spot, key)
        if of_test:
            yield from _of_test(spot, key, value)
        elif key.text in TESTS and spot.place in TESTED:
            yield from _tests(spot, key, value)
        elif key.text == "description" and spot.place in ("group", "unit_test") and is_template(value):
            said = f"description of {spot.called} is a template: dbt copies it as it is written"
            yield _finding(spot, key, value, said, "write the text itself")
        elif key.text not in _LATER:
            yield from _values(spot, key, value)


def _key(spot: Spot, key: Scalar) -> Finding:
    said = f"the key {key.text} in {spot.called} is a template: dbt renders values only, and takes the key as it is"
    return _finding(spot, key, key, said, "write the key itself")


def _of_test(spot: Spot, key: Scalar, value: Item) -> Iterator[Finding]:
    if spot.place == "test" and key.text == "name" and is_template(value):
        said = f"name of {spot.called} is a template: dbt does not render the names of tests"
        yield _finding(spot, key, value, said, "write the name itself")
    if spot.place == "config" and key.text == "tags" and isinstance(value, Sequence):
        for item in filter(is_template, value.items):
            said = f"an item of tags of {spot.called} is a template: dbt does not render the lists of a test's settings"
            yield _finding(spot, key, item, said, "write the tag itself")


def _tests(spot: Spot, key: Scalar, value: Item) -> Iterator[Finding]:
    for item in value.items if isinstance(value, Sequence) else ():
        name = item
        if isinstance(item, Mapping) and len(item.pairs) == 1:
            name = item.pairs[0][0]
        if is_template(name):
            said = f"a test of {spot.called} is named by a template: dbt stops at it"
            yield _finding(spot, key, name, said, "write the name of the test itself")


def _values(spot: Spot, key: Scalar, value: Item) -> Iterator[Finding]:
    if key.text == "meta":
        items = list(walk(value))
        for item in items:
            if isinstance(item, Mapping):
                yield from (_key(spot, inner) for inner, _ in item.pairs if is_template(inner))
    else:
        items = [value, *(value.items if isinstance(value, Sequence) else ())]
    for item in items:
        # a statement may set names or hold braces back: only plain expressions are judged
        if isinstance(item, Scalar) and "{{" in item.text and "{%" not in item.text:
            yield from _names(spot, key, item)


def _names(spot: Spot, key: Scalar, value: Scalar) -> Iterator[Finding]:
    """Report a template that calls what dbt does not know in properties files."""
    text = re.sub(r"(?s)\{#.*?#\}", "", value.text)
    if key.text in _HOOKS and re.search(_THIS, text):
        said = f"{key.text} of {spot.called} names this: dbt renders it before there is one, and leaves nothing there"
        yield _finding(spot, key, value, said, f"write {_HOOKS[key.text]}:, which dbt renders with the model")
        return
    for name, rest in re.findall(_CALL, text):
        unknown = name not in _KNOWN or (name == "doc" and key.text != "description")
        if unknown:
            said = (
                f"{key.text} of {spot.called} calls {name}{rest}() in a template: dbt knows no {name} there and stops"
            )
            yield _finding(spot, key, value, said, _fix(key.text, name))
            return


def _fix(key: str, name: str) -> str:
    if key in _CALLS and name in ("ref", "source"):
        return f"write {name}(...) without the braces"
    if key in _HOOKS:
        return f"write {_HOOKS[key]}:, which dbt renders with the model"
    return "write the value itself, or use var(), env_var() or target"


def _finding(spot: Spot, key: Scalar, at: Scalar, said: str, fix: str) -> Finding:
    return Finding(said, at.place, spot.about(key.text), fix, new=at.text)


RULE = Rule(
    code="RF314",
    name="jinja-unrendered",
    level="file",
    summary="A template stands where dbt renders none, or names what dbt does not know there",
    severity="error",
    check=check,
)

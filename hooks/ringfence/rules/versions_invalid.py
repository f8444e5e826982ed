"""Versions of a model that contradict each other, the model's files or its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar, Sequence, mappings_of, text_of
from ringfence.domain.fact import Known, known
from ringfence.domain.finding import Finding, Subject
from ringfence.domain.names import did_you_mean
from ringfence.domain.node import Ref
from ringfence.domain.rule import Rule
from ringfence.domain.yamlkinds import is_template, kind_of, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.document import Item
    from ringfence.domain.place import Place
    from ringfence.domain.project import Project, PropertiesEntry

_ALL = ("all", "*")


def check(entry: PropertiesEntry, project: Project) -> Iterator[Finding]:
    """Report labels, the latest version, columns that are included, and files that do not fit."""
    versions = list(mappings_of(entry.body.get("versions")))
    yield from _labels(entry, versions)
    yield from _latest(entry, versions)
    for version in versions:
        yield from _columns(entry, version)
    if versions:
        yield from _files(entry, versions, project)


def _labels(entry: PropertiesEntry, versions: list[Mapping]) -> Iterator[Finding]:
    seen: dict[object, Scalar] = {}
    for version in versions:
        label = version.get("v")
        if label is None:
            stops = f"a version of model {entry.name} has no v: dbt stops"
            yield _finding(entry, "without v", "", version.place, stops, "add v: with its number")
        elif not isinstance(label, Scalar) or kind_of(label) in ("flag", "nothing"):
            stops = f"v of a version of model {entry.name} is {said(label)}: dbt stops, and reads a number or a text"
            yield _finding(entry, f"label {said(label)}", "", label.place, stops, "write v: with its number")
        elif not is_template(label):
            first = seen.setdefault(_number(label), label)
            if first is not label:
                at = f"first at line {first.place.line}"
                stops = f"version {label.text} of model {entry.name} is declared again, {at}: dbt stops"
                yield _finding(
                    entry, "declared again", label.text, label.place, stops, "give it another number, or remove it"
                )


def _number(label: Scalar) -> object:
    """Return what two labels are compared by: 1 and "1" name one file, and so do 1 and 1.0."""
    try:
        return float(str(label.value))
    except ValueError:
        return str(label.value)


def _latest(entry: PropertiesEntry, versions: list[Mapping]) -> Iterator[Finding]:
    latest = entry.body.get("latest_version")
    labels = [label for version in versions if isinstance(label := version.get("v"), Scalar)]
    if not isinstance(latest, Scalar) or not latest.value or any(map(is_template, [latest, *labels])):
        return
    if any(label.value == latest.value for label in labels):
        return
    alike = next((label for label in labels if _number(label) == _number(latest)), None)
    if alike is not None:
        stops = f"latest_version of model {entry.name} is {said(latest)}, and the version {said(alike)}: dbt stops"
        fix = f"write both as {alike.text}, without quotes"
    else:
        among = (
            f"none of its versions ({', '.join(label.text for label in labels)})" if labels else "set without versions"
        )
        stops = f"latest_version {latest.text} of model {entry.name} is {among}: dbt stops"
        fix = "write one of its versions, or remove it" if labels else "remove it, or add versions:"
    yield _finding(entry, "latest", latest.text, latest.place, stops, fix)


def _columns(entry: PropertiesEntry, version: Mapping) -> Iterator[Finding]:
    label = text_of(version.get("v")) or ""
    picks = [item for item in mappings_of(version.get("columns")) if item.get("include") or item.get("exclude")]
    for again in picks[1:]:
        stops = f"version {label} of model {entry.name} includes columns twice: dbt stops, and reads one such item"
        yield _finding(entry, "included twice", label, again.place, stops, "merge it into the first")
    base = {text_of(column.get("name")) or "" for column in mappings_of(entry.body.get("columns"))}
    for item in picks:
        include, exclude = item.get("include"), item.get("exclude")
        if isinstance(include, Scalar) and not is_template(include) and include.text not in _ALL:
            stops = (
                f"include of version {label} of model {entry.name}"
                f" is {said(include)}: dbt stops, and reads all or a list"
            )
            yield _finding(entry, "include", label, include.place, stops, f"write include: [{include.text}]")
        if isinstance(include, Sequence) and exclude is not None:
            stops = (
                f"version {label} of model {entry.name}"
                " includes a list and excludes: dbt stops, and excludes from all only"
            )
            yield _finding(entry, "exclude", label, exclude.place, stops, "write include: all, or remove exclude:")
        for key, value in (("include", include), ("exclude", exclude)):
            yield from _strangers(entry, label, key, value, base)


def _strangers(entry: PropertiesEntry, label: str, key: str, value: Item | None, base: set[str]) -> Iterator[Finding]:
    for name in value.items if isinstance(value, Sequence) else ():
        if isinstance(name, Scalar) and name.text not in base and not any("{{" in one for one in (name.text, *base)):
            near = did_you_mean(name.text, sorted(base))
            told = (
                f"{key} of version {label} of model {entry.name}"
                f" names {name.text}, which is no column of the model{near}"
            )
            yield _finding(entry, f"{key} {name.text}", label, name.place, told, "correct the name, or remove it")


def _files(entry: PropertiesEntry, versions: list[Mapping], project: Project) -> Iterator[Finding]:
    for version in versions:
        label, wanted = version.get("v"), version.get("defined_in")
        if (
            not isinstance(label, Scalar)
            or not isinstance(wanted, Scalar)
            or wanted.value is None
            or is_template(wanted)
        ):
            continue
        node = known(project.find(Ref(None, entry.name, str(label.value))))
        stem = "" if node is None else node.path.rpartition("/")[2].rpartition(".")[0]
        # without a node at all the version is a ghost, of which another rule speaks
        if node is not None and node.identity.package == project.name and stem != wanted.text:
            told = (
                f"there is no file {wanted.text}.sql or {wanted.text}.py for version {label.text} of model {entry.name}"
            )
            taken = node.path.rpartition("/")[2]
            yield _finding(
                entry,
                f"defined in {wanted.text}",
                label.text,
                wanted.place,
                f"{told}: dbt takes {taken}",
                f"write {stem}, or remove it",
            )
    plain = project.node(f"model.{project.name}.{entry.name}")
    if plain is not None and not (isinstance(plain.enabled, Known) and not plain.enabled.value):
        known(plain.enabled)
        stops = f"model {entry.name} has versions, and {plain.path} besides them: dbt stops"
        fix = "rename the file to a version of its own, or name it in defined_in:"
        yield _finding(entry, "file besides", "", entry.place, stops, fix)


def _finding(entry: PropertiesEntry, what: str, label: str, place: Place, message: str, fix: str) -> Finding:
    key = f"model.{entry.package}.{entry.name}#versions.{label}"
    return Finding(message, place, Subject("model", entry.name, key=key), fix, new=what)


RULE = Rule(
    code="RF319",
    name="versions-invalid",
    level="entry",
    summary="The versions of a model contradict each other, its files or its columns",
    severity="error",
    check=check,
)

"""A manifest read by the manifest reader, reduced to the same normal form as the manifest itself."""

from __future__ import annotations

from typing import Any

from ringfence.domain.fact import Fact, Known, known
from ringfence.domain.node import Node, Ref, SourceRef
from ringfence.readers.manifest.project import Attached, ManifestProject

Json = dict[str, Any]

_RELATIONS = ("model", "seed", "snapshot")
_DBTS_OWN = ("analysis.", "operation.", "function.", "sql_operation.")
_READERS = ("exposure", "test", "semantic_model", "metric", "saved_query")


def manifest_form(project: ManifestProject) -> Json:
    """Nodes by id and generic tests, as tests/conformance/normal_form.py makes them; `more` and analyses are left out.

    A manifest leaves nothing unknown, so an unknown value here is an error.
    """
    nodes: Json = {}
    for key, made in project.everything():
        if key.startswith("macro."):
            continue
        for number, node in enumerate(made):
            nodes[key if number == 0 else f"{key}#{number + 1}"] = _form(node, project)
    tests = [_test(one) for one in project.tests()]
    return {"nodes": nodes, "tests": sorted(tests, key=lambda test: repr(sorted(test.items())))}


def comparable(form: Json) -> Json:
    """What a normal form and a manifest form have in common; a version is text, as it is in an id."""
    nodes = {key: _without_more(node) for key, node in form["nodes"].items() if not key.startswith(_DBTS_OWN)}
    tests = [_without_more(test) for test in form["tests"]]
    return {"nodes": nodes, "tests": sorted(tests, key=lambda test: repr(sorted(test.items())))}


def _without_more(form: Json) -> Json:
    kept = {key: value for key, value in form.items() if key != "more"}
    return {**kept, "version": str(kept["version"])} if kept.get("version") is not None else kept


def _form(node: Node, project: ManifestProject) -> Json:
    kind, name = node.identity.kind, node.identity.name
    form: Json = {"name": name, "path": _below(node.path, project), "package": node.identity.package}
    if kind == "source":
        form["name"] = name.split(".", 1)[1]
    if kind == "group":
        return form
    form |= {"enabled": known(node.enabled), "tags": sorted(known(node.tags))}
    if kind == "unit_test":
        (model,) = [ref for ref in known(node.refs) if name.startswith(f"{ref.name}.")]
        label = name.removeprefix(f"{model.name}.")
        plain = label.removesuffix(f"_v{model.version}") if model.version else label
        return form | {"name": plain, "model": model.name, "version": model.version}
    if kind in _RELATIONS:
        form |= {
            "version": node.identity.version,
            "materialized": known(node.materialized),
            "contract": known(node.contract),
            "macros": sorted(known(node.macros)),
        }
    if kind in (*_RELATIONS, "source"):
        form["columns"] = [[column.name, known(column.data_type)] for column in node.columns]
        form["described"] = bool(known(node.description).strip())
    if kind in (*_RELATIONS, *_READERS):
        form |= {"refs": _refs(node.refs), "sources": _sources(node.sources)}
    if kind == "test":
        form |= _severity(node.config.get("severity", "error"), node.config.get("where"))
    return form


def _test(one: Attached) -> Json:
    test, resource = one.test, one.held.resource
    return {
        "test": test.name,
        "namespace": test.namespace,
        "attached": resource.attached_node,
        "column": resource.column_name,
        "kwargs": dict(sorted(test.arguments.items())),
        "tags": sorted(known(test.config.get("tags", frozenset()))),  # type: ignore[call-overload]
        "enabled": known(test.config.get("enabled", True)),
        **_severity(test.config.get("severity", "error"), test.config.get("where")),
        "path": resource.original_file_path.replace("\\", "/"),
        "refs": _refs(Known(one.refs)),
        "sources": _sources(Known(one.sources)),
    }


def _below(path: str, project: ManifestProject) -> str:
    return path.removeprefix(f"{project.root}/") if project.root else path


def _severity(severity: Fact[object], where: Fact[object]) -> Json:
    return {"severity": str(known(severity)).lower(), "where": known(where)}


def _refs(fact: Fact[frozenset[Ref]]) -> list[list[str | None]]:
    return sorted([[ref.package, ref.name, ref.version] for ref in known(fact)], key=repr)


def _sources(fact: Fact[frozenset[SourceRef]]) -> list[list[str]]:
    return sorted([source.source, source.table] for source in known(fact))

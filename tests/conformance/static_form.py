"""A project read statically, reduced to the same normal form as a manifest; unknown fields hold UNKNOWN."""

from __future__ import annotations

from typing import Any

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.node import Node, Ref, SourceRef, Test
from ringfence.readers.static.build import test_references
from ringfence.readers.static.project import StaticProject
from ringfence.readers.static.running import runs, test_runs

Json = dict[str, Any]
UNKNOWN = "<unknown>"

_RELATIONS = ("model", "seed", "snapshot")
_READERS = ("exposure", "test", "semantic_model", "metric", "saved_query")


def static_form(project: StaticProject) -> Json:
    """Nodes by id and generic tests, as tests/conformance/normal_form.py makes them from a manifest."""
    nodes: Json = {}
    tests: list[Json] = []
    for key, made in project.everything():
        if key.split(".")[0] in ("macro",):
            continue
        for number, node in enumerate(sorted(made, key=_disabled_last)):
            name = key if number == 0 else f"{key}#{number + 1}"
            nodes[name] = _form(node, project)
            if number == 0:
                tests += _tests(node, project)
    return {"nodes": nodes, "tests": sorted(tests, key=lambda test: repr(sorted(test.items())))}


def _disabled_last(node: Node) -> bool:
    return isinstance(node.enabled, Known) and node.enabled.value is False


def _form(node: Node, project: StaticProject) -> Json:
    kind = node.identity.kind
    form: Json = {
        "name": node.identity.name.rpartition(".")[2] if kind in ("source", "unit_test") else node.identity.name,
        "path": node.path.removeprefix(f"{project.folder_of(node)}/"),
        "package": node.identity.package,
    }
    if kind == "group":
        return form
    form |= {"enabled": _value(runs(project, node)), "tags": _tags(node)}
    if kind == "unit_test":
        del form["name"]  # ours carries the version, dbt's does not
        return form | {"model": node.identity.name.rpartition(".")[0]}
    if kind in _RELATIONS:
        form |= {
            "version": node.identity.version,
            "materialized": _value(node.materialized),
            "contract": _value(node.contract),
            "macros": _value(node.macros) if isinstance(node.macros, Unknown) else sorted(node.macros.value),
        }
    if kind in (*_RELATIONS, "source"):
        form["columns"] = [[column.name, _value(column.data_type)] for column in node.columns]
        text = node.description.value if isinstance(node.description, Known) else "{{"
        form["described"] = UNKNOWN if "{{" in text else bool(text.strip())
    if kind in (*_RELATIONS, *_READERS):
        form |= {"refs": _refs(node.refs), "sources": _sources(node.sources)}
    if kind == "test":
        form |= _severity(node.config.get("severity", "error"), node.config.get("where"))
    return form


def _tests(node: Node, project: StaticProject) -> list[Json]:
    everything: list[Test] = [*node.tests, *(test for column in node.columns for test in column.tests)]
    return [_test(test, node, project) for test in everything]


def _test(test: Test, node: Node, project: StaticProject) -> Json:
    read = test_references(test, project.builder_of(node))
    refs, sources = _refs(read.fact("refs")), _sources(read.fact("sources"))
    own = node.identity
    foreign = test.place.path.startswith(f"{project.folder_of(node)}/") is False and project.folder_of(node) != ""
    quoted = any(column.quote and column.name == test.column for column in node.columns)
    if own.kind == "source":
        sources = sorted([*sources, own.name.split(".", 1)])
    elif refs != UNKNOWN:
        mine = [None, own.name, own.version]
        refs = sorted([*(ref for ref in refs if ref != mine), mine], key=repr)
    return {
        "test": test.name,
        "namespace": test.namespace,
        "attached": None if own.kind == "source" or foreign else node.key,
        "column": f'"{test.column}"' if quoted else test.column,
        "kwargs": {key: value for key, value in sorted(test.arguments.items()) if key not in ("model", "column_name")},
        "tags": _value(test.config.get("tags", frozenset()), sort=True),
        "enabled": _value(test_runs(project, test, node)),
        **_severity(test.config.get("severity", "error"), test.config.get("where")),
        "path": test.place.path.removeprefix(f"{project.folder_of(node)}/"),
        "refs": refs,
        "sources": sources,
    }


def _severity(severity: Any, where: Any) -> Json:
    level = _value(severity)
    return {"severity": level if level == UNKNOWN else str(level).lower(), "where": _value(where)}


def _value(fact: Any, sort: bool = False) -> Any:
    if isinstance(fact, Unknown):
        return UNKNOWN
    return sorted(fact.value) if sort else fact.value


def _tags(node: Node) -> Any:
    return _value(node.tags, sort=True)


def _refs(fact: Any) -> Any:
    if isinstance(fact, Unknown):
        return UNKNOWN
    refs: frozenset[Ref] = fact.value
    return sorted([[ref.package, ref.name, ref.version] for ref in refs], key=repr)


def _sources(fact: Any) -> Any:
    if isinstance(fact, Unknown):
        return UNKNOWN
    sources: frozenset[SourceRef] = fact.value
    return sorted([source.source, source.table] for source in sources)

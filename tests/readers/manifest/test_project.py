"""What a manifest's project answers: nodes, tests, who reads what, what a ref means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from readers.manifest.shapes import Json, fixture, generic, model, opened, resource, small
from ringfence.changes import load
from ringfence.changes.index import CHANGES
from ringfence.domain.fact import Known, Unknown, known
from ringfence.domain.impact import NO_USE
from ringfence.domain.node import Node, Ref, SourceRef
from ringfence.domain.pairs import States
from ringfence.domain.runner import compare
from ringfence.domain.selection import parse_selection
from ringfence.readers.manifest.project import ManifestProject, builtin_packages

if TYPE_CHECKING:
    from ringfence.domain.project import Project


def _source(name: str, **more: Any) -> Json:
    source, table = name.split(".")
    return resource("source", table, **{"unique_id": f"source.shop.{name}", "source_name": source, **more})


def _one(project: ManifestProject, key: str) -> Node:
    node = project.node(key)
    assert node is not None
    return node


def _reads(*names: str) -> Json:
    return {"refs": [{"name": name} for name in names], "depends_on": {"nodes": [f"model.shop.{one}" for one in names]}}


def test_a_project_without_anything(tmp_path: Path) -> None:
    project: Project = opened(small(), tmp_path, root="transform")
    assert (project.name, project.root, project.adapter, project.missing_packages) == (
        "shop",
        "transform",
        "duckdb",
        (),
    )
    assert not any(map(list, (project.nodes(), project.names(), project.files(), project.problems())))
    assert list(project.declared("model", "a")) == []
    assert project.docs(None) == (frozenset(), None)
    assert (project.oldest_dbt, project.tags("daily")) == (None, {})
    assert not project.troubled("models/a.yml")
    assert project.node("model.shop.a") is None
    assert project.children("model.shop.a") == project.mentions("a") == ()


def test_an_adapter_that_is_not_named(tmp_path: Path) -> None:
    manifest = small()
    manifest["metadata"]["adapter_type"] = ""
    assert opened(manifest, tmp_path).adapter is None


def test_v9_names_its_project_by_an_md5(tmp_path: Path) -> None:
    manifest = small(
        resource("model", "a", package="another"), model("b"), macros={"m": resource("macro", "m", package="dbt")}
    )
    manifest["metadata"] |= {"project_name": None, "project_id": "fb54f3c5992b96d001bb16e8e92d968d"}
    project = opened(manifest, tmp_path)
    assert project.name == "shop"
    assert project.manifest.metadata is project.metadata


def test_nodes_are_those_of_the_project_in_order_of_their_keys(tmp_path: Path) -> None:
    manifest = small(
        model("b"),
        model("a"),
        resource("seed", "s"),
        resource("model", "foreign", package="other"),
        resource("operation", "hook"),
        resource("analysis", "trial"),
        generic("unique", "model.shop.a"),
        sources={"x": _source("raw.t")},
        macros={"m": resource("macro", "m"), "d": resource("macro", "is_incremental", package="dbt")},
    )
    project = opened(manifest, tmp_path)
    keys = ["macro.shop.m", "model.shop.a", "model.shop.b", "seed.shop.s", "source.shop.raw.t"]
    assert [node.key for node in project.nodes()] == keys
    assert [node.key for node in project.nodes("seed", "model")] == keys[1:4]
    assert list(project.names("model", "source", "macro")) == ["a", "b", "m", "raw.t"]
    assert [key for key, _ in project.everything()] == [*keys[:1], "model.other.foreign", *keys[1:]]
    assert project.node("macro.dbt.is_incremental") is None
    asked = [*keys, "model.other.foreign", "macro.dbt.is_incremental", "operation.shop.hook", "model.shop.c"]
    assert [project.has(key) for key in asked] == [True] * 6 + [False] * 3
    assert _one(project, "model.shop.a") is _one(project, "model.shop.a"), "made once and kept"


def test_of_two_with_one_key_the_enabled_one_counts(tmp_path: Path) -> None:
    off = model("a", config={"enabled": True}, original_file_path="models/old/a.sql", columns={"x": {"name": "x"}})
    manifest = small(
        model("a", columns={"x": {"name": "x"}}),
        generic("unique", "model.shop.a", column_name="x"),
        disabled={"model.shop.a": [off], "model.shop.gone": [model("gone")]},
    )
    project = opened(manifest, tmp_path)
    first, second = project.all_of("model.shop.a")
    assert (first.path, known(first.enabled), len(first.columns[0].tests)) == ("models/a.sql", True, 1)
    assert (second.path, known(second.enabled), len(second.columns[0].tests)) == ("models/old/a.sql", False, 0)
    assert project.node("model.shop.a") is first
    assert known(_one(project, "model.shop.gone").enabled) is False
    assert list(project.names("model")) == ["a", "gone"]


def test_a_node_in_full(tmp_path: Path) -> None:
    written = model(
        "a",
        unique_id="model.shop.a.v1.5",
        version=1.5,
        latest_version="1.5",
        fqn=["shop", "marts", "a", "v1.5"],
        patch_path="shop://models/marts/a.yml",
        description="All of it.",
        language="python",
        constraints=[{"type": "check", "expression": "x > 0", "columns": ["x"]}, {"type": "custom"}],
        columns={"x": {"name": "x", "data_type": "int", "description": "X", "constraints": [{"type": "not_null"}]}},
        refs=[{"name": "b", "package": "other", "version": 2}, {"name": "c"}],
        sources=[["raw", "t"], ["one part"]],
        depends_on={"macros": ["macro.shop.m", "macro.dbt.run_query", "macro.dbt_duckdb.x", "odd", None], "nodes": []},
    )
    node = _one(opened(small(written), tmp_path, root="dbt"), "model.shop.a.v1.5")
    assert (node.identity.version, node.latest, node.language) == ("1.5", True, "python")
    assert (node.path, str(node.place), str(node.entry)) == ("dbt/models/a.sql", *["dbt/models/marts/a.yml:1:1"] * 2)
    assert node.fqn == ("shop", "marts", "a", "v1.5")
    assert node.description == Known("All of it.")
    assert [(one.type, one.columns, one.expression) for one in node.constraints] == [
        ("check", ("x",), "x > 0"),
        ("custom", (), None),
    ]
    (column,) = node.columns
    assert (column.name, known(column.data_type), known(column.description), column.quote) == ("x", "int", "X", False)
    assert [(one.type, one.columns) for one in column.constraints] == [("not_null", ("x",))]
    assert known(node.refs) == {Ref("other", "b", "2"), Ref(None, "c", None)} == set(node.refs_at)
    assert known(node.sources) == {SourceRef("raw", "t")} == set(node.sources_at)
    assert known(node.macros) == {"macro.shop.m"}
    assert node.names == {"b", "c", "raw.t", "m"}
    assert isinstance(node.outputs, Unknown)
    facts = (node.refs, node.sources, node.macros, node.tags, column.data_type, node.description)
    assert {fact.tier for fact in facts if isinstance(fact, Known)} <= {"compiled", "declared"}
    assert {fact.tier for fact in facts[:3] if isinstance(fact, Known)} == {"compiled"}


def test_a_node_of_which_nothing_is_written(tmp_path: Path) -> None:
    node = _one(opened(small(model("a")), tmp_path), "model.shop.a")
    assert (node.entry, node.fqn, node.language, node.latest) == (None, ("shop", "a"), "sql", True)
    assert (known(node.description), known(node.materialized), known(node.enabled)) == ("", "view", True)
    assert (known(node.tags), known(node.contract), known(node.refs)) == (frozenset(), False, frozenset())
    assert not any((node.columns, node.tests, node.constraints))


def test_a_package_s_files_are_named_from_its_own_folder(tmp_path: Path) -> None:
    foreign = resource(
        "model", "f", package="other", original_file_path="models/f.sql", patch_path="shop://models/p.yml"
    )
    node = _one(opened(small(foreign), tmp_path, root="dbt"), "model.other.f")
    assert (node.path, str(node.entry)) == ("models/f.sql", "dbt/models/p.yml:1:1")


def test_a_patch_without_a_package_is_the_node_s_own(tmp_path: Path) -> None:
    node = _one(opened(small(model("a", patch_path="models/a.yml")), tmp_path, root="dbt"), "model.shop.a")
    assert str(node.entry) == "dbt/models/a.yml:1:1"


def test_the_header_of_a_seed_is_not_known(tmp_path: Path) -> None:
    node = _one(opened(small(resource("seed", "s")), tmp_path), "seed.shop.s")
    assert isinstance(node.outputs, Unknown)
    assert "header" in node.outputs.reason
    assert known(node.materialized) == "seed"


@pytest.mark.parametrize(
    ("written", "columns", "on", "column"),
    [
        ("x", ["x"], "x", "x"),
        (None, ["x"], None, None),
        ('"Pieces sold"', ["Pieces sold"], "Pieces sold", "Pieces sold"),
        ("`x`", ["x"], "x", "x"),
        ("[x]", ["x"], "x", "x"),
        ('"x"', ['"x"'], '"x"', '"x"'),
        ("y", ["x"], None, "y"),
        ('"x', ["x"], None, '"x'),
        ("''", [], None, "''"),
    ],
    ids=str,
)
def test_a_generic_test_stands_on_its_column(
    written: str | None, columns: list[str], on: str | None, column: str | None, tmp_path: Path
) -> None:
    test = generic("unique", "model.shop.a", column_name=written)
    manifest = small(model("a", columns={name: {"name": name} for name in columns}), test)
    node = _one(opened(manifest, tmp_path), "model.shop.a")
    assert {one.name: [test.column for test in one.tests] for one in node.columns} == {
        name: [column] if name == on else [] for name in columns
    }
    assert [test.column for test in node.tests] == ([column] if on is None else [])


def test_a_generic_test_in_full(tmp_path: Path) -> None:
    kwargs = {
        "model": "{{ get_where_subquery(ref('a')) }}",
        "column_name": "x",
        "to": "loose",
        "field": "id",
        "arguments": {"to": "ref('b')", "model": "no"},
    }
    test = generic(
        "relationships",
        "model.shop.a",
        namespace="dbt_utils",
        kwargs=kwargs,
        tags=["nightly"],
        config={"severity": "WARN", "where": "x > 0", "enabled": True, "alias": f"relationships_{'0' * 32}"},
        unrendered_config={"severity": "warn", "alias": "x"},
    )
    (found,) = _one(opened(small(model("a"), test), tmp_path), "model.shop.a").tests
    assert (found.label, found.arguments) == ("dbt_utils.relationships", {"to": "ref('b')", "field": "id"})
    assert {key: known(found.config.get(key)) for key in sorted(found.config.keys())} == {
        "severity": "warn",
        "tags": {"nightly"},
        "where": "x > 0",
    }
    assert str(found.place) == "models/all.yml:1:1"


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("{{ get_where_subquery(ref('a')) }}", "model.shop.a"),
        ('{{ get_where_subquery(ref("a")) }}', "model.shop.a"),
        ("get_where_subquery(ref('shop', 'a'))", "model.shop.a"),
        ("ref('v', version='1')", "model.shop.v.v1"),
        ("ref('v', v=2)", "model.shop.v.v2"),
        ("ref('v')", "model.shop.v.v2"),
        ("source('raw', 't')", "source.shop.raw.t"),
        ("source('raw')", None),
        ("ref()", None),
        ("ref('missing')", None),
        ("source('raw', 'missing')", None),
        ("something else", None),
        ("ref('a', x=1)", "model.shop.a"),
        ({"a": 1}, None),
        (None, None),
    ],
    ids=str,
)
def test_the_node_of_a_test_that_dbt_does_not_name(written: object, on: str | None, tmp_path: Path) -> None:
    versions = [model("v", unique_id=f"model.shop.v.v{number}", version=number, latest_version=2) for number in (1, 2)]
    test = generic("unique", None, kwargs={"model": written})
    project = opened(small(model("a"), *versions, test, sources={"x": _source("raw.t")}), tmp_path)
    assert [one.node for one in project.tests()] == [on]
    assert [node.key for node in project.nodes() if node.tests] == ([] if on is None else [on])


def test_a_test_of_something_that_is_not_there(tmp_path: Path) -> None:
    test = generic("unique", "model.shop.gone", column_name="x", refs=[{"name": "gone"}], sources=[["raw", "t"]])
    without_arguments = {**generic("odd", None), "test_metadata": {}}
    project = opened(small(test, {**without_arguments, "unique_id": "test.shop.odd"}), tmp_path)
    first, second = project.tests()
    assert (first.node, first.test.label, first.test.column) == (None, "unique", "x")
    assert first.refs == {Ref(None, "gone", None)}
    assert first.sources == {SourceRef("raw", "t")}
    assert (second.node, second.test.label) == (None, "")
    assert list(project.nodes()) == []


def test_a_disabled_test_is_there_and_off(tmp_path: Path) -> None:
    off = generic("unique", "model.shop.a", config={"enabled": True})
    project = opened(small(model("a"), disabled={off["unique_id"]: [off]}), tmp_path)
    (test,) = _one(project, "model.shop.a").tests
    assert known(test.config.get("enabled", True)) is False


def test_who_reads_what(tmp_path: Path) -> None:
    manifest = small(
        model("a"),
        model("b", **_reads("a")),
        model("off_in_nodes", config={"enabled": False}, **_reads("a")),
        resource("test", "singular", **_reads("b")),
        generic("unique", "model.shop.a", **_reads("a")),
        model("no_ids", refs=[{"name": "b"}], sources=[["raw", "t"], ["raw", "gone"]]),
        resource("model", "foreign", package="other", **_reads("a")),
        sources={"x": _source("raw.t")},
        exposures={"e": resource("exposure", "e", depends_on={"nodes": ["model.shop.b", "model.shop.gone"]})},
        unit_tests={
            "u": resource(
                "unit_test",
                "u",
                unique_id="unit_test.shop.b.u",
                model="b",
                given=[{"input": "ref('a')"}, {"input": "source('raw', 't')"}, {"input": "this"}, {}],
                depends_on={"nodes": ["model.shop.b"]},
            ),
            "odd": resource("unit_test", "odd", unique_id="unit_test.shop.odd"),
        },
        disabled={"model.shop.off": [model("off", refs=[{"name": "a"}, {"name": "gone"}], sources=[["raw", "t"]])]},
    )
    project = opened(manifest, tmp_path)
    unit_test = "unit_test.shop.b.u"
    assert project.children("model.shop.a") == ("model.shop.b", "model.shop.off", "model.shop.off_in_nodes", unit_test)
    assert project.children("model.shop.b") == ("exposure.shop.e", "model.shop.no_ids", "test.shop.singular", unit_test)
    assert project.children("source.shop.raw.t") == ("model.shop.no_ids", "model.shop.off", unit_test)
    assert project.mentions("gone") == ("model.shop.off",)
    assert project.mentions("raw.t") == ("model.shop.no_ids", "model.shop.off", unit_test)
    assert _one(project, unit_test).identity.name == "b.u"


def test_which_columns_are_read_is_not_known(tmp_path: Path) -> None:
    project = opened(small(), tmp_path)
    read = {"model.shop.orders": frozenset({"id"})}
    assert project.usage("model.shop.report", read).doubts == (
        "a manifest does not say which columns model.shop.report reads",
    )
    assert project.usage("model.shop.report", {}) == NO_USE


def test_mentions_know_macros(tmp_path: Path) -> None:
    called = {"macros": ["macro.shop.m", "macro.other.n"]}
    project = opened(small(model("a", depends_on=called), macros={"m": resource("macro", "m")}), tmp_path)
    assert project.mentions("m") == project.mentions("n") == ("model.shop.a",)
    assert project.children("macro.shop.m") == ()


@pytest.mark.parametrize(
    ("ref", "key"),
    [
        (Ref(None, "a", None), "model.shop.a"),
        (Ref("shop", "a", None), "model.shop.a"),
        (Ref("other", "a", None), "model.other.a"),
        (Ref(None, "foreign", None), "model.other.foreign"),
        (Ref(None, "v", None), "model.shop.v.v10"),
        (Ref(None, "v", "9"), "model.shop.v.v9"),
        (Ref(None, "v", "8"), None),
        (Ref(None, "s", None), "seed.shop.s"),
        (Ref(None, "off", None), "model.shop.off"),
        (Ref(None, "both", None), "model.other.both"),
        (Ref(None, "missing", None), None),
        (Ref("macros_only", "missing", None), None),
        (Ref(None, "t", None), None),
    ],
    ids=str,
)
def test_what_a_ref_means(ref: Ref, key: str | None, tmp_path: Path) -> None:
    versions = [
        model("v", unique_id=f"model.shop.v.v{number}", version=number, latest_version=10) for number in (9, 10)
    ]
    foreign = [resource("model", name, package="other") for name in ("a", "foreign", "both")]
    manifest = small(
        *foreign,
        *versions,
        model("a"),
        resource("seed", "s"),
        sources={"x": _source("raw.t")},
        macros={"m": resource("macro", "m", package="macros_only")},
        disabled={"1": [model("off")], "2": [model("both")]},
    )
    found = known(opened(manifest, tmp_path).find(ref))
    assert (found.key if found is not None else None) == key


def test_a_ref_to_a_package_that_is_none(tmp_path: Path) -> None:
    found = opened(small(model("a")), tmp_path).find(Ref("elsewhere", "a", None))
    assert isinstance(found, Unknown)
    assert found.reason == "elsewhere is not a package of this project"


def test_what_a_source_means(tmp_path: Path) -> None:
    foreign = resource("source", "u", package="other", unique_id="source.other.raw.u", source_name="raw")
    project = opened(small(sources={"x": _source("raw.t"), "y": foreign}), tmp_path)
    own, other = known(project.find_source(SourceRef("raw", "t"))), known(project.find_source(SourceRef("raw", "u")))
    assert (own.key if own else None, other.key if other else None) == ("source.shop.raw.t", "source.other.raw.u")
    assert known(project.find_source(SourceRef("raw", "v"))) is None


@pytest.mark.parametrize(
    ("adapter", "packages"),
    [
        (None, ["dbt"]),
        ("", ["dbt"]),
        ("duckdb", ["dbt", "dbt_duckdb"]),
        ("redshift", ["dbt", "dbt_postgres", "dbt_redshift"]),
    ],
    ids=str,
)
def test_what_dbt_brings_along(adapter: str | None, packages: list[str]) -> None:
    assert sorted(builtin_packages(adapter)) == packages


def _changed(manifest: Json) -> Json:
    nodes = manifest["nodes"]
    second = nodes["model.bakery.orders.v2"]
    second["config"]["contract"]["enforced"] = False
    second["config"]["tags"] = second["tags"] = []
    second["columns"]["amount"]["data_type"] = "text"
    del second["columns"]["bread_id"]
    nodes["model.bakery.orders.v1"]["config"]["materialized"] = "ephemeral"
    del nodes["model.bakery.stg_bread"]
    for key in [key for key in nodes if key.startswith("test.bakery.at_least_orders_v1")]:
        del nodes[key]
    return manifest


def test_every_kind_of_change_is_found_between_two_manifests(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "head").mkdir()
    base = opened(fixture("1.11"), tmp_path / "base")
    head = opened(_changed(fixture("1.11")), tmp_path / "head")
    states, among = States(base, head), head.differing(base)
    found = {(change.kind, change.subject.name) for change in compare(map(load, CHANGES), states, among)}
    assert found == {
        ("model-removed", "stg_bread"),
        ("column-removed", "orders.v2"),
        ("column-type-changed", "orders.v2"),
        ("contract-dropped", "orders.v2"),
        ("test-removed", "orders.v1"),
        ("protective-tag-lost", "orders.v2"),
        ("materialization-changed", "orders.v1"),
    }
    every = {(change.kind, change.subject.name) for change in compare(map(load, CHANGES), states)}
    assert every == found, "only nodes that differ can change"


def test_what_differs_between_two_manifests(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    base = opened(fixture("1.11"), tmp_path / "a")
    assert opened(fixture("1.11"), tmp_path / "b").differing(base) == frozenset()
    head = opened(_changed(fixture("1.11")), tmp_path / "b")
    assert head.differing(base) == {"model.bakery.orders.v1", "model.bakery.orders.v2", "model.bakery.stg_bread"}
    assert base.differing(head) == head.differing(base)
    moved = opened(fixture("1.11"), tmp_path / "c", root="elsewhere")
    assert moved.differing(base) == {node.key for node in base.nodes()}


def test_what_generic_tests_mean(tmp_path: Path) -> None:
    names = {"shop": "test_filled", "dbt": "test_unique", "checks": "test_between"}
    macros = {
        f"macro.{package}.{name}": resource("macro", name, package_name=package) for package, name in names.items()
    }
    project = opened(small(macros=macros), tmp_path)
    assert list(project.generic_tests()) == ["checks.between", "filled", "unique"]
    for name, namespace, package in (
        ("filled", None, "shop"),
        ("unique", None, "dbt"),
        ("unique", "dbt", "dbt"),
        ("between", "checks", "checks"),
        ("between", None, None),
        ("filled", "dbt", None),
    ):
        found = project.generic_test(name, namespace)
        assert isinstance(found, Known)
        assert (found.value.package if found.value is not None else None) == package


def test_selectors_follow_what_a_manifest_says_of_refs(tmp_path: Path) -> None:
    project = opened(small(model("a"), model("b", **_reads("a")), model("c", **_reads("b"))), tmp_path)
    found = parse_selection("a+1,+c")
    assert [node.identity.name for node in project.nodes("model") if found.matches(node, project)] == ["a", "b"]

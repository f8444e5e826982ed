"""From a tree to its projects: discovery, packages of every origin, the adapter."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from memory import MemoryTree
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.node import Ref
from ringfence.readers.static.open import DiskTree, open_projects
from ringfence.readers.static.project import StaticProject


def _one(files: Mapping[str, str], disk: Path | None = None, adapter: str | None = None) -> StaticProject:
    named = [("", adapter)] if adapter is not None else []
    (project,) = open_projects(
        MemoryTree({"dbt_project.yml": "name: shop\n", **files}), str(disk) if disk else None, named
    )
    return project


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "named", "expected"),
    [
        (["dbt_project.yml"], [], [""]),
        (["b/dbt_project.yml", "a/dbt_project.yml"], [], ["a", "b"]),
        (["b/dbt_project.yml", "a/dbt_project.yml"], ["b"], ["b"]),
        (["b/dbt_project.yml", "a/dbt_project.yml"], ["b/", "./a"], ["b", "a"]),
        (["dbt_project.yml", "dbt_packages/p/dbt_project.yml"], [], [""]),
    ],
    ids=str,
)
def test_projects(files: list[str], named: list[str], expected: list[str]) -> None:
    tree = MemoryTree(dict.fromkeys(files, "name: shop\n"))
    assert [project.root for project in open_projects(tree, None, [(folder, None) for folder in named])] == expected


@pytest.mark.parametrize(
    ("files", "named", "said"),
    [
        ({}, [], "no dbt_project.yml in memory"),
        ({"a.sql": ""}, [], "no dbt_project.yml in memory"),
        ({"dbt_project.yml": "name: shop\n"}, ["a"], "a: there is no dbt_project.yml here"),
        ({}, ["."], ".: there is no dbt_project.yml here"),
        ({"dbt_project.yml": "x: ["}, [], "dbt_project.yml:1:5: is not YAML"),
        ({"dbt_project.yml": ""}, [], "dbt_project.yml: is not a mapping of settings"),
    ],
    ids=str,
)
def test_no_project(files: dict[str, str], named: list[str], said: str) -> None:
    with pytest.raises(RingfenceError) as error:
        open_projects(MemoryTree(files), None, [(folder, None) for folder in named])
    assert str(error.value).startswith(said)
    assert error.value.do


def test_a_project_file_that_is_a_link_is_not_followed() -> None:
    tree = MemoryTree({"dbt_project.yml": "name: shop\n"}, links=["dbt_project.yml"])
    with pytest.raises(RingfenceError, match="is a link"):
        open_projects(tree, None, [])


@pytest.mark.parametrize(
    ("required", "missing"),
    [
        ("packages:\n  - package: acme/some-models\n    version: 1.0.0\n", ("some_models",)),
        ("packages:\n  - git: https://host/acme/some-models.git\n", ("some_models",)),
        ("packages:\n  - git: https://host/mono.git\n    subdirectory: inner\n", ("inner",)),
        ("packages:\n  - tarball: https://host/x.tar.gz\n    name: some_models\n", ("some_models",)),
        ("packages:\n  - package: dbt-labs/dbt_utils\n", ()),
        ("packages:\n  - package: a/x\n  - package: b/x\n  - package: a/y\n", ("x", "y")),
        ("packages: []\n", ()),
        ("packages:\n", ()),
        ("packages: [x, {}]\n", ()),
        ("- a\n", ()),
        ("x: [\n", ()),
        ("", ()),
    ],
    ids=str,
)
@pytest.mark.parametrize("file", ["packages.yml", "dependencies.yml"])
def test_packages_that_are_not_installed(file: str, required: str, missing: tuple[str, ...]) -> None:
    assert _one({file: required}).missing_packages == missing


def test_a_ref_into_a_missing_package_is_unknown() -> None:
    project = _one({"packages.yml": "packages: [{package: acme/some_models}]\n"})
    assert isinstance(project.find(Ref(None, "orders", None)), Unknown)
    assert isinstance(_one({}).find(Ref(None, "orders", None)), Known)


@pytest.mark.parametrize(
    ("required", "call", "seen"),
    [
        ("{git: https://example.com/acme/reliability.git}", "elementary.anomalies()", False),
        ("{git: https://example.com/acme/reliability.git}", "reliability.anomalies()", False),
        ("{git: https://example.com/acme/reliability.git}", "adapter.quote('x')", True),
        ("{git: https://example.com/acme/reliability.git}", "exceptions.warn('x')", True),
        ("{package: dbt-labs/dbt_utils}", "elementary.anomalies()", True),
        ("{package: dbt-labs/dbt_utils}", "dbt_utils.star(ref('b'))", True),
    ],
)
def test_what_a_missing_package_may_do_is_not_known(required: str, call: str, seen: bool) -> None:
    project = _one({"packages.yml": f"packages: [{required}]\n", "models/a.sql": f"select {{{{ {call} }}}}"})
    node = project.node("model.shop.a")
    assert node is not None
    assert isinstance(node.refs, Known) is seen
    assert isinstance(node.materialized, Known) is seen


LOCAL = {
    "packages.yml": "packages: [{local: packages/a}]\n",
    "packages/a/dbt_project.yml": "name: a\n",
    "packages/a/packages.yml": "packages: [{local: ../b}, {local: ../a}]\n",
    "packages/a/models/from_a.sql": "select 1",
    "packages/b/dbt_project.yml": "name: b\n",
    "packages/b/models/from_b.sql": "select 1",
}


def test_local_packages_are_read_from_the_tree_with_what_they_require() -> None:
    (project, *_) = open_projects(MemoryTree({"dbt_project.yml": "name: shop\n", **LOCAL}), None, [("", None)])
    for name, package in (("from_a", "a"), ("from_b", "b")):
        found = project.find(Ref(None, name, None))
        assert isinstance(found, Known)
        assert found.value is not None
        assert found.value.identity.package == package


@pytest.mark.parametrize(
    ("local", "missing"),
    [("../outside", "outside"), ("nowhere/my-package/", "my_package"), ("/etc", "etc"), ("", None)],
)
def test_a_local_package_that_is_not_in_the_tree(local: str, missing: str | None) -> None:
    project = _one({"packages.yml": f"packages: [{{local: '{local}'}}]\n"})
    assert project.missing_packages == (() if missing is None else (missing,))


def test_a_local_package_elsewhere_is_installed_where_a_link_leads_to_it(tmp_path: Path) -> None:
    _write(tmp_path / "elsewhere", {"dbt_project.yml": "name: its_own_name\n"})
    asked = {"packages.yml": f"packages: [{{local: '{tmp_path / 'elsewhere'}'}}]\n"}
    disk = tmp_path / "shop"
    disk.mkdir()
    assert _one(asked, disk).missing_packages == ("elsewhere",)
    (disk / "dbt_packages").mkdir()
    (disk / "dbt_packages" / "its_own_name").symlink_to(tmp_path / "elsewhere")
    assert _one(asked, disk).missing_packages == ()


def test_what_a_local_package_requires_may_be_missing() -> None:
    inner = {"a/dbt_project.yml": "name: a\n", "a/packages.yml": "packages: [{package: org/deep, version: 1.0.0}]\n"}
    files = {"dbt_project.yml": "name: shop\n", "packages.yml": "packages: [{local: a}]\n", **inner}
    (project,) = open_projects(MemoryTree(files), None, [("", None)])
    assert project.missing_packages == ("deep",)


def test_search_paths_may_lead_out_of_the_project_s_folder() -> None:
    files = {
        "shop/dbt_project.yml": "name: shop\nmodel-paths: [models, ../shared]\nmacro-paths: [../macros]\n",
        "shop/models/own.sql": "select 1",
        "shared/both.sql": "select 1",
        "shared/.hidden.sql": "select 1",
        "macros/m.sql": "{% test filled(model) %}{% endtest %}",
        "elsewhere/not.sql": "select 1",
    }
    (project,) = open_projects(MemoryTree(files), None, [])
    assert project.names("model") == ["both", "own"]
    assert "filled" in project.generic_tests()


INSTALLED = {
    "dbt_packages/some_models/dbt_project.yml": "name: some_models\nversion: 1.0.0\n",
    "dbt_packages/some_models/models/their.sql": "select 1",
}


@pytest.mark.parametrize(
    ("lock", "installed", "missing"),
    [
        ("", INSTALLED, ()),
        ("packages: [{package: acme/some_models, version: 1.0.0}]\n", INSTALLED, ()),
        ("packages: [{package: acme/some_models, version: 2.0.0}]\n", INSTALLED, ("some_models",)),
        ("packages: [{package: acme/some_models}]\n", INSTALLED, ()),
        ("packages: x\n", INSTALLED, ()),
        ("- x\n", INSTALLED, ()),
        ("", {}, ("some_models",)),
        ("", {"dbt_packages/some_models/README.md": "x"}, ("some_models",)),
        ("", {"dbt_packages/some_models/dbt_project.yml": "x: ["}, ("some_models",)),
        ("", {"dbt_packages/some_models/dbt_project.yml": "name: another\n"}, ("some_models",)),
        ("", {"dbt_packages/package.tar": "x"}, ("some_models",)),
    ],
    ids=[
        "no lock",
        "fits",
        "another version",
        "no version",
        "broken lock",
        "list",
        "none",
        "no project",
        "broken",
        "name",
        "file",
    ],
)
def test_installed_packages_count_where_they_fit(
    tmp_path: Path, lock: str, installed: dict[str, str], missing: tuple[str, ...]
) -> None:
    _write(tmp_path, installed)
    required = {"packages.yml": "packages: [{package: acme/some_models, version: 1.0.0}]\n"}
    project = _one({**required, "package-lock.yml": lock}, tmp_path)
    assert project.missing_packages == missing
    found = project.find(Ref(None, "their", None))
    assert isinstance(found, Known) is not bool(missing)


def test_a_custom_install_path(tmp_path: Path) -> None:
    _write(tmp_path, {path.replace("dbt_packages", "vendor"): text for path, text in INSTALLED.items()})
    files = {
        "dbt_project.yml": "name: shop\npackages-install-path: vendor\n",
        "packages.yml": "packages: [{package: acme/some_models}]\n",
    }
    assert _one(files, tmp_path).missing_packages == ()
    assert _one(files).missing_packages == ("some_models",)


PROFILE = "shop_profile:\n  target: dev\n  outputs:\n    dev: {type: duckdb}\n    prod: {type: duckdb}\n"


@pytest.mark.parametrize(
    ("profiles", "adapter"),
    [
        (PROFILE, "duckdb"),
        (PROFILE.replace("prod: {type: duckdb}", "prod: {type: snowflake}"), None),
        (PROFILE.replace("prod: {type: duckdb}", "prod: {}"), None),
        (PROFILE.replace("prod: {type: duckdb}", "prod: x"), "duckdb"),
        (PROFILE.replace("shop_profile", "other"), None),
        ("shop_profile: {outputs: {}}\n", None),
        ("shop_profile: {outputs: x}\n", None),
        ("shop_profile: {}\n", None),
        ("shop_profile: x\n", None),
        ("- x\n", None),
        ("x: [\n", None),
        ("", None),
    ],
    ids=str,
)
def test_the_adapter_of_a_tracked_profile(profiles: str, adapter: str | None) -> None:
    project = {"dbt_project.yml": "name: shop\nprofile: shop_profile\n"}
    assert _one({**project, "profiles.yml": profiles}).adapter == adapter


def test_the_adapter_that_is_named_counts() -> None:
    files = {"dbt_project.yml": "name: shop\nprofile: shop_profile\n", "profiles.yml": PROFILE}
    assert _one(files, adapter="snowflake").adapter == "snowflake"
    assert _one({}).adapter is None
    assert _one({"profiles.yml": PROFILE}).adapter is None


def test_the_profile_beside_the_project_counts_before_that_of_the_repository() -> None:
    tree = MemoryTree(
        {
            "t/dbt_project.yml": "name: shop\nprofile: shop_profile\n",
            "t/profiles.yml": PROFILE,
            "profiles.yml": PROFILE.replace("duckdb", "postgres"),
            "u/dbt_project.yml": "name: shop\nprofile: shop_profile\n",
        }
    )
    assert [project.adapter for project in open_projects(tree, None, [])] == ["duckdb", "postgres"]


def test_a_folder_on_disk_as_a_tree(tmp_path: Path) -> None:
    _write(tmp_path, {"a.sql": "a", "m/b.sql": "b", "target/x.sql": "x", ".git/x": "x", "dbt_packages/x.sql": "x"})
    os.symlink("a.sql", tmp_path / "link.sql")
    tree = DiskTree(str(tmp_path))
    assert list(tree.entries()) == ["a.sql", "m/b.sql"]
    assert all(entry.is_file for entry in tree.entries().values())
    assert tree.read(["a.sql", "m/b.sql", "link.sql", "m", "nowhere"]) == {"a.sql": b"a", "m/b.sql": b"b"}
    assert (tree.id, tree.label) == (str(tmp_path), "disk")
    assert DiskTree(str(tmp_path / "nowhere")).entries() == {}


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("id,name", ("id", "name")),
        ('"id","full, name"', ("id", "full, name")),
        ("", None),
        ("id,,name", None),
        ("id,id", None),
        ('id,"a', None),
    ],
)
def test_the_columns_of_a_seed(header: str, names: tuple[str, ...] | None) -> None:
    node = _one({"seeds/s.csv": f"{header}\n1,2\n"}).node("seed.shop.s")
    assert node is not None
    assert (node.outputs.value if isinstance(node.outputs, Known) else None) == names


def test_a_private_package_is_missing_until_it_is_installed() -> None:
    project = _one({"packages.yml": "packages: [{private: acme/our-models, provider: github}]\n"})
    assert project.missing_packages == ("our_models",)

"""dbt_project.yml: names, folders, keys, and which of several files are projects of their own."""

from __future__ import annotations

import pytest

from ringfence.domain.document import plain
from ringfence.domain.errors import RingfenceError
from ringfence.readers.static.layout import CONFIG_KEYS, Layout, discover, join, read_layout, without_installed


def _layout(text: str, path: str = "dbt_project.yml") -> Layout:
    return read_layout(text.encode(), path)


def test_what_is_not_written() -> None:
    layout = _layout("name: shop\n", "a/b/dbt_project.yml")
    assert (layout.name, layout.root, layout.path) == ("shop", "a/b", "a/b/dbt_project.yml")
    assert layout.paths["model-paths"] == ("models",)
    assert layout.paths["analysis-paths"] == ("analyses",)
    assert (layout.install_path, layout.variables) == ("dbt_packages", {})
    assert all(layout.configs(kind) is None for kind in [*CONFIG_KEYS, "unknown"])


@pytest.mark.parametrize(
    ("text", "key", "folders"),
    [
        ("model-paths: [a, b/c]", "model-paths", ("a", "b/c")),
        ("model-paths: a", "model-paths", ("a",)),
        ("model-paths: []", "model-paths", ()),
        ("model-paths: [a, [b], {c: d}]", "model-paths", ("a",)),
        ("model-paths:", "model-paths", ("models",)),
        ("model-paths: ''", "model-paths", ("models",)),
        ("model-paths: {a: b}", "model-paths", ("models",)),
        ("source-paths: [old]", "model-paths", ("old",)),
        ("source-paths: [old]\nmodel-paths: [new]", "model-paths", ("new",)),
        ("data-paths: [data]", "seed-paths", ("data",)),
        ("test-paths: [checks]", "test-paths", ("checks",)),
    ],
)
def test_folders(text: str, key: str, folders: tuple[str, ...]) -> None:
    assert _layout(f"name: shop\n{text}\n").paths[key] == folders


@pytest.mark.parametrize(
    ("text", "held", "not_held"),
    [
        ("", "in/models/a.md", "in/docs/a.md"),
        ("docs-paths: [docs, more]", "in/more/b/a.md", "in/models/a.md"),
        ("docs-paths: docs", "in/docs/a.md", "in/models/a.md"),
        ("docs-paths: ['.']", "in/a.md", "out/a.md"),
    ],
)
def test_where_docs_blocks_are(text: str, held: str, not_held: str) -> None:
    layout = _layout(f"name: shop\n{text}\n", "in/dbt_project.yml")
    assert layout.documents(held)
    assert not layout.documents(not_held)


def test_docs_blocks_of_a_project_at_the_root() -> None:
    assert _layout("name: shop\ndocs-paths: ['.']\n").documents("a.md")


@pytest.mark.parametrize(
    ("written", "oldest"),
    [
        ('">=1.8.0,<2.0.0"', (1, 8)),
        ('[">=1.10.0", "<2.0.0"]', (1, 10)),
        ('[">1.7", ">=1.9.0"]', (1, 9)),
        ('"1.11.2"', (1, 11)),
        ('"==1.8.1"', (1, 8)),
        ("1.8", (1, 8)),
        ('"<2.0.0"', None),
        ('"!=1.8.0"', None),
        ("[[1.8]]", None),
        ("{a: 1}", None),
        ("", None),
    ],
)
def test_the_oldest_dbt(written: str, oldest: tuple[int, int] | None) -> None:
    assert _layout(f"name: shop\nrequire-dbt-version: {written}\n").oldest_dbt == oldest
    assert _layout("name: shop\n").oldest_dbt is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [("model", {"a": 1}), ("test", {"new": 1}), ("unit_test", {"u": 1}), ("semantic_model", {"s": 1}), ("seed", None)],
)
def test_configuration_by_kind(kind: str, value: object) -> None:
    tests = "tests: {old: 1}\ndata_tests: {new: 1}\nunit_tests: {u: 1}\n"
    text = f"name: shop\nmodels: {{a: 1}}\n{tests}semantic-models: {{s: 1}}\n"
    assert plain(_layout(text).configs(kind)) == value


@pytest.mark.parametrize(
    ("text", "variables"),
    [("vars: {a: 1, shop: {b: 2}}", {"a": 1, "shop": {"b": 2}}), ("vars:", {}), ("vars: [a]", {})],
)
def test_variables(text: str, variables: dict[str, object]) -> None:
    assert _layout(f"name: shop\n{text}\n").variables == variables


@pytest.mark.parametrize(
    ("root", "folder", "path", "relative"),
    [
        ("", "models", "models/a.sql", "a.sql"),
        ("", "models", "models/x/a.sql", "x/a.sql"),
        ("", "models", "modelsx/a.sql", None),
        ("", "models", "models", None),
        ("t", "models", "t/models/a.sql", "a.sql"),
        ("t", "models", "models/a.sql", None),
        ("", ".", "x/a.sql", "x/a.sql"),
        ("t", ".", "t/a.sql", "a.sql"),
        ("t", "../shared", "shared/a.sql", "a.sql"),
        ("", "./models/", "models/a.sql", "a.sql"),
    ],
)
def test_paths_under_a_folder(root: str, folder: str, path: str, relative: str | None) -> None:
    layout = _layout(f"name: shop\nmodel-paths: ['{folder}']\n", join(root, "dbt_project.yml"))
    assert layout.under("model-paths", path) == relative


def test_the_first_folder_that_holds_it_counts() -> None:
    assert _layout("name: shop\nmodel-paths: [a/b, a]\n").under("model-paths", "a/b/c.sql") == "c.sql"
    assert _layout("name: shop\nmodel-paths: []\n").under("model-paths", "a/b/c.sql") is None


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (b"", "dbt_project.yml", "is not a mapping of settings"),
        (b"- a\n", "dbt_project.yml", "is not a mapping of settings"),
        (b"models: {}\n", "dbt_project.yml", "has no name"),
        (b"name:\n", "dbt_project.yml", "has no name"),
        (b"name: [a]\n", "dbt_project.yml", "has no name"),
        (b"name: a\nx: [\n", "dbt_project.yml:3:1", "is not YAML"),
        (b"name: \xff\n", "dbt_project.yml:1:7", "is not UTF-8"),
    ],
)
def test_what_cannot_be_read(content: bytes, where: str, said: str) -> None:
    with pytest.raises(RingfenceError, match=said) as error:
        read_layout(content, "dbt_project.yml")
    assert (error.value.where, bool(error.value.do)) == (where, True)


@pytest.mark.parametrize(
    ("parts", "path"),
    [(("", "a"), "a"), (("", "."), ""), (("a", ".."), ""), (("a", "./b/"), "a/b"), (("a", "../.."), ".."), (("",), "")],
)
def test_join(parts: tuple[str, ...], path: str) -> None:
    assert join(*parts) == path


def test_projects_are_found_shallowest_first() -> None:
    paths = [
        "b/dbt_project.yml",
        "a/x/dbt_project.yml",
        "dbt_project.yml",
        "a/dbt_packages/p/dbt_project.yml",
        "dbt_modules/p/dbt_project.yml",
        "template/{{ name }}/dbt_project.yml",
        "c/my_dbt_project.yml",
        "c/dbt_project.yml.bak",
        "d/dbt_project.yaml",
    ]
    assert discover(paths) == ["dbt_project.yml", "b/dbt_project.yml", "a/x/dbt_project.yml"]
    assert discover([]) == []


def test_what_lies_in_a_custom_install_path_is_no_project() -> None:
    layouts = [
        _layout("name: shop\npackages-install-path: vendor\n", "t/dbt_project.yml"),
        _layout("name: p\n", "t/vendor/p/dbt_project.yml"),
        _layout("name: q\n", "t/vendored/dbt_project.yml"),
    ]
    assert [layout.name for layout in without_installed(layouts)] == ["shop", "q"]
    assert without_installed([]) == []

"""What a generic test in a properties file means: looked up as dbt does, in one package and in dbt itself."""

from __future__ import annotations

import pytest

from memory import MemoryTree
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.generictest import BUILT_IN, GenericTest
from ringfence.readers.static.open import open_projects
from ringfence.readers.static.project import StaticProject

FILES = {
    "dbt_project.yml": "name: shop\n",
    "packages.yml": "packages: [{local: checks}]\n",
    "checks/dbt_project.yml": "name: checks\n",
    "checks/macros/c.sql": "{% test between(model, column_name, low=none) %}{% endtest %}",
    "macros/m.sql": "{% macro test_any(model) %}{{ kwargs.x }}{% endmacro %}{% macro other(kwargs) %}{% endmacro %}",
    "tests/generic/t.sql": "{% test unique(model) %}{% endtest %}",
}


def _project(**files: str) -> StaticProject:
    named = {path.replace("__", "/") + ".sql": text for path, text in files.items()}
    (project,) = open_projects(MemoryTree({**FILES, **named}), None, [("", None)])
    return project


@pytest.mark.parametrize(
    ("name", "namespace", "expected"),
    [
        ("any", None, GenericTest("shop", "any", ("model",), frozenset({"model"}), open=True)),
        ("any", "shop", GenericTest("shop", "any", ("model",), frozenset({"model"}), open=True)),
        ("unique", None, GenericTest("shop", "unique", ("model",), frozenset({"model"}))),
        ("unique", "dbt", BUILT_IN["unique"]),
        ("not_null", None, BUILT_IN["not_null"]),
        ("not_null", "shop", None),
        ("any", "dbt", None),
        ("between", None, None),
        (
            "between",
            "checks",
            GenericTest("checks", "between", ("model", "column_name", "low"), frozenset({"model", "column_name"})),
        ),
        ("unique", "checks", None),
        ("unique", "nobody", None),
    ],
)
def test_what_a_name_means(name: str, namespace: str | None, expected: GenericTest | None) -> None:
    found = _project().generic_test(name, namespace)
    assert isinstance(found, Known)
    assert found.value == expected


def test_every_name() -> None:
    names = ["accepted_values", "any", "checks.between", "not_null", "relationships", "unique"]
    assert _project().generic_tests() == names


def test_a_macro_file_that_cannot_be_read_and_names_the_test_hides_it() -> None:
    project = _project(macros__broken="{% test filled(model) %}{% if %}{% endtest %}")
    assert isinstance(project.generic_test("filled", None), Unknown)
    assert isinstance(project.generic_test("other_name", None), Known)

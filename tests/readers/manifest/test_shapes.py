"""One project as every dbt from 1.5 to the v2 engine writes it, against its own reading and the static one."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.agreement import agreement
from conformance.manifest_form import comparable, manifest_form
from conformance.normal_form import normal_form
from readers.manifest.shapes import PROJECT, VERSIONS, Json, fixture, opened
from ringfence.domain.fact import known
from ringfence.domain.node import Ref
from ringfence.readers.static.open import DiskTree, open_projects
from ringfence.readers.static.project import StaticProject

# What an older dbt does not know of the project.
_NO_UNIT_TESTS = [
    "unit_test.bakery.stg_bread.keeps_prices: only read statically",
    "model.bakery.stg_bread.children",
    "source.bakery.shop.bread.children",
]
_NO_VERSION_CONSTRAINTS = ["model.bakery.orders.v1.constraints", "model.bakery.orders.v2.constraints"]
EXPECTED = {
    "1.5": [*_NO_VERSION_CONSTRAINTS, *_NO_UNIT_TESTS],
    "1.6": [*_NO_VERSION_CONSTRAINTS, *_NO_UNIT_TESTS],
    "1.7": _NO_UNIT_TESTS,
}
ALL = (*VERSIONS, "1.12", "v2")


@pytest.fixture(scope="module")
def static() -> StaticProject:
    (found,) = open_projects(DiskTree(str(PROJECT)), str(PROJECT), [("", "duckdb")])
    return found


@pytest.mark.parametrize("version", ALL)
def test_the_reader_says_what_the_manifest_says(version: str, tmp_path: Path) -> None:
    manifest = fixture(version)
    mine = manifest_form(opened(manifest, tmp_path))
    theirs = comparable(normal_form(_completed(manifest)))
    assert mine["nodes"] == theirs["nodes"]
    assert mine["tests"] == theirs["tests"]
    assert (len(mine["nodes"]), len(mine["tests"])) == (13 if version not in ("1.5", "1.6", "1.7") else 12, 8)


def _completed(manifest: Json) -> Json:
    """A manifest with the one key that the normal form asks for and the v2 engine leaves out."""
    for group in manifest["groups"].values():
        group.setdefault("resource_type", "group")
    return manifest


@pytest.mark.parametrize("version", ALL)
def test_the_static_reading_says_the_same(version: str, tmp_path: Path, static: StaticProject) -> None:
    found = agreement(static, opened(fixture(version), tmp_path))
    told = [line for line in found.differences if not line.startswith(tuple(EXPECTED.get(version, ())))]
    assert told == []
    assert len(found.differences) == len(EXPECTED.get(version, ()))
    assert found.known == found.values, "nothing of this project is unknown to the static reading"


@pytest.mark.parametrize("version", ALL)
def test_what_every_version_says_of_one_model(version: str, tmp_path: Path) -> None:
    project = opened(fixture(version), tmp_path, root="transform")
    assert (project.name, project.root, project.adapter) == ("bakery", "transform", "duckdb")
    orders = known(project.find(Ref(None, "orders", None)))
    assert orders is not None
    assert orders.key == "model.bakery.orders.v2"
    assert (orders.identity.version, orders.latest) == ("2", True)
    assert (orders.path, str(orders.entry)) == (
        "transform/models/marts/orders_v2.sql",
        "transform/models/marts/marts.yml:1:1",
    )
    assert known(orders.contract)
    assert known(orders.tags) == {"critical"}
    assert known(orders.materialized) == "table"
    assert {key: known(orders.config.get(key)) for key in sorted(orders.config.keys())} == {
        "access": "public",
        "contract": {"enforced": True},
        "group": "sales",
        "materialized": "table",
        "meta": {"owner": "mill", "pii": False},
        "post-hook": ["analyze {{ this }}"],
        "tags": {"critical"},
    }
    assert [(column.name, known(column.data_type), column.quote) for column in orders.columns] == [
        ("bread_id", "integer", False),
        ("amount", "decimal(18, 2)", False),
        ("Pieces sold", "integer", True),
    ]
    assert [[test.label for test in column.tests] for column in orders.columns] == [[], ["at_least"], ["not_null"]]
    assert project.metadata.dbt_version == fixture(version)["metadata"]["dbt_version"]

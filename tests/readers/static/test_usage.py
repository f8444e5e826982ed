"""What a node of a project makes of columns that it reads."""

from __future__ import annotations

import pytest

from ringfence.domain.evidence import EvidencedProject
from ringfence.domain.impact import NO_USE, Usage
from ringfence.readers.static.project import StaticProject
from states import project

FILES = {
    "profiles.yml": "shop: {outputs: {dev: {type: duckdb}}}\n",
    "dbt_project.yml": "name: shop\nprofile: shop\n",
    "macros/only.sql": "{% macro only(x) %} where {{ x }} > 1 {% endmacro %}",
    "models/py.py": "def model(dbt, session):\n    return dbt.ref('a')\n",
    "snapshots/s.sql": "{% snapshot s %}{{ config(unique_key='x', strategy='check', check_cols='all') }}"
    "select x, y from {{ ref('a') }} where z = 1{% endsnapshot %}",
    "snapshots/t.yml": "snapshots:\n  - {name: t, relation: ref('a')}\n"
    "  - {name: u, relation: \"source('raw', 'o')\"}\n"
    "  - {name: v, relation: ref(var('which'))}\n",
    "models/raw.yml": "sources: [{name: raw, tables: [{name: o}]}]\nexposures: [{name: e, depends_on: [ref('a')]}]\n",
}
SQL = {
    "a": "select 1 as x, 2 as y, 3 as z",
    "macro": "select y from {{ ref('a') }} {{ only('x') }}",
    "nameless": "select x, x, y from {{ ref('a') }}",
    "stars": "select * from {{ source('raw', 'o') }}",
    "both": "select a.x, o.n from {{ ref('a') }} a join {{ source('raw', 'o') }} o on true",
    "broken": "select {{",
}


@pytest.fixture(scope="module")
def shop() -> StaticProject:
    return project(FILES, **SQL)


@pytest.mark.parametrize(
    ("key", "column", "expected"),
    [
        ("model.shop.macro", "x", Usage(clauses=("filter",))),
        ("model.shop.macro", "y", Usage(("y",))),
        ("model.shop.macro", "z", NO_USE),
        ("snapshot.shop.s", "y", Usage(("y",))),
        ("snapshot.shop.s", "z", Usage(clauses=("filter",))),
        ("snapshot.shop.t", "z", Usage(("z",))),
        ("snapshot.shop.u", "z", NO_USE),
        ("snapshot.shop.v", "z", Usage(doubts=("a snapshot of a relation that is not known",))),
        ("model.shop.py", "x", Usage(doubts=("a Python model",))),
        ("exposure.shop.e", "x", Usage(doubts=("no query: exposure",))),
        ("model.shop.missing", "x", NO_USE),
        ("model.shop.both", "x", Usage(("x",))),
    ],
)
def test_columns_of_a_model(shop: StaticProject, key: str, column: str, expected: Usage) -> None:
    assert shop.usage(key, {"model.shop.a": frozenset({column})}) == expected


def test_columns_of_a_source_are_believed_by_their_names(shop: StaticProject) -> None:
    read = {"source.shop.raw.o": frozenset({"n"})}
    assert shop.usage("model.shop.both", read) == Usage(("n",))
    assert shop.usage("model.shop.stars", read) == Usage(("n",))
    assert shop.usage("snapshot.shop.u", read) == Usage(("n",))


def test_what_hides_a_column(shop: StaticProject) -> None:
    read = {"model.shop.a": frozenset({"x"})}
    assert shop.usage("model.shop.nameless", read) == Usage(("x",), (), ("a column whose name is not known",))
    assert "cannot be parsed" in shop.usage("model.shop.broken", read).doubts[0]


def test_a_project_with_evidence_asks_the_same(shop: StaticProject) -> None:
    evidenced = EvidencedProject(shop, None)  # type: ignore[arg-type]  # nothing is filled in here
    read = {"model.shop.a": frozenset({"x"})}
    assert evidenced.usage("model.shop.macro", read) == shop.usage("model.shop.macro", read)

"""`ringfence impact` in a real repository: text, JSON, Mermaid, names that are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from commands.test_warm_is_cold import printed
from consumer import ROOT, Consumer

FILES = {
    "dbt_project.yml": "name: shop\nprofile: shop\n",
    "profiles.yml": "shop: {outputs: {dev: {type: duckdb}}}\n",
    "seeds/countries.csv": "code,name\nde,Germany\n",
    "models/orders.sql": "select id, amount, {{ dbt.current_timestamp() }} as at from {{ source('raw', 'orders') }}",
    "models/daily.sql": "{{ config(meta={'owner': 'Ann'}) }} select sum(amount) as revenue from {{ ref('orders') }}",
    "models/big.sql": "select id from {{ ref('orders') }} where amount > 1",
    "models/big_ids.sql": "select id from {{ ref('big') }}",
    "models/ids.sql": "select id from {{ ref('orders') }}",
    "models/maybe.sql": "select 1 as one from {{ ref(var('which')) }} join {{ ref('ids') }} using (id)",
    "models/py.py": "def model(dbt, session):\n    return dbt.ref('orders')\n",
    "models/dim_v1.sql": "select code from {{ ref('countries') }}",
    "models/dim_v2.sql": "select code, name from {{ ref('countries') }}",
    "models/schema.yml": """\
models:
  - name: orders
    columns: [{name: amount, data_tests: [not_null]}, {name: id, data_tests: [unique]}]
  - name: daily
    columns: [{name: revenue, data_tests: [not_null, {unique: {config: {enabled: false}}}]}]
  - {name: dim, latest_version: 2, versions: [{v: 1}, {v: 2}]}
sources:
  - {name: raw, tables: [{name: orders, columns: [{name: amount}]}]}
exposures:
  - name: board
    type: dashboard
    url: https://x.example/?a=1&b=2
    owner: {name: "A \\"B\\" #1", email: a@shop.example}
    depends_on: [ref('daily')]
""",
    "tests/positive.sql": "select * from {{ ref('daily') }} where revenue < 0",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    made = Consumer(tmp_path_factory.mktemp("impact") / "shop")
    made.write(FILES)
    assert made.commit().code == 0
    return made


def _printed(repository: Consumer, *arguments: str) -> str:
    code, out, err = printed(repository, "off", "impact", *arguments)
    assert (code, err) == (0, "")
    return out


def _document(repository: Consumer, *arguments: str) -> dict[str, object]:
    document = json.loads(_printed(repository, *arguments, "--format", "json"))
    Draft202012Validator(json.loads((ROOT / "schemas" / "impact.json").read_text(encoding="utf-8"))).validate(document)
    assert isinstance(document, dict)
    return document


def test_a_model(repository: Consumer) -> None:
    assert _printed(repository, "orders") == (
        "orders: 6 models and 1 exposure downstream; 4 tests on it and them\n"
        "\n"
        "models\n"
        "  big      direct\n"
        "  daily    direct       owner Ann\n"
        "  ids      direct\n"
        "  py       direct\n"
        "  big_ids  through big\n"
        "  maybe    through ids  perhaps: ref() of var('which'), which has neither a value nor a default\n"
        "\n"
        "exposures\n"
        '  board  through daily  dashboard  owner A "B" #1 <a@shop.example>  https://x.example/?a=1&b=2\n'
    )


def test_a_column(repository: Consumer) -> None:
    assert _printed(repository, "raw.orders.amount") == (
        "raw.orders.amount: 5 models and 1 exposure downstream are or may be touched; 2 tests on it and them\n"
        "\n"
        "columns that take their value from it\n"
        "  orders  amount   direct\n"
        "  daily   revenue  through orders  owner Ann\n"
        "\n"
        "models that use it otherwise\n"
        "  big      filter                         through orders\n"
        "  big_ids  its rows rest on those of big  through orders > big\n"
        "\n"
        "cannot be told\n"
        "  py  a Python model  through orders\n"
        "\n"
        "rest on what is touched, and may show it\n"
        '  board  exposure on daily  through orders > daily  dashboard  owner A "B" #1 <a@shop.example>'
        "  https://x.example/?a=1&b=2\n"
        "\n"
        "not touched: 2 more downstream, which do not use it\n"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("board", "no model"),
        ("daily.revenue", "daily.revenue: 1 exposure downstream is or may be touched; 1 test on it and them\n"),
        ("big_ids", "big_ids: nothing reads it\n"),
        (
            "model.shop.daily.revenue",
            "daily.revenue: 1 exposure downstream is or may be touched; 1 test on it and them\n",
        ),
        ("orders.at", "orders.at: 1 model downstream is or may be touched\n"),
        ("dim", "dim.v2: nothing reads it\n"),
        ("dim.v1.code", "dim.v1.code: nothing reads it\n"),
        ("countries.NAME", "countries.NAME: 1 model downstream is or may be touched\n"),
        ("raw.orders.other", "note: it is not known whether raw.orders has a column other: "),
    ],
)
def test_other_names(repository: Consumer, name: str, said: str) -> None:
    if said == "no model":
        code, _, err = printed(repository, "off", "impact", name)
        assert (code, err) == (2, "ringfence: error: there is no model, seed, snapshot or source board\n")
    else:
        assert said in _printed(repository, name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ordes", "there is no model, seed, snapshot or source ordes, did you mean orders?"),
        ("ordes.amount", "there is no model, seed, snapshot or source ordes.amount, did you mean orders?"),
        ("orders.amuont", "orders has no column amuont, did you mean amount?\n    fix: its columns: amount, id, at"),
        ("dim.v3", "dim.v2 has no column v3"),
    ],
)
def test_a_name_that_is_none(repository: Consumer, name: str, said: str) -> None:
    code, out, err = printed(repository, "off", "impact", name)
    assert (code, out) == (2, "")
    assert said in err


def test_json(repository: Consumer) -> None:
    document = _document(repository, "orders.amount")
    assert document["summary"] == {
        "downstream": 7,
        "touched": 5,
        "kinds": {"exposure": 1, "model": 4},
        "perhaps": 0,
        "tests": 2,
    }
    reached = document["downstream"]
    assert isinstance(reached, list)
    board = next(one for one in reached if one["name"] == "board")
    assert board["exposure"] == {"type": "dashboard", "url": "https://x.example/?a=1&b=2"}
    assert (board["way"], board["distance"]) == (["orders", "daily", "board"], 2)
    assert {one["name"]: one["use"] for one in reached}["big"] == {
        "columns": [],
        "clauses": ["filter"],
        "through": [],
        "unknown": [],
    }
    whole = _document(repository, "orders")
    assert isinstance(whole["downstream"], list)
    assert [one["name"] for one in whole["downstream"] if one["perhaps"]] == ["maybe"]
    assert all(one["use"] is None for one in whole["downstream"])


def test_mermaid(repository: Consumer) -> None:
    assert _printed(repository, "orders.amount", "--format", "mermaid") == (
        "flowchart LR\n"
        '  n0["orders.amount"]\n'
        '  n1["big<br/>filter"]\n'
        '  n2["daily<br/>revenue"]\n'
        '  n3["py"]\n'
        '  n4(["board"])\n'
        '  n5["big_ids"]\n'
        "  n0 --> n1\n"
        "  n0 --> n2\n"
        "  n0 -.->|perhaps| n3\n"
        "  n2 --> n4\n"
        "  n1 --> n5\n"
    )
    assert '  n0[("raw.orders")]\n' in _printed(repository, "raw.orders", "--format", "mermaid")


def test_a_name_cannot_write_mermaid(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "odd")
    made.write(
        {
            "dbt_project.yml": "name: odd\n",
            "models/a.sql": "select 1 as x",
            "models/e.yml": "exposures:\n  - {name: 'b\"]; click n0 \"javascript:x\" <b>', depends_on: [ref('a')]}\n"
            "semantic_models:\n  - {name: s, model: ref('a')}\n",
        }
    )
    assert made.commit().code == 0
    out = _printed(made, "a", "--format", "mermaid")
    assert '  n1(["b#34;#93;#59; click n0 #34;javascript:x#34; #60;b#62;"])\n' in out
    assert '  n2("s")\n' in out
    told = _printed(made, "a")
    assert "\nsemantic models\n  s  direct\n" in told


def test_several_projects_and_packages(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "two")
    both = {"dbt_project.yml": "name: NAME\n", "models/a.sql": "select 1 as x"}
    for name in ("one", "two"):
        made.write({f"{name}/{path}": text.replace("NAME", name) for path, text in both.items()})
    made.write(
        {
            "two/packages.yml": "packages: [{local: ../pack}]\n",
            "pack/dbt_project.yml": "name: pack\n",
            "pack/models/p.sql": "select 1 as x",
            "two/models/b.sql": "select x from {{ ref('p') }}",
            "ringfence.yml": "projects: [{path: one}, {path: two}]\n",
        }
    )
    assert made.commit().code == 0
    code, _, err = printed(made, "off", "impact", "a")
    assert code == 2
    assert "a is in several projects: one, two\n    fix: name one: --project DIR" in err
    assert _printed(made, "a", "--project", "one") == "a: nothing reads it\n"
    assert "columns that take their value from it\n  b  x  direct\n" in _printed(made, "p.x")


def test_output_and_another_tree(repository: Consumer, tmp_path: Path) -> None:
    target = tmp_path / "impact.json"
    assert _printed(repository, "orders", "--from", "HEAD", "--format", "json", "--output", str(target)) == ""
    assert json.loads(target.read_text(encoding="utf-8"))["head"] == "HEAD"

"""Types of seeds' columns: declared, or told by the values when somebody asks for them."""

from __future__ import annotations

import pytest

from ringfence.readers.static.open import open_projects
from ringfence.readers.static.project import StaticProject
from ringfence.readers.static.state import OUTPUTS
from ringfence.sql.shape import Gap
from states import Texts

FILES = {
    "seeds/n.csv": "code,born,size,label\n1,2020-01-01,1.5,x\n2,,2,y\n",
    "seeds/seeds.yml": "seeds:\n  - name: n\n    config: {column_types: {code: bigint}}\n",
    "models/a.sql": "select code, born, size, upper(label) as label from {{ ref('n') }}",
    "models/b.sql": "select max(size) as largest, count(*) as many from {{ ref('a') }}",
    "models/circle.sql": "select c.x, n.size from {{ ref('ring') }} c, {{ ref('n') }} n",
    "models/ring.sql": "select size as x from {{ ref('circle') }}",
}
TYPED = [("code", "BIGINT"), ("born", "DATE"), ("size", "DOUBLE"), ("label", "VARCHAR")]


def read(files: dict[str, str], adapter: str | None = "duckdb") -> StaticProject:
    return open_projects(Texts(files), None, [("", adapter)])[0]


def typed(project: StaticProject, key: str) -> list[tuple[str | None, str | None]]:
    output = project.outputs.typed(key)
    return [(None, None) if isinstance(one, Gap) else (one.name, one.type) for one in output]


def why(project: StaticProject, key: str = "seed.shop.n") -> set[str]:
    return {one.why for one in project.outputs.typed(key) if not isinstance(one, Gap) and one.type is None}


def test_types_run_from_the_values_of_a_seed() -> None:
    project = read(FILES)
    assert typed(project, "seed.shop.n") == TYPED
    assert typed(project, "model.shop.a") == TYPED
    assert typed(project, "model.shop.b") == [("largest", "DOUBLE"), ("many", "BIGINT")]
    assert typed(project, "model.shop.b") == [("largest", "DOUBLE"), ("many", "BIGINT")]
    assert typed(project, "model.shop.nothing") == [(None, None)]


def test_the_values_are_not_read_for_names() -> None:
    project = read(FILES)
    project.outputs.of("model.shop.b")
    records = [project.index.state.record(OUTPUTS, key) for key in ("seed.shop.n", "model.shop.a", "model.shop.b")]
    assert not any("types:" in key for record in records for key in record["w"])
    assert why(project) == set()
    assert [one.type for one in project.outputs.of("seed.shop.n") if not isinstance(one, Gap)][1:] == [None] * 3


def test_who_asks_for_types_depends_on_the_file() -> None:
    project = read(FILES)
    for _ in range(2):
        project.index.begin()
        project.outputs.typed("model.shop.b")
        assert "shop:file:seeds/n.csv" in project.index.end()


def test_models_that_read_each_other_have_types_as_far_as_they_are_known() -> None:
    assert typed(read(FILES), "model.shop.ring") in ([(None, None)], [("x", None)])


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("seeds/n.csv", "code,born,size,label\n1,2,3,4,5\n", "a seed with more values than names in line 2"),
        ("seeds/n.csv", "code,born,size\n1,20200101T10,x\n", "a seed's values that may be timestamps or texts"),
        ("macros/m.sql", "{% macro create_csv_table(m, t) %}{% endmacro %}", "loads in a way of its own"),
        ("seeds/seeds.yml", "seeds:\n  - name: n\n    config: {column_types: '{{ env_var(\"x\") }}'}\n", "not known"),
        ("seeds/seeds.yml", "seeds:\n  - name: n\n    config: {delimiter: '{{ env_var(\"x\") }}'}\n", ""),
        ("seeds/seeds.yml", "seeds:\n  - name: n\n    config: {column_types: {code: mood}}\n", "the type mood"),
        ("seeds/n.csv", "\n", ""),
    ],
)
def test_what_hides_types_is_named(path: str, text: str, reason: str) -> None:
    told = why(read({**FILES, path: text}))
    assert (not told and not reason) or any(reason in one for one in told)


def test_declared_types_count_for_names_written_alike() -> None:
    files = {**FILES, "seeds/n.csv": "Code, born\n1,2020-01-01\n"}
    files["seeds/seeds.yml"] = "seeds:\n  - name: n\n    config: {column_types: {code: bigint, born: text}}\n"
    assert typed(read(files), "seed.shop.n") == [("Code", "INTEGER"), ("born", "DATE")]


def test_templates_of_types_are_followed_as_far_as_the_adapter_decides() -> None:
    files = {
        **FILES,
        "dbt_project.yml": "name: shop\nseeds:\n  shop:\n    +column_types: {size: text, code: text}\n    n: {}\n",
        "seeds/seeds.yml": """\
seeds:
  - name: n
    config:
      column_types:
        code: "{{ 'int64' if target.type == 'bigquery' else 'bigint' }}"
        born: |
          {%- if target.type in ("bigquery", "databricks") -%} string {%- else -%} varchar(256) {%- endif -%}
""",
    }
    told = [("code", "BIGINT"), ("born", "VARCHAR"), ("size", "VARCHAR"), ("label", "VARCHAR")]
    assert typed(read(files), "seed.shop.n") == told
    files["seeds/seeds.yml"] += "        label: \"{{ env_var('KIND') }}\"\n"
    assert why(read(files)) == {"a seed whose column_types are not known"}


PACKAGE = {
    "packages.yml": "packages: [{local: inner}]\n",
    "inner/dbt_project.yml": "name: inner\nseeds: {+column_types: {a: '{{ target.type }}', b: text}}\n",
    "inner/seeds/s.csv": "a,b\n1,2\n",
    "dbt_project.yml": "name: shop\nseeds: {inner: {s: {+column_types: {a: date}}}}\n",
}


def test_templates_of_types_in_packages() -> None:
    assert typed(read(PACKAGE), "seed.inner.s") == [("a", "DATE"), ("b", "VARCHAR")]
    patched = {**PACKAGE, "seeds/seeds.yml": "seeds: [{name: s, config: {column_types: {b: '{{ target.type }}'}}}]\n"}
    assert why(read(patched), "seed.inner.s") == {"a seed whose column_types are not known"}


def test_other_adapters_have_no_types() -> None:
    assert typed(read(FILES, "snowflake"), "seed.shop.n")[1] == ("born", None)
    assert typed(read(FILES, None), "seed.shop.n")[1] == ("born", None)


def test_a_long_chain_tells_no_less_than_names() -> None:
    chain = {f"models/m{n}.sql": f"select *, {n} as n{n} from {{{{ ref('m{n - 1}') }}}}" for n in range(1, 80)}
    project = read({**FILES, **chain, "models/m0.sql": "select born from {{ ref('n') }}"})
    for n in range(80):
        project.outputs.of(f"model.shop.m{n}")
    found = typed(project, "model.shop.m79")
    assert found[0][0] == "born"
    assert found[0][1] in ("DATE", None)
    assert len(found) == 80

"""The parts of a model's logic, from its sources."""

from __future__ import annotations

import pytest

from ringfence.domain.fact import Known
from ringfence.domain.logic import Logic
from ringfence.readers.static.open import open_projects
from states import Texts

PROJECT = "name: shop\nvars:\n  a: 1\n  shop: {b: 2}\n  inner: {c: 3}\n"
FILES = {
    "dbt_project.yml": PROJECT,
    "packages.yml": "packages:\n  - {local: inner}\n  - {package: dbt-labs/dbt_utils, version: 1.1.1}\n",
    "inner/dbt_project.yml": "name: inner\n",
    "inner/macros/i.sql": "{% macro inside() %}{{ var('c') }}{{ deeper() }}{% endmacro %}\n"
    "{% macro deeper() %}1{% endmacro %}",
    "models/m.sql": "select 1 as id",
}


def _logic(files: dict[str, str], key: str = "model.shop.m", adapter: str = "duckdb") -> Logic:
    return open_projects(Texts({**FILES, **files}), None, [("", adapter)])[0].logic(key)


def _parts(sql: str, files: dict[str, str] | None = None) -> list[str]:
    return sorted(_logic({**(files or {}), "models/m.sql": sql}).parts)


@pytest.mark.parametrize(
    ("sql", "files", "expected"),
    [
        ("select 1 as id", {}, []),
        ("{{ var('a') }} {{ var('b') }} {{ var('unset', 1) }}", {}, ["var a", "var b", "var unset"]),
        ("{{ inner.inside() }}", {}, ["macro inner.deeper", "macro inner.inside", "var inner.c"]),
        ("{{ dbt_utils.star(ref('x')) }}", {}, ["macro dbt_utils.star", "package dbt_utils"]),
        ("{{ dbt.concat([1]) }}", {}, []),
        (
            "{{ dbt.concat([1]) }}",
            {"macros/c.sql": "{% macro duckdb__concat(x) %}1{% endmacro %}"},
            ["macro shop.duckdb__concat"],
        ),
        (
            "select 1 as id",
            {
                "macros/c.sql": "{% macro duckdb__create_table_as(x) %}{{ own() }}{% endmacro %}"
                "{% macro own() %}{% endmacro %}"
            },
            ["macro shop.duckdb__create_table_as", "macro shop.own"],
        ),
        (
            "{{ config(materialized='odd') }}",
            {
                "macros/c.sql": "{% materialization odd, default %}{{ own() }}{% endmaterialization %}"
                "{% macro own() %}{% endmacro %}"
            },
            ["macro shop.own", "materialization shop.odd"],
        ),
        ("{{ config(materialized=target.name) }}", {}, []),
        ("{{ ref('gone') }} {{ ref('n') }}", {"models/n.sql": "select {{ var('a') }}"}, []),
        (
            "{{ ref('n') }} {{ ref('n') }}",
            {
                "models/n.sql": "{{ config(materialized='ephemeral') }} {{ ref('o') }}{{ var('a') }}",
                "models/o.sql": "{{ config(materialized=target.name) }}",
            },
            ["ephemeral n", "ephemeral o", "var a"],
        ),
        ("{{ ref('s') }}", {"seeds/s.csv": "a,b\n1,2\n"}, ["seed s"]),
        (
            "{{ ref('s') }}",
            {"seeds/s.csv": "a,b\n", "seeds/s.yml": 'seeds: [{name: s, config: {delimiter: "{{ target.name }}"}}]\n'},
            ["seed s"],
        ),
        (
            "{{ ref('v') }} {{ ref('v', v=1) }}",
            {
                "models/v.yml": "models: [{name: v, versions: [{v: 1}, {v: 2}]}]\n",
                "models/v_v1.sql": "",
                "models/v_v2.sql": "",
            },
            ["ref v"],
        ),
        ("{{ ref(target.name) }}", {}, ["refs of m"]),
        (
            "{{ config(pre_hook='{{ own() }}', tags=['x'], meta={'a': 1}) }}",
            {"macros/c.sql": "{% macro own() %}{% endmacro %}"},
            ["config pre-hook", "macro shop.own"],
        ),
        ("{{ config(meta={'a': 1}) }} {{ config.get('meta').a }}", {}, ["config meta"]),
        ("{{ config(batch_size=target.name, begin=none) }}", {}, ["config batch_size"]),
        ("{{ config(**own()) }}", {}, ["config"]),
        (
            "{{ adapter.dispatch('f', 'shop')() }}",
            {"macros/c.sql": "{% macro default__f() %}{% endmacro %}"},
            ["macro shop.default__f"],
        ),
        ("{{ adapter.dispatch('f')() }}", {}, []),
        ("{{ var(target.name) }}", {}, ["var named by a run"]),
    ],
)
def test_what_a_model_rests_on(sql: str, files: dict[str, str], expected: list[str]) -> None:
    assert _parts(sql, files) == sorted([*expected, "model"])


def test_what_is_not_known_says_why() -> None:
    parts = _logic({"models/m.sql": "{{ dbt_utils.star() }}\n{{ var(target.name) }}"}).parts
    assert str(parts["macro dbt_utils.star"]) == "Unknown('the package dbt_utils is not installed')"
    assert "var whose name only a run decides" in str(parts["var named by a run"])
    assert parts["package dbt_utils"] == Known("pin1:1.1.1", parts["package dbt_utils"].place, "static")


def test_parts_stand_where_they_are_written() -> None:
    files = {
        "models/m.sql": "{{ var('a') }}{{ var('b') }}{{ var('unset') }}{{ own() }}{{ inner.inside() }}{{ ref('s') }}",
        "macros/c.sql": "\n\n{% macro own() %}{% endmacro %}",
        "seeds/s.csv": "a\n",
    }
    places = {name: str(fact.place) for name, fact in _logic(files).parts.items()}
    assert places == {
        "model": "models/m.sql:1:1",
        "var a": "dbt_project.yml:3:6",
        "var b": "dbt_project.yml:4:13",
        "var unset": "None",
        "macro shop.own": "macros/c.sql:3:1",
        "macro inner.inside": "inner/macros/i.sql:1:1",
        "macro inner.deeper": "inner/macros/i.sql:2:1",
        "var inner.c": "dbt_project.yml:5:14",
        "seed s": "seeds/s.csv:1:1",
    }


def test_a_python_model_is_compared_as_text() -> None:
    files = {"models/p.py": "def model(dbt, session):\n    return 1\n"}
    assert str(_logic(files, "model.shop.p").parts["model"]).startswith("Known('txt1:")


def test_a_model_that_is_not_there_has_no_logic() -> None:
    assert _logic({}, "model.shop.gone") == Logic({})


def test_macros_without_end_are_unknown() -> None:
    macros = "".join(f"{{% macro m{at}() %}}{{{{ m{at + 1}() }}}}{{% endmacro %}}\n" for at in range(2100))
    parts = _logic({"macros/m.sql": macros, "models/m.sql": "{{ m0() }}"}).parts
    assert "it reaches more than 2,000 macros" in str(parts["macros"])


FLAGS = """name: shop
vars:
  ringfence_flags:
    one: {owner: team, expires: 2027-01-31, default: off}
    two: {owner: team, expires: 2027-01-31, default: on}
"""


def test_a_flag_is_part_of_the_logic_of_whoever_asks_for_it() -> None:
    """Its own entry counts, as far as it says how the flag stands; other flags do not, nor owners and days."""
    sql = "{% if ringfence.flag('one') %}1{% endif %}{{ through() }}"
    files = {"models/m.sql": sql, "macros/t.sql": "{% macro through() %}{{ ringfence.kill(name='one') }}{% endmacro %}"}

    def print_of(settings: str) -> dict[str, str]:
        return _logic({**files, "dbt_project.yml": settings}).recorded()

    before = print_of(FLAGS)
    assert sorted(before) == ["flag one", "macro shop.through", "model"]
    for same in ("owner: team, ", "two: {owner: team, expires: 2027-01-31, default: on}"):
        assert print_of(FLAGS.replace(same, "", 1)) == before
    for old, new in (("default: off", "default: on"), ("default: off", "by_target: {ci: on}"), ("one:", "other:")):
        after = print_of(FLAGS.replace(old, new))
        assert [part for part in before if after[part] != before[part]] == ["flag one"]
    for more in ("  ringfence_flag__one: on\n", "  ringfence_kill: [one]\n"):
        assert print_of(FLAGS + more)["flag one"] != before["flag one"]
    own = FLAGS.replace("vars:\n", "vars:\n  shop:\n").replace("  ringfence_flags", "    ringfence_flags")
    own = own.replace("    one:", "      one:").replace("    two:", "      two:")
    assert print_of(own) == before
    place = _logic({**files, "dbt_project.yml": FLAGS}).parts["flag one"].place
    assert place is not None
    assert (place.path, place.line) == ("dbt_project.yml", 4)


def test_a_flag_without_a_registry_and_one_whose_name_only_a_run_knows() -> None:
    assert _logic({"models/m.sql": "{{ ringfence.flag('one') }}"}).parts["flag one"].place is None
    assert _parts("{{ ringfence.variation(name, 1, 2) }}") == ["flag named by a run", "model"]
    required = {"packages.yml": "packages: [{package: x/ringfence, version: 0.1.0}]"}
    assert _parts("{{ ringfence.flag('one') }}", required) == ["flag one", "model", "package ringfence"]

"""Freshness where macros, packages and files come and go, and by who made the manifest: the whole outcome."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from readers.manifest.made import (
    FLOUR,
    MARTS,
    STAGING,
    STG,
    WEIGHTS,
    Made,
    as_v2,
    both,
    edited,
    everything,
    expect,
    told,
)
from readers.manifest.mill import BIG, FILES, PACKAGE, Json, fixture, write
from readers.manifest.shapes import like_1_12
from ringfence.domain.evidence import Freshness

# macros


def test_a_macro_edited_that_is_reached_through_another(made: Made) -> None:
    made.edit(WEIGHTS, "* 1000", "* 1024")
    old, new = (text.partition("\n")[0] for text in both(made, WEIGHTS))
    expect(made, "stale", f"{WEIGHTS}:1:1 macro grams: it was edited {edited(old, new)} => stg_grain")


def test_a_macro_edited_that_nobody_reaches(made: Made) -> None:
    made.edit(WEIGHTS, "select 1", "select 2")
    change = edited("{% macro nobody() %}select 1{% endmacro %}", "{% macro nobody() %}select 2{% endmacro %}")
    expect(made, "irrelevant", f"{WEIGHTS}:5:1 macro nobody: it was edited {change} => nothing")


def test_a_generic_test_s_macro_edited(made: Made) -> None:
    made.edit(WEIGHTS, "<= 0", "< 0")
    old, new = (re.findall(r"(?s){% test.*endtest %}", text)[0] for text in both(made, WEIGHTS))
    expect(made, "stale", f"{WEIGHTS}:7:1 macro test_positive: it was edited {edited(old, new)} => stg_grain")


def test_white_space_of_a_macro(made: Made) -> None:
    made.edit(WEIGHTS, "* 1000 as", "*  1000 as")
    old, new = (text.partition("\n")[0] for text in both(made, WEIGHTS))
    expect(made, "irrelevant", f"{WEIGHTS}:1:1 macro grams: its white space was edited {edited(old, new)} => nothing")


def test_a_macro_that_stands_lower_in_its_file(made: Made) -> None:
    made.files[WEIGHTS] = f"{{# {{% macro grams(x) %}}old{{% endmacro %}} #}}\n\n{FILES[WEIGHTS]}"
    expect(made, "fresh")


def test_a_macro_in_a_comment_is_not_the_macro(made: Made) -> None:
    first = FILES[WEIGHTS].partition("\n")[0]
    made.files[WEIGHTS] = f"{{# {first} #}}\n{FILES[WEIGHTS].replace('* 1000', '* 1024')}"
    change = edited(first, first.replace("* 1000", "* 1024"))
    expect(made, "stale", f"{WEIGHTS}:2:1 macro grams: it was edited {change} => stg_grain")


def test_a_macro_moved_to_another_file(made: Made) -> None:
    first = FILES[WEIGHTS].partition("\n")[0]
    made.edit(WEIGHTS, first, "")
    made.files["macros/other.sql"] = first
    expect(made, "fresh")


def test_a_macro_removed(made: Made) -> None:
    made.edit(WEIGHTS, "{% macro nobody() %}select 1{% endmacro %}", "")
    expect(made, "irrelevant", f"{WEIGHTS}:1:1 macro nobody: it is gone => nothing")


def test_a_macro_added_that_takes_the_place_of_a_package_s(made: Made) -> None:
    made.files["macros/lowered.sql"] = "{% macro lowered(column) %}upper({{ column }}){% endmacro %}"
    reason = "the manifest does not have it"
    expect(made, "stale", f"macros/lowered.sql:1:1 macro lowered: {reason} => stg_grain")


def test_a_macro_that_is_written_over_two_lines(made: Made) -> None:
    first = FILES[WEIGHTS].partition("\n")[0]
    made.edit(WEIGHTS, first, first.replace("{% macro grams", "{%\n macro grams"))
    change = edited(first, first.replace("{% macro grams", "{%\n macro grams"))
    expect(made, "irrelevant", f"{WEIGHTS}:2:1 macro grams: its white space was edited {change} => nothing")


# packages


def test_a_package_locked_in_another_version(made: Made) -> None:
    made.files["package-lock.yml"] = FILES["package-lock.yml"].replace("1.0.0", "1.1.0")
    reason = "package-lock.yml asks for another version than the installed one (1.0.0 -> 1.1.0)"
    expect(made, "stale", f"packages.yml:2:5 package tools: {reason} => stg_grain")


def test_a_package_upgraded(made: Made) -> None:
    made.files["package-lock.yml"] = FILES["package-lock.yml"].replace("1.0.0", "1.1.0")
    changed = {path: text.replace("1.0.0", "1.1.0").replace("lower(", "trim(") for path, text in PACKAGE.items()}
    write(made.folder, changed)
    line = "packages.yml:2:5 package tools: its macros differ: lowered (none -> 1.1.0) => stg_grain"
    expect(made, "stale", line)


def test_a_package_that_is_not_installed(made: Made) -> None:
    (made.folder / "dbt_packages/tools/dbt_project.yml").unlink()
    reason = "it is not installed here, and cannot be compared"
    expect(made, "unproven", f"packages.yml:2:5 package tools: {reason} => stg_grain?")


def test_a_package_no_longer_asked_for(made: Made) -> None:
    del made.files["packages.yml"], made.files["package-lock.yml"]
    (made.folder / "dbt_packages/tools/dbt_project.yml").unlink()
    found = {told(one) for one in made.proof().differences}
    assert "dbt_project.yml:1:1 package tools: it is no longer asked for => stg_grain" in found
    assert made.proof().outcome(everything) == "stale"


def test_a_package_added(made: Made) -> None:
    del made.manifest["macros"]["macro.tools.lowered"]
    line = "packages.yml:2:5 package tools: the manifest does not have it => stg_grain"
    expect(made, "stale", line)


def test_a_local_package(made: Made) -> None:
    made.files["packages.yml"] = "packages:\n  - {local: pkgs/own}\n"
    made.files["pkgs/own/dbt_project.yml"] = "name: tools\nversion: 1.0.0\n"
    made.files["pkgs/own/macros/text.sql"] = PACKAGE["dbt_packages/tools/macros/text.sql"]
    expect(made, "fresh")
    made.edit("pkgs/own/macros/text.sql", "lower(", "trim(")
    line = "packages.yml:2:5 package tools: its macros differ: lowered => stg_grain"
    expect(made, "stale", line)
    made.files["pkgs/own/macros/text.sql"] = "".join(f"{{% macro m{n}() %}}{n}{{% endmacro %}}\n" for n in range(5))
    reasons = [one.reason for one in made.proof().differences if one.subject.kind == "package"]
    assert reasons == ["its macros differ: lowered, m0, m1 and 3 more"]


# files that come and go


def test_a_file_deleted(made: Made) -> None:
    del made.files[STG]
    made.edit("models/marts/switched.sql", "ref('stg_mills')", "ref('flour')")
    lines = [told(one) for one in made.proof().differences if one.subject.name == "stg_mills"]
    assert lines == [f"{STG}:1:1 model stg_mills: {STG} is not in memory => stg_mills"]


def test_a_file_added(made: Made) -> None:
    made.files["models/staging/stg_bins.sql"] = "select 1 as bin_id"
    line = "models/staging/stg_bins.sql:1:1 model stg_bins: the manifest does not have it => stg_bins"
    expect(made, "stale", line)


def test_a_file_renamed(made: Made) -> None:
    made.files["models/staging/stg_mill.sql"] = made.files.pop(STG)
    expect(made, "stale", f"{STG}:1:1 model stg_mills: it was renamed to stg_mill => stg_mills")


def test_a_seed_renamed(made: Made) -> None:
    made.files["seeds/cereals.csv"] = made.files.pop("seeds/grains.csv")
    made.edit(STAGING, "  - name: grains\n", "  - name: cereals\n")
    line = "seeds/grains.csv:1:1 seed grains: it was renamed to cereals => seed.mill.grains"
    expect(made, "stale", line)


def test_a_file_renamed_and_edited(made: Made) -> None:
    made.files["models/staging/stg_mill.sql"] = str(made.files.pop(STG)).replace("stones", "wheels")
    expect(
        made,
        "stale",
        "models/staging/stg_mill.sql:1:1 model stg_mill: the manifest does not have it => stg_mill",
        f"{STG}:1:1 model stg_mills: {STG} is not in memory => stg_mills",
    )


def test_a_file_moved_to_another_folder(made: Made) -> None:
    made.files["models/marts/stg_mills.sql"] = made.files.pop(STG)
    found = "models/marts/stg_mills.sql:1:1 model stg_mills"
    expect(
        made,
        "stale",
        "dbt_project.yml:12:22 model stg_mills: materialized changed (view -> table) => stg_mills",
        'dbt_project.yml:13:14 model stg_mills: meta changed (none -> {"owner": "miller"}) => stg_mills',
        f"{found}: fqn changed (mill.staging.stg_mills -> mill.marts.stg_mills) => stg_mills",
        f"{found}: path changed ({STG} -> models/marts/stg_mills.sql) => stg_mills",
        f"{found}: tags changed (staging -> none) => stg_mills",
    )


def test_a_snapshot_block_renamed(made: Made) -> None:
    path = "snapshots/prices.sql"
    made.edit(path, "snapshot stocks", "snapshot stores")
    expect(
        made,
        "stale",
        f"{path}:1:1 snapshot stocks: {path} defines it no more => snapshot.mill.stocks",
        f"{path}:5:1 snapshot stores: the manifest does not have it => snapshot.mill.stores",
    )


def test_the_manifest_of_another_branch(made: Made) -> None:
    made.files["models/marts/bread.sql"] = "select * from {{ ref('flour') }}"
    made.edit(FLOUR, "amount", "grams")
    made.edit(MARTS, "name: amount", "name: grams")
    change = edited(*both(made, FLOUR))
    expect(
        made,
        "stale",
        "models/marts/bread.sql:1:1 model bread: the manifest does not have it => bread",
        f"{FLOUR}:1:1 model flour: its SQL was edited {change} => flour",
        f"{MARTS}:8:16 model flour: columns changed (amount -> grams) => flour",
    )


# who made it


def test_the_checksums_and_keys_of_the_v2_engine(newest: Made) -> None:
    as_v2(newest)
    expect(newest, "fresh")
    newest.edit(STG, "stones", "wheels")
    found = newest.proof()
    assert [one.reason for one in found.differences] == ["its SQL was edited"]
    assert found.outcome(everything) == "stale"


def test_the_shape_of_dbt_1_12(newest: Made) -> None:
    newest.manifest = like_1_12(newest.manifest)
    expect(newest, "fresh")


def test_a_manifest_without_any_checksum(newest: Made) -> None:
    node = newest.manifest["nodes"]["model.mill.stg_mills"]
    node["checksum"], node["raw_code"] = {"name": "none", "checksum": ""}, ""
    reason = "its text cannot be compared: the manifest holds no checksum of it"
    expect(newest, "unproven", f"{STG}:1:1 model stg_mills: {reason} => stg_mills?")


def test_a_byte_order_mark_that_only_a_checksum_saw(newest: Made) -> None:
    as_v2(newest)
    newest.files[STG] = f"\ufeff{FILES[STG]}"
    found = newest.proof()
    assert [(one.reason, one.touches) for one in found.differences] == [("white space was edited", frozenset())]


def test_a_renamed_file_of_which_only_a_checksum_is_known(newest: Made) -> None:
    as_v2(newest)
    newest.files["models/staging/stg_mill.sql"] = newest.files.pop(STG)
    expect(newest, "stale", f"{STG}:1:1 model stg_mills: it was renamed to stg_mill => stg_mills")


def test_an_empty_file_is_no_other_file_renamed(made: Made) -> None:
    made.files["models/staging/stg_mill.sql"] = ""
    del made.files[STG]
    made.manifest["nodes"]["model.mill.stg_mills"] |= {"raw_code": "", "checksum": {"name": "none", "checksum": ""}}
    reasons = {one.subject.name: one.reason for one in made.proof().differences}
    assert reasons == {"stg_mill": "the manifest does not have it", "stg_mills": f"{STG} is not in memory"}


def test_the_manifest_of_another_project(made: Made) -> None:
    made.manifest["metadata"]["project_name"] = "bakery"
    found = made.proof()
    assert found == Freshness((), "it is of the project bakery, and this is mill")
    assert found.outcome(everything) == "foreign"


def test_the_manifest_of_another_adapter(made: Made) -> None:
    made.adapter = "snowflake"
    found = made.proof()
    assert found == Freshness((), "it was made for the adapter duckdb, and snowflake is configured")
    assert found.outcome(everything) == "foreign"


def test_older_manifests_hold_no_unit_tests(made: Made) -> None:
    made.files["models/unit.yml"] = "unit_tests:\n  - {name: grinds, model: stg_mills, given: [], expect: {rows: []}}\n"
    made.manifest["metadata"]["dbt_schema_version"] = "https://schemas.getdbt.com/dbt/manifest/v11.json"
    expect(made, "fresh")


def test_snapshots_in_yaml_are_nothing_to_dbt_1_8(made: Made) -> None:
    made.files["snapshots/more.yml"] = (
        "snapshots:\n  - {name: more, relation: ref('flour'), config: {strategy: check}}\n"
    )
    older = made.manifest["metadata"]["dbt_version"].startswith("1.8")
    assert made.proof().outcome(everything) == ("fresh" if older else "stale")


# dbt itself


@pytest.mark.parametrize("label", ["1.11"])
def test_what_dbt_writes_today_is_what_the_fixture_holds(label: str, tmp_path: Path) -> None:
    import sys

    from readers.manifest.mill import parsed, trimmed

    written = _without_version(trimmed(parsed(sys.executable, {**FILES, **PACKAGE, **BIG})))
    assert written == _without_version(fixture(label))


def _without_version(manifest: Json) -> Any:
    del manifest["metadata"]["dbt_version"]
    return manifest

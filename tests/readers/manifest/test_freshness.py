"""What the proof of freshness says of every kind of change: the whole outcome, with every node and reason."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from memory import MemoryTree
from readers.manifest.mill import BIG, FILES, PACKAGE, Json, fixture, write
from readers.manifest.shapes import like_1_12, like_v2
from ringfence.domain.evidence import Difference, Freshness
from ringfence.readers.manifest.freshness import prove
from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.static.contents import Contents
from ringfence.readers.static.open import open_projects

Files = dict[str, str | bytes]
STG = "models/staging/stg_mills.sql"
FLOUR = "models/marts/flour.sql"
MARTS = "models/marts/marts.yml"
STAGING = "models/staging/staging.yml"
WEIGHTS = "macros/weights.sql"

CONTENTS = Contents()  # by content: no test sees what another one wrote


class Made:
    """A manifest and the tree it is compared with, both as dbt found them until something is changed."""

    def __init__(self, folder: Path, label: str) -> None:
        self.folder, self.manifest = folder, fixture(label)
        self.files: Files = dict(FILES)
        self.adapter = "duckdb"
        del self.manifest["nodes"]["seed.mill.weather"]
        write(folder, PACKAGE)

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.files[path]
        assert isinstance(text, str)
        assert old in text, f"{path} does not hold {old!r}"
        self.files[path] = text.replace(old, new, 1)

    def proof(self) -> Freshness:
        written = self.folder / "manifest.json"
        written.write_text(json.dumps(self.manifest), encoding="utf-8")
        tree = MemoryTree(self.files)
        (project,) = open_projects(tree, str(self.folder), [("", self.adapter)], CONTENTS)
        return prove(open_manifest(str(written), root=""), project, tree, str(self.folder))


@pytest.fixture(params=["1.8", "1.11"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    return Made(tmp_path, request.param)


@pytest.fixture
def newest(tmp_path: Path) -> Made:
    return Made(tmp_path, "1.11")


def everything(_key: str) -> bool:
    return True


def of_kinds(*kinds: str) -> Callable[[str], bool]:
    return lambda key: key.split(".")[0] in kinds


def told(one: Difference) -> str:
    """A difference in one line: place, what is said, what it touches; `?` where it cannot be compared."""
    touched = ", ".join(sorted(key.removeprefix("model.mill.") for key in one.touches)) or "nothing"
    return f"{one.place} {one.told()} => {touched}{'' if one.certain else '?'}"


def expect(made: Made, outcome: str, *lines: str) -> None:
    found = made.proof()
    assert [told(one) for one in found.differences] == list(lines)
    assert found.outcome(everything) == outcome


def digest(text: str) -> str:
    return f"sha256 {hashlib.sha256(text.strip().encode()).hexdigest()[:12]}"


def edited(old: str, new: str) -> str:
    return f"({digest(old)} -> {digest(new)})"


# nothing that dbt reads


def test_nothing_changed(made: Made) -> None:
    expect(made, "fresh")


def test_a_file_that_dbt_does_not_read(made: Made) -> None:
    made.files["README.md"] = "# Another mill\n"
    expect(made, "fresh")


def test_a_comment_in_the_project_file(made: Made) -> None:
    made.edit("dbt_project.yml", "models:\n", "# what follows is about models\nmodels:\n")
    expect(made, "fresh")


def test_a_comment_in_a_properties_file(made: Made) -> None:
    made.edit(MARTS, "models:\n", "# what follows is about models\nmodels:\n")
    expect(made, "fresh")


def test_edited_and_reverted(made: Made) -> None:
    made.edit(STG, "stones", "wheels")
    made.edit(STG, "wheels", "stones")
    expect(made, "fresh")


def test_a_variable_that_only_a_run_uses(made: Made) -> None:
    made.edit("dbt_project.yml", "region: north", "region: south")
    expect(made, "fresh")


# SQL and Python


def test_sql_edited(made: Made) -> None:
    made.edit(STG, "stones", "wheels")
    expect(
        made,
        "stale",
        f"{STG}:1:1 model stg_mills: its SQL was edited {edited(FILES[STG], str(made.files[STG]))} => stg_mills",
    )


def test_another_model_is_read(made: Made) -> None:
    made.edit(STG, "ref('grains')", "ref('stg_grain')")
    change = edited(FILES[STG], str(made.files[STG]))
    expect(
        made,
        "stale",
        f"{STG}:1:1 model stg_mills: its SQL was edited {change} => stg_mills",
        f"{STG}:1:1 model stg_mills: refs changed (grains -> stg_grain) => stg_mills",
    )


def test_python_edited(made: Made) -> None:
    path = "models/marts/forecast.py"
    made.edit(path, "if session", "if not session")
    change = edited(FILES[path], str(made.files[path]))
    expect(made, "stale", f"{path}:1:1 model forecast: its Python was edited {change} => forecast")


def test_white_space_in_python_has_a_meaning(made: Made) -> None:
    path = "models/marts/forecast.py"
    made.edit(path, '        return dbt.ref("flour")', '    return dbt.ref("flour")')
    change = edited(FILES[path], str(made.files[path]))
    expect(made, "stale", f"{path}:1:1 model forecast: white space was edited {change} => forecast")


def test_a_singular_test_edited(made: Made) -> None:
    path = "tests/no_dust.sql"
    made.edit(path, "amount = 0", "amount < 1")
    change = edited(FILES[path], str(made.files[path]))
    expect(made, "stale", f"{path}:1:1 test no_dust: its SQL was edited {change} => test.mill.no_dust")


def test_one_of_two_snapshots_of_a_file_edited(made: Made) -> None:
    path = "snapshots/prices.sql"
    made.edit(path, "select * from {{ ref('stg_grain') }}", "select grain_id from {{ ref('stg_grain') }}")
    old, new = (text.partition("{% snapshot stocks %}")[2].partition("{% end")[0] for text in both(made, path))
    change = f"snapshot stocks: its block was edited {edited(old, new)} => snapshot.mill.stocks"
    expect(made, "stale", f"{path}:1:1 {change}")


def both(made: Made, path: str) -> tuple[str, str]:
    return FILES[path], str(made.files[path])


def test_a_file_that_is_not_utf_8(made: Made) -> None:
    made.files[STG] = FILES[STG].encode() + b"-- caf\xe9\n"
    reason = "its file is not UTF-8, and cannot be compared"
    expect(made, "unproven", f"{STG}:1:1 model stg_mills: {reason} => stg_mills?")


# white space, line ends, byte order mark


def test_white_space_around_the_text(made: Made) -> None:
    made.files[STG] = f"\n\n  {FILES[STG]}\n\t\n"
    expect(made, "fresh")


def test_white_space_inside_the_text(made: Made) -> None:
    made.edit(STG, ",  2 as", ",\n    2 as")
    expect(
        made,
        "irrelevant",
        f"{STG}:1:1 model stg_mills: white space was edited {edited(*both(made, STG))} => nothing",
    )


def test_white_space_inside_a_call(made: Made) -> None:
    made.edit(STG, "ref('grains')", "ref('grains ')")
    assert made.proof().outcome(everything) == "stale"
    assert {key for one in made.proof().differences for key in one.touches} == {"model.mill.stg_mills"}


def test_a_checksum_of_the_new_formula_does_not_see_white_space(newest: Made) -> None:
    as_v2(newest)
    newest.edit(STG, ",  2 as", ",\n    2 as")
    expect(newest, "fresh")


def test_line_ends_as_git_may_check_them_out(made: Made) -> None:
    made.files = {path: str(text).replace("\n", "\r\n") for path, text in FILES.items()}
    expect(made, "fresh")


def test_line_ends_of_a_manifest_made_on_windows(made: Made) -> None:
    for node in made.manifest["nodes"].values():
        if node["raw_code"] and not node.get("test_metadata"):
            node["raw_code"] = node["raw_code"].replace("\n", "\r\n")
    grains = FILES["seeds/grains.csv"].strip().replace("\n", "\r\n")
    made.manifest["nodes"]["seed.mill.grains"]["checksum"]["checksum"] = hashlib.sha256(grains.encode()).hexdigest()
    expect(made, "fresh")


def test_a_byte_order_mark(made: Made) -> None:
    made.files[STG] = f"\ufeff{FILES[STG]}"
    change = edited(*both(made, STG))
    expect(made, "irrelevant", f"{STG}:1:1 model stg_mills: white space was edited {change} => nothing")


# properties files


def test_a_description_edited(made: Made) -> None:
    made.edit(MARTS, "What was milled.", "What was ground.")
    change = "description changed (What was milled. -> What was ground.)"
    expect(made, "stale", f"{MARTS}:4:18 model flour: {change} => flour")


def test_the_type_of_a_column_edited(made: Made) -> None:
    made.edit(MARTS, '"decimal(18, 2)"', "bigint")
    change = "data_type of column amount changed (decimal(18, 2) -> bigint)"
    expect(made, "stale", f"{MARTS}:8:35 model flour: {change} => flour")


def test_a_constraint_edited(made: Made) -> None:
    made.edit(MARTS, "[{type: not_null}]", "[{type: not_null}, {type: unique}]")
    change = "(not_null(grain_id) -> not_null(grain_id), unique(grain_id))"
    line = f"model flour: constraints of column grain_id changed {change} => flour"
    expect(made, "stale", f"{MARTS}:7:85 {line}")


def test_a_new_column(made: Made) -> None:
    made.edit(MARTS, "      - {name: amount", "      - {name: sacks}\n      - {name: amount")
    expect(made, "stale", f"{MARTS}:8:16 model flour: columns changed (none -> sacks) => flour")


def test_columns_in_another_order(made: Made) -> None:
    made.edit(STAGING, "      - name: weight\n        tests: [positive]\n", "")
    made.edit(
        STAGING,
        "      - name: grain_id\n        tests: [unique]\n",
        "      - {name: weight, tests: [positive]}\n      - {name: grain_id, tests: [unique]}\n",
    )
    expect(
        made,
        "stale",
        f"{STAGING}:10:11 model stg_grain: columns changed (grain_id, weight -> weight, grain_id) => stg_grain",
    )


def test_an_entry_removed(made: Made) -> None:
    made.edit(MARTS, "  - name: refresh\n    description: Runs at night.\n", "")
    path = "models/marts/nightly/refresh.sql:1:1 model refresh"
    expect(
        made,
        "stale",
        f"{path}: description changed (Runs at night. -> none) => refresh",
        f"{path}: properties entry changed ({MARTS} -> none) => refresh",
    )


def test_an_entry_moved_to_another_file(made: Made) -> None:
    entry = "  - name: refresh\n    description: Runs at night.\n"
    made.edit(MARTS, entry, "")
    made.files["models/marts/other.yml"] = f"models:\n{entry}"
    change = f"properties entry changed ({MARTS} -> models/marts/other.yml)"
    expect(made, "stale", f"models/marts/other.yml:2:11 model refresh: {change} => refresh")


def test_a_generic_test_added(made: Made) -> None:
    made.edit(STAGING, "tests: [unique]", "tests: [unique, not_null]")
    change = "tests changed (none -> not_null(column=grain_id))"
    expect(made, "stale", f"{STAGING}:14:25 model stg_grain: {change} => stg_grain")


def test_a_generic_test_set_otherwise(made: Made) -> None:
    made.edit(STAGING, "tests: [unique]", "tests: [{unique: {severity: warn}}]")
    change = "severity of test unique(column=grain_id) changed (none -> warn)"
    expect(made, "stale", f"{STAGING}:14:37 model stg_grain: {change} => stg_grain")


def test_a_source_table_added(made: Made) -> None:
    made.edit(STAGING, "models:\n", "      - name: mill\nmodels:\n")
    change = "source farm.mill: the manifest does not have it => source.mill.farm.mill"
    expect(made, "stale", f"{STAGING}:9:15 {change}")


def test_a_source_column_edited(made: Made) -> None:
    made.edit(STAGING, "data_type: integer", "data_type: bigint")
    change = "data_type of column grain_id changed (integer -> bigint) => source.mill.farm.grain"
    expect(made, "stale", f"{STAGING}:8:41 source farm.grain: {change}")


def test_an_exposure_edited(made: Made) -> None:
    made.edit(MARTS, "[ref('flour')]", "[ref('flour'), ref('stg_mills')]")
    change = "refs changed (flour -> flour, stg_mills) => exposure.mill.shop_window"
    expect(made, "stale", f"{MARTS}:12:11 exposure shop_window: {change}")
    assert made.proof().outcome(of_kinds("model", "source")) == "irrelevant"


def test_a_docs_block_edited(made: Made) -> None:
    path = "models/staging/grain.md"
    made.edit(path, "One row", "One line")
    expect(made, "irrelevant", f"{path}:1:1 docs block grain: it was edited or is gone => nothing")


# dbt_project.yml


def test_a_setting_that_reaches_nodes(made: Made) -> None:
    made.edit("dbt_project.yml", "+meta: {owner: miller}", "+meta: {owner: baker}")
    models = ("by_target", "flour", "forecast", "refresh", "switched")
    change = 'meta changed ({"owner": "miller"} -> {"owner": "baker"})'
    expect(made, "stale", *(f"dbt_project.yml:13:14 model {one}: {change} => {one}" for one in models))


def test_a_setting_that_reaches_nothing(made: Made) -> None:
    made.edit("dbt_project.yml", "    staging:", "    elsewhere: {+materialized: table}\n    staging:")
    expect(made, "fresh")


def test_a_template_of_the_project_file_edited(made: Made) -> None:
    made.edit("dbt_project.yml", "'MILL_NIGHTLY', 'yes'", "'MILL_BY_NIGHT', 'yes'")
    old, new = (f"{{{{ env_var('{name}', 'yes') == 'yes' }}}}" for name in ("MILL_NIGHTLY", "MILL_BY_NIGHT"))
    expect(made, "stale", f"dbt_project.yml:15:19 model refresh: enabled changed ({old} -> {new}) => refresh")


def test_a_model_disabled(made: Made) -> None:
    made.edit(MARTS, "  - name: refresh\n", "  - name: refresh\n    config: {enabled: false}\n")
    expect(made, "stale", f"{MARTS}:10:23 model refresh: enabled changed (true -> false) => refresh")


def test_a_disabled_model_enabled(made: Made) -> None:
    path = "models/marts/retired.sql"
    made.edit(path, "false", "true")
    change = edited(*both(made, path))
    expect(
        made,
        "stale",
        f"{path}:1:1 model retired: its SQL was edited {change} => retired",
        f"{path}:1:4 model retired: enabled changed (false -> true) => retired",
    )


def test_a_model_that_is_there_twice(made: Made) -> None:
    made.files["models/old/stg_mills.sql"] = "{{ config(enabled=false) }}\nselect 0 as mill_id\n"
    expect(made, "fresh")


def test_python_models_before_dbt_1_9_are_tables_whatever_the_properties_say(made: Made) -> None:
    path, setting = "models/marts/forecast.py", '    dbt.config(materialized="table")\n'
    made.edit(path, setting, "")
    forecast = made.manifest["nodes"]["model.mill.forecast"]
    forecast["raw_code"] = forecast["raw_code"].replace(setting, "")
    made.files["models/marts/more.yml"] = "models:\n  - {name: forecast, config: {materialized: incremental}}\n"
    forecast["patch_path"] = "mill://models/marts/more.yml"
    older = made.manifest["metadata"]["dbt_version"].startswith("1.8")
    assert {one.reason for one in made.proof().differences} == (set() if older else {"materialized changed"})


def test_a_template_inside_a_list_or_a_mapping(made: Made) -> None:
    template = "{{ env_var('MILL_ROLE') }}"
    made.edit("dbt_project.yml", "        +enabled:", f'        +roles: {{read: ["{template}"]}}\n        +enabled:')
    refresh = made.manifest["nodes"]["model.mill.refresh"]
    refresh["unrendered_config"]["roles"] = {"read": [template]}
    refresh["config"]["roles"] = {"read": ["miller"]}
    expect(made, "fresh")
    refresh["unrendered_config"]["roles"] = {"read": ["other"]}
    line = f'dbt_project.yml:15:25 model refresh: roles changed ({{"read": ["other"]}} -> {template}) => refresh'
    expect(made, "stale", line)


def test_the_same_test_twice_is_compared_by_number_alone(made: Made) -> None:
    twice = "tests: [unique, {unique: {name: other, where: 'grain_id > 0'}}]"
    made.edit(STAGING, "tests: [unique]", twice)
    first = next(one for one in made.manifest["nodes"].values() if one["name"] == "unique_stg_grain_grain_id")
    made.manifest["nodes"]["test.mill.other"] = {**first, "unique_id": "test.mill.other", "name": "other"}
    expect(made, "fresh")


def test_groups_have_nothing_but_their_place(made: Made) -> None:
    made.files["models/groups.yml"] = "groups:\n  - {name: sales, owner: {name: Till}}\n"
    group = {"unique_id": "group.mill.sales", "name": "sales", "resource_type": "group", "package_name": "mill"}
    made.manifest["groups"]["group.mill.sales"] = {**group, "original_file_path": "models/groups.yml"}
    expect(made, "fresh")


# seeds


def test_a_seed_edited(made: Made) -> None:
    path = "seeds/grains.csv"
    made.edit(path, "rye", "spelt")
    change = f"its data was edited {edited(*both(made, path))} => seed.mill.grains"
    expect(made, "stale", f"{path}:1:1 seed grains: {change}")


def test_a_seed_of_more_than_a_mebibyte_cannot_be_compared(made: Made) -> None:
    made.manifest["nodes"]["seed.mill.weather"] = fixture("1.11")["nodes"]["seed.mill.weather"]
    made.files |= BIG
    reason = "its data cannot be compared: over 1 MiB dbt notes down no more than the path"
    line = f"seeds/weather.csv:1:1 seed weather: {reason} => seed.mill.weather?"
    expect(made, "unproven", line)
    made.edit("seeds/weather.csv", "wet", "dry")
    expect(made, "unproven", line)
    assert made.proof().outcome(of_kinds("model")) == "irrelevant"


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


def as_v2(made: Made) -> None:
    """The manifest as the v2 engine writes it: no code, checksums of the text with single spaces."""
    for node in made.manifest["nodes"].values():
        path = node["original_file_path"]
        if node["checksum"]["name"] == "sha256" and path in FILES and not node.get("test_metadata"):
            text = FILES[path].strip() if path.endswith(".py") else " ".join(FILES[path].split())
            node["checksum"]["checksum"] = hashlib.sha256(text.encode()).hexdigest()
            node["raw_code"] = "--placeholder--"
    made.manifest = like_v2(made.manifest)


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

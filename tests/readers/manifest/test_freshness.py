"""What the proof of freshness says of every kind of edit: the whole outcome, with every node and reason."""

from __future__ import annotations

import hashlib

from readers.manifest.made import (
    MARTS,
    STAGING,
    STG,
    Made,
    as_v2,
    both,
    edited,
    everything,
    expect,
    of_kinds,
)
from readers.manifest.mill import BIG, FILES, fixture

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

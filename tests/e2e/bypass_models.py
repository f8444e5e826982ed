"""Ways around a lock by way of the model: its file, its properties, its configuration, and what its SQL reaches."""

from __future__ import annotations

import os

from e2e.bypass import AMOUNT, MARTS, ORDERS, SALES, STAGED, Branch, attempt, honest


def _without_orders(branch: Branch) -> None:
    text = branch.text(MARTS)
    branch.write({MARTS: "models:\n" + text[text.index("  - name: fct_sales") :]})


@attempt("RF102")
def the_model_is_deleted(branch: Branch) -> None:
    """The model is deleted and its lock left behind."""
    branch.git("rm", "-q", ORDERS)
    _without_orders(branch)


@attempt("RF105")
def the_model_is_deleted_with_its_lock(branch: Branch) -> None:
    """The model is deleted, and its lock file with it."""
    branch.git("rm", "-q", ORDERS, "ringfence/locks/fct_orders.yml")
    _without_orders(branch)


@honest
def the_model_is_deleted_and_released(branch: Branch) -> None:
    """The model is deleted and its lock released."""
    branch.git("rm", "-q", ORDERS)
    _without_orders(branch)
    branch.lock("release", "fct_orders", "--reason", "FIN-2 replaced")


@attempt("RF102 RF105")
def the_model_is_renamed(branch: Branch) -> None:
    """The model gets another name, and its lock stays with the old one."""
    branch.git("mv", ORDERS, "models/marts/fct_order.sql")
    branch.edit(MARTS, "name: fct_orders", "name: fct_order")


@honest
def the_model_is_renamed_with_its_lock(branch: Branch) -> None:
    """The model gets another name, and its lock goes with it."""
    branch.git("mv", ORDERS, "models/marts/fct_order.sql")
    branch.edit(MARTS, "name: fct_orders", "name: fct_order")
    branch.lock("rename", "fct_orders", "fct_order", "--reason", "FIN-2 one order")


@honest
def the_model_moves_to_another_folder(branch: Branch) -> None:
    """The model's file moves to another folder of the same settings."""
    branch.write({"models/marts/core/.keep": ""})
    branch.git("mv", ORDERS, "models/marts/core/fct_orders.sql")


@attempt("RF102")
def the_model_is_a_symlink(branch: Branch) -> None:
    """The model's file becomes a symlink to one outside of the models."""
    (branch.folder / ORDERS).rename(branch.folder / "orders.txt")
    os.symlink("../../orders.txt", branch.folder / ORDERS)


@honest
def the_model_is_made_executable(branch: Branch) -> None:
    """Only the mode of the model's file changes."""
    (branch.folder / ORDERS).chmod(0o755)


@attempt("RF101")
def a_column_changes_its_type(branch: Branch) -> None:
    """A column's type changes and nobody records it."""
    branch.change()


@honest
def a_column_changes_its_type_and_it_is_recorded(branch: Branch) -> None:
    """A column's type changes and `lock update` records it."""
    branch.change()
    branch.update()


@attempt("RF103")
def the_tag_is_taken_off(branch: Branch) -> None:
    """The tag that locks the model is taken off."""
    branch.edit(MARTS, "tags: [critical, locked]", "tags: [critical]")


@attempt("RF103")
def the_tag_is_in_another_case(branch: Branch) -> None:
    """The tag is spelt with a capital, which no selector finds."""
    branch.edit(MARTS, "tags: [critical, locked]", "tags: [critical, Locked]")


@attempt("RF103")
def the_tag_moves_to_the_folder(branch: Branch) -> None:
    """The tags move to dbt_project.yml, so that a later change of the folder loses them unseen."""
    branch.edit(MARTS, "      tags: [critical, locked]\n", "")
    branch.edit("dbt_project.yml", ": table}", ": table, fct_orders: {+tags: [critical, locked]}}")


@honest
def the_tag_moves_back_to_the_model(branch: Branch) -> None:
    """The tags move from dbt_project.yml to the model."""
    branch.edit(MARTS, "      tags: [critical, locked]\n", "")
    branch.edit(
        "dbt_project.yml", "+materialized: table", "+materialized: table, fct_orders: {+tags: [critical, locked]}"
    )
    branch.update("fct_orders")
    branch.on_main()
    branch.edit(
        MARTS,
        "  - name: fct_orders\n    config:\n",
        "  - name: fct_orders\n    config:\n      tags: [critical, locked]\n",
    )
    branch.edit("dbt_project.yml", ", fct_orders: {+tags: [critical, locked]}", "")


@attempt("RF101 RF103 RF104")
def a_merge_key_replaces_the_configuration(branch: Branch) -> None:
    """The configuration comes by an anchor and a merge key, from which tags and contract are missing."""
    branch.edit(MARTS, "      tags: [critical, locked]\n      contract: {enforced: true}\n", "      <<: *plain\n")
    text = branch.text(MARTS)
    branch.write(
        {MARTS: text.replace("models:\n", "models:\n  - name: helper\n    config: &plain {materialized: view}\n", 1)}
    )


@honest
def a_merge_key_says_the_same(branch: Branch) -> None:
    """The configuration comes by an anchor and a merge key, and is what it was."""
    branch.edit(MARTS, "      tags: [critical, locked]\n      contract: {enforced: true}\n", "      <<: *same\n")
    text = branch.text(MARTS)
    config = "tags: [critical, locked], contract: {enforced: true}"
    same = f"  - name: helper\n    config: &same {{{config}}}\n    columns: [{{name: id, data_type: integer}}]\n"
    branch.write({MARTS: text.replace("models:\n", "models:\n" + same, 1)})
    branch.lock("add", "helper", "--reason", "FIN-3 locked too")


@attempt("RF104")
def the_contract_is_commented_out(branch: Branch) -> None:
    """A comment makes of the contract an empty one, which looks the same at a glance."""
    branch.edit(MARTS, "      contract: {enforced: true}", "      contract: {} # {enforced: true}")


@honest
def comments_and_layout(branch: Branch) -> None:
    """Comments come, quotes and order change."""
    branch.edit(
        MARTS, "      tags: [critical, locked]", "      # the board reads it\n      tags: ['locked', \"critical\"]"
    )
    branch.edit(ORDERS, "select order_id, amount", "-- orders\nSELECT\n  order_id,\n  amount")


@attempt("RF101")
def the_relation_gets_an_alias(branch: Branch) -> None:
    """An alias in the file's own configuration moves the relation."""
    branch.write({ORDERS: "{{ config(alias='orders') }}\n" + branch.text(ORDERS)})


@attempt("RF101")
def the_folder_moves_to_another_schema(branch: Branch) -> None:
    """dbt_project.yml moves the folder to another schema."""
    branch.edit("dbt_project.yml", "+materialized: table", "+materialized: table, +schema: other")


@attempt("RF102 RF105")
def the_model_gets_versions(branch: Branch) -> None:
    """The model becomes version 1 of two, so that its unversioned lock means nothing."""
    branch.git("mv", ORDERS, "models/marts/fct_orders_v1.sql")
    branch.write({"models/marts/fct_orders_v2.sql": "select 1 as order_id\n"})
    branch.edit(
        MARTS, "  - name: fct_orders\n", "  - name: fct_orders\n    latest_version: 2\n    versions: [{v: 1}, {v: 2}]\n"
    )


@attempt("RF102")
def the_model_is_disabled(branch: Branch) -> None:
    """The model is disabled where it is declared."""
    branch.edit(MARTS, "      tags: [critical, locked]", "      enabled: false\n      tags: [critical, locked]")


@attempt("RF102")
def the_folder_is_disabled(branch: Branch) -> None:
    """dbt_project.yml disables the folder."""
    branch.edit("dbt_project.yml", "+materialized: table", "+materialized: table, +enabled: false")


@attempt("RF102")
def the_folder_is_no_model_path(branch: Branch) -> None:
    """dbt looks for models elsewhere."""
    branch.write({"dbt_project.yml": branch.text("dbt_project.yml") + "model-paths: [models/staging]\n"})


@attempt("RF102")
def the_model_is_ignored_by_dbt(branch: Branch) -> None:
    """A .dbtignore hides the model."""
    branch.write({".dbtignore": "models/marts/fct_orders.sql\n"})


@attempt("RF102")
def a_package_provides_the_model(branch: Branch) -> None:
    """The model moves into a local package, which the project's locks do not hold."""
    branch.write({"packages/common/models/.keep": ""})
    branch.git("mv", ORDERS, "packages/common/models/fct_orders.sql")


@attempt("RF108")
def a_macro_of_the_package_is_overridden(branch: Branch) -> None:
    """The project puts a macro of its own before the package's, and so changes the SQL of a model."""
    branch.write({"macros/money.sql": "{% macro default__cents(column) %}{{ column }} * 10{% endmacro %}\n"})
    order = "dispatch: [{macro_namespace: common, search_order: [shop, common]}]\n"
    branch.write({"dbt_project.yml": branch.text("dbt_project.yml") + order})


@attempt("RF108")
def a_macro_upstream_changes(branch: Branch) -> None:
    """A macro of the package changes, and the model's own file does not."""
    branch.edit("packages/common/macros/money.sql", "* 100", "* 1000")


@attempt("RF108")
def a_variable_changes(branch: Branch) -> None:
    """A variable in dbt_project.yml, which a macro reads, changes."""
    branch.edit("dbt_project.yml", "first_year: 2020", "first_year: 2021")


@attempt("RF108")
def an_ephemeral_model_upstream_changes(branch: Branch) -> None:
    """An ephemeral model, which is compiled into the locked one, changes."""
    branch.edit(STAGED, "2 as amount", "3 as amount")


@attempt("RF108")
def the_sql_changes(branch: Branch) -> None:
    """The filter of a model whose logic is guarded is turned around."""
    branch.edit(SALES, "where {{", "where not {{")


@honest
def the_sql_changes_and_it_is_recorded(branch: Branch) -> None:
    """A macro and a variable change, and `lock update` records it."""
    branch.edit("packages/common/macros/money.sql", "* 100", "* 1000")
    branch.edit("dbt_project.yml", "first_year: 2020", "first_year: 2021")
    branch.update("fct_sales")


@honest
def the_sql_is_formatted(branch: Branch) -> None:
    """Comments, line breaks and the case of keywords change in what a guarded model reaches."""
    branch.edit(SALES, "select order_id,", "-- in cents\nSELECT\n    order_id,")
    branch.edit("packages/common/macros/money.sql", "{% macro", "{# money #}\n{% macro")


@attempt("RF101")
def a_column_goes_unseen(branch: Branch) -> None:
    """A column is taken out of the properties and of the SQL at once."""
    branch.edit(MARTS, f"      - {AMOUNT}\n", "")
    branch.edit(ORDERS, "order_id, amount", "order_id")

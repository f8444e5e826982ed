"""What is taken from a manifest, and what is not because something that it rests on differs or cannot be proven."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memory import MemoryTree
from readers.manifest.mill import FILES, PACKAGE, Json, fixture, write
from ringfence.domain.evidence import EvidencedProject
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.node import Node, Ref
from ringfence.readers.manifest.freshness import Comparison
from ringfence.readers.manifest.grounds import ManifestEvidence
from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.static.contents import Contents
from ringfence.readers.static.open import open_projects

PROJECT = "dbt_project.yml"
BY_TARGET = "models/marts/by_target.sql"
SWITCHED = "models/marts/switched.sql"
MARTS = "models/marts/marts.yml"

CONTENTS = Contents()  # by content: no test sees what another one wrote


class Made:
    """The mill, its manifest and the evidence of the one for the other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.manifest = folder, fixture("1.11")
        self.files = dict(FILES)
        self.adapter = "duckdb"
        write(folder, PACKAGE)

    def edit(self, path: str, old: str, new: str) -> None:
        assert old in self.files[path], f"{path} does not hold {old!r}"
        self.files[path] = self.files[path].replace(old, new, 1)

    def node(self, name: str) -> Json:
        found: Json = self.manifest["nodes"][f"model.mill.{name}"]
        return found

    def same(self, name: str, **config: object) -> None:
        """Let the manifest hold the text that the tree has for a model, and these settings."""
        node = self.node(name)
        node["raw_code"] = self.files[node["original_file_path"]].strip()
        node["config"] |= config

    def evidence(self) -> ManifestEvidence:
        written = self.folder / "manifest.json"
        written.write_text(json.dumps(self.manifest), encoding="utf-8")
        tree = MemoryTree(self.files)
        (self.project,) = open_projects(tree, str(self.folder), [("", self.adapter)], CONTENTS)
        manifest = open_manifest(str(written), root="")
        return ManifestEvidence(Comparison(manifest, self.project, tree, str(self.folder)))

    def proven(self, name: str, kind: str = "model") -> Node:
        self.last = self.evidence()
        found = EvidencedProject(self.project, self.last).node(f"{kind}.mill.{name}")
        assert found is not None
        return found


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def value(fact: Fact[object]) -> object:
    """The value, which has to rest on the manifest, or None."""
    if isinstance(fact, Unknown):
        return None
    assert fact.tier == "compiled"
    return fact.value


def against(made: Made, fact: Fact[object]) -> list[str]:
    """What stood against a value that stayed unknown."""
    assert isinstance(fact, Unknown)
    assert fact.place is not None
    return [one.reason for one in made.last.against(fact.reason, fact.place)]


# settings in the file itself


def test_a_setting_that_the_file_always_makes(made: Made) -> None:
    node = made.proven("by_target")
    assert value(node.materialized) == "view"
    assert node.materialized.place is not None
    assert node.materialized.place.path == BY_TARGET


def test_the_file_has_changed(made: Made) -> None:
    made.edit(BY_TARGET, "1 as id", "2 as id")
    fact = made.proven("by_target").materialized
    assert against(made, fact) == ["its SQL was edited"]


def test_white_space_has_changed(made: Made) -> None:
    made.edit(BY_TARGET, "1 as id", "1   as id")
    assert value(made.proven("by_target").materialized) == "view"


def test_another_value_of_the_node_has_changed(made: Made) -> None:
    made.edit(PROJECT, "{owner: miller}", "{owner: baker}")
    fact = made.proven("by_target").materialized
    assert against(made, fact) == ["meta changed"]


def test_a_variable_may_decide(made: Made) -> None:
    made.edit(BY_TARGET, "target.name == 'prod'", "target.name == var('window')")
    made.same("by_target")
    fact = made.proven("by_target").materialized
    assert value(fact) is None
    assert against(made, fact) == []


def test_a_variable_that_decides_about_something_else(made: Made) -> None:
    made.edit(BY_TARGET, "config(", "config(alias=var('region', 'north'), ")
    made.same("by_target", alias="north")
    made.node("by_target")["unrendered_config"]["alias"] = "north"
    assert value(made.proven("by_target").materialized) == "view"


@pytest.mark.parametrize("name", ["kinds", "list", "how", "grams"])
def test_a_variable_by_another_name(made: Made, name: str) -> None:
    made.edit(BY_TARGET, FILES[BY_TARGET], f"{{% set {name} = var('kinds', []) %}}\n{FILES[BY_TARGET]}")
    made.edit(BY_TARGET, "target.name == 'prod'", f"({name} | length) > 3")
    made.edit(BY_TARGET, "1 as id", "{{ ounces('id') }}")
    made.same("by_target")
    made.node("by_target")["depends_on"]["macros"] = ["macro.mill.ounces"]
    fact = made.proven("by_target").materialized
    assert value(fact) is None
    assert against(made, fact) == []


@pytest.mark.parametrize("condition", ["(env_var('KIND') | lower | length) > 3", "not (target.name in ['prod'])"])
def test_what_the_machine_decides_beside_a_variable(made: Made, condition: str) -> None:
    made.edit(BY_TARGET, "target.name == 'prod'", condition)
    made.edit(BY_TARGET, "1 as id", "{{ var('region') }}")
    made.same("by_target")
    assert value(made.proven("by_target").materialized) == "view"


@pytest.mark.parametrize(
    "condition",
    [
        "flags.FULL_REFRESH",
        "run_started_at.hour > 6",
        "modules.datetime.date.today().day == 1",
        "graph.nodes",
        "config.get('tags')",
        "this.schema == 'prod'",
        "context[target.name]()",
        "adapter.dispatch(target.name)()",
        "ref('flour').schema == 'prod'",
    ],
)
def test_what_no_manifest_holds_may_decide(made: Made, condition: str) -> None:
    made.edit(BY_TARGET, "target.name == 'prod'", condition)
    made.same("by_target")
    if "ref(" in condition:
        made.node("by_target")["refs"] = [{"name": "flour", "package": None, "version": None}]
    assert against(made, made.proven("by_target").materialized) == []


def test_a_relation_s_own_name_decides_nothing(made: Made) -> None:
    made.edit(BY_TARGET, "select 1 as id", "select 1 as id from {{ this }}")
    made.same("by_target")
    assert value(made.proven("by_target").materialized) == "view"


def test_a_macro_decides(made: Made) -> None:
    made.files["macros/how.sql"] = (
        "{% macro how() %}{{ return('view' if target.name == 'dev' else 'table') }}{% endmacro %}"
    )
    made.edit(BY_TARGET, "'table' if target.name == 'prod' else 'view'", "how()")
    made.same("by_target")
    made.node("by_target")["depends_on"]["macros"] = ["macro.mill.how"]
    macro = dict(made.manifest["macros"]["macro.mill.nobody"])
    macro |= {"name": "how", "unique_id": "macro.mill.how", "macro_sql": made.files["macros/how.sql"]}
    made.manifest["macros"]["macro.mill.how"] = macro | {"original_file_path": "macros/how.sql"}
    assert value(made.proven("by_target").materialized) == "view"
    made.edit("macros/how.sql", "'dev'", "'development'")
    assert against(made, made.proven("by_target").materialized) == ["it was edited"]
    made.edit("macros/how.sql", "target.name == 'development'", "var('window') == 3")
    macro["macro_sql"] = made.files["macros/how.sql"]
    assert value(made.proven("by_target").materialized) is None


def test_a_macro_of_a_package_that_is_not_installed(made: Made) -> None:
    path = "models/staging/stg_grain.sql"
    made.edit(path, "select", "{{ config(materialized=target.name) }}select")
    made.same("stg_grain", materialized="dev")
    made.node("stg_grain")["unrendered_config"]["materialized"] = "dev"
    assert value(made.proven("stg_grain").materialized) == "dev"
    made.files["package-lock.yml"] = FILES["package-lock.yml"].replace("1.0.0", "1.1.0")
    reason = "package-lock.yml asks for another version than the installed one"
    assert reason in against(made, made.proven("stg_grain").materialized)


def test_two_packages_that_implement_what_is_dispatched(made: Made) -> None:
    made.edit(BY_TARGET, "target.name == 'prod'", "adapter.dispatch('kind', 'tools')() == 'prod'")
    text = made.files["macros/kind.sql"] = "{% macro default__kind() %}{{ return(target.name) }}{% endmacro %}"
    made.same("by_target")
    macro = {"name": "default__kind", "unique_id": "macro.mill.default__kind", "original_file_path": "macros/kind.sql"}
    made.manifest["macros"]["macro.mill.default__kind"] = {**macro, "package_name": "mill", "macro_sql": text}
    made.node("by_target")["depends_on"]["macros"] = ["macro.mill.default__kind"]
    assert value(made.proven("by_target").materialized) == "view"
    theirs = {**macro, "unique_id": "macro.tools.default__kind", "package_name": "tools", "macro_sql": text}
    made.manifest["macros"]["macro.tools.default__kind"] = theirs
    write(made.folder, {"dbt_packages/tools/macros/kind.sql": text})
    fact = made.proven("by_target").materialized
    assert value(fact) is None
    assert against(made, fact) == []


# settings under a condition


def test_a_condition_that_was_not_met(made: Made) -> None:
    made.edit(BY_TARGET, FILES[BY_TARGET], _under("config(enabled=false)"))
    made.same("by_target", materialized="table")
    assert value(made.proven("by_target").enabled) is True


def test_a_condition_that_was_met_or_another_level_that_said_the_same(made: Made) -> None:
    made.edit(BY_TARGET, FILES[BY_TARGET], _under("config(access='private')"))
    made.same("by_target", access="private", materialized="table")
    made.node("by_target")["unrendered_config"]["access"] = "private"
    assert value(made.proven("by_target").config.get("access")) is None


def test_the_level_below_is_the_one_of_the_manifest(made: Made) -> None:
    made.edit(BY_TARGET, FILES[BY_TARGET], _under("config(materialized='incremental')"))
    made.same("by_target", materialized="table")
    made.node("by_target")["unrendered_config"]["materialized"] = "table"
    assert value(made.proven("by_target").materialized) == "table"
    made.edit(PROJECT, "+materialized: table", "+materialized: ephemeral")
    assert value(made.proven("by_target").materialized) is None


def test_the_entry_below_is_the_one_of_the_manifest(made: Made) -> None:
    made.edit(BY_TARGET, FILES[BY_TARGET], _under("config(access='private')"))
    made.files["models/marts/more.yml"] = "models:\n  - {name: by_target, config: {access: public}}\n"
    made.same("by_target", access="public", materialized="table")
    made.node("by_target")["unrendered_config"]["access"] = "public"
    made.node("by_target")["patch_path"] = "mill://models/marts/more.yml"
    assert value(made.proven("by_target").config.get("access")) == "public"
    made.files["models/marts/more.yml"] = "models:\n  - {name: by_target, access: private, config: {access: public}}\n"
    assert value(made.proven("by_target").config.get("access")) is None  # two values: which of them counts is not asked


def test_tags_under_a_condition(made: Made) -> None:
    assert value(made.proven("switched").tags) == frozenset()
    made.edit(PROJECT, "+materialized: table", "+materialized: table\n      +tags: [daily]")
    assert value(made.proven("switched").tags) is None


def test_tags_that_the_condition_or_an_earlier_level_gave(made: Made) -> None:
    made.node("switched")["tags"] = made.node("switched")["config"]["tags"] = ["critical"]
    made.node("switched")["unrendered_config"]["tags"] = ["critical"]
    assert value(made.proven("switched").tags) is None


def test_tags_that_the_file_always_gives(made: Made) -> None:
    made.edit(BY_TARGET, "materialized='table' if target.name == 'prod' else 'view'", "tags=[target.name]")
    made.same("by_target", materialized="table", tags=["dev"])
    made.node("by_target")["tags"] = made.node("by_target")["unrendered_config"]["tags"] = ["dev"]
    assert value(made.proven("by_target").tags) == frozenset({"dev"})
    made.node("by_target")["tags"] = ["dev", "earlier"]
    assert value(made.proven("by_target").tags) is None


def test_settings_that_are_handed_on(made: Made) -> None:
    made.edit(
        BY_TARGET, "config(materialized='table' if target.name == 'prod' else 'view')", "config(**target.settings)"
    )
    made.same("by_target", materialized="table")
    made.node("by_target")["unrendered_config"]["materialized"] = "table"
    node = made.proven("by_target")
    assert value(node.materialized) == "table"
    assert value(node.config.get("access", "protected")) == "protected"
    made.node("by_target")["unrendered_config"]["materialized"] = "view"
    assert value(made.proven("by_target").materialized) is None


def _under(call: str) -> str:
    return f"{{% if target.name == 'prod' %}}{{{{ {call} }}}}{{% endif %}}\nselect 1 as id\n"


# settings in dbt_project.yml and in properties


def test_a_template_of_the_project_file(made: Made) -> None:
    assert value(made.proven("refresh").enabled) is True


def test_another_template_of_the_project_file(made: Made) -> None:
    made.edit(PROJECT, "'MILL_NIGHTLY', 'yes'", "'MILL_BY_NIGHT', 'yes'")
    assert against(made, made.proven("refresh").enabled) == ["enabled changed"]


def test_a_template_of_the_project_file_that_asks_for_a_variable(made: Made) -> None:
    template = "{{ env_var('MILL_NIGHTLY', var('nightly', 'yes')) == 'yes' }}"
    made.edit(PROJECT, "{{ env_var('MILL_NIGHTLY', 'yes') == 'yes' }}", template)
    made.node("refresh")["unrendered_config"]["enabled"] = template
    assert value(made.proven("refresh").enabled) is None


def test_tags_with_a_template_on_one_level(made: Made) -> None:
    assert value(made.proven("refresh").tags) == frozenset({"night"})


def test_tags_on_two_levels_might_have_been_others(made: Made) -> None:
    made.edit(PROJECT, "+materialized: view\n", "+materialized: view\n    +tags: [all]\n")
    made.node("refresh")["tags"] = ["all", "night"]
    assert value(made.proven("refresh").tags) is None


def test_tags_that_the_entry_adds_now(made: Made) -> None:
    made.edit(MARTS, "  - name: refresh\n", "  - name: refresh\n    config: {tags: [new]}\n")
    assert value(made.proven("refresh").tags) is None


def test_tags_that_the_file_or_a_macro_may_add(made: Made) -> None:
    path = "models/marts/nightly/refresh.sql"
    made.edit(path, "select", "{{ config(tags=['new']) }}select")
    made.same("refresh")
    assert value(made.proven("refresh").tags) is None
    made.edit(path, "config(tags=['new'])", "nobody()")
    made.same("refresh")
    made.node("refresh")["depends_on"]["macros"] = ["macro.mill.nobody"]
    assert value(made.proven("refresh").tags) == frozenset({"night"})
    macro = "{% macro nobody() %}{{ config(meta={}) }}{% endmacro %}"
    made.edit("macros/weights.sql", "{% macro nobody() %}select 1{% endmacro %}", macro)
    made.manifest["macros"]["macro.mill.nobody"]["macro_sql"] = macro
    assert value(made.proven("refresh").tags) is None


def test_more_tags_than_one_level_can_give(made: Made) -> None:
    made.node("refresh")["tags"] = ["earlier", "night"]
    assert value(made.proven("refresh").tags) is None


def test_a_mapping_with_a_template(made: Made) -> None:
    template = "{{ target.name == 'prod' }}"
    made.edit(PROJECT, "+materialized: view\n", f'+materialized: view\n    +contract: {{enforced: "{template}"}}\n')
    made.node("refresh")["unrendered_config"]["contract"] = {"enforced": template}
    made.node("refresh")["config"]["contract"] = {"enforced": True, "alias_types": True}
    assert value(made.proven("refresh").contract) is True
    made.node("refresh")["config"]["contract"] = {"enforced": True, "checksum": "1"}
    assert value(made.proven("refresh").contract) is None


def test_a_list_with_a_template(made: Made) -> None:
    listed = "[\"{{ env_var('PACKAGE') }}\", numpy]"
    made.edit(PROJECT, "        +tags:", f"        +packages: {listed}\n        +tags:")
    made.node("refresh")["unrendered_config"]["packages"] = ["{{ env_var('PACKAGE') }}", "numpy"]
    made.node("refresh")["config"]["packages"] = ["pandas", "numpy"]
    assert value(made.proven("refresh").config.get("packages")) == ["pandas", "numpy"]
    made.node("refresh")["config"]["packages"] = ["pandas", "numpy", "scipy"]
    assert value(made.proven("refresh").config.get("packages")) is None
    made.node("refresh")["config"]["packages"] = ["pandas", "scipy"]
    assert value(made.proven("refresh").config.get("packages")) is None


def test_a_template_in_properties_is_in_no_manifest(made: Made) -> None:
    made.edit(MARTS, "  - name: refresh\n", "  - name: refresh\n    config: {access: \"{{ env_var('ACCESS') }}\"}\n")
    made.node("refresh")["config"]["access"] = "public"
    made.node("refresh")["unrendered_config"]["access"] = "public"
    fact = made.proven("refresh").config.get("access")
    assert value(fact) is None
    assert against(made, fact) == []


def test_a_disabled_node_says_no_more_than_that(made: Made) -> None:
    node = made.manifest["nodes"].pop("model.mill.refresh")
    node["config"]["enabled"] = False
    made.manifest["disabled"]["model.mill.refresh"] = [node]
    found = made.proven("refresh")
    assert value(found.enabled) is False
    assert value(found.tags) is None


# what is read and called


def test_refs_under_a_condition(made: Made) -> None:
    node = made.proven("switched")
    assert known(node.refs) == {Ref(None, "stg_mills", None)}
    assert {one.name for one in node.refs_at} == {"stg_mills", "flour"}


def known(fact: Fact[frozenset[object]]) -> frozenset[object]:
    assert isinstance(fact, Known)
    assert fact.tier == "compiled"
    return fact.value


def test_a_variable_that_decides_what_is_read(made: Made) -> None:
    made.files[SWITCHED] = f"{{{{ config(alias=var('region', 'north')) }}}}\n{FILES[SWITCHED]}"
    made.same("switched", alias="north")
    made.node("switched")["unrendered_config"]["alias"] = "north"
    assert known(made.proven("switched").refs) == {Ref(None, "stg_mills", None)}
    made.edit(SWITCHED, "{% if target.name == 'prod' %}select", "{% if target.name == var('region') %}select")
    made.same("switched")
    assert isinstance(made.proven("switched").refs, Unknown)


def test_a_macro_that_is_called_under_a_variable(made: Made) -> None:
    made.edit(SWITCHED, "select * from {{ ref('flour') }}", "{{ grams('x') }}")
    made.files[SWITCHED] = f"{{% if var('region') == 'north' %}}{{{{ nobody() }}}}{{% endif %}}\n{made.files[SWITCHED]}"
    made.same("switched")
    made.node("switched")["depends_on"]["macros"] = ["macro.mill.nobody"]
    assert isinstance(made.proven("switched").macros, Unknown)


def test_a_macro_with_a_computed_name(made: Made) -> None:
    made.files[SWITCHED] = f"{FILES[SWITCHED]}{{{{ context[target.name]() }}}}"
    made.same("switched")
    assert isinstance(made.proven("switched").refs, Unknown)


def test_refs_of_a_file_that_has_changed(made: Made) -> None:
    made.edit(SWITCHED, "ref('stg_mills')", "ref('stg_grain')")
    assert isinstance(made.proven("switched").refs, Unknown)


def test_sources_and_macros_under_a_condition(made: Made) -> None:
    made.edit(
        SWITCHED,
        "select * from {{ ref('flour') }}{% else %}",
        "select {{ grams('x') }} from {{ source('farm', 'grain') }}{% else %}",
    )
    made.same("switched")
    made.node("switched") | {"sources": [], "refs": [{"name": "stg_mills", "package": None, "version": None}]}
    node = made.proven("switched")
    assert known(node.sources) == frozenset()
    assert known(node.macros) == frozenset()


def test_refs_in_hooks_that_are_not_known(made: Made) -> None:
    made.edit(SWITCHED, "config(tags=['critical'])", "config(post_hook=target.name)")
    made.same("switched")
    assert isinstance(made.proven("switched").refs, Unknown)


def test_refs_in_hooks_that_ask_for_a_variable(made: Made) -> None:
    hook = "analyze {{ var('region') }}"
    made.edit(
        MARTS, "  - name: refresh\n", f'  - name: switched\n    config: {{post_hook: "{hook}"}}\n  - name: refresh\n'
    )
    made.node("switched")["config"]["post-hook"] = [{"sql": hook, "transaction": True, "index": None}]
    made.node("switched")["patch_path"] = "mill://models/marts/marts.yml"
    assert isinstance(made.proven("switched").refs, Unknown)
    hook = "analyze {{ target.name }}"
    made.edit(MARTS, "analyze {{ var('region') }}", hook)
    made.node("switched")["config"]["post-hook"] = [{"sql": hook, "transaction": True, "index": None}]
    assert known(made.proven("switched").refs)


# nodes of which a manifest proves nothing


def test_a_node_that_the_manifest_does_not_have(made: Made) -> None:
    made.files["models/marts/other.sql"] = FILES[BY_TARGET]
    assert against(made, made.proven("other").materialized) == ["the manifest does not have it"]


def test_a_node_of_a_package(made: Made) -> None:
    text = "{{ config(materialized=target.name) }}\nselect 1 as id\n"
    write(made.folder, {"dbt_packages/tools/models/calendar.sql": text})
    evidence = made.evidence()
    node = EvidencedProject(made.project, evidence).node("model.tools.calendar")
    assert node is not None
    assert value(node.materialized) is None


def test_two_files_for_one_model(made: Made) -> None:
    made.files["models/old/by_target.sql"] = "{{ config(enabled=false) }}\nselect 0 as id\n"
    assert value(made.proven("by_target").materialized) is None


def test_a_manifest_for_another_adapter(made: Made) -> None:
    made.adapter = "snowflake"
    fact = made.proven("by_target").materialized
    assert value(fact) is None
    assert against(made, fact) == []


def test_the_data_of_a_seed_decides_nothing(made: Made) -> None:
    made.edit(PROJECT, "seeds:\n  mill: {", 'seeds:\n  mill: {+access: "{{ target.name }}", ')
    made.edit("seeds/grains.csv", "rye", "spelt")
    seed = made.manifest["nodes"]["seed.mill.grains"]
    seed["unrendered_config"]["access"], seed["config"]["access"] = "{{ target.name }}", "dev"
    assert value(made.proven("grains", "seed").config.get("access")) == "dev"

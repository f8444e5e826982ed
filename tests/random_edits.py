"""Random edits of a dbt project, one after the other, as a team would make them over months."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from consumer import Consumer

Edit = Callable[["Editor"], None]
_NEW_COLUMN = "      - name: extra_{n}\n        data_type: integer\n"


class Editor:
    """Knows the files of a repository and changes them at random, in the work tree."""

    def __init__(self, repository: Consumer, random: Random) -> None:
        self.repository, self.random = repository, random
        self.count = 0

    # files

    def paths(self, pattern: str) -> list[str]:
        here = self.repository.folder
        found = [path.relative_to(here).as_posix() for path in here.glob(pattern) if path.is_file()]
        return sorted(path for path in found if not path.startswith((".git/", "dbt_packages/")))

    def pick(self, pattern: str) -> str | None:
        found = self.paths(pattern)
        return self.random.choice(found) if found else None

    def read(self, path: str) -> str:
        return (self.repository.folder / path).read_text(encoding="utf-8", errors="replace")

    def write(self, path: str, text: str) -> None:
        target = self.repository.folder / path
        if target.is_symlink():
            target.unlink()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def number(self) -> int:
        self.count += 1
        return self.count

    def model(self) -> str:
        path = self.pick("models/**/*.sql") or "models/stg_shop__orders.sql"
        return Path(path).stem

    def change(self, pattern: str, old: str, new: str) -> None:
        """Replace one random occurrence of a regular expression in a random file that has one."""
        paths = [path for path in self.paths(pattern) if re.search(old, self.read(path), re.MULTILINE)]
        if paths:
            path = self.random.choice(paths)
            text = self.read(path)
            found = self.random.choice(list(re.finditer(old, text, re.MULTILINE)))
            self.write(path, text[: found.start()] + found.expand(new) + text[found.end() :])


def comment_sql(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(path, f"-- {e.number()}\n{e.read(path)}")


def read_another(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(path, f"{e.read(path)}\n-- {{{{ ref('{e.model()}') }}}}\n")


def read_nothing(e: Editor) -> None:
    e.change("models/**/*.sql", r"ref\('(\w+)'\)", r"ref('\1_gone')")


def mend_reading(e: Editor) -> None:
    e.change("models/**/*.sql", r"_gone'\)", r"')")


def read_versions(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(path, f"{e.read(path)}\n-- {{{{ ref('customer_segments', v={e.random.choice([1, 2, 3])}) }}}}\n")


def read_table(e: Editor) -> None:
    e.change("models/**/*.sql", r"source\('(\w+)', *'(\w+)'\)", r"source('\1', '\2_x')")


def delete_model(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        (e.repository.folder / path).unlink()


def rename_model(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        (e.repository.folder / path).rename(e.repository.folder / path.replace(".sql", f"_{e.number()}.sql"))


def move_model(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(f"models/moved/{Path(path).name}", e.read(path))
        (e.repository.folder / path).unlink()


def copy_model(e: Editor) -> None:
    """One blob at two paths: under another name, or under the same in another folder."""
    if path := e.pick("models/**/*.sql"):
        name = Path(path).name if e.random.random() < 0.3 else f"copy_{e.number()}.sql"
        e.write(f"models/copies/{name}", e.read(path))


def disable_model(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(path, f"{{{{ config(enabled={e.random.choice(['false', 'true', 'target.name'])}) }}}}\n{e.read(path)}")


def tag_model(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(
            path, f"{{{{ config(tags=['{e.random.choice(['critical', 'locked', 'nightly'])}']) }}}}\n{e.read(path)}"
        )


def break_template(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(path, f"{{% if %}}\n{e.read(path)}")


def mend_template(e: Editor) -> None:
    e.change("**/*.sql", r"^\{% if %\}\n", "")


def link_model(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        (e.repository.folder / path).unlink()
        (e.repository.folder / path).symlink_to("nowhere.sql")


def shift_properties(e: Editor) -> None:
    if path := e.pick("models/**/*.yml"):
        e.write(path, f"# {e.number()}\n{e.read(path)}")


def describe(e: Editor) -> None:
    e.change("models/**/*.yml", r"description: .*$", f"description: text {e.number()}")


def undescribe(e: Editor) -> None:
    e.change("models/**/*.yml", r"^ +description: .*\n", "")


def add_column(e: Editor) -> None:
    e.change("models/**/*.yml", r"^( +)columns:\n", rf"\g<0>{_NEW_COLUMN.format(n=e.number())}")


def drop_column(e: Editor) -> None:
    e.change("models/**/*.yml", r"^      - name: \w+\n(?:        .*\n)*", "")


def retype(e: Editor) -> None:
    e.change("models/**/*.yml", r"data_type: .*$", f"data_type: decimal({e.random.randint(1, 38)}, 2)")


def untype(e: Editor) -> None:
    e.change("models/**/*.yml", r"^ +data_type: .*\n", "")


def rename_entry(e: Editor) -> None:
    e.change("models/**/*.yml", r"^  - name: (\w+)", rf"  - name: \1_{e.number()}")


def repeat_entry(e: Editor) -> None:
    e.change("models/**/*.yml", r"^models:\n", rf"models:\n  - name: {e.model()}\n")


def entry_elsewhere(e: Editor) -> None:
    e.write(
        f"models/more_{e.random.randint(1, 3)}.yml", f"models:\n  - name: {e.model()}\n    columns:\n      - name: a\n"
    )


def unknown_key(e: Editor) -> None:
    e.change("models/**/*.yml", r"^    description:", "    descripton:")


def repeat_key(e: Editor) -> None:
    e.change("models/**/*.yml", r"^(    description: .*\n)", r"\1\1")


def loosen_contract(e: Editor) -> None:
    e.change("models/**/*.yml", r"enforced: true", "enforced: false")


def tighten_contract(e: Editor) -> None:
    e.change("models/**/*.yml", r"enforced: false", "enforced: true")


def retag_entry(e: Editor) -> None:
    e.change("models/**/*.yml", r"\b(critical|locked|nightly)\b", e.random.choice(["critical", "locked", "nightly"]))


def test_dropped(e: Editor) -> None:
    e.change("models/**/*.yml", r"^ +- (unique|not_null)\n", "")


def versions(e: Editor) -> None:
    name = e.model()
    e.write(
        "models/versioned.yml",
        f"models:\n  - name: {name}\n    latest_version: {e.random.choice([1, 2])}\n    versions:\n"
        f"      - v: 1\n        defined_in: {e.model()}\n      - v: 2\n",
    )


def ignore_entry(e: Editor) -> None:
    rule = e.random.choice(["ghost-model", "description-missing", "RF304"])
    e.change("models/**/*.yml", r"^  - name: (\w+).*$", rf"  - name: \1  # ringfence: ignore[{rule}] {e.number()}")


def ignore_reading(e: Editor) -> None:
    e.change("models/**/*.sql", r"^select\b", "-- ringfence: ignore[ref-unresolved] it comes later\nselect")


def break_yaml(e: Editor) -> None:
    if path := e.pick("models/**/*.yml"):
        e.write(path, f"{e.read(path)}\n]: [\n")


def mend_yaml(e: Editor) -> None:
    e.change("models/**/*.yml", r"\n\]: \[\n", "")


def odd_yaml(e: Editor) -> None:
    e.write(
        f"models/odd_{e.random.randint(1, 2)}.yml",
        e.random.choice(["", "# nothing\n", "- a\n", "models: 5\n", "a: !x 1\n"]),
    )


def delete_properties(e: Editor) -> None:
    if path := e.pick("models/**/*.yml"):
        (e.repository.folder / path).unlink()


def add_macro(e: Editor) -> None:
    name = e.random.choice(["cents_to_money", "default__cents_to_money", "duckdb__cents_to_money", f"m_{e.number()}"])
    body = e.random.choice(
        ["{{ config(enabled=false) }}", "{{ ref('dim_customers') }}", "1", "{{ config(tags=['critical']) }}"]
    )
    e.write(f"macros/{e.random.choice('abz')}.sql", f"{{% macro {name}(a, b=2) %}}{body}{{% endmacro %}}\n")


def everywhere_macro(e: Editor) -> None:
    name = e.random.choice(["ref", "source", "test_unique", "is_incremental"])
    e.write("macros/everywhere.sql", f"{{% macro {name}(a) %}}{{{{ config(tags=['nightly']) }}}}{{% endmacro %}}\n")


def delete_macro(e: Editor) -> None:
    if path := e.pick("macros/*.sql"):
        (e.repository.folder / path).unlink()


def call_macro(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        name = e.random.choice(
            [
                "cents_to_money('a')",
                f"m_{e.random.randint(1, 9)}()",
                "helpers.set_tag()",
                "adapter.dispatch('cents_to_money')('a')",
            ]
        )
        e.write(path, f"{{{{ {name} }}}}\n{e.read(path)}")


def shift_macro(e: Editor) -> None:
    if path := e.pick("macros/*.sql"):
        e.write(path, f"-- {e.number()}\n{e.read(path)}")


def project_variable(e: Editor) -> None:
    e.write("dbt_project.yml", e.read("dbt_project.yml") + f"\n# {e.number()}\n")
    e.change("dbt_project.yml", r"^(    )?\+tags: .*$", "")


def variable_default(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        value = e.random.choice(["true", "false"])
        e.write(path, f"{{{{ config(enabled=var('switch', {value})) }}}}\n{e.read(path)}")


def variable(e: Editor) -> None:
    text = re.sub(r"\nvars: .*", "", e.read("dbt_project.yml"))
    e.write("dbt_project.yml", f"{text}\nvars: {{switch: {e.random.choice(['true', 'false'])}}}\n")


def folder_tags(e: Editor) -> None:
    """+tags at one level or another."""
    text = re.sub(r"\n    (marts:\n      )?\+tags: \[\w+\]", "", e.read("dbt_project.yml"))
    tag = e.random.choice(["critical", "locked", "nightly"])
    level = e.random.choice([f"\\1\n    +tags: [{tag}]", "\\1"])
    e.write("dbt_project.yml", re.sub(r"(\n  \w+:)(?=\n    )", level, text, count=1))


def ignore(e: Editor) -> None:
    e.write(".dbtignore", e.random.choice(["", "models/copies/\n", "*_1.sql\n", f"{e.model()}.sql\n"]))


def seed(e: Editor) -> None:
    name = e.random.choice(["countries", e.model(), f"seed_{e.number()}"])
    e.write(f"seeds/{name}.csv", f"id,name_{e.number()}\n1,a\n")


def snapshot(e: Editor) -> None:
    name = e.random.choice(["orders_snapshot", e.model()])
    e.write(f"snapshots/s_{e.random.randint(1, 2)}.sql", f"{{% snapshot {name} %}}select 1{{% endsnapshot %}}\n")


def snapshot_in_models(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(path, f"{{% snapshot s_{e.number()} %}}select 1{{% endsnapshot %}}\n")


def exposure(e: Editor) -> None:
    e.write(
        "models/more_exposures.yml",
        "exposures:\n  - name: board\n    type: dashboard\n    owner: {name: A}\n"
        f"    depends_on: [ref('{e.model()}'), ref('gone')]\n",
    )


def unit_test(e: Editor) -> None:
    e.write(
        f"models/unit_{e.random.randint(1, 2)}.yml",
        f"unit_tests:\n  - name: u\n    model: {e.model()}\n"
        f"    given: [{{input: ref('{e.model()}'), rows: []}}]\n    expect: {{rows: []}}\n",
    )


def source_table(e: Editor) -> None:
    e.write(
        f"models/sources_{e.random.randint(1, 2)}.yml",
        "sources:\n  - name: shop\n    tables:\n"
        f"      - name: {e.random.choice(['orders', 'orders_x', 'customers_x'])}\n",
    )


def test_argument(e: Editor) -> None:
    """A test's argument that its definition may or may not take."""
    name = e.random.choice(["positive", "unique", "not_null", "relationships", "inner.between", "positiv"])
    argument = e.random.choice(["low: 1", "hgh: 2", "column_name: name", "to: ref('countries')", "field: gone"])
    e.write(
        f"models/tests_{e.random.randint(1, 2)}.yml",
        f"models:\n  - name: {e.model()}\n    data_tests:\n      - {name}:\n          {argument}\n",
    )


def test_definition(e: Editor) -> None:
    """A generic test of the project, or a macro in its place, whose parameters move."""
    parameters = e.random.choice(["model", "model, column_name", "model, low, high=none", "model, column_name, low=1"])
    body = e.random.choice(["select 1", "{{ kwargs }}"])
    path = e.random.choice(["tests/generic/positive.sql", "macros/positive.sql", "inner/macros/between.sql"])
    e.write(path, f"{{% test {Path(path).stem}({parameters}) %}}{body}{{% endtest %}}\n")


def test_definition_gone(e: Editor) -> None:
    if path := e.pick("tests/generic/*.sql"):
        (e.repository.folder / path).unlink()


def seed_header(e: Editor) -> None:
    """Another column, or none, in the first line of a seed: its entry, its tests and what points to it see it."""
    name = e.random.choice(["countries", "rates"])
    header = e.random.choice(["code,name", "code", "code,name,region", "", "code,code"])
    e.write(f"seeds/{name}.csv", f"{header}\n1,a\n")


def seed_entry(e: Editor) -> None:
    column = e.random.choice(["code", "cod", "region", "gone"])
    e.write(
        f"seeds/{e.random.choice(['a', 'b'])}.yml",
        f"seeds:\n  - name: {e.random.choice(['countries', 'rates'])}\n    columns:\n      - name: {column}\n"
        f"        data_tests: [unique, accepted_values: {{values: [1, {e.random.randint(1, 2)}]}}]\n",
    )


def relationship(e: Editor) -> None:
    target = e.random.choice([f"ref('{e.model()}')", "ref('countries')", "ref('rates')", "source('shop', 'orders')"])
    field = e.random.choice(["code", "region", "order_id", "customer_id"])
    e.write(
        f"models/relationships_{e.random.randint(1, 2)}.yml",
        f"models:\n  - name: {e.model()}\n    columns:\n      - name: some_id\n        data_tests:\n"
        f"          - relationships:\n              to: {target}\n              field: {field}\n",
    )


def retarget(e: Editor) -> None:
    e.change(
        "models/**/*.yml", r"to: ref\('(\w+)'\)", e.random.choice([rf"to: ref('{e.model()}')", r"to: ref('\1_x')"])
    )


def severities(e: Editor) -> None:
    e.change("models/**/*.yml", r"- (unique|not_null)$", rf"- \1: {{severity: {e.random.choice(['warn', 'warning'])}}}")


def read_any_table(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        table = e.random.choice(["'orders'", "var('table')", "'orders_x'"])
        e.write(path, f"{e.read(path)}\n{{% if is_incremental() %}}{{{{ source('shop', {table}) }}}}{{% endif %}}\n")


def configuration(e: Editor) -> None:
    lines = ["projects: [{path: ., adapter: duckdb}]"]
    if e.random.random() < 0.7:
        rule = e.random.choice(
            ["contract-missing", "ref-unresolved", "description-missing", "unknown-key", "locked-model-changed"]
        )
        lines.append(f"rules: {{{rule}: {{severity: {e.random.choice(['error', 'warning', 'info', 'off'])}}}}}")
    if e.random.random() < 0.4 and len(lines) < 2:
        quiet = e.random.choice(["model-without-entry", "source-unused", "column-undocumented", "column-order"])
        lines.append(f"rules: {{{quiet}: {{severity: warning}}}}")
    if e.random.random() < 0.3:
        lines.append("lock: {tags: [locked, nightly]}")
    e.write("ringfence.yml", "\n".join(lines) + "\n")


def docs_blocks(e: Editor) -> None:
    names = e.random.sample(["orders", "order_key", "Daily"], e.random.randint(0, 2))
    text = "".join(f"{{% docs {name} %}} {e.number()} {{% enddocs %}}\n" for name in names)
    e.write(e.random.choice(["models/texts.md", "macros/texts.md", "docs/texts.md"]), text)


def docs_gone(e: Editor) -> None:
    if path := e.pick("m*/texts.md"):
        (e.repository.folder / path).unlink()


def call_docs(e: Editor) -> None:
    name = e.random.choice(["orders", "order_keys", "shop', 'orders"])
    e.change("models/**/*.yml", r"description: .*$", f"description: \"{{{{ doc('{name}') }}}}\"")


def docs_paths(e: Editor) -> None:
    e.write("dbt_project.yml", re.sub(r"\ndocs-paths: .*", "", e.read("dbt_project.yml")))
    if e.random.random() < 0.5:
        e.write("dbt_project.yml", e.read("dbt_project.yml") + "\ndocs-paths: [docs]\n")


def tag_case(e: Editor) -> None:
    e.change("models/**/*.yml", r"tags: \[(\w+)", f"tags: [{e.random.choice(['Daily', 'daily', 'DAILY'])}, \\1")


def tag_case_in_sql(e: Editor) -> None:
    if path := e.pick("models/**/*.sql"):
        e.write(path, f"{{{{ config(tags='{e.random.choice(['Daily', 'daily'])}') }}}}\n{e.read(path)}")


def wrong_value(e: Editor) -> None:
    new = e.random.choice(["description:", "description: [x]", "materialized: table", "description: 5", "meta: x"])
    e.change("models/**/*.yml", r"description: .*$", new)


def anchor(e: Editor) -> None:
    e.change("models/**/*.yml", r"description: (\w.*)$", rf"description: &a{e.number()} \1")


def lock_file_gone(e: Editor) -> None:
    if path := e.pick("ringfence/locks/*.yml"):
        (e.repository.folder / path).unlink()


def lock_file_edited(e: Editor) -> None:
    e.change("ringfence/locks/*.yml", r"(integer|text|varchar|date)", r"\1_x")


def lock_file_broken(e: Editor) -> None:
    e.write(f"ringfence/locks/{e.model()}.{e.random.choice(['yml', 'yaml'])}", "model: [\n")


def lock_update(e: Editor) -> None:
    e.repository.ringfence("lock", "update", "--reason", "meant")


def lock_add(e: Editor) -> None:
    e.repository.ringfence("lock", "add", e.model(), "--reason", "first")


def approvals(e: Editor) -> None:
    diff = e.repository.ringfence("diff", "--format", "json", "--from", "worktree").out
    prints = re.findall(r'"fingerprint": "(\w+)"', diff)
    if prints:
        e.repository.ringfence("approve", e.random.choice(prints), "--reason", "meant")


def package(e: Editor) -> None:
    """A package installed on disk, which git does not hold."""
    body = e.random.choice(["{{ config(tags=['critical']) }}", "{{ config(enabled=false) }}", "1"])
    e.write("dbt_packages/helpers/dbt_project.yml", "name: helpers\n")
    e.write("dbt_packages/helpers/macros/m.sql", f"{{% macro set_tag() %}}{body}{{% endmacro %}}\n")
    e.write("dbt_packages/helpers/models/helper_model.sql", "select 1\n")
    e.write("packages.yml", "packages: [{package: org/helpers, version: 1.0.0}]\n")


def package_gone(e: Editor) -> None:
    shutil.rmtree(e.repository.folder / "dbt_packages", ignore_errors=True)


def local_package(e: Editor) -> None:
    e.write("inner/dbt_project.yml", "name: inner\n")
    e.write("inner/models/inner_model.sql", f"-- {e.number()}\nselect 1\n")
    e.write("inner/macros/i.sql", f"{{% macro m_{e.random.randint(1, 9)}() %}}1{{% endmacro %}}\n")
    e.write("packages.yml", "packages: [{local: inner}]\n")


def own_materialization(e: Editor) -> None:
    """The project makes tables, or views, in its own way, or leaves it again."""
    name = e.random.choice(["table", "view", "snapshot", "other"])
    e.write("macros/own.sql", f"{{% materialization {name}, default %}}1{{% endmaterialization %}}\n")


def readme(e: Editor) -> None:
    e.write("README.md", f"{e.number()}\n")


def commit(e: Editor) -> None:
    e.repository.git("add", "-A")
    e.repository.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "change")


def branch(e: Editor) -> None:
    commit(e)
    e.repository.git("checkout", "-q", "-b", f"branch-{e.number()}")


def switch(e: Editor) -> None:
    commit(e)
    branches = e.repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    e.repository.git("checkout", "-q", e.random.choice(branches))


def go_back(e: Editor) -> None:
    commit(e)
    earlier = e.repository.git("rev-list", "-n", "5", "HEAD").split()
    e.repository.git("reset", "-q", "--hard", e.random.choice(earlier))


_HELPERS = {"Editor", "Callable", "Path", "Random", "Consumer"}
EDITS: list[Edit] = [
    value
    for name, value in sorted(globals().items())
    if callable(value) and not name.startswith("_") and name not in _HELPERS and name != "Edit"
]

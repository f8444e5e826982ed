"""Edits that write the same statement otherwise, each in a locked model of its own, beside edits that do not."""

from __future__ import annotations

import importlib.metadata
import json
import sys

import pytest

from consumer import Consumer

try:
    importlib.metadata.version("dbt-duckdb")
except importlib.metadata.PackageNotFoundError:
    pytest.skip("needs dbt-core and dbt-duckdb", allow_module_level=True)

FILES = {
    ".gitignore": "target/\nstate/\nlogs/\n*.duckdb\n.user.yml\n",
    "dbt_project.yml": "name: shop\nprofile: shop\nconfig-version: 2\nvars: {least: 5, words: [a, b]}\n"
    "models: {shop: {locked: {+tags: [locked]}, middle: {+materialized: ephemeral}}}\n",
    "profiles.yml": "shop:\n  target: dev\n  outputs:\n"
    "    dev: {type: duckdb, path: dev.duckdb, threads: 1}\n    prod: {type: duckdb, path: prod.duckdb, threads: 1}\n",
    "ringfence.yml": "base: {branch: main, manifest: state/manifest.json}\nlock: {guard: logic}\n",
    "macros/m.sql": "{% macro cents(x) %}({{ x }} * 100){% endmacro %}\n{% macro shown(x) %}{{ x }}{% endmacro %}\n",
    "models/o.sql": "select 1 as id, 2 as amount, 'x' as note, date '2024-01-01' as day\n",
    "models/middle/mid.sql": "select id, amount from {{ ref('o') }} where amount > 1\n",
}
# Below, @o and @mid stand for the refs. What dbt compiles of these is read as the same tree.
SAME = {
    "brackets": (
        "select id from @o where id > 0 and amount > 1",
        "select id from @o where (id > 0) and ((amount > 1))",
    ),
    "brackets_of_a_value": ("select id + amount as x from @o", "select ((id) + amount) as x from @o"),
    "cast": ("select cast(id as bigint) as x from @o", "select id::bigint as x from @o"),
    "cast_back": ("select note::varchar as x from @o", "select cast(note as varchar) as x from @o"),
    "type_name": ("select cast(id as int) as x from @o", "select cast(id as integer) as x from @o"),
    "numeric": ("select cast(id as numeric(9, 2)) as x from @o", "select cast(id as decimal(9, 2)) as x from @o"),
    "not_equal": ("select id from @o where id <> 2", "select id from @o where id != 2"),
    "as_left_out": ("select id as x, amount from @o as t", "select id x, amount from @o t"),
    "ascending": ("select id from @o order by id", "select id from @o order by id asc"),
    "union_distinct": ("select id from @o union select 2", "select id from @o union distinct select 2"),
    "statement_set": (
        "select id from @o where id > 5",
        "{% set least = 5 %}select id from @o where id > {{ least }}",
    ),
    "loop": (
        "select 'a' as a, 'b' as b from @o",
        "select {% for w in ['a', 'b'] %}'{{ w }}' as {{ w }}{{ ', ' if not loop.last }}{% endfor %} from @o",
    ),
    "macro_for_text": ("select (amount * 100) as x from @o", "select {{ cents('amount') }} as x from @o"),
    "jinja_quotes": ("select id from @o", 'select id from {{ ref("o") }}'),
    "jinja_concatenated": ("select id from @o", "select id from {{ ref('' ~ 'o') }}"),
    "branch_never_taken": ("select id from @o", "select id from @o{% if 1 > 2 %} where id > 3{% endif %}"),
    "white_space_eaten": ("select id\nfrom @o", "{%- set x = 1 -%}\nselect id\nfrom @o"),
    "over_an_ephemeral": ("select id from @mid where id > 1", "select id from @mid where (id > 1)"),
    "comment_with_a_macro": ("select id from @o", "select id -- {{ shown('id') }}\nfrom @o"),
    "letter_case": ("select ID from @o", "select id from @o"),
}
# The tree is the same as well, but a variable may have been given on the command line: no manifest tells.
UNPROVEN = {
    "variable_for_number": ("select id from @o where id > 5", "select id from @o where id > {{ var('least') }}"),
    "number_for_variable": ("select id from @o where id > {{ var('least') }}", "select id from @o where id > 5"),
}
OTHER = {
    "join_type": (
        "select a.id from @o a left join @o b on a.id = b.id",
        "select a.id from @o a join @o b on a.id = b.id",
    ),
    "filter": ("select id from @o where id > 0", "select id from @o where id >= 0"),
    "brackets_that_matter": (
        "select id from @o where id > 0 or id > 1 and id > 2",
        "select id from @o where (id > 0 or id > 1) and id > 2",
    ),
    "cast_to_another": ("select cast(id as bigint) as x from @o", "select cast(id as integer) as x from @o"),
    "try_cast": ("select cast(note as int) as x from @o", "select try_cast(note as int) as x from @o"),
    "union_all": ("select id from @o union select 2", "select id from @o union all select 2"),
    "distinct": ("select id from @o", "select distinct id from @o"),
    "descending": ("select id from @o order by id", "select id from @o order by id desc"),
    "text_case": ("select 'A' as x from @o", "select 'a' as x from @o"),
    "swapped": ("select id - amount as x from @o", "select amount - id as x from @o"),
    "null_safe": ("select id from @o where id = 1", "select id from @o where id is not distinct from 1"),
    "commented_out": (
        "select id\nfrom @o\nwhere id > 1",
        "select id\nfrom @o\n--\n{%- if true %} where id > 1{% endif %}",
    ),
    "another_relation": ("select id from @o", "select id from @mid"),
}
pytestmark = pytest.mark.slow


def _compile(shop: Consumer, target: str, folder: str) -> None:
    program = "import sys; from dbt.cli.main import cli; sys.argv = ['dbt', *sys.argv[1:]]; cli()"
    arguments = ["--quiet", "compile", "--target", target, "--target-path", folder]
    done = shop.run(sys.executable, "-c", program, *arguments, env={"DBT_PROFILES_DIR": "."})
    assert done.code == 0, done.all


def _found(shop: Consumer) -> dict[str, str]:
    result = shop.ringfence("lock", "verify", "--format", "json")
    assert result.code in (0, 1), result.err
    return {one["subject"]["name"]: one["code"] for one in json.loads(result.out)["findings"]}


def _models(at: int) -> dict[str, str]:
    pairs = {**SAME, **UNPROVEN, **OTHER}.items()
    refs = (("@o", "{{ ref('o') }}"), ("@mid", "{{ ref('mid') }}"))
    made = {}
    for name, pair in pairs:
        sql = pair[at]
        for sign, ref in refs:
            sql = sql.replace(sign, ref)
        made[f"models/locked/{name}.sql"] = f"{sql}\n"
    return made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """Every model locked and compiled, then every one edited on a branch."""
    made = Consumer(tmp_path_factory.mktemp("edits") / "shop")
    made.write({**FILES, **_models(0)})
    assert made.ringfence("lock", "add").code == 0
    made.commit()
    made.git("checkout", "-q", "-b", "work")
    _compile(made, "prod", "state")
    made.write(_models(1))
    return made


def test_what_compiles_to_the_same_tree_is_silent_and_all_else_is_not(shop: Consumer) -> None:
    before = _found(shop)
    assert set(before) == {*SAME, *UNPROVEN, *OTHER} - {"letter_case"}  # of which the tokens are the same as well
    _compile(shop, "dev", "target")
    after = _found(shop)
    assert set(after) == {*UNPROVEN, *OTHER}
    assert {*before.values(), *after.values()} == {"RF108"}

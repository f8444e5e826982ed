"""SQL that is written otherwise and means the same: shown by what dbt compiles of both states."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
from pathlib import Path

import pytest

from consumer import Consumer
from gitrepo import Repository

try:
    importlib.metadata.version("dbt-duckdb")
except importlib.metadata.PackageNotFoundError:
    pytest.skip("needs dbt-core and dbt-duckdb", allow_module_level=True)

FILES = {
    ".gitignore": "target/\nstate/\nlogs/\n*.duckdb\n.user.yml\n",
    "dbt_project.yml": "name: shop\nprofile: shop\nconfig-version: 2\n",
    "profiles.yml": "shop:\n  target: dev\n  outputs:\n"
    "    dev: {type: duckdb, path: dev.duckdb, threads: 1}\n    prod: {type: duckdb, path: prod.duckdb, threads: 1}\n",
    "ringfence.yml": "base: {branch: main, manifest: state/manifest.json}\nlock: {guard: logic}\n",
    "macros/cents.sql": "{% macro cents(x) %}({{ x }} * 100){% endmacro %}\n",
    "models/stg.sql": "select 1 as id, 2 as amount\n",
    "models/fct.sql": "{{ config(tags=['locked']) }}\n"
    "select s.id, {{ cents('s.amount') }} as cents\nfrom {{ ref('stg') }} as s\nwhere s.id > 0 and s.amount > 0\n",
}


def _compile(shop: Consumer, target: str, folder: str) -> None:
    program = "import sys; from dbt.cli.main import cli; sys.argv = ['dbt', *sys.argv[1:]]; cli()"
    arguments = ["--quiet", "compile", "--target", target, "--target-path", folder]
    done = shop.run(sys.executable, "-c", program, *arguments, env={"DBT_PROFILES_DIR": "."})
    assert done.code == 0, done.all


def _codes(shop: Consumer, **environment: str) -> list[str]:
    result = shop.ringfence("lock", "verify", "--format", "json", env=environment)
    assert result.code in (0, 1), result.err
    return [one["code"] for one in json.loads(result.out)["findings"]]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A locked project on a branch, with the manifest of its base, made for production."""
    made = Consumer(tmp_path_factory.mktemp("meaning") / "shop")
    made.write(FILES)
    assert made.ringfence("lock", "add").code == 0
    made.commit()
    made.git("checkout", "-q", "-b", "work")
    _compile(made, "prod", "state")
    return made.folder


@pytest.fixture
def shop(compiled: Path, tmp_path: Path) -> Consumer:
    shutil.copytree(compiled, tmp_path / "shop")
    return Repository.at(tmp_path / "shop")


@pytest.mark.slow
def test_what_compiles_to_the_same_tree_is_no_finding(shop: Consumer) -> None:
    """Brackets, a cast written otherwise: other tokens, the same tree, in another database."""
    shop.edit("models/fct.sql", "where s.id > 0 and s.amount > 0", "where (s.id > 0) and ((s.amount) > 0)")
    shop.edit("macros/cents.sql", "({{ x }} * 100)", "(({{ x }}) * 100)")
    assert _codes(shop) == ["RF108"]
    _compile(shop, "dev", "target")
    assert _codes(shop) == []
    assert _codes(shop, DBT_STATE="nowhere") == ["RF108"]
    assert _codes(shop, DBT_STATE="state") == []
    shop.edit("macros/cents.sql", "* 100)", "* 1000)")
    assert _codes(shop) == ["RF108"], "the manifest is no longer that of the macro"
    _compile(shop, "dev", "target")
    assert _codes(shop) == ["RF108"], "the tree is another one"


@pytest.mark.slow
def test_what_compiled_sql_does_not_show_is_found(shop: Consumer) -> None:
    shop.edit("models/fct.sql", "['locked']", "['locked'], post_hook='delete from {{ this }}'")
    _compile(shop, "dev", "target")
    assert _codes(shop) == ["RF108"]


@pytest.mark.slow
def test_a_lock_that_did_not_fit_before_is_not_mended_by_it(shop: Consumer) -> None:
    shop.git("checkout", "-q", "main")
    shop.edit("models/fct.sql", "> 0 and", "> 1 and")
    shop.commit()
    _compile(shop, "prod", "state")
    shop.git("checkout", "-q", "-b", "later")
    shop.edit("models/fct.sql", "s.id > 1", "(s.id > 1)")
    _compile(shop, "dev", "target")
    assert _codes(shop) == ["RF108"]


@pytest.mark.slow
def test_a_manifest_that_the_change_brings_along_is_no_evidence(shop: Consumer) -> None:
    """Compiled SQL is taken from whoever made the manifest: not from the change that is judged."""
    shop.edit("models/fct.sql", "where s.id > 0", "where s.id > 5")
    _compile(shop, "dev", "target")
    assert _codes(shop) == ["RF108"]
    made, base = shop.folder / "target/manifest.json", shop.folder / "state/manifest.json"
    key = "model.shop.fct"
    before = json.loads(base.read_text("utf-8"))["nodes"][key]["compiled_code"]
    forged = json.loads(made.read_text("utf-8"))
    forged["nodes"][key]["compiled_code"] = before.replace('"prod"', '"dev"')
    made.write_text(json.dumps(forged), "utf-8")
    assert _codes(shop) == [], "whoever may write beside the tree is believed"
    shop.git("add", "-f", "target/manifest.json")
    assert _codes(shop) == ["RF108"]
